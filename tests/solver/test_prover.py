"""Single obligations: what is true is proved for any size, what is not never is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.obligations import Obligation
from solver.prover import RUNGS, Limits, Open, Proof, Prover
from solver.regions import Rung
from spec import ir
from spec.ir import BOOL, INT, Expr, System
from tests.solver import systems, toys
from tests.solver.systems import MM, NR, PAGE, VMA, count, every, maps, owner, pte, some, v

WORLD = systems.per_vma()
ONE, TWO = ir.integer(1), ir.integer(2)
V, W, P, Q = v("v", VMA), v("w", VMA), v("p", PAGE), v("q", PAGE)
VMAS = count([("v", VMA)], maps(V))
PTES = count([("v", VMA), ("p", PAGE)], pte(V, P))
TWO_VMAS = some([("v", VMA), ("w", VMA)], ir.and_(ir.not_(ir.eq(V, W)), maps(V), maps(W)))
NO_PMD = ("no pmd", every([("v", VMA)], ir.not_(systems.pmd(V))))
FACTS = tuple((f.text, f.cond) for f in WORLD.where)


def ask(goal: Expr, *known: tuple[str, Expr], system: System = WORLD) -> Proof | Open:
    obligation = Obligation("goal", "claim", None, "goal", (*FACTS, *known), goal)
    return Prover(system).prove(obligation)


def is_proved(goal: Expr, *known: tuple[str, Expr], system: System = WORLD) -> bool:
    answer = ask(goal, *known, system=system)
    return isinstance(answer, Proof) and not answer.vacuous


# ------------------------------------------------------------- thresholds


def test_a_count_is_positive_exactly_when_there_is_one() -> None:
    assert is_proved(ir.eq(ir.lt(ir.integer(0), VMAS), systems.MAPPED))
    assert not is_proved(ir.eq(ir.lt(ONE, VMAS), systems.MAPPED))


def test_a_count_of_one_leaves_no_second() -> None:
    single = every([("v", VMA), ("w", VMA)], ir.implies(ir.and_(maps(V), maps(W)), ir.eq(V, W)))
    assert is_proved(ir.implies(ir.eq(VMAS, ONE), single))
    assert is_proved(ir.implies(single, ir.le(VMAS, ONE)))
    assert not is_proved(ir.implies(ir.eq(VMAS, TWO), single))
    assert not is_proved(ir.implies(ir.le(VMAS, TWO), single))


def test_a_count_above_one_has_two() -> None:
    assert is_proved(ir.eq(ir.lt(ONE, VMAS), TWO_VMAS))
    assert not is_proved(ir.implies(TWO_VMAS, ir.lt(TWO, VMAS)))


def test_counts_of_parts_sum_up() -> None:
    here = count([("v", VMA)], ir.and_(maps(V), systems.live(V)))
    gone = count([("v", VMA)], ir.and_(maps(V), ir.not_(systems.live(V))))
    assert is_proved(ir.eq(VMAS, ir.add(here, gone)))
    assert not is_proved(ir.eq(VMAS, here))


# ------------------------------------------------- pages, pairs, pigeons


def test_no_more_pages_than_the_folio_has() -> None:
    some_pages = count([("p", PAGE)], pte(V, P))
    assert is_proved(every([("v", VMA)], ir.le(some_pages, NR)))
    assert not is_proved(every([("v", VMA)], ir.lt(some_pages, NR)))


def test_a_page_makes_a_folio_of_one_and_a_second_one_of_two() -> None:
    assert is_proved(ir.le(ONE, count([("p", PAGE)], ir.TRUE)))
    apart = some([("p", PAGE), ("q", PAGE)], ir.lt(P, Q))
    assert is_proved(ir.eq(apart, ir.le(TWO, NR)))
    assert not is_proved(apart)


def test_more_entries_than_pages_need_two_vmas() -> None:
    assert is_proved(ir.implies(ir.lt(NR, PTES), TWO_VMAS))
    assert not is_proved(ir.implies(ir.le(NR, PTES), TWO_VMAS))


def test_more_entries_than_pages_need_two_processes_only_if_each_maps_a_page_once() -> None:
    shared = systems.SHARED
    once = every(
        [("v", VMA), ("w", VMA), ("p", PAGE)],
        ir.implies(ir.and_(ir.eq(owner(V), owner(W)), pte(V, P), pte(W, P)), ir.eq(V, W)))
    claim = ir.implies(ir.lt(NR, PTES), shared)
    assert is_proved(claim, ("once", once))
    assert not is_proved(claim)


def test_no_more_processes_than_vmas() -> None:
    m = v("m", MM)
    uses = some([("v", VMA)], ir.and_(ir.eq(owner(V), m), maps(V)))
    processes = count([("m", MM)], uses)
    assert is_proved(ir.le(processes, VMAS))
    assert not is_proved(ir.le(VMAS, processes))


# ----------------------------------------------------------------- values


def test_division_rounds_down() -> None:
    half = ir.arith("/", VMAS, TWO)
    assert is_proved(ir.implies(ir.eq(VMAS, ir.integer(3)), ir.eq(half, ONE)))
    assert not is_proved(ir.implies(ir.eq(VMAS, ir.integer(3)), ir.eq(half, TWO)))
    average = ir.arith("/", PTES, NR)
    assert is_proved(ir.implies(ir.lt(PTES, NR), ir.eq(average, ir.integer(0))))
    assert not is_proved(ir.implies(ir.le(PTES, NR), ir.eq(average, ir.integer(0))))


def test_differences_of_counts_may_be_negative() -> None:
    """nat minus nat is int: nothing is cut off at zero."""
    difference = ir.sub(count([("v", VMA)], systems.live(V)), VMAS)
    assert not is_proved(ir.le(ir.integer(0), difference))
    assert is_proved(ir.eq(ir.add(difference, VMAS), count([("v", VMA)], systems.live(V))))


def test_an_optional_is_one_thing_or_none() -> None:
    slot = toys.slot()
    id_, none = ir.read("id", (), MM + "?"), ir.lit(None, MM + "?")
    m = v("m", MM)
    holders = count([("m", MM)], ir.eq(id_, ir.just(m)))
    assert is_proved(ir.le(holders, ONE), system=replace(slot, where=()))
    assert is_proved(ir.eq(ir.eq(id_, none), ir.eq(holders, ir.integer(0))), system=slot)
    assert not is_proved(ir.eq(holders, ONE), system=slot)


# ------------------------------------------------------------- what is open


def test_a_range_that_may_be_empty_is_given_up() -> None:
    loose = replace(WORLD, where=())
    answer = ask(ir.le(ONE, NR), system=loose)
    assert isinstance(answer, Open)
    assert "Page may be empty" in answer.detail


def test_a_binder_over_numbers_is_given_up() -> None:
    number = ir.close_binder("count", [("n", INT)], ir.TRUE)
    answer = ask(ir.le(ONE, number))
    assert isinstance(answer, Open)
    assert answer.reason == "unknown"


def test_effort_is_bounded_and_counted() -> None:
    limits = Limits(rungs=tuple(replace(r, rlimit=50) for r in RUNGS))
    goal = ir.implies(ir.lt(NR, PTES), TWO_VMAS)
    obligation = Obligation("goal", "claim", None, "goal", FACTS, goal)
    answer = Prover(WORLD, limits).prove(obligation)
    assert isinstance(answer, Open)
    assert "effort ran out" in answer.detail


# ------------------------------------------------------ proofs say on what


def test_a_proof_names_the_hypotheses_it_needed() -> None:
    first = ("first", ir.le(VMAS, ONE))
    other = ("other", every([("v", VMA)], systems.live(V)))
    answer = ask(ir.not_(TWO_VMAS), first, other)
    assert isinstance(answer, Proof)
    assert answer.used == ("first",)


def test_a_hypothesis_that_only_excludes_a_region_is_named() -> None:
    """Without `no pmd` there are VMAs that map by PMD, and the counts differ."""
    by_pte = count([("v", VMA)], some([("p", PAGE)], pte(V, P)))
    answer = ask(ir.eq(VMAS, by_pte), NO_PMD)
    assert isinstance(answer, Proof)
    assert "no pmd" in answer.used
    assert isinstance(ask(ir.eq(VMAS, by_pte)), Open)


def test_contradictory_hypotheses_prove_nothing() -> None:
    here = ("some", ir.le(ONE, VMAS))
    none = ("none", every([("v", VMA)], ir.not_(maps(V))))
    answer = ask(ir.eq(VMAS, ir.integer(7)), here, none)
    assert isinstance(answer, Proof)
    assert answer.vacuous


def test_the_same_question_costs_the_same() -> None:
    goal = ir.implies(ir.lt(NR, PTES), TWO_VMAS)
    first, second = ask(goal), ask(goal)
    assert isinstance(first, Proof)
    assert first == second
    ask(ir.eq(VMAS, ONE))
    assert ask(goal) == first


def test_what_was_asked_before_does_not_matter() -> None:
    goals = [ir.le(VMAS, PTES), ir.implies(ir.lt(NR, PTES), TWO_VMAS), TWO_VMAS]
    asked = [Obligation("goal", "claim", None, "goal", FACTS, g) for g in goals]
    one, other = Prover(WORLD), Prover(WORLD)
    forwards = [one.prove(o) for o in asked]
    backwards = [other.prove(o) for o in reversed(asked)][::-1]
    assert forwards == backwards


@pytest.mark.parametrize("seed", range(4))
def test_the_seed_does_not_change_a_verdict(seed: int) -> None:
    prover = Prover(WORLD, Limits(seed=seed))
    goal = ir.implies(ir.lt(NR, PTES), TWO_VMAS)
    answer = prover.prove(Obligation("goal", "claim", None, "goal", FACTS, goal))
    assert isinstance(answer, Proof)


def test_a_rung_without_regions_knows_nothing_of_counts() -> None:
    plain = Limits(rungs=(Rung("plain"),))
    goal = ir.implies(systems.MAPPED, ir.lt(ir.integer(0), VMAS))
    obligation = Obligation("goal", "claim", None, "goal", FACTS, goal)
    assert isinstance(Prover(WORLD, plain).prove(obligation), Open)
    assert isinstance(Prover(WORLD).prove(obligation), Proof)


def test_a_constant_of_bool_is_open_both_ways() -> None:
    flag = ir.read("anon", (), BOOL)
    assert not is_proved(flag)
    assert not is_proved(ir.not_(flag))
    assert is_proved(ir.eq(ir.not_(flag), ir.eq(flag, ir.FALSE)))
