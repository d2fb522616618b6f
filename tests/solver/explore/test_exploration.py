"""Verdicts, shortest runs and state counts, against the plain reference."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.explore import Exploration, Goal, explore, ladder
from spec import ir
from spec.ir import INT, Const, Promise, System
from spec.result import Outcome
from tests.solver import systems, toys
from tests.solver.explore.reference import search


def goals_of(system: System) -> list[Goal]:
    return [Goal(p.name, p.cond) for p in system.promises]


def states_of(found: Exploration, system: System) -> int | None:
    """States of the whole system, if a slice had all of it and was exhausted."""
    whole = tuple(s.name for s in system.states)
    return next((v.states for v in found.visits if v.slice == whole and not v.ended), None)


def explored(system: System, scope: dict[str, int], budget: int = 100_000) -> Exploration:
    return explore(system, goals_of(system), scopes=ladder(system, scope)[:1], budget=budget)


def lengths(found: Exploration) -> dict[str, int]:
    return {
        name: len(d.trace.steps) for name, d in found.decisions.items()
        if d.outcome is Outcome.REFUTED and d.trace is not None
    }


SCOPES = [(1, 1, 1), (1, 2, 2), (2, 2, 2), (2, 3, 1)]


@pytest.mark.parametrize(("mms", "vmas", "pages"), SCOPES)
def test_the_folio_agrees_with_the_reference(mms: int, vmas: int, pages: int) -> None:
    system = systems.per_vma()
    scope = {"Mm": mms, "Vma": vmas, "NR": pages}
    wanted = search(system, scope)
    found = explored(system, scope)
    assert lengths(found) == wanted.shortest
    assert set(found.fired) == wanted.fired
    if wanted.classes is not None:
        assert states_of(found, system) == wanted.classes


@pytest.mark.parametrize("planted", systems.BUGS, ids=lambda b: f"{b.bug} {b.breaks}")
def test_a_planted_bug_is_found_in_its_shortest_run(planted: systems.Planted) -> None:
    system = systems.planted(planted.bug)
    found = explore(system, goals_of(system), scopes=ladder(system)[:6], budget=20_000)
    decision = found.decisions[planted.breaks]
    assert decision.outcome is Outcome.REFUTED
    assert decision.trace is not None
    assert len(decision.trace.steps) == planted.steps


@pytest.mark.parametrize("system", toys.toys(), ids=lambda s: s.name)
def test_toys_agree_with_the_reference(system: System) -> None:
    for scope in ladder(system)[:4]:
        wanted = search(system, scope)
        found = explored(system, dict(scope))
        assert lengths(found) == wanted.shortest
        assert set(found.fired) == wanted.fired
        if wanted.complete:
            assert states_of(found, system) in (wanted.classes, None)


def test_numbers_that_were_tried_are_said_also_of_an_indexed_constant() -> None:
    quota = Const("quota", ("Vma",), INT, nat=True)
    v = ir.var("v", "Vma")
    few = ir.close_binder(
        "all", [("v", "Vma")], ir.le(ir.read("quota", (v,), INT), ir.integer(3)))
    plain = systems.per_vma()
    claim = Promise("claim", "few", few, "holds", plain.name)
    system = replace(plain, consts=(*plain.consts, quota), promises=(claim,))
    found = explored(system, {"Mm": 1, "Vma": 1, "NR": 1}).decisions["few"]
    assert found.outcome is Outcome.HOLDS
    assert found.scope["quota"] == "0..3"
