"""Every axiom schema of the unbounded prover: statement, why it is true, and its builder.

Nothing else is ever added to an obligation.  Each builder returns an IR expression, so
its truth in a finite world is a question for `spec.eval`; the tests ask it in every
world of up to four elements.  No solver here.

A *point* is a tuple of elements, a value for each bound variable of a count.  The
domain of a count is finite, as all sorts are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from spec import ir
from spec.ir import FALSE, INT, Expr, Type

Points = Sequence[Expr]
"""Distinct variables, the coordinates of a point."""

Counting = Callable[[Points, Expr], Expr]
"""The number of points that satisfy a predicate."""


def counting(points: Points, body: Expr) -> Expr:
    """The count itself, as an IR node."""
    return ir.close_binder("count", [(str(x.data), x.type) for x in points], body)


def number(cond: Expr) -> Expr:
    """1 where `cond` holds, 0 elsewhere."""
    return ir.ite(cond, ir.integer(1), ir.integer(0))


def total(parts: Sequence[Expr]) -> Expr:
    """The sum; 0 for none."""
    summed = ir.integer(0)
    for part in parts:
        summed = ir.add(summed, part)
    return summed


def distinct(left: Points, right: Points) -> Expr:
    """Two points differ: in one coordinate at least."""
    return ir.or_(*(ir.not_(ir.eq(a, b)) for a, b in zip(left, right, strict=True)))


def every(variables: Sequence[Expr], body: Expr) -> Expr:
    return ir.close_binder("all", [(str(x.data), x.type) for x in variables], body)


# ------------------------------------------------------------ equivalences


def touched(
    points: Points, at: int, terms: Sequence[Expr], body: Expr, base: Expr,
    count: Counting = counting,
) -> Expr:
    """A2.  The change of a count is the change at what was touched.

    If `body` and `base` agree at every point whose coordinate `at` is none of `terms`, then

        #body = #base + sum over i, t_i not among t_1 .. t_(i-1), of (#body[t_i] - #base[t_i])

    where [t] fixes the coordinate.  The points fall into slices by that coordinate; both
    counts are sums over slices, and slices at no t_i are equal.  With base = body and
    "not t_i", the slices of `base` at t_i are empty: the same statement splits a count.

    Returns:
        The right side.  That body and base agree is the caller's to see to.
    """
    x = points[at]
    rest = [p for p in points if p is not x]
    parts = [count(points, base)]
    for i, t in enumerate(terms):
        here = {str(x.data): t}
        change = ir.sub(
            count(rest, ir.substitute(body, here)), count(rest, ir.substitute(base, here))
        )
        new = ir.and_(*(ir.not_(ir.eq(t, earlier)) for earlier in terms[:i]))
        parts.append(ir.ite(new, change, ir.integer(0)))
    return total(parts)


def agree_outside(body: Expr, x: Expr, terms: Sequence[Expr]) -> Expr:
    """A2, its premise: `body` where x is none of `terms`.

    Away from the terms each `x == t` is false, so replacing it by false gives a
    predicate that agrees with `body` there.
    """
    false = {ir.eq(x, t) for t in terms} | {ir.eq(t, x) for t in terms}
    memo: dict[Expr, Expr] = {}

    def go(e: Expr) -> Expr:
        found = memo.get(e)
        if found is None:
            found = FALSE if e in false else ir.rebuild(e, tuple(go(a) for a in e.args))
            memo[e] = found
        return found

    return go(body)


def choice(points: Points, cond: Expr, then: Expr, orelse: Expr, count: Counting) -> Expr:
    """A3.  A condition that does not speak of the point goes outside.

    #(if c then P else Q) = if c then #P else #Q, by the two cases of c.
    """
    return ir.ite(cond, count(points, then), count(points, orelse))


def apart(kind: str, variables: Sequence[Expr], body: Expr, terms: Sequence[Expr]) -> Expr:
    """A12.  Some elements may be set apart from all others.

    some x: B(x)  iff  B(t_1) or ... or B(t_n) or some x, x none of the t_i: B(x)

    and dually for `all`: x is one of the terms or none of them.  Where x is none of
    them, atoms `x == t_i` are false.  Done for each variable in turn.
    """
    if not variables:
        return body
    x, rest = variables[0], variables[1:]
    mine = [t for t in terms if t.type == x.type]
    cases = [ir.substitute(body, {str(x.data): t}) for t in mine]
    others = agree_outside(body, x, mine)
    same = [ir.eq(x, t) for t in mine]
    binder = [(str(x.data), x.type)]
    if kind == "some":
        elsewhere = ir.and_(*map(ir.not_, same), apart(kind, rest, others, terms))
        here = [apart(kind, rest, c, terms) for c in cases]
        return ir.or_(*here, ir.close_binder(kind, binder, elsewhere))
    elsewhere = ir.or_(*same, apart(kind, rest, others, terms))
    here = [apart(kind, rest, c, terms) for c in cases]
    return ir.and_(*here, ir.close_binder(kind, binder, elsewhere))


# ----------------------------------------------------------------- regions


@dataclass(frozen=True)
class Regions:
    """Points by which of some predicates hold there.

    `member[i]` are the truth values of region i, one per predicate, all regions
    distinct; every point where at least one predicate holds lies in one of the regions
    (the caller has seen to that).  `size[i]` is the number of points of region i; it and
    the predicates may speak of the variables `outer`.
    """

    outer: Sequence[Expr]
    points: Points
    predicates: Sequence[Expr]
    member: Sequence[tuple[bool, ...]]
    size: Sequence[Expr]

    def holds(self, i: int, at: Points) -> Expr:
        """The point `at` lies in region i."""
        here = {str(x.data): t for x, t in zip(self.points, at, strict=True)}
        parts = [
            p if yes else ir.not_(p)
            for p, yes in zip(self.predicates, self.member[i], strict=True)
        ]
        return ir.substitute(ir.and_(*parts), here)


def linear(regions: Regions, which: int, value: Expr) -> Expr:
    """A4.  A count is the sum of the regions inside its predicate.

    The regions are disjoint, and cover the predicate.  `value` is #predicates[which].
    """
    inside = [s for s, m in zip(regions.size, regions.member, strict=True) if m[which]]
    return every(regions.outer, ir.eq(value, total(inside)))


def never_negative(outer: Sequence[Expr], size: Expr) -> Expr:
    """A5.  A number of points is not negative."""
    return every(outer, ir.le(ir.integer(0), size))


def threshold_up(regions: Regions, i: int, witnesses: Sequence[Points]) -> list[Expr]:
    """A6.  A region of k points and more has k different points, for k = 1, 2, ...

    `witnesses` are new names: the first, the second point.  For every outer value a
    choice of them makes all these true at once: enumerate the region.
    """
    made = []
    for k, w in enumerate(witnesses):
        differ = [distinct(w, earlier) for earlier in witnesses[:k]]
        body = ir.implies(
            ir.le(ir.integer(k + 1), regions.size[i]), ir.and_(regions.holds(i, w), *differ)
        )
        made.append(every(regions.outer, body))
    return made


def threshold_down(regions: Regions, i: int, names: Sequence[Points]) -> Expr:
    """A7.  k different points in a region make its size k at least; k = len(names).

    `names` are k points of new variables, over which the axiom is quantified.
    """
    parts = [regions.holds(i, at) for at in names]
    parts += [distinct(b, a) for j, b in enumerate(names) for a in names[:j]]
    body = ir.implies(ir.and_(*parts), ir.le(ir.integer(len(names)), regions.size[i]))
    return every([*regions.outer, *(x for at in names for x in at)], body)


def witness(points: Points, body: Expr, value: Expr, at: Points) -> Expr:
    """A8.  A count of one and more has a point; `at` is new, `value` is #body."""
    here = {str(x.data): t for x, t in zip(points, at, strict=True)}
    return ir.implies(ir.le(ir.integer(1), value), ir.substitute(body, here))


