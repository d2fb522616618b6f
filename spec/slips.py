"""What a slip means: from the place where a block stops making sense to a diagnostic.

Each rule below looks at one `Spot` and returns a diagnostic or None; the first that
returns one has the word, so the rules stand from the particular to the general.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise

from lark import Token

from spec.result import Diagnostic
from spec.tokens import BLOCKS, CLAUSES, FOREIGN_WORDS, RESERVED, shorten, span_of

_VALUE_WORDS = frozenset({"if", "not", "true", "false", "none", "answer", "truth"})


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a block stopped making sense.

    `tokens[i]` fits nowhere (`i == len(tokens)`: the block ended); `accepts` are the
    terminals of the grammar that would have fitted.
    """

    tokens: Sequence[Token]
    i: int
    accepts: frozenset[str]
    path: str

    @property
    def token(self) -> Token | None:
        return self.tokens[self.i] if self.i < len(self.tokens) else None

    @property
    def before(self) -> Token:
        return self.tokens[self.i - 1]

    @property
    def here(self) -> str:
        """The token as a message quotes it."""
        return shorten(str(self.token))

    @property
    def prior(self) -> str:
        """The token before as a message quotes it."""
        return shorten(str(self.before))

    @property
    def block(self) -> str:
        return str(self.tokens[0])

    @property
    def wants_value(self) -> bool:
        return "NUMBER" in self.accepts

    @property
    def ended_value(self) -> bool:
        """A value may go on with an operator here, so one ended just before."""
        return "COMPARE" in self.accepts or ("ADD" in self.accepts and not self.wants_value)

    @property
    def opens_line(self) -> bool:
        return self.token is None or self.before.end_line < self.token.line

    def tell(self, code: str, message: str, hint: str = "", at: Token | None = None) -> Diagnostic:
        return Diagnostic(code, span_of(at or self.token or self.before, self.path), message, hint)


def explain_token(tokens: Sequence[Token], i: int, accepts: set[str], path: str) -> Diagnostic:
    """Why a block cannot be read on at `tokens[i]`, where `accepts` would have fitted."""
    spot = Spot(tokens, i, frozenset(accepts), path)
    for rule in _RULES if spot.token is not None else _END_RULES:
        if found := rule(spot):
            return found
    if spot.token is None:
        return spot.tell("FS012", f"the block ends too early, after `{spot.prior}`", _wanted(spot))
    return spot.tell("FS011", f"`{spot.here}` does not fit after `{spot.prior}`", _wanted(spot))


# ------------------------------------------------- where the block goes on


def _foreign_word(spot: Spot) -> Diagnostic | None:
    """The word before was read as a name, but is a word of another language."""
    word = FOREIGN_WORDS.get(spot.before)
    if word is None or spot.before.type != "NAME" or spot.token in ("=", ":=", "[", "("):
        return None
    message = f"`{spot.prior}` is no word of the language"
    return spot.tell("FS036", message, f"did you mean `{word}`?", spot.before)


def _misspelt_clause(spot: Spot) -> Diagnostic | None:
    """A misspelt clause reads as the name of a place, of a step, or of nothing."""
    name = _line_opener(spot)
    if name is None or spot.token in ("=", ":=", "[", "("):
        return None
    near = get_close_matches(name, _clause_words(spot), 1, 0.75)
    if near:
        message = f"no clause starts with `{name}`"
        return spot.tell("FS036", message, f"did you mean `{near[0]}`?", name)
    if name is spot.before and "_ASSIGN" in spot.accepts:
        hint = "a clause starts with a word such as `requires`, or is an update `place := value`"
        return spot.tell("FS036", f"no clause starts with `{name}`", hint, name)
    return None


def _line_opener(spot: Spot) -> Token | None:
    """The token, or the one before it, if it is a name that opens a line of the block."""
    for i in (spot.i, spot.i - 1):
        if 2 <= i < len(spot.tokens) and spot.tokens[i].type == "NAME":
            token = spot.tokens[i]
            if spot.tokens[i - 1].end_line < token.line:
                return token
    return None


def _clause_words(spot: Spot) -> Sequence[str]:
    if spot.block in ("op", "on", "update"):
        return ("mirrors", "requires", "changes", "performs", "overapproximates", "let", "do")
    if spot.block == "question":
        return ("asked", "truth", "unsafe", "slow", "sees", "default")
    return ("expect", "world", "call", "pick", "mirrors")


