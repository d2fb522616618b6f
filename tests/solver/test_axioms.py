"""Every axiom schema is true in every world of up to three or four elements.

The builders make IR expressions, so the evaluator answers; no solver is asked.  Tables
of constants play the predicates: all of them, by brute force.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import pytest

from solver import axioms
from spec import ir
from spec.eval import Evaluator
from spec.ir import BOOL, FALSE, INT, Expr
from spec.trace import Value, World

T, U = "T", "U"
X, Y, OUT = ir.var("?x0", T), ir.var("?x1", U), ir.var("?o0", U)
Tables = Mapping[str, object]
Table = Mapping[tuple[int, ...], Value]


def sorts(range_of: int | str | None = None) -> tuple[ir.Sort, ...]:
    if range_of is None:
        return (ir.Sort(T, "elements"), ir.Sort(U, "elements"))
    return (ir.Sort(T, "range", (), range_of), ir.Sort(U, "elements"))


def evaluator(sizes: Mapping[str, int], values: Tables, range_of: str | None = None) -> Evaluator:
    consts = tuple(ir.Const(n, (), INT) for n in values)
    system = ir.System(
        "world", "module", ("world",), sorts(range_of), consts, (), (), (), (), ())
    return Evaluator(system, World(dict(sizes), dict(values)))  # type: ignore[arg-type]


def tables(domain: Sequence[int], values: Sequence[Value]) -> Iterator[Table]:
    """All functions from a product of ranges to the values."""
    places = list(product(*(range(n) for n in domain)))
    for chosen in product(values, repeat=len(places)):
        yield dict(zip(places, chosen, strict=True))


def p(*at: Expr) -> Expr:
    return ir.read("p", at, BOOL)


def q(*at: Expr) -> Expr:
    return ir.read("q", at, BOOL)


def term(name: str, type_: str = T) -> Expr:
    return ir.read(name, (), type_)


# -------------------------------------------------------------- A1, A10


@pytest.mark.parametrize("n", range(1, 6))
def test_a_range_is_a_linear_order_with_ends(n: int) -> None:
    below = {(a, b): a <= b for a in range(n) for b in range(n)}
    ev = evaluator({T: n, U: 1}, {"below": below, "N": n}, "N")
    for axiom in axioms.order(T, lambda a, b: ir.read("below", (a, b), BOOL)):
        assert ev.truth(axiom, {}), axiom


@pytest.mark.parametrize("n", range(1, 6))
def test_a_range_has_as_many_elements_as_its_size_says(n: int) -> None:
    ev = evaluator({T: n, U: 1}, {"N": n}, "N")
    everything = axioms.counting([X], ir.TRUE)
    for size in ("N", n):
        assert ev.truth(ir.eq(everything, axioms.range_size(ir.Sort(T, "range", (), size))), {})


# ------------------------------------------------------------------- A2


@pytest.mark.parametrize("n", range(1, 5))
def test_a_count_changes_by_what_was_touched(n: int) -> None:
    terms = [term("s"), term("t")]
    claim = ir.eq(axioms.counting([X], p(X)), axioms.touched([X], 0, terms, p(X), q(X)))
    for body in tables([n], [False, True]):
        for s, t in product(range(n), repeat=2):
            for base in tables([n], [False, True]):
                if any(body[x,] != base[x,] for x in range(n) if x not in (s, t)):
                    continue
                ev = evaluator({T: n, U: 1}, {"p": body, "q": base, "s": s, "t": t})
                assert ev.truth(claim, {})


@pytest.mark.parametrize("at", [0, 1])
@pytest.mark.parametrize("shape", [(1, 2), (2, 2), (3, 1)])
def test_a_count_of_pairs_changes_by_the_slices_touched(at: int, shape: tuple[int, int]) -> None:
    points = [X, Y]
    terms = [term("s", points[at].type), term("t", points[at].type)]
    claim = ir.eq(
        axioms.counting(points, p(X, Y)), axioms.touched(points, at, terms, p(X, Y), q(X, Y)))
    for body in tables(shape, [False, True]):
        for s, t in product(range(shape[at]), repeat=2):
            for base in tables(shape, [False, True]):
                if any(body[k] != base[k] for k in body if k[at] not in (s, t)):
                    continue
                ev = evaluator(
                    {T: shape[0], U: shape[1]}, {"p": body, "q": base, "s": s, "t": t})
                assert ev.truth(claim, {})


def shapes_that_compare() -> list[Expr]:
    s, t = term("s"), term("t")
    here = ir.eq(X, s)
    related = ir.read("r", (X, ir.var("y", U)), BOOL)
    some = ir.close_binder("some", [("y", U)], ir.and_(ir.eq(s, X), related))
    return [
        here,
        ir.or_(here, p(X)),
        ir.and_(ir.not_(here), p(X)),
        ir.ite(here, q(X), p(X)),
        ir.eq(ir.eq(t, X), p(X)),
        ir.or_(some, ir.and_(p(X), ir.not_(ir.eq(X, t)))),
        ir.ite(ir.eq(X, t), q(s), ir.ite(here, p(t), p(X))),
    ]


@pytest.mark.parametrize("body", shapes_that_compare())
@pytest.mark.parametrize("n", [1, 2, 3])
def test_without_the_touched_terms_a_predicate_is_the_same_elsewhere(body: Expr, n: int) -> None:
    s, t = term("s"), term("t")
    base = axioms.agree_outside(body, X, [s, t])
    elsewhere = ir.and_(ir.not_(ir.eq(X, s)), ir.not_(ir.eq(X, t)))
    agree = axioms.every([X], ir.implies(elsewhere, ir.eq(body, base)))
    counted = ir.eq(
        axioms.counting([X], body), axioms.touched([X], 0, [s, t], body, base))
    for yes, no in product(tables([n], [False, True]), repeat=2):
        for sv, tv in product(range(n), repeat=2):
            r = {(i, j): (i + j + sv) % 2 == 0 for i in range(n) for j in range(2)}
            ev = evaluator({T: n, U: 2}, {"p": yes, "q": no, "s": sv, "t": tv, "r": r})
            assert ev.truth(agree, {})
            assert ev.truth(counted, {})


# ------------------------------------------------------------------- A3


@pytest.mark.parametrize("n", range(1, 5))
def test_a_condition_without_the_point_goes_outside(n: int) -> None:
    c = ir.read("c", (), BOOL)
    for then, orelse in ((p(X), q(X)), (p(X), FALSE), (ir.TRUE, q(X))):
        inside = axioms.counting([X], ir.ite(c, then, orelse))
        claim = ir.eq(inside, axioms.choice([X], c, then, orelse, axioms.counting))
        for yes, no in product(tables([n], [False, True]), repeat=2):
            for value in (False, True):
                ev = evaluator({T: n, U: 1}, {"p": yes, "q": no, "c": value})
                assert ev.truth(claim, {})


# ------------------------------------------------------------------ A12


@pytest.mark.parametrize("kind", ["some", "all"])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_elements_may_be_set_apart_from_the_others(kind: str, n: int) -> None:
    s, t, y = term("s"), term("t"), ir.var("?y", T)
    r = ir.read("r", (X, y), BOOL)
    bodies = {
        (X,): [p(X), ir.or_(ir.eq(X, s), p(X)), ir.and_(ir.not_(ir.eq(t, X)), p(X))],
        (X, y): [ir.and_(p(X), r), ir.or_(ir.eq(X, y), r, ir.eq(y, s)), ir.eq(ir.eq(X, t), r)],
    }
    for points, shapes in bodies.items():
        for body in shapes:
            names = [(str(x.data), x.type) for x in points]
            claim = ir.eq(
                ir.close_binder(kind, names, body), axioms.apart(kind, points, body, [s, t]))
            for yes in tables([n], [False, True]):
                for sv, tv, salt in product(range(n), range(n), range(4)):
                    related = {(i, j): (i * salt + j + tv) % 2 == 0
                               for i in range(n) for j in range(n)}
                    values = {"p": yes, "s": sv, "t": tv, "r": related}
                    assert evaluator({T: n, U: 1}, values).truth(claim, {})


# --------------------------------------------------------------- A4 to A7

MEMBER = [(True, True), (True, False), (False, True)]


def split(first: Table, second: Table) -> list[list[tuple[int, ...]]]:
    return [[k for k in first if (first[k], second[k]) == m] for m in MEMBER]


def ground_regions(points: Sequence[Expr]) -> axioms.Regions:
    size = [ir.read(f"size{i}", (), INT) for i in range(3)]
    return axioms.Regions((), points, [p(*points), q(*points)], MEMBER, size)


@pytest.mark.parametrize("shape", [(1,), (2,), (3,), (4,), (2, 2)])
def test_regions_without_outer_variables(shape: tuple[int, ...]) -> None:
    points = [X, Y][: len(shape)]
    spare = [ir.var("?y0", T), ir.var("?y1", U)][: len(shape)]
    regions = ground_regions(points)
    sizes = {T: shape[0], U: shape[1] if len(shape) > 1 else 1}
    exact = [
        axioms.linear(regions, 0, axioms.counting(points, p(*points))),
        axioms.linear(regions, 1, axioms.counting(points, q(*points))),
        *(axioms.never_negative((), s) for s in regions.size),
        *(axioms.threshold_down(regions, i, [points]) for i in range(3)),
        *(axioms.threshold_down(regions, i, [points, spare]) for i in range(3)),
    ]
    w = [[ir.read(f"w{k}{d}", (), x.type) for d, x in enumerate(points)] for k in range(2)]
    for first, second in product(tables(shape, [False, True]), repeat=2):
        cells = split(first, second)
        values = {"p": first, "q": second, **{f"size{i}": len(c) for i, c in enumerate(cells)}}
        ev = evaluator(sizes, values)
        assert all(ev.truth(e, {}) for e in exact)
        for i, cell in enumerate(cells):
            named = ir.and_(*axioms.threshold_up(regions, i, w))
            anywhere = (*cell, *product(*(range(n) for n in shape)))
            assert any(
                evaluator(sizes, {
                    **values,
                    **{f"w{k}{d}": at[d] for k, at in enumerate(pair) for d in range(len(shape))},
                }).truth(named, {})
                for pair in product(anywhere, repeat=2)
            )


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("outer", [1, 2])
def test_regions_that_depend_on_an_outer_variable(n: int, outer: int) -> None:
    size = [ir.read(f"size{i}", (OUT,), INT) for i in range(3)]
    regions = axioms.Regions([OUT], [X], [p(OUT, X), q(OUT, X)], MEMBER, size)
    spare = ir.var("?y0", T)
    w = [[ir.read(f"w{k}", (OUT,), T)] for k in range(2)]
    exact = [
        axioms.linear(regions, 0, axioms.counting([X], p(OUT, X))),
        axioms.linear(regions, 1, axioms.counting([X], q(OUT, X))),
        *(axioms.never_negative([OUT], s) for s in size),
        *(axioms.threshold_down(regions, i, [[X]]) for i in range(3)),
        *(axioms.threshold_down(regions, i, [[X], [spare]]) for i in range(3)),
    ]
    sizes = {T: n, U: outer}
    for first, second in product(tables((outer, n), [False, True]), repeat=2):
        values: dict[str, object] = {"p": first, "q": second}
        cells: dict[int, list[tuple[int, ...]]] = dict(enumerate(split(first, second)))
        for i, cell in cells.items():
            values[f"size{i}"] = {(o,): sum(k[0] == o for k in cell) for o in range(outer)}
        ev = evaluator(sizes, values)
        assert all(ev.truth(e, {}) for e in exact)
        for i in range(3):
            named = ir.and_(*axioms.threshold_up(regions, i, w))
            assert any(
                evaluator(sizes, {**values, "w0": one, "w1": two}).truth(named, {})
                for one, two in product(tables([outer], range(n)), repeat=2)
            )


def test_a_third_point_makes_three() -> None:
    regions = axioms.Regions(
        (), [X], [p(X)], [(True,)], [axioms.counting([X], p(X))])
    three = axioms.threshold_down(regions, 0, [[X], [ir.var("?y0", T)], [ir.var("?z0", T)]])
    for n in (2, 3, 4):
        for table in tables([n], [False, True]):
            assert evaluator({T: n, U: 1}, {"p": table}).truth(three, {})


# --------------------------------------------------------------- A8, A9


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (3, 1)])
def test_a_count_of_one_and_more_has_a_point(shape: tuple[int, int]) -> None:
    value = axioms.counting([X, Y], p(X, Y))
    axiom = axioms.witness([X, Y], p(X, Y), value, [term("a"), term("b", U)])
    for table in tables(shape, [False, True]):
        assert any(
            evaluator({T: shape[0], U: shape[1]}, {"p": table, "a": a, "b": b}).truth(axiom, {})
            for a in range(shape[0])
            for b in range(shape[1])
        )


@pytest.mark.parametrize("at", [0, 1])
@pytest.mark.parametrize("shape", [(1, 3), (2, 2), (3, 2), (2, 3)])
def test_a_determined_coordinate_need_not_be_counted(at: int, shape: tuple[int, int]) -> None:
    points = [X, Y]
    out, rest = points[at], points[1 - at]
    some = ir.close_binder("some", [(str(out.data), out.type)], p(X, Y))
    names = [ir.var("?y0", out.type), ir.var("?y1", out.type)]
    axiom = axioms.functional(
        points, at, p(X, Y), axioms.counting(points, p(X, Y)),
        axioms.counting([rest], some), names)
    for table in tables(shape, [False, True]):
        assert evaluator({T: shape[0], U: shape[1]}, {"p": table}).truth(axiom, {})


# ------------------------------------------------------------------ A11


def test_a_quotient_is_rounded_down() -> None:
    value, divisor = ir.read("a", (), INT), ir.read("b", (), INT)
    axiom = axioms.quotient(value, divisor, ir.arith("/", value, divisor))
    for a, b in product(range(-7, 8), [b for b in range(-4, 5) if b]):
        assert evaluator({T: 1, U: 1}, {"a": a, "b": b}).truth(axiom, {})


def test_no_other_number_is_the_quotient() -> None:
    value, divisor, result = (ir.read(n, (), INT) for n in "abq")
    axiom = axioms.quotient(value, divisor, result)
    for a, b, r in product(range(-7, 8), range(1, 5), range(-8, 9)):
        ev = evaluator({T: 1, U: 1}, {"a": a, "b": b, "q": r})
        assert ev.truth(axiom, {}) == (r == a // b)
