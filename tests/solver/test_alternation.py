"""Circles of quantifiers and functions are found and named."""

from __future__ import annotations

from solver.alternation import circle
from solver.obligations import Obligation
from solver.prover import Limits, Open, Prover
from solver.question import Lowering, Question
from solver.regions import Rung
from spec import ir
from spec.ir import BOOL, Expr
from tests.solver import systems
from tests.solver.systems import MM, PAGE, VMA, every, maps, some, v

WORLD = systems.per_vma()
V, P, M = v("v", VMA), v("p", PAGE), v("m", MM)
EACH_VMA_HAS_A_PAGE = every([("v", VMA)], some([("p", PAGE)], systems.pte(V, P)))
EACH_PAGE_HAS_A_VMA = every([("p", PAGE)], some([("v", VMA)], systems.pte(V, P)))


def question(goal: Expr, *known: tuple[str, Expr]) -> Question:
    return Lowering(WORLD).question(Obligation("o", "claim", None, "o", known, goal), 0)


def test_an_alternation_in_one_direction_is_no_circle() -> None:
    assert circle(question(ir.read("x", (), BOOL), ("pages", EACH_VMA_HAS_A_PAGE))) == ""


def test_two_directions_make_a_circle_and_both_are_named() -> None:
    found = circle(question(
        ir.read("x", (), BOOL), ("pages", EACH_VMA_HAS_A_PAGE), ("vmas", EACH_PAGE_HAS_A_VMA)))
    assert found == "Vma -> Page (pages), Page -> Vma (vmas)"


def test_what_the_denial_of_a_goal_says_to_exist_has_names_and_is_no_edge() -> None:
    goal = ir.not_(EACH_PAGE_HAS_A_VMA)
    found = circle(question(goal, ("pages", EACH_VMA_HAS_A_PAGE)))
    assert found == "Vma -> Page (pages), Page -> Vma (the goal)"
    assert circle(question(EACH_PAGE_HAS_A_VMA, ("pages", EACH_VMA_HAS_A_PAGE))) == ""


def test_a_function_is_an_edge() -> None:
    each_mm_has_a_vma = every(
        [("m", MM)], some([("v", VMA)], ir.and_(ir.eq(systems.owner(V), M), maps(V))))
    found = circle(question(ir.read("x", (), BOOL), ("uses", each_mm_has_a_vma)))
    assert found == "Mm -> Vma (uses), Vma -> Mm (owner)"


def test_an_equivalence_counts_in_both_directions() -> None:
    cond = ir.eq(ir.read("x", (), BOOL), some([("v", VMA)], maps(V)))
    both = every([("v", VMA)], ir.eq(systems.live(V), some([("p", PAGE)], systems.pte(V, P))))
    found = circle(question(cond, ("each", both), ("vmas", EACH_PAGE_HAS_A_VMA)))
    assert found.startswith("Vma -> Page (each)")


def test_the_circle_is_told_where_effort_ran_out() -> None:
    hard = Limits(rungs=(Rung("plain", rlimit=1),))
    prover = Prover(WORLD, hard)
    known = (("pages", EACH_VMA_HAS_A_PAGE), ("vmas", EACH_PAGE_HAS_A_VMA))
    counted = ir.le(systems.count([("v", VMA)], maps(V)), ir.integer(3))
    answer = prover.prove(Obligation("o", "step", None, "o", known, counted))
    assert isinstance(answer, Open)
    assert answer.detail.endswith(
        "go in a circle: Vma -> Page (pages), Page -> Vma (vmas)")
