"""The IR as text, and back: `parse_system(show_system(s)) == s`.

S-expressions.  Every free variable and every read carries its type (`at:Page`,
`(pte:Bool v p)`), so an expression can be read without its system.  Records are
written `(Action :name map_ptes :params (...) ...)`, fields in declaration order, a
field equal to its default left out; lists are `[...]`, mappings `{key value ...}`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from spec import ir
from spec.ir import QUANTIFIERS, Expr

_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9.]*\Z")
_TOKEN = re.compile(r'\s*(?:(?P<p>[()\[\]{}])|(?P<s>"(?:[^"\\]|\\.)*")|(?P<a>[^\s()\[\]{}"]+))')
_RECORDS: Mapping[str, type[Any]] = {
    c.__name__: c
    for c in (
        ir.Sort, ir.Const, ir.StateVar, ir.Fact, ir.Duty, ir.Action, ir.Watch, ir.Promise,
        ir.Answered, ir.Call, ir.DoStep, ir.Branch, ir.Loop, ir.Batches, ir.Choose, ir.Name,
        ir.Check, ir.Scenario, ir.System,
    )
}
_OPS = frozenset({"not", "and", "or", "==", "<", "<=", "+", "-", "*", "/", "ite", "just"})


class IrSyntaxError(ValueError):
    """The text is not an IR dump."""


# ---------------------------------------------------------------- printing


def show_expr(e: Expr) -> str:
    """One expression on one line."""
    return _expr(e, ())


def _expr(e: Expr, scope: tuple[str, ...]) -> str:
    match e.op:
        case "lit":
            if e.type == ir.BOOL:
                return "true" if e.data else "false"
            if e.type == ir.INT:
                return str(e.data)
            return f"(lit {e.type} {'none' if e.data is None else e.data})"
        case "var":
            return f"{e.data}:{e.type}"
        case "bound":
            assert isinstance(e.data, int)
            loose = e.data - len(scope)
            return scope[-1 - e.data] if loose < 0 else f"(loose {loose} {e.type})"
        case "read":
            parts = [f"{e.data}:{e.type}", *(_expr(a, scope) for a in e.args)]
            return f"({' '.join(parts)})"
        case "all" | "some" | "count":
            assert isinstance(e.data, tuple)
            inner = scope
            shown = []
            for t in e.data:
                name = _binder_name(t, inner)
                inner = (*inner, name)
                shown.append(f"({name} {t})")
            return f"({e.op} ({' '.join(shown)}) {_expr(e.args[0], inner)})"
        case _:
            return f"({e.op} {' '.join(_expr(a, scope) for a in e.args)})"


def _binder_name(type_: str, scope: tuple[str, ...]) -> str:
    base = type_[0].lower()
    n = 0
    while f"{base}{n}" in scope:
        n += 1
    return f"{base}{n}"


_MOST_SHOWN: Final = 128
_SHOWN: Final[dict[int, tuple[ir.System, str]]] = {}


def show_system(system: ir.System) -> str:
    """The whole system, ending in a newline.

    The text is the key of every cache, so that it is asked for again and again: the last
    ones are kept, with the systems, which keeps the identities theirs.
    """
    kept = _SHOWN.get(id(system))
    if kept is None:
        if len(_SHOWN) >= _MOST_SHOWN:
            _SHOWN.clear()
        kept = _SHOWN[id(system)] = system, _show(system, 0) + "\n"
    return kept[1]


def _show(x: object, depth: int) -> str:
    pad = "\n" + "  " * (depth + 1)
    if isinstance(x, Expr):
        return show_expr(x)
    if dataclasses.is_dataclass(x):
        parts = [f"({type(x).__name__}"]
        for f in dataclasses.fields(x):
            value = getattr(x, f.name)
            if not _is_default(f, value):
                parts.append(f":{f.name} {_show(value, depth + 1)}")
        return pad.join(parts) + ")"
    if isinstance(x, Mapping):
        inner = [f"{_atom(k)} {_show(v, depth + 1)}" for k, v in x.items()]
        return "{" + pad.join(["", *inner]) + "}" if inner else "{}"
    if isinstance(x, tuple):
        shown = [_show(v, depth + 1) for v in x]
        if any("\n" in s or len(s) > 60 for s in shown):
            return "[" + pad.join(["", *shown]) + "]"
        return "[" + " ".join(shown) + "]"
    return _atom(x)


def _is_default(f: dataclasses.Field[Any], value: object) -> bool:
    if f.default is not dataclasses.MISSING:
        return bool(value == f.default)
    if f.default_factory is not dataclasses.MISSING:
        return bool(value == f.default_factory())
    return False


def _atom(x: object) -> str:
    if x is None:
        return "#nil"
    if isinstance(x, bool):
        return "#true" if x else "#false"
    if isinstance(x, int):
        return f"#{x}"
    text = str(x)
    if _WORD.match(text) and text not in ("true", "false"):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


# ----------------------------------------------------------------- parsing


class _Tokens:
    def __init__(self, text: str) -> None:
        self.items = list(self._split(text))
        self.at = 0

    @staticmethod
    def _split(text: str) -> Iterator[str]:
        at = 0
        text = text.rstrip()
        while at < len(text):
            m = _TOKEN.match(text, at)
            if m is None:
                raise IrSyntaxError(f"unreadable at offset {at}: {text[at : at + 20]!r}")
            at = m.end()
            yield m.group().strip()

    def peek(self, ahead: int = 0) -> str:
        if self.at + ahead >= len(self.items):
            raise IrSyntaxError("the text ends too early")
        return self.items[self.at + ahead]

    def next(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def want(self, token: str) -> None:
        got = self.next()
        if got != token:
            raise IrSyntaxError(f"expected {token}, got {got}")


def parse_expr(text: str) -> Expr:
    """An expression as `show_expr` prints it.

    Raises:
        IrSyntaxError: the text is something else.
    """
    tokens = _Tokens(text)
    e = _read_expr(tokens, ())
    if tokens.at != len(tokens.items):
        raise IrSyntaxError(f"more text after the expression: {tokens.peek()}")
    return e


def _read_expr(t: _Tokens, scope: tuple[tuple[str, str], ...]) -> Expr:
    token = t.next()
    if token != "(":
        return _read_leaf(token, scope)
    head = t.next()
    if head == "lit":
        type_, value = t.next(), t.next()
        t.want(")")
        if value in ("none", ir.LAST):
            return ir.lit(None if value == "none" else ir.LAST, type_)
        return ir.lit(int(value), type_)
    if head in QUANTIFIERS:
        t.want("(")
        names = []
        while t.peek() == "(":
            t.next()
            names.append((t.next(), t.next()))
            t.want(")")
        t.want(")")
        body = _read_expr(t, (*scope, *names))
        t.want(")")
        return ir.close_binder(head, names, body)
    args = []
    while t.peek() != ")":
        args.append(_read_expr(t, scope))
    t.want(")")
    if ":" in head:
        name, type_ = head.rsplit(":", 1)
        return ir.read(name, args, type_)
    if head not in _OPS:
        raise IrSyntaxError(f"no such operation: {head}")
    if head == "just":
        return ir.just(args[0])
    type_ = ir.INT if head in "+-*/" else args[1].type if head == "ite" else ir.BOOL
    return ir.node(head, args, type_)


def _read_leaf(token: str, scope: tuple[tuple[str, str], ...]) -> Expr:
    if token in ("true", "false"):
        return ir.lit(token == "true", ir.BOOL)
    if re.fullmatch(r"-?\d+", token):
        return ir.integer(int(token))
    for name, type_ in reversed(scope):
        if name == token:
            return ir.var(name, type_)
    if ":" in token:
        name, type_ = token.rsplit(":", 1)
        return ir.var(name, type_)
    raise IrSyntaxError(f"unknown name: {token}")


def parse_system(text: str) -> ir.System:
    """A system as `show_system` prints it.

    Raises:
        IrSyntaxError: the text is something else.
    """
    tokens = _Tokens(text)
    made = _read(tokens)
    if not isinstance(made, ir.System):
        raise IrSyntaxError("the text is not a System")
    return made


def _read(t: _Tokens) -> Any:
    token = t.peek()
    if token == "(" and t.peek(1) in _RECORDS:
        t.next()
        cls = _RECORDS[t.next()]
        fields = {}
        while t.peek().startswith(":"):
            name = t.next()[1:]
            fields[name] = _read(t)
        t.want(")")
        return cls(**fields)
    if token == "[":
        t.next()
        items = []
        while t.peek() != "]":
            items.append(_read(t))
        t.next()
        return tuple(items)
    if token == "{":
        t.next()
        table = {}
        while t.peek() != "}":
            key = _read_atom(t.next())
            table[key] = _read(t)
        t.next()
        return table
    if token == "(" or ":" in token.split('"')[0] or re.fullmatch(r"-?\d+|true|false", token):
        return _read_expr(t, ())
    return _read_atom(t.next())


def _read_atom(token: str) -> Any:
    if token == "#nil":
        return None
    if token in ("#true", "#false"):
        return token == "#true"
    if token.startswith("#"):
        return int(token[1:])
    if token.startswith('"'):
        return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], token[1:-1])
    return token
