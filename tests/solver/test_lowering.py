"""What lowering makes of an expression has the same value in every small world."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.counts import Counts
from solver.normal import GiveUp, Plain, Skolem, finite_sizes, goals, one_point
from spec import ir
from spec.eval import Evaluator
from spec.ir import BOOL, INT, Expr
from spec.trace import State, Table, World
from tests.solver import random_obligations as small
from tests.solver.random_obligations import SYSTEM, R, T

FINITE = finite_sizes(SYSTEM)


def lowered(e: Expr, apart: tuple[Expr, ...] = ()) -> Expr:
    """Lowered, and the cards replaced by the counts they stand for."""
    counts = Counts({R: small.NR}, FINITE, apart)
    found = counts.lower(Plain(FINITE).lower(e))
    assert not any(x.op == "count" for x in ir.walk(found))
    bodies = {}
    for card in counts.cards.values():
        names = [(str(x.data), x.type) for x in card.points]
        formals = {str(o.data): ir.formal(i, o.type) for i, o in enumerate(card.outer)}
        body = ir.close_binder("count", names, card.body)
        bodies[card.name] = ir.substitute(body, formals)
    while ir.mentions(found, bodies):
        found = ir.replace_reads(found, bodies)
    return found


def with_halves(world: World, state: State) -> tuple[World, State]:
    """The optional places also as a flag and a value."""
    made: State = dict(state)
    for s in SYSTEM.states:
        if ir.is_optional(s.type):
            table = state[s.name]
            assert not isinstance(table, dict)
            made[f"{s.name}?has"] = table is not None
            made[f"{s.name}?of"] = table if table is not None else 0
    return World(world.sizes, {**world.consts, f"any?{T}": 0}), made


@st.composite
def numbers(draw: st.DrawFn) -> Expr:
    return small.Exprs(draw).number((), 3)


@st.composite
def conditions(draw: st.DrawFn) -> Expr:
    return small.Exprs(draw).cond((), 3)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.one_of(numbers(), conditions()), st.randoms(use_true_random=False), st.booleans())
def test_lowering_keeps_the_value(e: Expr, rng: object, apart: bool) -> None:
    terms = (ir.read("$t", (), T), ir.read("k", (), T)) if apart else ()
    found = lowered(e, terms)
    for things, places in product((1, 2, 3), (1, 2)):
        for _ in range(6):
            world, state = small.some_state(things, places, rng)  # type: ignore[arg-type]
            before = Evaluator(SYSTEM, world).value(e, state)
            full, halves = with_halves(world, state)
            assert Evaluator(SYSTEM, full).value(found, halves) == before


def test_a_variable_with_one_possible_value_is_that_value() -> None:
    x, y, t = ir.var("x", T), ir.var("y", T), ir.read("$t", (), T)
    names = [("x", T), ("y", T)]
    both = ir.eq(y, x)
    assert one_point("all", names, ir.implies(ir.eq(x, t), both)) == ([("y", T)], ir.eq(y, t))
    assert one_point("some", names, ir.and_(ir.eq(t, x), both)) == ([], ir.TRUE)


def test_a_variable_that_is_only_excluded_stays() -> None:
    x, t = ir.var("x", T), ir.read("$t", (), T)
    for kind, body in (
        ("some", ir.implies(ir.eq(x, t), ir.eq(t, x))),
        ("all", ir.and_(ir.eq(x, t), ir.eq(t, x))),
        ("some", ir.not_(ir.eq(x, t))),
    ):
        assert one_point(kind, [("x", T)], body) == ([("x", T)], body)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(conditions(), st.randoms(use_true_random=False))
def test_the_parts_of_a_goal_are_the_goal(e: Expr, rng: object) -> None:
    parts = ir.and_(*goals(e))
    for things, places in product((1, 2), (1, 2)):
        for _ in range(6):
            world, state = small.some_state(things, places, rng)  # type: ignore[arg-type]
            ev = Evaluator(SYSTEM, world)
            assert ev.truth(parts, state) == ev.truth(e, state)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(conditions(), st.randoms(use_true_random=False), st.booleans())
def test_a_named_thing_exists_exactly_when_something_does(
    e: Expr, rng: object, denied: bool
) -> None:
    skolem = Skolem("s")
    found = ir.and_(*(skolem.denial(e) if denied else skolem.assertion(e)))
    names = {str(x.data): x.type for x in ir.walk(found) if str(x.data).startswith("!s")}
    if len(names) > 3:
        return
    for things, places in product((1, 2), (1, 2)):
        for _ in range(4):
            world, state = small.some_state(things, places, rng)  # type: ignore[arg-type]
            ranges = [range(world.sizes[t]) for t in names.values()]
            satisfied = any(
                Evaluator(SYSTEM, World(world.sizes, {
                    **world.consts, **dict(zip(names, chosen, strict=True))})).truth(found, state)
                for chosen in product(*ranges)
            )
            assert satisfied == (Evaluator(SYSTEM, world).truth(e, state) != denied)


# -------------------------------------------------------- places and values


def place(name: str, *at: Expr, type_: str = BOOL) -> Expr:
    return ir.read(name, at, type_)


def test_an_optional_index_is_two_places() -> None:
    """`f[o]` with o optional: one value for none, one for each element."""
    o = place("o", type_=T + "?")
    found = Plain(FINITE).lower(place("f", o))
    has, of = place("o?has"), place("o?of", type_=T)
    assert found is ir.ite(has, place("f?0some", of), place("f?0none"))


def test_binders_over_optionals_and_enums_are_written_out() -> None:
    x, e = ir.var("x", T + "?"), ir.var("e", small.E)
    number = ir.close_binder("count", [("x", T + "?"), ("e", small.E)], place("f", x, e))
    found = Plain(FINITE).lower(number)
    for things in (1, 2, 3):
        keys = [(None if i == things else i, j) for i in range(things + 1) for j in (0, 1)]
        table = {k: (sum(map(int, (k[0] or 0, k[1]))) + things) % 2 == 0 for k in keys}
        none: Table = {(j,): table[None, j] for j in (0, 1)}
        some: Table = {(i, j): table[i, j] for i in range(things) for j in (0, 1)}
        world = World({T: things, R: 1, small.E: 2}, {"NR": 1, "f?0none": none, "f?0some": some})
        assert Evaluator(SYSTEM, world).value(found, {}) == sum(table.values())


def test_order_on_a_small_range_is_written_out() -> None:
    slot = ir.Sort("Slot", "range", (), 3)
    system = ir.System("s", "module", ("s",), (slot,), (), (), (), (), (), ())
    a, b = ir.read("a", (), "Slot"), ir.read("b", (), "Slot")
    sizes = finite_sizes(system)
    for op in (ir.lt, ir.le):
        found = Plain(sizes).lower(ir.and_(op(a, b), ir.eq(b, ir.lit(ir.LAST, "Slot"))))
        assert not any(x.op in ("<", "<=") for x in ir.walk(found))
        for i, j in product(range(3), repeat=2):
            ev = Evaluator(system, World({"Slot": 3}, {"a": i, "b": j}))
            assert ev.truth(found, {}) == ((i < j or (op is ir.le and i == j)) and j == 2)


def test_what_nothing_is_known_about_is_given_up() -> None:
    number = ir.close_binder("count", [("n", INT)], ir.le(ir.var("n", INT), ir.integer(3)))
    with pytest.raises(GiveUp, match="numbers"):
        Plain(FINITE).lower(number)
    with pytest.raises(GiveUp, match="division by 0"):
        Counts({}, FINITE).lower(ir.arith("/", place("n", type_=INT), ir.integer(0)))
    with pytest.raises(GiveUp, match="division by -2"):
        Counts({}, FINITE).lower(ir.arith("/", place("n", type_=INT), ir.integer(-2)))


# ------------------------------------------------------------------ cards


def vma_count(where: Expr) -> Expr:
    return ir.close_binder("count", [("x", T)], where)


X = ir.var("x", T)


def test_counts_that_differ_in_a_term_share_a_card() -> None:
    counts = Counts({R: small.NR}, FINITE)
    kind = place("kind", X, type_=T)
    one = counts.lower(vma_count(ir.eq(kind, place("k", type_=T))))
    two = counts.lower(vma_count(ir.eq(kind, place("kind", place("$t", type_=T), type_=T))))
    assert one.data == two.data
    assert len(counts.cards) == 1


def test_a_point_update_leaves_one_card() -> None:
    """The count after `p[t] := true` is the count before and the change at t."""
    counts = Counts({R: small.NR}, FINITE)
    t = place("$t", type_=T)
    before = counts.lower(vma_count(place("p", X)))
    after = counts.lower(vma_count(ir.or_(ir.eq(X, t), place("p", X))))
    assert len(counts.cards) == 1
    change = ir.sub(ir.integer(1), ir.ite(place("p", t), ir.integer(1), ir.integer(0)))
    assert after is ir.add(before, change)


def test_all_of_a_range_is_its_size() -> None:
    number = ir.close_binder("count", [("r", R)], ir.TRUE)
    assert Counts({R: small.NR}, FINITE).lower(number) is small.NR
