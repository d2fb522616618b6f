"""One state for all that are equal up to renaming, wherever elements may stand."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from solver.explore import Goal, explore
from spec import ir
from spec.ir import BOOL, INT, Expr, StateVar, System, Type
from tests.solver.explore.reference import search
from tests.solver.systems import Write, action, at

OWNED, OWNER, PAGE = "Vma", "Mm", "Page"
HOME = ir.Const("owner", (OWNED,), OWNER)
CHIEF = ir.Const("chief", (), OWNER)

SHAPES: dict[str, tuple[tuple[Type, ...], Type]] = {
    "a bit per VMA": ((OWNED,), BOOL),
    "a row per VMA": ((OWNED, PAGE), BOOL),
    "a number per VMA": ((OWNED,), INT),
    "a bit per process": ((OWNER,), BOOL),
    "a process or none": ((), OWNER + "?"),
    "a VMA or none": ((), OWNED + "?"),
    "a process per VMA": ((OWNED,), OWNER + "?"),
    "a VMA per VMA": ((OWNED,), OWNED + "?"),
    "a relation": ((OWNED, OWNER), BOOL),
    "a relation of VMAs": ((OWNED, OWNED), BOOL),
    "a page": ((), PAGE + "?"),
}


def values(t: Type) -> Sequence[Expr]:
    """Expressions over a parameter `x` of the base type that set any value."""
    if t == BOOL:
        return [ir.TRUE, ir.FALSE]
    if t == INT:
        return [ir.integer(0), ir.integer(1), ir.integer(2)]
    return [ir.lit(None, t), ir.just(ir.var("x", t[:-1]))]


def anything(names: Sequence[str], consts: Sequence[ir.Const]) -> System:
    """A system whose actions give any place of these states any value."""
    states = []
    moves = []
    for i, name in enumerate(names):
        index, t = SHAPES[name]
        init = ir.integer(0) if t == INT else values(t)[-1] if t == BOOL else ir.lit(None, t)
        states.append(StateVar(f"s{i}", index, t, init))
    for s in states:
        params = [(f"i{k}", x) for k, x in enumerate(s.index)]
        place = at(*(ir.var(n, x) for n, x in params))
        extra = [("x", s.type[:-1])] if s.type.endswith("?") else []
        for k, value in enumerate(values(s.type)):
            moves.append(action(
                states, f"set_{s.name}_{k}", [*params, *extra], [], [Write(s.name, place, value)]))
    sorts = (
        ir.Sort(OWNER, "elements"), ir.Sort(OWNED, "elements"), ir.Sort(PAGE, "range", (), 2))
    return System(
        "anything", "module", ("anything",), sorts, tuple(consts), (), (), tuple(states),
        tuple(moves), ())


def places_with(symbol: StateVar | ir.Const, value: Expr) -> Expr:
    """How many places hold this value."""
    names = [(f"a{k}", t) for k, t in enumerate(symbol.index)]
    place = ir.read(symbol.name, [ir.var(n, t) for n, t in names], symbol.type)
    return ir.close_binder("count", names, ir.eq(place, value))


def explored(system: System, vmas: int, mms: int) -> int:
    """States found for a goal that reads everything and always holds."""
    total: Expr = ir.integer(0)
    for s in system.states:
        total = ir.add(total, places_with(s, values(s.type)[0]))
    for c in system.consts:
        held = ir.eq(places_with(c, ir.var("m", OWNER)), ir.integer(0))
        total = ir.add(total, ir.close_binder("count", [("m", OWNER)], held))
    goal = Goal("counts", ir.le(ir.integer(0), total))
    found = explore(
        system, [goal], scopes=[{OWNER: mms, OWNED: vmas}], budget=100_000, include_duties=False)
    return found.states


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("consts", [(), (HOME,), (HOME, CHIEF)], ids=["free", "owned", "chief"])
@pytest.mark.parametrize("mms", [1, 2])
def test_one_state_of_each_class(name: str, consts: tuple[ir.Const, ...], mms: int) -> None:
    system = anything([name], consts)
    wanted = search(system, {OWNER: mms, OWNED: 2}, most_states=3_000)
    assert wanted.complete
    if wanted.classes is not None:
        assert explored(system, 2, mms) == wanted.classes


@pytest.mark.parametrize("pair", [
    ("a bit per VMA", "a bit per process"), ("a row per VMA", "a process or none"),
    ("a number per VMA", "a page"), ("a relation", "a bit per VMA"),
], ids=" + ".join)
def test_two_states_together(pair: tuple[str, str]) -> None:
    system = anything(pair, ())
    wanted = search(system, {OWNER: 2, OWNED: 2}, most_states=3_000)
    assert wanted.complete
    if wanted.classes is not None:
        assert explored(system, 2, 2) == wanted.classes
