"""Random small systems: no two methods contradict each other on any of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from solver.decide import Decider, Options
from solver.explore import ladder
from solver.methods.bounded import Small
from solver.methods.induction import InductionReport, induct
from solver.prover import Limits
from spec.format import format_text
from spec.ir_text import parse_system, show_system
from spec.load import Loaded, load_text
from tests.conformance import agreement
from tests.conformance.random_ladders import random_ladders
from tests.conformance.random_systems import MODULE, SCHEME, RandomSystem, random_systems
from tests.conformance.toys import by_marker_name

SMALL = Small(elements=2, range=2, rlimit=1_000_000)
RUNGS = 4
"""The smallest scopes, mostly those of `SMALL`: one or two of everything."""
BUDGET = 2_000
SAMPLE = 25
FEW = 4
MANY = 1_000


def loaded(system: RandomSystem, directory: Path) -> Loaded:
    (directory / f"{MODULE}.fs").write_text(system.module)
    return load_text(system.scheme, str(directory / f"{SCHEME}.fs"))


def contradictions(
    made: Loaded, note: Callable[[InductionReport], None] = lambda _: None,
    crosscheck: bool = False,
) -> list[str]:
    """Every method against every other.

    Args:
        note: called with what induction found.
        crosscheck: two solvers, too; where they differ an InternalError is raised.
    """
    system = made.systems[0]
    seen = agreement.seen_in(system, ladder(system)[:RUNGS], most=2_000)
    report = induct(system, limits=Limits(crosscheck=crosscheck))
    note(report)
    results = by_marker_name(Decider(Options(budget=BUDGET)).decide(made, "random.fs"), system)
    failing = sorted({
        name for scope, known in seen for name in known.shortest
        if all(size <= SMALL.elements for size in scope.values())
    })
    return [
        *agreement.explorer_against_reference(system, seen, BUDGET, may_give_up=True),
        *agreement.prover_against_reference(report, seen),
        *agreement.bounded_against_prover(system, report, SMALL),
        *agreement.bounded_against_reference(system, report, failing, SMALL),
        *agreement.tool_against_reference(system, results, seen),
    ]


def profile(examples: int, fixed: bool = True) -> settings:
    """So many systems, always the same ones if `fixed`, else those of a seed."""
    return settings(
        max_examples=examples, deadline=None, derandomize=fixed, database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        phases=[Phase.generate, Phase.shrink],
    )


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("random")


@profile(SAMPLE)
@given(drawn=random_systems())
def test_no_two_methods_contradict_each_other(drawn: RandomSystem, directory: Path) -> None:
    assert contradictions(loaded(drawn, directory)) == []


@pytest.mark.long
@profile(MANY)
@given(drawn=random_ladders())
def test_no_two_methods_contradict_each_other_about_pairs_in_a_long_run(
    drawn: RandomSystem, directory: Path
) -> None:
    assert contradictions(loaded(drawn, directory)) == []


@pytest.mark.long
@profile(MANY)
@given(drawn=random_systems())
def test_no_two_methods_contradict_each_other_in_a_long_run(
    drawn: RandomSystem, directory: Path
) -> None:
    assert contradictions(loaded(drawn, directory)) == []


@profile(FEW)
@given(drawn=random_ladders())
def test_no_two_methods_contradict_each_other_about_pairs(
    drawn: RandomSystem, directory: Path
) -> None:
    assert contradictions(loaded(drawn, directory)) == []


@profile(4 * SAMPLE)
@given(drawn=random_systems())
def test_formatting_and_the_text_of_the_ir_change_nothing(
    drawn: RandomSystem, directory: Path
) -> None:
    made = loaded(drawn, directory)
    for system in (*made.modules, *made.systems):
        assert parse_system(show_system(system)) == system
    laid_out = RandomSystem(*(format_text(t, "x.fs") for t in (drawn.module, drawn.scheme)))
    again = loaded(laid_out, directory)
    assert show_without_places(again) == show_without_places(made)


def show_without_places(made: Loaded) -> str:
    """The systems as text; where a promise stands in its file does not count."""
    shown = "".join(show_system(s) for s in (*made.modules, *made.systems))
    return re.sub(r':where "[^"]*"', "", shown)