def _assignment(spot: Spot) -> Diagnostic | None:
    token = spot.token
    if token == "=" and "_ASSIGN" in spot.accepts:
        hint = "write `place := value`; `let name = value` names a value"
        return spot.tell("FS018", "an update is written with `:=`", hint)
    if token == "=" and spot.block == "const":
        hint = f"restrict it: `where {spot.tokens[1]} == ...`"
        return spot.tell("FS018", "a constant is fixed but arbitrary, it gets no value", hint)
    if token == ":=" and spot.ended_value:
        hint = "to compare, write `==`; an update is a clause of its own, `place := value`"
        return spot.tell("FS018", "`:=` does not compare", hint)
    if token in (":=", "==") and "EQUAL" in spot.accepts and not spot.ended_value:
        use = "updates a place in a step" if token == ":=" else "compares"
        return spot.tell("FS018", f"`{token}` {use}", "here write `=`")
    return None


def _lost_value(spot: Spot) -> Diagnostic | None:
    """The place of the next update was read as the value that is missing."""
    start = spot.i - 1
    if spot.token != ":=":
        return None
    if spot.before == "]":
        while start > 1 and spot.tokens[start] != "[":
            start -= 1
        start -= 1
    place, before = spot.tokens[start], spot.tokens[start - 1]
    if before.end_line == place.line or before.type in ("NAME", "NUMBER", "RPAR", "RSQB"):
        return None
    hint = "write `changes nothing` where nothing changes" if before == "changes" else ""
    return spot.tell("FS012", f"nothing stands after `{before}`", hint, before)


def _condition_word(spot: Spot) -> Diagnostic | None:
    """`if` and `where` for `when`, and the other way round."""
    token = spot.token
    if token == "when" and "WHERE" in spot.accepts:
        return spot.tell("FS036", "`when` is for updates", "here write `where`")
    if token in ("if", "where") and spot.block in ("op", "on", "update") and not spot.wants_value:
        hint = "write `place := value when condition`"
        return spot.tell("FS036", f"`{token}` is no part of an update", hint)
    if token == "for" and "WHEN" not in spot.accepts and spot.block in ("op", "on", "update"):
        hint = "write `place := value for p in first .. last when condition`"
        return spot.tell("FS037", "`for` stands before `when`, once", hint)
    return None


def _loop(spot: Spot) -> Diagnostic | None:
    if spot.before != "for" or "EACH" not in spot.accepts:
        return None
    hint = "write `for each p in first .. last do ... end`"
    return spot.tell("FS037", "`each` is missing after `for`", hint, spot.before)


def _world(spot: Spot) -> Diagnostic | None:
    if spot.token == "world" and spot.block == "scenario":
        return spot.tell("FS036", "`world` stands before the steps", "move it to the top")
    if spot.token == "(" and {"EQUAL", "IN"} <= spot.accepts:
        hint = "drop the `,` before it"
        return spot.tell("FS011", f"`{spot.prior}(` is no part of a world", hint, spot.before)
    return None


def _nameless(spot: Spot) -> Diagnostic | None:
    if spot.block not in ("claim", "invariant") or spot.i != 2 or not spot.wants_value:
        return None
    if spot.token is None or spot.token.type not in ("COMPARE", "LOGIC", "ARROW", "MUL", "LSQB"):
        return None
    hint = f"write `{spot.block} NAME` and below it the condition"
    return spot.tell("FS011", f"the {spot.block} has no name", hint, spot.tokens[0])


def _question_mark(spot: Spot) -> Diagnostic | None:
    if spot.token != "?":
        return None
    return spot.tell("FS022", "there is no `?:`", "write `if condition then value else value`")


def _prime(spot: Spot) -> Diagnostic | None:
    if spot.token is None or spot.token.type != "PRIMED" or "NAME" not in spot.accepts:
        return None
    hint = "a prime reads the state after the step; what is declared or written has none"
    return spot.tell("FS034", f"no prime belongs to `{spot.here}` here", hint)


