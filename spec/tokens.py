"""Cut a block into tokens; name C habits and other slips that show in single tokens.

A slip that has one right reading is reported and read that way (`&&` as `and`), so the
rest of the block is still parsed.  Where there is no such reading the block is `broken`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lark import Token

from spec.result import Diagnostic
from spec.source import Lines, Span

MAX_NUMBER = 10**9
MAX_BRACKETS = 50
MAX_TOKENS = 10_000
MAX_NAME = 64

CLASSES = {
    "HEADER": ("module", "scheme", "scenarios"),
    "QUANTIFIER": ("all", "some", "count"),
    "ARROW": ("implies", "iff"),
    "LOGIC": ("and", "or"),
    "COMPARE": ("==", "!=", "<", "<=", ">", ">="),
    "ADD": ("+", "-"),
    "MUL": ("*", "/"),
}
BLOCKS = (
    *CLASSES["HEADER"], "sort", "range", "enum", "const", "state", "assume", "define", "needs",
    "gives", "invariant", "claim", "expect", "question", "answer", "op", "on", "update", "call",
    "scenario", "mutant",
)
CLAUSES = (
    "mirrors", "requires", "changes", "performs", "overapproximates", "let", "do", "asked", "sees",
    "default", "truth", "unsafe", "slow", "world", "pick",
)
JOINERS = (
    "over", "with", "named", "where", "when", "for", "each", "batch", "of", "in", "nothing",
    "if", "then", "else", "end", "not", "true", "false", "none", "survives",
)
FOREIGN_WORDS = {
    "forall": "all", "exists": "some", "any": "some", "every": "all", "size": "count",
    "elif": "else", "elsif": "else", "while": "for each", "foreach": "for each",
    "return": "let", "def": "define", "var": "state", "require": "requires",
    "change": "changes", "assert": "requires", "ensures": "claim", "fi": "end", "done": "end",
}
"""Words of other languages, and what they are called here."""

BUILTINS = frozenset({"bool", "nat", "int", "min", "max"})
_MARKS = {
    "(": "LPAR", ")": "RPAR", "[": "LSQB", "]": "RSQB", ",": "COMMA", ":": "COLON",
    ":=": "_ASSIGN", "=": "EQUAL", "..": "_DOTS", "?": "OPTIONAL",
}
TERMINALS = {
    **{word: word.upper() for word in (*BLOCKS, *CLAUSES, *JOINERS)},
    **_MARKS,
    **{word: kind for kind, words in CLASSES.items() for word in words},
}
RESERVED = frozenset(word for word in TERMINALS if word.isalpha())

_PATTERN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<comment>\#[^\n]*)
    | (?P<foreign>//[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/)?)
    | (?P<string>"[^"\n]*"?)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*'?)
    | (?P<number>[0-9][A-Za-z0-9_]*(?:\.[0-9][A-Za-z0-9_]*)?)
    | (?P<mark>:=|<=>|={1,2}>|[=!]==|==|!=|<=|>=|\.\.\.|\.\.|&&|\|\||\+\+|--|[-+*/]=|->|<<|>>
        |[^\s])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment inside a block; `alone` when nothing stands before it on its line."""

    line: int
    column: int
    text: str
    alone: bool


@dataclass(slots=True)
class Scan:
    """What a block consists of; `broken` when its tokens are not worth parsing."""

    tokens: list[Token] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    broken: bool = False


def span_of(token: Token, path: str) -> Span:
    return Span(path, token.line, token.column, token.end_line, token.end_column)


def scan(body: Lines, path: str) -> Scan:
    """The tokens, comments and lexical slips of one block."""
    scanner = _Scanner(body, path)
    for match in _PATTERN.finditer(scanner.text):
        scanner.take(match)
        if len(scanner.found.tokens) > MAX_TOKENS:
            scanner.give_up()
            break
    return scanner.found


_LITERALS = {
    "true": "true", "false": "false", "null": "none", "none": "none", "and": "and", "or": "or",
    "not": "not",
}
_SOFT = {
    "&&": ("FS017", "and"),
    "||": ("FS017", "or"),
    "!": ("FS017", "not"),
    "===": ("FS033", "=="),
    "!==": ("FS033", "!="),
    "=>": ("FS033", "implies"),
    "==>": ("FS033", "implies"),
    "<=>": ("FS033", "iff"),
    "...": ("FS033", ".."),
    "≤": ("FS015", "<="),
    "≥": ("FS015", ">="),
    "≠": ("FS015", "!="),
}
_STEPS = {
    "++": "+ 1", "--": "- 1", "+=": "+ ...", "-=": "- ...", "*=": "* ...", "/=": "/ ...",
}
_HARD = {
    "{": ("FS020", "there are no braces", "a block is a column-0 line and its indented clauses"),
    "}": ("FS020", "there are no braces", "a block is a column-0 line and its indented clauses"),
    "->": (
        "FS021",
        "`->` is neither a member access nor an implication",
        "index the state by its owner, `owner[v]`; the logical arrow is `implies`",
    ),
    "&": ("FS033", "`&` is no operator", "write `and`; there are no addresses and no bit sets"),
    "|": ("FS033", "`|` is no operator", "write `or`; there are no bit sets"),
    "%": ("FS033", "`%` is no operator", "there is no remainder; `/` rounds down"),
    "^": ("FS033", "`^` is no operator", "`a != b` says that exactly one of two bools is true"),
    "~": ("FS033", "`~` is no operator", "write `not`"),
    "<<": ("FS033", "`<<` is no operator", "write the number, or multiply"),
    ">>": ("FS033", "`>>` is no operator", "write the number, or divide: `/` rounds down"),
    "'": ("FS034", "a prime follows a name directly", "write `pte'[v, p]` or `maps'(v)`"),
    "\u2019": ("FS034", "this is a typographic quote", "a prime is the plain character `'`"),
    "\u201c": ("FS014", "this is a typographic quote", "a text stands between plain `\"`"),
    "\u201d": ("FS014", "this is a typographic quote", "a text stands between plain `\"`"),
    ".": ("FS015", "a single dot means nothing", "a range is written `first .. last`"),
}


