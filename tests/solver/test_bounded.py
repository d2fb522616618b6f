"""The step that breaks an invariant: found in the smallest world, and replayed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.decode import Picture, replayed
from solver.methods.bounded import Small, one_step
from solver.methods.induction import induct
from solver.obligations import Duties, Obligation
from spec import ir
from spec.eval import Evaluator
from spec.ir import INT, System
from spec.result import Decision, InternalError, Outcome
from tests.solver import systems, toys
from tests.solver.systems import MM, PAGE, VMA, Write, action

ZERO, ONE = ir.integer(0), ir.integer(1)


def opened(system: System, name: str) -> Obligation:
    return induct(system, only=[name]).open[name].obligation


def steps_of(system: System, name: str) -> list[Obligation]:
    promises = [p for p in system.promises if p.kind == "invariant"]
    known = [(p.name, p.cond) for p in promises]
    return list(Duties(system).steps(next(p for p in promises if p.name == name), known))


def shown(decision: Decision | None) -> Decision:
    assert decision is not None
    assert decision.outcome is Outcome.NOT_INDUCTIVE
    assert decision.trace is not None
    return decision


def test_the_step_of_a_forgotten_split() -> None:
    """Two VMAs and two pages are needed, and both pages mapped."""
    system = systems.planted("split_forgets")
    decision = shown(one_step(system, opened(system, "counts_mapping_vmas")))
    assert decision.trace is not None
    (step,) = decision.trace.steps
    assert (step.action, step.args) == ("split_vma", {"old": 0, "new": 1, "at": 1})
    assert {k: decision.scope[k] for k in (MM, VMA, PAGE)} == {MM: 1, VMA: 2, PAGE: 2}
    before, after = decision.trace.states
    assert before["mapcount"] == after["mapcount"] == 1
    ev = Evaluator(system, decision.trace.world)
    assert ev.truth(systems.MAPCOUNT_IS_COUNT, before)
    assert not ev.truth(systems.MAPCOUNT_IS_COUNT, after)


@pytest.mark.parametrize(("bug", "act"), [
    ("no_walk", "map_ptes"), ("unmap_always", "unmap_ptes"), ("split_pmd_counts", "split_pmd"),
])
def test_each_planted_bug_has_its_step(bug: str, act: str) -> None:
    system = systems.planted(bug)
    (obligation,) = [
        o for o in steps_of(system, "counts_mapping_vmas") if o.action == act]
    decision = shown(one_step(system, obligation))
    assert decision.trace is not None
    ev = Evaluator(system, decision.trace.world)
    assert not ev.truth(systems.MAPCOUNT_IS_COUNT, decision.trace.states[1])


def test_what_holds_has_no_such_step() -> None:
    system = systems.per_vma()
    small = Small(elements=2, range=2)
    for obligation in steps_of(system, "counts_mapping_vmas"):
        assert one_step(system, obligation, small) is None


def test_the_same_step_every_time() -> None:
    system = systems.planted("split_forgets")
    obligation = opened(system, "counts_mapping_vmas")
    assert one_step(system, obligation) == one_step(system, obligation)


def test_a_broken_duty_has_no_state_after_it() -> None:
    system = systems.planted("unmap_always")
    action_ = system.action("unmap_ptes")
    obligation = Duties(system).duty(action_, action_.duties[0], ())
    decision = shown(one_step(system, obligation))
    assert decision.trace is not None
    assert len(decision.trace.states) == len(decision.trace.steps) == 1
    assert decision.trace.states[0]["mapcount"] == 0


def test_a_claim_that_does_not_follow_has_a_state() -> None:
    system = toys.semaphore(size_claimed=2)
    decision = shown(one_step(system, opened(system, "bounded")))
    assert decision.trace is not None
    assert decision.trace.steps == ()
    assert decision.scope == {"Thread": 3}
    assert decision.trace.states[0]["held"] == 3


def test_a_false_start_is_the_initial_state() -> None:
    base = toys.semaphore()
    above = ir.Promise("invariant", "above", ir.lt(ZERO, ir.read("held", (), INT)), "holds", "")
    system = replace(base, promises=(above,))
    decision = shown(one_step(system, opened(system, "above")))
    assert decision.trace is not None
    assert decision.trace.states == (Evaluator(system, decision.trace.world).initial(),)


def test_an_optional_place_is_decoded() -> None:
    system = toys.slot()
    decision = shown(one_step(system, opened(system, "owner_waits_not")))
    assert decision.trace is not None
    assert decision.trace.states[0] == {"id": 0, "waits": {(0,): True}}


def test_an_enum_is_decoded() -> None:
    system = toys.ring()
    decision = shown(one_step(system, opened(system, "never_outside")))
    assert decision.trace is not None
    assert decision.trace.states[0] == {"at": 2}
    assert decision.scope == {"Room": 3}


def test_uneven_worlds_are_looked_at() -> None:
    """More VMAs than processes: the bound on their number breaks at two of one."""
    system = systems.per_vma()
    fewer = ir.Promise(
        "invariant", "fewer", ir.le(systems.MAPCOUNT, systems.NR), "holds", "per_vma")
    wider = replace(system, promises=(*system.promises[:4], fewer))
    (obligation,) = [o for o in steps_of(wider, "fewer") if o.action == "map_pmd"]
    decision = shown(one_step(wider, obligation))
    assert decision.scope[VMA] == 2
    assert decision.scope[PAGE] == 1


def test_effort_is_bounded() -> None:
    system = systems.planted("split_forgets")
    obligation = opened(system, "counts_mapping_vmas")
    assert one_step(system, obligation, Small(rlimit=10)) is None


def test_a_picture_that_does_not_break_anything_is_an_internal_error() -> None:
    system = toys.semaphore()
    (obligation,) = [o for o in steps_of(system, "held_is_exact") if o.action == "take"]
    cells = {("holds", (0,)): False, ("held", ()): 0}
    sound = Picture({"Thread": 1}, dict(cells), {"t": 0})
    with pytest.raises(InternalError, match="the goal is true"):
        replayed(sound, system, obligation)
    odd = Picture({"Thread": 1}, {**cells, ("held", ()): 5}, {"t": 0})
    with pytest.raises(InternalError, match="held_is_exact is false before"):
        replayed(odd, system, obligation)


def test_a_step_that_breaks_a_duty_shows_nothing_of_an_invariant() -> None:
    """The invariant would fail after the step, but there is no state after it."""
    held = ir.read("held", (), INT)
    base = toys.semaphore()
    free = action(base.states, "drop", (), [], [Write("held", ir.TRUE, ir.sub(held, ONE))])
    natural = ir.Promise("invariant", "natural", ir.le(ZERO, held), "holds", "semaphore")
    system = replace(base, actions=(free,), promises=(natural,))
    (obligation,) = steps_of(system, "natural")
    assert one_step(system, obligation) is None