def _indented_block(spot: Spot) -> Diagnostic | None:
    if spot.token not in BLOCKS or not spot.opens_line or spot.wants_value:
        return None
    if not spot.accepts & {"$END", *(word.upper() for word in CLAUSES)}:
        return None
    if spot.token in ("expect", "call"):
        return None
    hint = "move it to the first column"
    return spot.tell("FS038", f"`{spot.here}` starts a block, and is indented", hint)


def _wrong_clause(spot: Spot) -> Diagnostic | None:
    """A clause that this kind of block does not have."""
    if spot.token not in (*CLAUSES, "expect") or spot.wants_value:
        return None
    ended = spot.ended_value or "$END" in spot.accepts or "_ASSIGN" in spot.accepts
    if not ended or not spot.opens_line:
        return None
    fit = sorted(word for word in (*CLAUSES, "expect") if word.upper() in spot.accepts)
    hint = "here may stand: " + ", ".join(f"`{word}`" for word in fit) if fit else ""
    if spot.token == "expect" and spot.block in ("claim", "invariant", "answer"):
        return spot.tell("FS036", "there is a second `expect`", "keep one of them")
    return spot.tell("FS036", f"`{spot.here}` is no clause of `{spot.block}` here", hint)


def _reserved(spot: Spot) -> Diagnostic | None:
    if spot.token not in RESERVED or "NAME" not in spot.accepts:
        return None
    if spot.ended_value:
        return None
    if spot.wants_value and (spot.opens_line or spot.token not in (*BLOCKS, *CLAUSES)):
        return None
    message = f"`{spot.here}` is a word of the language and cannot be a name"
    return spot.tell("FS016", message, "choose another name")


def _missing_value(spot: Spot) -> Diagnostic | None:
    if not spot.wants_value:
        return None
    if spot.token == "not":
        return spot.tell("FS011", f"`not` does not fit after `{spot.prior}`", "write `(not ...)`")
    if spot.token in ("some", "all", "count", "if"):
        return None
    if spot.token == "*" and spot.before in (",", "["):
        return spot.tell("FS011", "`*` stands only in `changes` and in a `world`",
                         "name the index: `pte[v, p]`")
    return spot.tell("FS011", f"a value is missing between `{spot.prior}` and `{spot.here}`")


def _binder(spot: Spot) -> Diagnostic | None:
    if "IN" in spot.accepts and "EQUAL" not in spot.accepts:
        hint = "write `v in Vma` or `p in first .. last`"
        return spot.tell("FS011", f"`in` is missing after `{spot.prior}`", hint)
    if spot.block == "range" and "_DOTS" in spot.accepts:
        return spot.tell("FS011", "a range has two ends", "write `range Page = 0 .. NR - 1`")
    if "COLON" in spot.accepts and "RPAR" in spot.accepts:
        hint = "write `v: Vma, p: Page`"
        return spot.tell("FS011", f"`:` or `,` is missing after `{spot.prior}`", hint)
    if "COLON" in spot.accepts and {"COMMA", "_DOTS"} & spot.accepts and spot.token != "=":
        hint = "a quantifier is written `all v in Vma: condition`"
        return spot.tell("FS011", f"`:` is missing after `{spot.prior}`", hint)
    return None


def _type_order(spot: Spot) -> Diagnostic | None:
    if spot.token == "[" and "OPTIONAL" in spot.accepts:
        hint = "write `[Vma, Page] bool`"
        return spot.tell("FS011", "the index stands before the type", hint)
    if "COLON" in spot.accepts and spot.block in ("state", "const", "needs"):
        hint = f"write `{spot.block} {spot.tokens[1]}: [Vma] bool`"
        return spot.tell("FS011", f"`:` and a type are missing after `{spot.prior}`", hint)
    return None


def _only_names(spot: Spot) -> Diagnostic | None:
    if spot.token in ("(", "[") and spot.before in (")", "]"):
        what = "called" if spot.token == "(" else "indexed"
        hint = "give the value a name with `let`"
        return spot.tell("FS011", f"only a name can be {what}", hint)
    return None


def _step_arguments(spot: Spot) -> Diagnostic | None:
    if spot.accepts != {"LPAR"}:
        return None
    hint = f"write `{spot.prior}(...)`, with its arguments"
    return spot.tell("FS011", f"`{spot.prior}` is no step without parentheses", hint, spot.before)


