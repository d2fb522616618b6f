"""From an IR expression to a first-order one over plain sorts.  No solver here.

Two passes, both equivalences in every world:

* `Plain` removes what an uninterpreted encoding has no word for: optional values
  become a flag and a value, binders over finite sorts (bool, enums, ranges of a fixed
  small size, optionals) are written out.
* `Skolem` names what an assertion says to exist, so that later passes see it as a
  term.

Names made here never clash with those of a system: `$v` is an action's parameter, `!1`
a thing that exists, `f?has` and `f?of` the two halves of an optional place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Final

from spec import ir
from spec.ir import BOOL, FALSE, INT, LAST, QUANTIFIERS, TRUE, Expr, System, Type

SMALL_RANGE: Final = 8
"""A range of a fixed size up to this is written out like an enum."""


class GiveUp(Exception):
    """The expression has something no axiom here speaks about; `str()` says what."""


def finite_sizes(system: System) -> dict[Type, int]:
    """The sorts whose elements are known one by one, with their number."""
    sizes: dict[Type, int] = {BOOL: 2}
    for sort in system.sorts:
        if sort.kind == "enum":
            sizes[sort.name] = len(sort.names)
        elif sort.kind == "range" and isinstance(sort.size, int) and sort.size <= SMALL_RANGE:
            sizes[sort.name] = sort.size
    return sizes


def name_parameters(e: Expr, params: Sequence[tuple[str, Type]]) -> Expr:
    """Free variables become constants: the parameter `v` is read as `$v`."""
    return ir.substitute(e, {n: ir.read(f"${n}", (), t) for n, t in params})


class Plain:
    """Removes optionals and finite binders; remembers what it has done.

    Args:
        finite: sorts to write out, from `finite_sizes`.
    """

    def __init__(self, finite: Mapping[Type, int]) -> None:
        self._finite = finite
        self._fresh = ir.Fresh()
        self._memo: dict[Expr, Expr] = {}
        self._has: dict[Expr, Expr] = {}
        self._of: dict[Expr, Expr] = {}

    def lower(self, e: Expr) -> Expr:
        """The same truth or value; `e` is not of an optional type.

        Raises:
            GiveUp: a binder over numbers.
        """
        found = self._memo.get(e)
        if found is None:
            found = self._memo[e] = self._lower(e)
        return found

    def _lower(self, e: Expr) -> Expr:
        if e.op in QUANTIFIERS:
            return self._quantifier(e)
        if e.op == "lit":
            small = e.data == LAST and e.type in self._finite
            return ir.lit(self._finite[e.type] - 1, e.type) if small else e
        if e.op == "read":
            return self._read(str(e.data), e.args, e.type)
        if e.op == "==" and ir.is_optional(e.args[0].type):
            return self._same(*e.args)
        args = tuple(self.lower(a) for a in e.args)
        if e.op in ("<", "<=") and args[0].type in self._finite:
            return self._compare(e.op, args[0], args[1])
        return ir.rebuild(e, args)

    def _same(self, a: Expr, b: Expr) -> Expr:
        both = ir.and_(self.has(a), self.has(b))
        equal = TRUE if both is FALSE else ir.eq(self.of(a), self.of(b))
        neither = ir.and_(ir.not_(self.has(a)), ir.not_(self.has(b)))
        return ir.or_(ir.and_(both, equal), neither)

    def _compare(self, op: str, a: Expr, b: Expr) -> Expr:
        n = self._finite[a.type]
        pairs = [(i, j) for i in range(n) for j in range(n) if i < j or (op == "<=" and i == j)]
        value = [ir.lit(i, a.type) for i in range(n)]
        return ir.or_(*(ir.and_(ir.eq(a, value[i]), ir.eq(b, value[j])) for i, j in pairs))

    # ------------------------------------------------------- optionals

    def has(self, e: Expr) -> Expr:
        """Is the optional `e` there?"""
        found = self._has.get(e)
        if found is None:
            found = self._has[e] = self._presence(e)
        return found

    def _presence(self, e: Expr) -> Expr:
        match e.op:
            case "lit":
                return FALSE
            case "just":
                return TRUE
            case "ite":
                return ir.ite(self.lower(e.args[0]), self.has(e.args[1]), self.has(e.args[2]))
            case "read":
                return self._read(f"{e.data}?has", e.args, BOOL)
        raise GiveUp(f"an optional value of the form {e.op}")

    def of(self, e: Expr) -> Expr:
        """The value of the optional `e`; any value where it is absent."""
        found = self._of.get(e)
        if found is None:
            found = self._of[e] = self._value(e)
        return found

    def _value(self, e: Expr) -> Expr:
        inner = e.type[:-1]
        match e.op:
            case "lit":
                return ir.read(f"any?{inner}", (), inner)
            case "just":
                return self.lower(e.args[0])
            case "ite":
                cond, then, orelse = e.args
                if self.has(then) is FALSE:
                    return self.of(orelse)
                if self.has(orelse) is FALSE:
                    return self.of(then)
                return ir.ite(self.lower(cond), self.of(then), self.of(orelse))
            case "read":
                return self._read(f"{e.data}?of", e.args, inner)
        raise GiveUp(f"an optional value of the form {e.op}")

    def _read(self, name: str, args: Sequence[Expr], type_: Type) -> Expr:
        """A place indexed by an optional is one place for none and one for the values."""
        for i, a in enumerate(args):
            if ir.is_optional(a.type):
                rest = args[:i], args[i + 1 :]
                absent = self._read(f"{name}?{i}none", (*rest[0], *rest[1]), type_)
                inner = ir.read(f"{name}?{i}some", (*rest[0], self.of(a), *rest[1]), type_)
                present = self._read(str(inner.data), inner.args, type_)
                return ir.ite(self.has(a), present, absent)
        return ir.read(name, [self.lower(a) for a in args], type_)

    # ---------------------------------------------------------- binders

    def _quantifier(self, e: Expr) -> Expr:
        assert isinstance(e.data, tuple)
        kept: list[tuple[str, Type]] = []
        choices = [self._choices(t, kept) for t in e.data]
        parts = []
        for values in product(*choices):
            used = {v for value in values for v in value.free}
            names = [k for k in kept if k[0] in used]
            body = self.lower(ir.open_binder(e, values))
            if e.op != "count":
                names, body = one_point(e.op, names, body)
            parts.append(ir.close_binder(e.op, names, body))
        if e.op == "count":
            total = ir.integer(0)
            for part in parts:
                total = ir.add(total, part)
            return total
        return ir.and_(*parts) if e.op == "all" else ir.or_(*parts)

    def _choices(self, type_: Type, kept: list[tuple[str, Type]]) -> list[Expr]:
        if type_ in self._finite:
            if type_ == BOOL:
                return [FALSE, TRUE]
            return [ir.lit(i, type_) for i in range(self._finite[type_])]
        if ir.is_optional(type_):
            inner = self._choices(type_[:-1], kept)
            return [ir.lit(None, type_), *(ir.just(x) for x in inner)]
        if type_ == INT:
            raise GiveUp("a binder over numbers")
        (fresh,) = self._fresh.variables([type_])
        kept.append((str(fresh.data), type_))
        return [fresh]


def one_point(
    kind: str, names: Sequence[tuple[str, Type]], body: Expr
) -> tuple[list[tuple[str, Type]], Expr]:
    """Bound variables that can have one value only are that value.

    `all x: x != t or B(x)` says B(t), and so does `some x: x == t and B(x)`.

    Args:
        kind: `all` or `some`.
        names: the variables, free in `body`.
    Returns:
        Those that are left, and the body for them.
    """
    left = list(names)
    while True:
        parts = conjuncts(ir.not_(body) if kind == "all" else body)
        found = next((f for part in parts if (f := _equated(part, left))), None)
        if found is None:
            return left, body
        name, term = found
        left = [n for n in left if n[0] != name]
        body = ir.substitute(body, {name: term})


def _equated(e: Expr, names: Sequence[tuple[str, Type]]) -> tuple[str, Expr] | None:
    """One of the variables, and the term it equals where `e` is true."""
    if e.op == "==":
        bound = {n for n, _ in names}
        for x, term in (e.args, e.args[::-1]):
            if x.op == "var" and x.data in bound and x.data not in term.free:
                return str(x.data), term
    return None


class Skolem:
    """Names for what an assertion says to exist: `!g1`, `!g2`, ... in order of need.

    Args:
        tag: `g` here; assertions that go together have different tags.
    """

    def __init__(self, tag: str) -> None:
        self._tag = tag
        self._next = 0

    def assertion(self, e: Expr) -> list[Expr]:
        """Conjuncts that are satisfiable together exactly when `e` is."""
        return conjuncts(self._strip(e, "some"))

    def denial(self, e: Expr) -> list[Expr]:
        """The same for `not e`."""
        return conjuncts(ir.not_(self._strip(e, "all")))

    def _strip(self, e: Expr, kind: str) -> Expr:
        """Open the quantifiers of this kind (of the other kind below a `not`)."""
        if e.op == kind:
            assert isinstance(e.data, tuple)
            return self._strip(ir.open_binder(e, [self._name(t) for t in e.data]), kind)
        if e.op in ("and", "or"):
            return ir.rebuild(e, tuple(self._strip(a, kind) for a in e.args))
        if e.op == "not":
            return ir.not_(self._strip(e.args[0], "all" if kind == "some" else "some"))
        return e

    def _name(self, type_: Type) -> Expr:
        self._next += 1
        return ir.read(f"!{self._tag}{self._next}", (), type_)


def conjuncts(e: Expr) -> list[Expr]:
    """The parts of a conjunction; a negated disjunction is one, too."""
    if e.op == "and":
        return [part for a in e.args for part in conjuncts(a)]
    if e.op == "not" and e.args[0].op == "or":
        return [part for a in e.args[0].args for part in conjuncts(ir.not_(a))]
    return [] if e is TRUE else [e]


def goals(e: Expr) -> list[Expr]:
    """Parts to prove one by one: conjuncts, and the two directions of an `iff`."""
    if e.op == "==" and e.args[0].type == BOOL:
        a, b = e.args
        return [*goals(ir.implies(a, b)), *goals(ir.implies(b, a))]
    parts = conjuncts(e)
    if len(parts) <= 1:
        return parts
    return [g for part in parts for g in goals(part)]

