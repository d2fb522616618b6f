"""Every method on every toy: each against its marker, and against the others.

A check that nobody has seen fail is no check: the planted bugs are there so that each
method has to find them.
"""

from __future__ import annotations

from functools import cache

import pytest

from solver.decide import Decider, Options
from solver.explore import ladder
from solver.methods.bounded import Small, one_step
from solver.methods.induction import InductionReport, induct
from spec.result import Outcome, Result
from tests.conformance import agreement
from tests.conformance.brute import names_of
from tests.conformance.toys import Marked, by_marker_name, markers, toy, toy_paths

NAMES = [path.stem for path in toy_paths()]
PLANTED = [path.stem for path in toy_paths() if "Planted bug" in path.read_text()]
RUNGS = 6
"""How far up the ladder of scopes the reference goes."""
BUDGET = 20_000


@cache
def seen(name: str) -> agreement.Seen:
    system = toy(name).systems[0]
    return agreement.seen_in(system, ladder(system)[:RUNGS], most=2_500)


@cache
def proofs(name: str) -> InductionReport:
    return induct(toy(name).systems[0])


@cache
def verdicts(name: str) -> dict[str, Result]:
    """What the tool says in the end, by the names that markers use."""
    results = Decider(Options(budget=BUDGET)).decide(toy(name), f"{name}.fs")
    return by_marker_name(results, toy(name).systems[0])


@cache
def expected(name: str) -> dict[str, Marked]:
    """Markers, and `proved` for duties that have none."""
    system, *below = *toy(name).systems, *toy(name).modules
    theirs = {n for module in below for n in names_of(module)}
    duties = {n: Marked("proved") for n in names_of(system) if ":" in n and n not in theirs}
    return {**duties, **markers(name)}


def refuted(name: str) -> dict[str, int]:
    return {n: m.length for n, m in expected(name).items() if m.length is not None}


# ---------------------------------------------------------------- markers


@pytest.mark.parametrize("name", NAMES)
def test_every_promise_is_marked(name: str) -> None:
    system = toy(name).systems[0]
    own = {p.name for p in system.promises if p.layer == system.name or p.kind != "invariant"}
    assert own <= set(markers(name))


def test_every_verdict_and_both_duties_are_among_the_toys() -> None:
    verdicts_marked = {m.verdict for name in NAMES for m in markers(name).values()}
    assert verdicts_marked == {
        "proved", "holds", "refuted", "not_inductive", "unknown", "vacuous"
    }
    broken = {n.partition(":")[0] for name in NAMES for n in refuted(name) if ":" in n}
    assert broken == {"nat", "clash"}


# -------------------------------------------------------------- reference


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_finds_each_run_at_its_marked_length(name: str) -> None:
    first: dict[str, int] = {}
    for _, known in seen(name):
        first = {**known.shortest, **first}
    assert {n: length for n, length in first.items() if n in expected(name)} == refuted(name)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_vacuous_is_met_nowhere(name: str) -> None:
    vacuous = {n for n, m in markers(name).items() if m.verdict == "vacuous"}
    assert not vacuous & {n for _, known in seen(name) for n in known.met | known.fired}


# --------------------------------------------------------------- explorer


@pytest.mark.parametrize("name", NAMES)
def test_the_explorer_sees_what_the_reference_sees_in_every_scope(name: str) -> None:
    system = toy(name).systems[0]
    assert list(agreement.explorer_against_reference(system, seen(name), BUDGET)) == []


# ----------------------------------------------------------------- prover


@pytest.mark.parametrize("name", NAMES)
def test_the_prover_proves_what_is_marked_so_and_nothing_that_fails(name: str) -> None:
    decisions = proofs(name).decisions
    proved = {n for n, d in decisions.items() if d.outcome is Outcome.PROVED}
    proved |= {f"never:{action}" for action in proofs(name).never}
    weaker = ("holds", "unknown", "not_inductive")
    assert {n for n, m in expected(name).items() if m.verdict == "proved"} <= proved
    assert not proved & {n for n, m in expected(name).items() if m.verdict in weaker}
    assert list(agreement.prover_against_reference(proofs(name), seen(name))) == []


# ------------------------------------------------------ bounded induction


@pytest.mark.parametrize("name", NAMES)
def test_no_step_in_a_small_world_breaks_what_was_proved(name: str) -> None:
    small = Small(elements=2, range=3)
    system = toy(name).systems[0]
    assert list(agreement.bounded_against_prover(system, proofs(name), small)) == []


@pytest.mark.parametrize("name", [n for n in NAMES if refuted(n)])
def test_bounded_induction_shows_a_step_for_all_that_fails(name: str) -> None:
    for broken in refuted(name):
        found = one_step(toy(name).systems[0], proofs(name).open[broken].obligation)
        assert found is not None, broken
        assert found.outcome is Outcome.NOT_INDUCTIVE


# ------------------------------------------------------------ all together


@pytest.mark.parametrize("name", NAMES)
def test_the_tool_says_what_is_marked(name: str) -> None:
    said = {}
    for key, result in verdicts(name).items():
        trace = result.decision.trace
        refutes = result.decision.outcome is Outcome.REFUTED
        steps = len(trace.steps) if trace is not None and refutes else None
        said[key] = Marked(result.decision.outcome.value, steps)
    assert said == expected(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_run_of_the_tool_replays_and_is_shortest(name: str) -> None:
    system = toy(name).systems[0]
    assert list(agreement.tool_against_reference(system, verdicts(name), seen(name))) == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_bug_is_found(name: str) -> None:
    assert any(r.decision.outcome is Outcome.REFUTED for r in verdicts(name).values())
