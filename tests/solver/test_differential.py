"""What the prover says against brute force: proved must mean true."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from solver.methods.bounded import one_step
from solver.methods.induction import induct
from solver.obligations import Obligation
from solver.prover import Limits, Proof, Prover
from spec.eval import Evaluator
from spec.ir import System
from spec.result import Outcome
from tests.solver.random_obligations import SYSTEM, broken_in, obligations
from tests.solver.random_systems import breaks_a_duty, reachable, systems, worlds

LITTLE = Limits(total=4_000_000)
SAMPLE = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))


def check_obligation(obligation: Obligation) -> None:
    """A proved obligation has no small state that breaks it."""
    answer = Prover(SYSTEM, LITTLE).prove(obligation)
    if isinstance(answer, Proof):
        assert broken_in(obligation, samples=60) is None, (answer.rung, obligation)


def check_system(system: System) -> None:
    """Proved promises hold in all that is reached; what is open has a step or a reason."""
    report = induct(system, limits=LITTLE)
    proved = [p for p in system.promises
              if report.decisions[p.name].outcome is Outcome.PROVED]
    nat = report.decisions.get("nat:n")
    for world in worlds():
        ev = Evaluator(system, world)
        for state in reachable(ev, 40):
            for promise in proved:
                assert ev.truth(promise.cond, state), (promise.name, world, state)
            if nat is not None and nat.outcome is Outcome.PROVED:
                assert not breaks_a_duty(ev, state)
    for attempt in list(report.open.values())[:1]:
        one_step(system, attempt.obligation)


@SAMPLE
@given(obligations())
def test_a_proved_obligation_is_true_in_small_worlds(obligation: Obligation) -> None:
    check_obligation(obligation)


@SAMPLE
@given(systems())
def test_a_proved_promise_holds_in_what_is_reached(system: System) -> None:
    check_system(system)


@pytest.mark.long
@MANY
@given(obligations())
def test_many_obligations(obligation: Obligation) -> None:
    check_obligation(obligation)


@pytest.mark.long
@MANY
@given(systems())
def test_many_systems(system: System) -> None:
    check_system(system)
