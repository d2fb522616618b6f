"""Worlds of a scope: all that differ, and none twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.explore.worlds import TooManyWorlds, worlds
from spec import ir
from spec.ir import System
from tests.solver import systems
from tests.solver.systems import ANON, MM, VMA, every, owner, v


def owners(system: System, scope: dict[str, int], kept: tuple[str, ...]) -> list[tuple[int, ...]]:
    return [tuple(w.kept["owner"].tolist()) for w in worlds(system, scope, kept)]


def test_owners_are_told_apart_up_to_names() -> None:
    system = systems.per_vma()
    # Partitions of 4 VMAs among at most 3 processes.
    scope = {"Mm": 3, "Vma": 4, "NR": 1}
    assert owners(system, scope, ("owner",)) == [
        (0, 0, 0, 0), (0, 0, 0, 1), (0, 0, 1, 1), (0, 0, 1, 2),
    ]


def test_constants_outside_a_slice_are_not_run_through() -> None:
    system = systems.per_vma()
    scope = {"Mm": 2, "Vma": 2, "NR": 1}
    assert len(worlds(system, scope, ())) == 1
    assert len(worlds(system, scope, ("anon",))) == 2
    assert len(worlds(system, scope, ("anon", "owner"))) == 4


def test_the_others_are_chosen_so_that_all_facts_hold() -> None:
    alone = every([("v", VMA), ("w", VMA)], ir.implies(
        ir.eq(owner(v("v", VMA)), owner(v("w", VMA))), ir.eq(v("v", VMA), v("w", VMA))))
    system = replace(systems.per_vma(), assumes=(ir.Fact("one VMA each", alone),))
    (world,) = worlds(system, {"Mm": 2, "Vma": 2, "NR": 1}, ())
    assert sorted(world.others["owner"].tolist()) == [0, 1]
    assert worlds(system, {"Mm": 1, "Vma": 2, "NR": 1}, ()) == []


def test_a_fact_that_ties_constants_restricts_both() -> None:
    first = ir.eq(owner(ir.var("v", VMA)), ir.var("m", MM))
    one = every([("v", VMA), ("m", MM)], ir.implies(ANON, first))
    system = replace(systems.per_vma(), assumes=(ir.Fact("anon needs one Mm", one),))
    assert len(worlds(system, {"Mm": 2, "Vma": 1, "NR": 1}, ("anon",))) == 1
    assert len(worlds(system, {"Mm": 1, "Vma": 1, "NR": 1}, ("anon",))) == 2


def test_a_size_that_the_facts_exclude_has_no_world() -> None:
    fact = ir.Fact("NR >= 2", ir.le(ir.integer(2), systems.NR))
    system = replace(systems.per_vma(), where=(fact,))
    assert worlds(system, {"Mm": 1, "Vma": 1, "NR": 1}, ("anon",)) == []


def test_a_number_that_is_no_size_is_small() -> None:
    system = replace(
        systems.per_vma(), consts=(*systems.CONSTS, ir.Const("limit", (), ir.INT, nat=True)))
    scope = {"Mm": 1, "Vma": 1, "NR": 1}
    assert [int(w.kept["limit"]) for w in worlds(system, scope, ("limit",))] == [0, 1, 2, 3]
    assert len(worlds(system, {**scope, "limit": 7}, ("limit",))) == 1


def test_too_many_worlds_are_refused() -> None:
    with pytest.raises(TooManyWorlds, match="owner"):
        worlds(systems.per_vma(), {"Mm": 4, "Vma": 9, "NR": 1}, ("owner",))