class _Scanner:
    def __init__(self, body: Lines, path: str) -> None:
        self.text = body.text
        self.path = path
        self.line = body.first
        self.bol = 0
        self.open = 0
        self.told: set[tuple[str, int, str]] = set()
        self.found = Scan()
        self._takers: dict[str, Callable[[str, Span], None]] = {
            "foreign": self._foreign, "string": self._string, "word": self._word,
            "number": self._number, "mark": self._mark,
        }

    def take(self, match: re.Match[str]) -> None:
        kind, value = match.lastgroup or "", match.group()
        line, column = self.line, match.start() - self.bol + 1
        breaks = value.count("\n")
        if breaks:
            self.line += breaks
            self.bol = match.start() + value.rindex("\n") + 1
        if kind == "space":
            return
        if kind == "comment":
            alone = not self.text[self.bol : match.start()].strip()
            self.found.comments.append(Comment(line, column, value.rstrip(), alone))
            return
        span = Span(self.path, line, column, self.line, match.end() - self.bol + 1)
        self._takers[kind](value, span)

    def give_up(self) -> None:
        """A text that people read has no such block."""
        last = span_of(self.found.tokens[-1], self.path)
        self._break("FS005", last, f"the block has more than {MAX_TOKENS:,} words", "split it")

    def _add(self, kind: str, value: str, span: Span) -> None:
        self.found.tokens.append(
            Token(
                kind, value, line=span.line, column=span.column,
                end_line=span.end_line, end_column=span.end_column,
            )
        )

    def _say(self, code: str, span: Span, message: str, hint: str = "") -> None:
        """One slip made twice on a line is told once."""
        key = (code, span.line, message)
        if key not in self.told:
            self.told.add(key)
            self.found.problems.append(Diagnostic(code, span, message, hint))

    def _break(self, code: str, span: Span, message: str, hint: str = "") -> None:
        self._say(code, span, message, hint)
        self.found.broken = True

    def _foreign(self, value: str, span: Span) -> None:
        self._say("FS023", span, f"`{value[:2]}` starts no comment", "a comment starts with `#`")

    def _string(self, value: str, span: Span) -> None:
        if len(value) < 2 or not value.endswith('"'):
            self._break("FS014", span, "the text is not closed on its line", "add the closing `\"`")
            return
        self._add("STRING", value, span)

    def _word(self, value: str, span: Span) -> None:
        plain = value.removesuffix("'")
        if len(plain) > MAX_NAME:
            message = f"the name is longer than {MAX_NAME} characters"
            self._break("FS039", span, message, "shorten it")
            return
        literal = _LITERALS.get(plain.lower())
        if plain in RESERVED and plain != value:
            self._break("FS034", span, f"`{plain}` is a word of the language and takes no prime")
        elif plain in RESERVED:
            self._add(TERMINALS[plain], plain, span)
        elif literal and plain in (plain.upper(), plain.capitalize()):
            self._say("FS026", span, f"`{plain}` is no word of the language", f"write `{literal}`")
            self._add(TERMINALS[literal], literal, span)
        else:
            self._add("NAME" if plain == value else "PRIMED", value, span)

    def _number(self, value: str, span: Span) -> None:
        if not value.isdigit():
            hint = "write whole numbers in decimal digits"
            if re.fullmatch(r"0[xX][0-9a-fA-F]{1,8}", value):
                hint = f"write {int(value, 16)}"
            self._say("FS024", span, f"`{shorten(value)}` is not a number of the language", hint)
            value = "0"
        elif len(value) > len(str(MAX_NUMBER)) or int(value) > MAX_NUMBER:
            self._say("FS025", span, f"the number is larger than {MAX_NUMBER:,}", "use a `const`")
            value = "0"
        self._add("NUMBER", value, span)

    def _mark(self, value: str, span: Span) -> None:
        if value in TERMINALS:
            self._count_brackets(value, span)
            self._add(TERMINALS[value], value, span)
        elif value == ";":
            self._say("FS020", span, "no `;` is needed", "a clause ends where the next one starts")
        elif value in _SOFT:
            code, reading = _SOFT[value]
            self._say(code, span, f"`{value}` is no operator here", f"write `{reading}`")
            self._add(TERMINALS[reading], reading, span)
        elif value in _STEPS:
            last = self.found.tokens[-1] if self.found.tokens else None
            place = str(last) if last is not None and last.type == "NAME" else "place"
            hint = f"write `{place} := {place} {_STEPS[value]}`"
            self._break("FS019", span, f"`{value}` is no update", hint)
        elif value in _HARD:
            self._break(_HARD[value][0], span, *_HARD[value][1:])
        else:
            self._break("FS015", span, f"the character {_show(value)} has no meaning here")

    def _count_brackets(self, value: str, span: Span) -> None:
        if value in "([":
            self.open += 1
        elif value in ")]":
            self.open -= 1
        if self.open > MAX_BRACKETS:
            message = f"brackets are nested more than {MAX_BRACKETS} deep"
            self._break("FS032", span, message, "name a part of it with `define` or `let`")


def shorten(value: str) -> str:
    """The value as a message may quote it."""
    return value if len(value) <= MAX_NAME else value[: MAX_NAME - 3] + "..."


def _show(value: str) -> str:
    return f"`{value}`" if value.isprintable() else f"U+{ord(value):04X}"
