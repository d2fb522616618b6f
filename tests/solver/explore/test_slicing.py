"""Slices: what is kept for a question, and that nothing changes by leaving the rest out."""

from __future__ import annotations

from pathlib import Path

import pytest

from solver.explore import Goal, explore
from solver.explore.slicing import Slice, Slicer, duty_keys, reads_of
from spec.ir import Expr, System
from spec.load import load_text
from tests.solver import systems

PER_VMA = systems.per_vma()
SCOPE = {"Mm": 2, "Vma": 2, "NR": 2}


def slice_of(*conds: Expr, system: System = PER_VMA) -> Slice:
    return Slicer(system, system.actions).slice_for(reads_of(conds))


def test_the_page_tables_do_not_depend_on_the_counter() -> None:
    assert slice_of(systems.PMD_OR_PTES).states == ("live", "covers", "pte", "pmd", "born")


def test_the_counter_depends_on_the_page_tables() -> None:
    cut = slice_of(systems.MAPCOUNT)
    assert cut.states == ("live", "covers", "pte", "pmd", "born", "mapcount")
    assert cut.is_exact(PER_VMA)


def test_what_was_ever_mapped_needs_all_that_a_mapping_needs() -> None:
    assert slice_of(systems.BORN).states == ("live", "covers", "pte", "pmd", "born")


def test_constants_are_kept_where_guards_read_them() -> None:
    assert slice_of(systems.BORN).consts == ("anon", "owner")
    assert slice_of(systems.NR).consts == ("NR",)


def test_a_slice_has_only_the_updates_and_duties_of_its_states() -> None:
    cut = slice_of(systems.PMD_OR_PTES)
    assert all("mapcount" not in a.updates for a in cut.actions)
    assert all(not a.duties for a in cut.actions)
    assert not cut.is_exact(PER_VMA)


def test_a_condition_on_constants_needs_no_action() -> None:
    cut = slice_of(systems.ANON)
    assert (cut.states, cut.actions) == ((), ())


def test_the_union_of_slices_is_the_slice_of_both_questions() -> None:
    slicer = Slicer(PER_VMA, PER_VMA.actions)
    small, large = slice_of(systems.NR), slice_of(systems.PMD_OR_PTES)
    assert slicer.union(small, large) == slice_of(systems.NR, systems.PMD_OR_PTES)


def test_duties_are_named_in_the_order_of_the_states() -> None:
    assert duty_keys(PER_VMA) == ("nat:mapcount",)


PINS = """
module pages

sort Vma
sort Pin
state pte: [Vma] bool = false
state seen: [Vma] bool = false
state pinned: [Pin] bool = false

define pins = count x in Pin: pinned[x]

op map(v: Vma)
	requires not pte[v] and (pins == 0 or not seen[v])
	changes pte[v]
	pte[v] := true

op unmap(v: Vma)
	requires pte[v]
	changes pte[v]{more_changes}
	pte[v] := false
{more}
op touch(v: Vma)
	changes seen[v]
	seen[v] := true

op pin(x: Pin)
	requires not pinned[x] and some v in Vma: seen[v]
	changes pinned[x]
	pinned[x] := true
"""
COPY = """
module copies over pages

state copied: bool = false

op copy(v: Vma)
	performs unmap(v)
	requires seen[v]
	changes copied
	copied := true
"""


def slice_of_pte(folder: Path, more_changes: str = "", more: str = "") -> Slice:
    text = PINS.format(more_changes=more_changes, more=more)
    (folder / "pages.fs").write_text(text)
    system = load_text(COPY, str(folder / "copies.fs")).systems[-1]
    return Slicer(system, system.actions).slice_for({"pte"})


def test_a_guard_that_only_pins_make_false_needs_no_pins(tmp_path: Path) -> None:
    cut = slice_of_pte(tmp_path)
    assert cut.states == ("pte",)
    assert reads_of([next(a.guard for a in cut.actions if a.name == "map")]) == {"pte"}


def test_a_guard_stays_where_a_step_of_the_slice_pins(tmp_path: Path) -> None:
    cut = slice_of_pte(
        tmp_path, ", pinned[*], seen[v]", "\tpinned[x] := true for x in Pin\n\tseen[v] := true\n")
    assert cut.states == ("pte", "seen", "pinned")


def test_a_step_that_does_as_one_below_is_left_to_it(tmp_path: Path) -> None:
    assert "copy" not in {a.name for a in slice_of_pte(tmp_path).actions}


def test_a_step_that_does_more_is_not_left_to_another(tmp_path: Path) -> None:
    slice_of_pte(tmp_path)
    system = load_text(COPY, str(tmp_path / "copies.fs")).systems[-1]
    cut = Slicer(system, system.actions).slice_for({"pte", "copied"})
    assert "copy" in {a.name for a in cut.actions}
    assert "seen" in cut.states


@pytest.mark.parametrize("bug", ["", "split_forgets", "unmap_always", "no_walk"])
def test_a_promise_alone_is_answered_as_among_all(bug: str) -> None:
    system = systems.per_vma(bug)
    goals = [Goal(p.name, p.cond) for p in system.promises]
    together = explore(system, goals, scopes=[SCOPE], budget=10_000)
    for goal in goals:
        alone = explore(system, [goal], scopes=[SCOPE], budget=10_000, include_duties=False)
        mine, theirs = alone.decisions[goal.name], together.decisions[goal.name]
        assert (mine.outcome, mine.scope, mine.trace) == (
            theirs.outcome, theirs.scope, theirs.trace)
