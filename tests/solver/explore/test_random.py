"""Random systems: the explorer agrees with the reference on all that can be compared."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.explore import Exploration, Goal, explore
from spec.ir import TRUE
from spec.result import Outcome
from tests.solver.explore.random_systems import random_system
from tests.solver.explore.reference import Reference, search

DEPTH = 6
SCOPES = tuple(
    {"A": a, "B": b, "N": n} for a in (1, 2, 3) for b in (1, 2) for n in (1, 2, 3) if a + n < 6
)


def compare_one(seed: int, scope: dict[str, int], most_states: int = 300) -> None:
    """Explore the system of a seed in one scope, and hold it against the reference."""
    system = random_system(seed)
    wanted = search(system, scope, DEPTH, most_states)
    # What fails at once says little: keep the promises that do not.
    promises = [p for p in system.promises if wanted.shortest.get(p.name) != 0]
    goals = [*(Goal(p.name, p.cond) for p in promises[:3]), Goal("always", TRUE)]
    compare(wanted, explore(system, goals, scopes=[scope], budget=5_000))


def compare(wanted: Reference, found: Exploration) -> None:
    for name, decision in found.decisions.items():
        least = wanted.shortest.get(name)
        if decision.outcome is Outcome.REFUTED:
            assert decision.trace is not None
            assert least == len(decision.trace.steps) or (least is None and not wanted.complete)
        elif decision.outcome is Outcome.HOLDS:
            assert least is None, name
        else:
            words = "grew beyond" if wanted.states else "no choice of the constants"
            assert words in decision.reason or "budget" in decision.reason
    if wanted.complete:
        assert set(found.fired) == wanted.fired
        # A slice has at most all states; symmetry may be left unused, never overdone.
        assert all(v.states <= wanted.states for v in found.visits)
    elif not any("budget" in v.ended for v in found.visits):
        assert set(found.fired) >= wanted.fired


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(SCOPES))
def test_a_random_system_agrees_with_the_reference(seed: int, scope: dict[str, int]) -> None:
    compare_one(seed, scope)


# What these change may cost time, never an answer.
SETTINGS = {
    "several words per state": ("solver.explore.packing.WORD", 12),
    "no masks": ("solver.explore.site.MASK_BITS", 0),
    "every world alone": ("solver.explore.site.FEW_TUPLES", 0),
    "a few states at a time": ("solver.explore.machine.MOST_CHUNK", 3),
    "no sorting out of slices": ("solver.explore.campaign.SHARED_BITS", 1_000),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_how_it_is_done_does_not_matter(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*SETTINGS[name])
    monkeypatch.setattr("solver.explore.machine.LEAST_CHUNK", 1)
    for seed in range(500, 525):
        compare_one(seed, SCOPES[seed % len(SCOPES)])


@pytest.mark.long
def test_many_random_systems_agree_with_the_reference() -> None:
    for seed in range(2_000):
        compare_one(seed, SCOPES[seed % len(SCOPES)])
