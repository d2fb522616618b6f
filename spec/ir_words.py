"""Conditions of the IR as they would stand in a `.fs` file, for people to read.

Names of definitions are gone by then, so this is longer than what was written.
"""

from __future__ import annotations

from typing import Final

from spec import ir
from spec.ir import BOOL, Expr

_LOOSE: Final = frozenset({"all", "some", "count", "and", "or", "ite", "not"})
_WORDS: Final = {"==": "==", "<": "<", "<=": "<=", "+": "+", "-": "-", "*": "*", "/": "/"}
_LETTERS: Final = {"Vma": "vw", "Mm": "mn", "Page": "pqr"}


def words(e: Expr) -> str:
    """One condition or value on one line; parameters and things that exist by their names."""
    return _Writer().text(e)


class _Writer:
    def __init__(self) -> None:
        self._bound: list[str] = []

    def text(self, e: Expr) -> str:
        match e.op:
            case "lit":
                return _literal(e)
            case "var":
                return str(e.data).lstrip("?%")
            case "bound":
                assert isinstance(e.data, int)
                return self._bound[-1 - e.data]
            case "read":
                return self._read(e)
            case "not":
                return self._not(e.args[0])
            case "or" if any(a.op == "not" for a in e.args):
                return self._implies(e)
            case "and" | "or":
                return f" {e.op} ".join(self._inner(a) for a in e.args)
            case "ite":
                cond, then, orelse = (self._inner(a) for a in e.args)
                return f"if {cond} then {then} else {orelse}"
            case "just":
                return self.text(e.args[0])
            case "all" | "some" | "count":
                return self._binder(e)
        a, b = (self._inner(x) for x in e.args)
        return f"{a} {_equals(e)} {b}"

    def _inner(self, e: Expr) -> str:
        loose = e.op in _LOOSE or e.op in _WORDS
        if e.op in ("==", "<", "<=") or (e.op == "not" and e.args[0].op not in _LOOSE):
            loose = False
        return f"({self.text(e)})" if loose else self.text(e)

    def _implies(self, e: Expr) -> str:
        premise = ir.and_(*(a.args[0] for a in e.args if a.op == "not"))
        rest = [a for a in e.args if a.op != "not"]
        if not rest:
            return self._not(premise)
        return f"{self._inner(premise)} implies {self._inner(ir.or_(*rest))}"

    def _not(self, e: Expr) -> str:
        if e.op == "==":
            a, b = (self._inner(x) for x in e.args)
            return f"{a} != {b}"
        return f"not {self._inner(e)}"

    def _read(self, e: Expr) -> str:
        name = str(e.data).lstrip("$!")
        args = ", ".join(self.text(a) for a in e.args)
        return f"{name}[{args}]" if args else name

    def _binder(self, e: Expr) -> str:
        assert isinstance(e.data, tuple)
        names = []
        for type_ in e.data:
            names.append(self._fresh(type_))
            self._bound.append(names[-1])
        body = self.text(e.args[0])
        del self._bound[-len(names) :]
        groups: dict[str, list[str]] = {}
        for name, type_ in zip(names, e.data, strict=True):
            groups.setdefault(type_, []).append(name)
        binders = ", ".join(f"{', '.join(n)} in {t}" for t, n in groups.items())
        return f"{e.op} {binders}: {body}"

    def _fresh(self, type_: str) -> str:
        letters = _LETTERS.get(type_, type_[0].lower())
        free = (x for x in letters if x not in self._bound)
        number = 1
        while f"{letters[0]}{number}" in self._bound:
            number += 1
        return next(free, f"{letters[0]}{number}")


def _literal(e: Expr) -> str:
    if e.data is None:
        return "none"
    if e.type == BOOL:
        return "true" if e.data else "false"
    return f"the last {e.type}" if e.data == ir.LAST else str(e.data)


def _equals(e: Expr) -> str:
    return "iff" if e.op == "==" and e.args[0].type == BOOL else _WORDS[e.op]
