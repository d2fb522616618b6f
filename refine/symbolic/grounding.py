"""Expressions of the language over the cells of one scope, as z3 terms.

A value is a plain bool or int where it is known, else a z3 Bool or Int.  An element is its
number.  `none` is None, and -1 where it is one of the values of a term: an optional is a term
that is -1 or the number of an element.  Quantifiers are written out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any, Final

import z3

from refine.symbolic.asking import Unfollowable
from spec.ir import BOOL, LAST, Expr, Type

Val = Any
Cells = Mapping[tuple[int, ...], Val]
NONE: Final = -1


def not_(a: Val) -> Val:
    return not a if isinstance(a, bool) else z3.Not(a)


def and_(parts: list[Val]) -> Val:
    return _junction(parts, True, z3.And)


def or_(parts: list[Val]) -> Val:
    return _junction(parts, False, z3.Or)


def _junction(parts: list[Val], unit: bool, join: Callable[..., Any]) -> Val:
    terms = [p for p in parts if not isinstance(p, bool)]
    if any(p is (not unit) for p in parts):
        return not unit
    if not terms:
        return unit
    return terms[0] if len(terms) == 1 else join(*terms)


def number(a: Val) -> Val:
    """A number: truth values as 0 and 1, none as -1."""
    if a is None:
        return NONE
    if isinstance(a, bool):
        return int(a)
    if isinstance(a, int) or a.sort().kind() == z3.Z3_INT_SORT:
        return a
    return z3.If(a, z3.IntVal(1, a.ctx), z3.IntVal(0, a.ctx))


def equal(a: Val, b: Val) -> Val:
    """Of two values of one type."""
    plain = a is None or isinstance(a, int), b is None or isinstance(b, int)
    if all(plain):
        return a == b
    if isinstance(a, bool) or isinstance(b, bool):
        flag, term = (a, b) if isinstance(a, bool) else (b, a)
        return term if flag else z3.Not(term)
    if not any(plain) and a.eq(b):
        return True
    return (NONE if a is None else a) == (NONE if b is None else b)


def choose(cond: Val, a: Val, b: Val) -> Val:
    """`a` where the condition holds, else `b`."""
    if isinstance(cond, bool):
        return a if cond else b
    if equal(a, b) is True:
        return a
    ctx = cond.ctx
    if any(isinstance(x, bool) or z3.is_bool(x) for x in (a, b)):
        return z3.If(cond, *(z3.BoolVal(x, ctx) if isinstance(x, bool) else x for x in (a, b)))
    return z3.If(cond, *(z3.IntVal(NONE if x is None else x, ctx)
                         if x is None or isinstance(x, int) else x for x in (a, b)))


class View:
    """The values of expressions in one state.  Arguments and indices are plain numbers.

    Args:
        sizes: how many elements each sort has, Bool among them.
        cells: the value of each constant and state at each index.
    """

    def __init__(self, sizes: Mapping[Type, int], cells: Mapping[str, Cells]) -> None:
        self.sizes = sizes
        self.cells = cells
        self._memo: dict[Any, Val] = {}

    def value(self, e: Expr, env: Mapping[str, Val] | None = None) -> Val:
        """The value; `env` has those of its free variables."""
        return self._value(e, env or {}, ())

    def table(
        self, index: tuple[Type, ...], body: Expr, env: Mapping[str, Val]
    ) -> dict[tuple[int, ...], Val]:
        """The values of an update or of an initial value, by index."""
        found = {}
        for at in product(*(range(self.sizes[t]) for t in index)):
            found[at] = self.value(body, {**env, **{f"%{i}": x for i, x in enumerate(at)}})
        return found

    # -------------------------------------------------------------- inside

    def _value(self, e: Expr, env: Mapping[str, Val], bound: tuple[int, ...]) -> Val:
        key = (e, tuple(env[n] for n in sorted(e.free)), bound[-e.loose:] if e.loose else ())
        if key not in self._memo:
            self._memo[key] = self._compute(e, env, bound)
        return self._memo[key]

    def _compute(self, e: Expr, env: Mapping[str, Val], bound: tuple[int, ...]) -> Val:
        match e.op:
            case "lit":
                return self.sizes[e.type] - 1 if e.data == LAST else e.data
            case "var":
                given = env[str(e.data)]
                return bool(given) if e.type == BOOL else given
            case "bound":
                assert isinstance(e.data, int)
                given = bound[-1 - e.data]
                return bool(given) if e.type == BOOL else given
            case "all" | "some" | "count":
                return self._quantified(e, env, bound)
            case "and" | "or":
                return self._junction(e, env, bound)
        kids = [self._value(a, env, bound) for a in e.args]
        match e.op:
            case "read":
                return self._read(str(e.data), kids, [a.type for a in e.args])
            case "just":
                return kids[0]
            case "not":
                return not_(kids[0])
            case "ite":
                return choose(*kids)
            case "==":
                return equal(*kids)
        return _arithmetic(e.op, kids[0], kids[1])

    def _junction(self, e: Expr, env: Mapping[str, Val], bound: tuple[int, ...]) -> Val:
        parts = []
        for a in e.args:
            parts.append(self._value(a, env, bound))
            if parts[-1] is (e.op == "or"):
                return parts[-1]
        return and_(parts) if e.op == "and" else or_(parts)

    def _quantified(self, e: Expr, env: Mapping[str, Val], bound: tuple[int, ...]) -> Val:
        assert isinstance(e.data, tuple)
        parts = []
        for at in product(*(range(self.sizes[t]) for t in e.data)):
            parts.append(self._value(e.args[0], env, bound + at))
            if e.op != "count" and parts[-1] is (e.op == "some"):
                return parts[-1]
        if e.op != "count":
            return and_(parts) if e.op == "all" else or_(parts)
        plain = sum(1 for p in parts if p is True)
        terms = [number(p) for p in parts if not isinstance(p, bool)]
        return z3.Sum(*terms) + plain if terms else plain

    def _read(self, name: str, at: list[Val], types: list[Type]) -> Val:
        """At an index that is a term: the value at each element it can be."""
        cells = self.cells[name]
        for i, (x, type_) in enumerate(zip(at, types, strict=True)):
            if not isinstance(x, int):
                x = number(x)
                options = range(self.sizes[type_])
                values = [self._read(name, [*at[:i], k, *at[i + 1:]], types) for k in options]
                found = values[-1]
                for k in reversed(options[:-1]):
                    found = choose(x == k, values[k], found)
                return found
        return cells[tuple(int(x) for x in at)]


def _arithmetic(op: str, a: Val, b: Val) -> Val:
    a, b = number(a), number(b)
    match op:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "/":
            return _divided(a, b)
        case "<":
            return a < b
        case "<=":
            return a <= b
    raise Unfollowable(f"the scheme uses {op}")


def _divided(a: Val, b: Val) -> Val:
    """Rounded towards minus infinity.  z3 does so for positive divisors."""
    if isinstance(a, int) and isinstance(b, int) and b:
        return a // b
    if isinstance(b, int) and b > 0:
        return a / b
    if isinstance(b, int) and b < 0:
        return -a / -b
    raise Unfollowable("the scheme divides by what is not a plain number")