def functional(
    points: Points, at: int, body: Expr, value: Expr, projected: Expr, names: Points
) -> Expr:
    """A9.  Where a coordinate is determined by the others, it need not be counted.

    `value` is #body, `projected` the number of the other coordinates' tuples for which
    some value of coordinate `at` satisfies `body`.  Each such tuple has a point, so
    projected <= value; and if no tuple has two points, the two are equal: dropping the
    coordinate is then a bijection.  `names` are two new variables for the coordinate.
    """
    x, (one, two) = points[at], names
    rest = [p for p in points if p is not x]
    both = ir.and_(
        ir.substitute(body, {str(x.data): one}), ir.substitute(body, {str(x.data): two})
    )
    once = every([*rest, one, two], ir.implies(both, ir.eq(one, two)))
    return ir.and_(ir.le(projected, value), ir.implies(once, ir.eq(projected, value)))


# ------------------------------------------------------------------ orders


def order(sort: Type, below: Callable[[Expr, Expr], Expr]) -> list[Expr]:
    """A1.  A range is a linear order with a first and a last element.

    It has at least one element, so both exist.  `below(a, b)` says a <= b.
    """
    x, y, z = (ir.var(f"?{n}", sort) for n in "xyz")
    first, last = ir.lit(0, sort), ir.lit(ir.LAST, sort)
    return [
        every([x], below(x, x)),
        every([x, y], ir.or_(below(x, y), below(y, x))),
        every([x, y], ir.implies(ir.and_(below(x, y), below(y, x)), ir.eq(x, y))),
        every([x, y, z], ir.implies(ir.and_(below(x, y), below(y, z)), below(x, z))),
        every([x], ir.and_(below(first, x), below(x, last))),
    ]


def range_size(sort: ir.Sort) -> Expr:
    """A10.  A range has as many elements as its size says.

    That is what a size means: `count x: true` over the range is this number.
    """
    assert sort.size is not None
    return ir.read(sort.size, (), INT) if isinstance(sort.size, str) else ir.integer(sort.size)


def quotient(value: Expr, divisor: Expr, result: Expr) -> Expr:
    """A11.  `result` is value / divisor, rounded towards minus infinity.

    For a positive divisor that is the only number q with d*q <= value < d*q + d.
    """
    product = ir.arith("*", divisor, result)
    fits = ir.and_(ir.le(product, value), ir.lt(value, ir.add(product, divisor)))
    return ir.implies(ir.lt(ir.integer(0), divisor), fits)