def _missing_operator(spot: Spot) -> Diagnostic | None:
    token = spot.token
    if token is None or not spot.ended_value:
        return None
    starts = token.type in ("NAME", "PRIMED", "NUMBER", "LPAR", "QUANTIFIER")
    if not starts and token not in _VALUE_WORDS:
        return None
    if "THEN" in spot.accepts or "ELSE" in spot.accepts:
        word = "then" if "THEN" in spot.accepts else "else"
        return spot.tell("FS011", f"`{word}` or an operator is missing before `{token}`")
    return spot.tell("FS011", f"an operator is missing between `{spot.prior}` and `{token}`")


# ------------------------------------------------------ where the block ends


def _lost_expect(spot: Spot) -> Diagnostic | None:
    if spot.block != "expect":
        return None
    hint = "indent it below its claim or answer, or write `expect NAME holds`"
    return spot.tell("FS010", "this `expect` names no promise", hint, spot.tokens[0])


def _no_end(spot: Spot) -> Diagnostic | None:
    if "END" not in spot.accepts or spot.block not in ("call", "scenario"):
        return None
    opener = _open_statement(spot.tokens)
    return spot.tell("FS012", f"this `{opener}` has no `end`", "add `end` behind its steps", opener)


def _open_statement(tokens: Sequence[Token]) -> Token:
    """The innermost `if` or `for` without `end`; an `if` is a statement where a line opens."""
    stack: list[Token] = []
    for before, token in pairwise(tokens):
        if token == "for" or (token == "if" and before.end_line < token.line):
            stack.append(token)
        elif token == "end" and stack:
            stack.pop()
    return stack[-1] if stack else tokens[0]


def _half(spot: Spot) -> Diagnostic | None:
    last = spot.before
    if spot.wants_value:
        return spot.tell("FS012", f"a value is missing after `{last}`, where the block ends")
    if "THEN" in spot.accepts or "ELSE" in spot.accepts:
        hint = "write `if condition then value else value`"
        return spot.tell("FS012", "an `if` in a value needs `then` and `else`", hint)
    if "EQUAL" in spot.accepts and spot.block == "state":
        return spot.tell("FS012", "a state has a first value", "add `= 0`, `= false` or `= none`")
    if "_ASSIGN" in spot.accepts:
        hint = f"write `{last} := value`, or an operator before it"
        return spot.tell("FS012", f"`{last}` begins an update that does not go on", hint)
    return None


Rule = Callable[[Spot], Diagnostic | None]
_RULES: tuple[Rule, ...] = (
    _foreign_word, _misspelt_clause, _lost_value, _assignment, _question_mark, _prime, _nameless,
    _indented_block, _world, _condition_word, _loop, _wrong_clause, _reserved, _missing_value,
    _type_order, _binder, _only_names, _step_arguments, _missing_operator,
)
_END_RULES: tuple[Rule, ...] = (
    _lost_expect, _foreign_word, _misspelt_clause, _step_arguments, _no_end, _binder, _half,
)

_SPOKEN = {
    "NAME": "a name", "STRING": "a text in quotes", "LPAR": "`(`", "RPAR": "`)`", "LSQB": "`[`",
    "RSQB": "`]`", "COMMA": "`,`", "COLON": "`:`", "EQUAL": "`=`", "_ASSIGN": "`:=`",
    "_DOTS": "`..`", "$END": "the end of the block",
}
_OPERATORS = frozenset({"COMPARE", "ADD", "MUL", "LOGIC", "ARROW"})


def _wanted(spot: Spot) -> str:
    """What would have fitted, as a person would say it."""
    words: list[str] = []
    rest = spot.accepts
    if spot.wants_value:
        words.append("a value")
        rest -= {"NUMBER", "PRIMED", "NAME", "LPAR", "ADD", "QUANTIFIER", "IF", "NOT", "TRUE",
                 "FALSE", "NONE", "ANSWER", "TRUTH"}
    if rest & _OPERATORS:
        words.append("an operator")
        rest -= {*_OPERATORS, "EQUAL"}
    words += [_SPOKEN[kind] for kind in _SPOKEN if kind in rest]
    words += sorted(f"`{kind.lower()}`" for kind in rest if kind.lower() in RESERVED)
    return f"here may stand: {', '.join(words[:8])}" if words else ""
