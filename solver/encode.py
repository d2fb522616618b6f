"""First-order expressions as SMT-LIB text.

The text is all that a solver ever gets, so what is dumped is what was decided, and any
solver that reads SMT-LIB can decide it again.  Names are numbered by first use in one
script: the text of an obligation does not depend on what was decided before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from solver import axioms
from spec import ir
from spec.ir import BOOL, INT, Expr, System, Type

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z_0-9.!$]*\Z")
_LONG: Final = 100
"""A closed subterm whose text is longer than this is written once and named."""

_SMT: Final[Mapping[str, str]] = {
    "not": "not", "and": "and", "or": "or", "==": "=", "ite": "ite",
    "+": "+", "-": "-", "*": "*", "/": "div",
}  # fmt: skip


def symbol(name: str) -> str:
    """The name of a state, constant or card; none is a word of SMT-LIB."""
    shown = f"u.{name}"
    return shown if _PLAIN.match(shown) else f"|{shown}|"


def sort_symbol(type_: Type) -> str:
    return type_ if type_ in (BOOL, INT) else f"s.{type_}"


def below(a: Expr, b: Expr) -> Expr:
    """`a <= b` on a range, as a relation without a meaning of its own."""
    return ir.read(f"below?{a.type}", (a, b), BOOL)


def order_axioms(system: System) -> dict[Type, list[Expr]]:
    """A1 for each range of the system."""
    return {s.name: axioms.order(s.name, below) for s in system.sorts if s.kind == "range"}


class Script:
    """Declarations and assertions of one question.

    Args:
        finite: sorts written as datatypes, with the number of their elements.
        orders: axioms of ranges, from `order_axioms`.
        describe: what the card of this name counts, for a comment; '' for none.
    """

    def __init__(
        self, finite: Mapping[Type, int], orders: Mapping[Type, Sequence[Expr]] | None = None,
        describe: Callable[[str], str] | None = None,
    ) -> None:
        self._describe = describe
        self._finite = finite
        self._orders = orders or {}
        self._lines: list[str] = []
        self._declared: dict[str, str] = {}
        self._ordered: dict[Type, None] = {}
        self._closed: dict[Expr, str] = {}
        self._numbered: dict[str, int] = {}
        self._named = 0

    # ------------------------------------------------------------ asking

    def add(self, e: Expr) -> None:
        """Assert a closed formula."""
        text = self._term(e, 0)
        self._lines.append(f"(assert {text})")

    def add_if(self, flag: str, e: Expr) -> None:
        """Assert a closed formula under a flag, a Bool constant of this name."""
        self.flag(flag)
        text = self._term(e, 0)
        self._lines.append(f"(assert (=> {flag} {text}))")

    def define(self, flag: str, e: Expr) -> None:
        """A Bool constant equal to a closed formula."""
        self.flag(flag)
        text = self._term(e, 0)
        self._lines.append(f"(assert (= {flag} {text}))")

    def flag(self, name: str) -> None:
        if name not in self._declared:
            self._declared[name] = name
            self._lines.append(f"(declare-const {name} Bool)")

    def add_orders(self, flag: str = "") -> None:
        """A1 for each range whose order was used; once, after all else.

        Args:
            flag: assert them under this flag only.
        """
        for sort in list(self._ordered):
            for axiom in self._orders[sort]:
                if flag:
                    self.add_if(flag, axiom)
                else:
                    self.add(axiom)

    def text(self) -> str:
        """All so far, and forget it: the next text goes on from here."""
        text = "\n".join(self._lines)
        self._lines = []
        return text

    # ------------------------------------------------------------- terms

    def _term(self, e: Expr, depth: int) -> str:
        if e.loose:
            return self._write(e, depth)
        found = self._closed.get(e)
        if found is None:
            found = self._write(e, depth)
            if len(found) > _LONG:
                name = f"d!{self._named}"
                self._named += 1
                self._lines.append(f"(define-fun {name} () {self._type(e.type)} {found})")
                found = name
            self._closed[e] = found
        return found

    def _write(self, e: Expr, depth: int) -> str:
        match e.op:
            case "lit":
                return self._literal(e)
            case "bound":
                assert isinstance(e.data, int)
                return f"b{depth - 1 - e.data}"
            case "read":
                return self._read(str(e.data), e, depth)
            case "all" | "some":
                return self._quantifier(e, depth)
            case "<" | "<=":
                return self._compare(e, depth)
            case _:
                kids = " ".join(self._term(a, depth) for a in e.args)
                return f"({_SMT[e.op]} {kids})"

    def _literal(self, e: Expr) -> str:
        if e.type == BOOL:
            return "true" if e.data else "false"
        if e.type == INT:
            assert isinstance(e.data, int)
            return str(e.data) if e.data >= 0 else f"(- {-e.data})"
        if e.type in self._finite:
            self._type(e.type)
            return f"{sort_symbol(e.type)}!{e.data}"
        self._ordered[e.type] = None
        end = "last" if e.data == ir.LAST else "first"
        return self._symbol(f"{e.type}!{end}", (), e.type)

    def _read(self, name: str, e: Expr, depth: int) -> str:
        head = self._symbol(name, tuple(a.type for a in e.args), e.type)
        if not e.args:
            return head
        return f"({head} {' '.join(self._term(a, depth) for a in e.args)})"

    def _compare(self, e: Expr, depth: int) -> str:
        a, b = e.args
        if a.type == INT:
            return f"({e.op} {self._term(a, depth)} {self._term(b, depth)})"
        self._ordered[a.type] = None
        if e.op == "<=":
            return self._write(below(a, b), depth)
        return f"(not {self._write(below(b, a), depth)})"

    def _quantifier(self, e: Expr, depth: int) -> str:
        assert isinstance(e.data, tuple)
        names = " ".join(f"(b{depth + i} {self._type(t)})" for i, t in enumerate(e.data))
        word = "forall" if e.op == "all" else "exists"
        return f"({word} ({names}) {self._term(e.args[0], depth + len(e.data))})"

    # ------------------------------------------------------ declarations

    def _symbol(self, name: str, index: tuple[Type, ...], type_: Type) -> str:
        found = self._declared.get(name)
        if found is None:
            shown = name
            if name.startswith("card!"):
                shown = f"card!{self._numbered.setdefault(name, len(self._numbered))}"
                meaning = self._describe(name) if self._describe else ""
                if meaning:
                    self._lines.append(f"; {symbol(shown)} is {meaning}")
            found = self._declared[name] = symbol(shown)
            kinds = " ".join(self._type(t) for t in index)
            self._lines.append(f"(declare-fun {found} ({kinds}) {self._type(type_)})")
        return found

    def _type(self, type_: Type) -> str:
        name = sort_symbol(type_)
        if type_ in (BOOL, INT) or f":{type_}" in self._declared:
            return name
        self._declared[f":{type_}"] = name
        if type_ in self._finite:
            values = " ".join(f"({name}!{i})" for i in range(self._finite[type_]))
            self._lines.append(f"(declare-datatypes (({name} 0)) (({values})))")
        else:
            self._lines.append(f"(declare-sort {name} 0)")
        return name
