"""Where two methods contradict each other, in sentences; no sentence, no contradiction.

A proof speaks about every scope, so nothing may fail in any.  In one scope the explorer
and the reference have to find the same failures after the same number of steps.  What
bounded induction shows is a step, so it must find none where a proof was given, and one
where something fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from solver.explore import Goal, explore
from solver.methods.bounded import Small, one_step
from solver.methods.induction import InductionReport
from solver.prover import Proof
from spec.eval import replay
from spec.ir import System
from spec.result import Outcome, Result
from tests.conformance.brute import Scope, Survey, TooLarge, names_of, survey

Seen = Sequence[tuple[Scope, Survey]]


def seen_in(system: System, scopes: Sequence[Scope], most: int) -> Seen:
    """What the reference sees, scope by scope, up to the first that is too large."""
    found: list[tuple[Scope, Survey]] = []
    for scope in scopes:
        try:
            found.append((scope, survey(system, scope, most)))
        except TooLarge:
            break
    return found


def explorer_against_reference(
    system: System, seen: Seen, budget: int, may_give_up: bool = False
) -> Iterator[str]:
    """Failures and their lengths, premises, operations: scope by scope.

    Where the reference has seen everything, the explorer may not say UNKNOWN; unless it
    `may_give_up`, because a slice may have more states than the system it is cut from: a
    duty that it leaves out does not end runs.
    """
    goals = [Goal(p.name, p.cond) for p in system.promises]
    premises = [Goal(p.name, p.premise) for p in system.promises if p.premise is not None]
    for scope, known in seen:
        found = explore(system, goals, scopes=(scope,), budget=budget, premises=premises)
        for name in names_of(system):
            decision = found.decisions[name]
            said = decision.outcome.value
            steps = len(decision.trace.steps) if decision.trace else 0
            if name in known.shortest:
                endless = may_give_up and not known.exhausted and said == Outcome.UNKNOWN
                wrong = steps != known.shortest[name] and not endless
            elif said == Outcome.REFUTED:
                wrong = known.exhausted or steps <= known.depth
            else:
                gives_up = may_give_up and said == Outcome.UNKNOWN
                wrong = known.exhausted and said != Outcome.HOLDS and not gives_up
            if wrong:
                yield f"{name} in {dict(scope)}: the explorer says {said}, {steps} steps; {known}"
        if known.exhausted and (found.largest or not may_give_up):
            met = {n for n, where in found.premises.items() if where is not None}
            if met != known.met & {p.name for p in premises}:
                yield f"premises in {dict(scope)}: the explorer met {sorted(met)}; {known}"
            if set(found.fired) != known.fired:
                yield f"operations in {dict(scope)}: explorer {sorted(found.fired)}; {known}"


def prover_against_reference(report: InductionReport, seen: Seen) -> Iterator[str]:
    """What is proved fails in no scope; what never happens does not; hypotheses hold."""
    for name, decision in report.decisions.items():
        for scope, known in seen:
            if decision.outcome in (Outcome.PROVED, Outcome.VACUOUS) and name in known.shortest:
                yield f"{name} is {decision.outcome}, and fails in {dict(scope)}; {known}"
    for scope, known in seen:
        for name, _ in report.known:
            if name in known.shortest and not name.startswith("nat:"):
                yield f"{name} is a hypothesis, and fails in {dict(scope)}; {known}"
        for name in sorted(known.fired & set(report.never)):
            yield f"{name} is said never to happen, and does in {dict(scope)}"


def bounded_against_prover(system: System, report: InductionReport, small: Small) -> Iterator[str]:
    """No step breaks what was proved."""
    for attempt in report.attempts:
        if isinstance(attempt.answer, Proof) and one_step(system, attempt.obligation, small):
            yield f"{attempt.obligation.name} is proved, and a step breaks it"


def bounded_against_reference(
    system: System, report: InductionReport, failing: Sequence[str], small: Small
) -> Iterator[str]:
    """A picture for every claim that fails in a scope of its size.

    Of an invariant the first obligation that resisted need not be the one that fails.
    """
    for name in failing:
        attempt = report.open.get(name)
        if attempt is None:
            yield f"{name} fails, and induction leaves nothing open about it"
            continue
        of_claim = attempt.obligation.kind == "claim"
        if of_claim and one_step(system, attempt.obligation, small) is None:
            yield f"{name} fails, and bounded induction shows nothing"


def tool_against_reference(
    system: System, results: Mapping[str, Result], seen: Seen
) -> Iterator[str]:
    """The verdicts of everything together, each run replayed."""
    for name, result in results.items():
        decision = result.decision
        trace = decision.trace
        if decision.outcome is Outcome.REFUTED and trace is not None:
            again = replay(system, trace.world, trace.steps)
            if again.states != trace.states:
                yield f"{name}: its run does not replay"
            for scope, known in seen:
                same = all(decision.scope.get(k) == v for k, v in scope.items())
                if same and known.shortest.get(name, len(trace.steps)) != len(trace.steps):
                    yield f"{name}: {len(trace.steps)} steps, not the shortest; {known}"
        for scope, known in seen:
            if name not in known.shortest:
                continue
            if decision.outcome in (Outcome.PROVED, Outcome.VACUOUS):
                yield f"{name} is {decision.outcome}, and fails in {dict(scope)}"
            if decision.outcome is Outcome.HOLDS and _within(scope, decision.scope):
                yield f"{name} holds in {decision.scope}, and fails in {dict(scope)}"


def _within(scope: Scope, claimed: Mapping[str, int | str]) -> bool:
    """Is the scope no larger than what a verdict claims, in every direction?"""
    bounds = ((v, claimed.get(k)) for k, v in scope.items())
    return all(b == "any" or (isinstance(b, int) and v <= b) for v, b in bounds)
