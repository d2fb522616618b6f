"""Invariants found on toys; none where none can be."""

from __future__ import annotations

from dataclasses import replace

import pytest

import solver.inference
from solver.explore import Goal, explore, ladder
from solver.inference import Inference, disjuncts, infer
from solver.methods.induction import InductionReport, induct
from spec import ir
from spec.inference.grafting import grafts, pasted, with_invariants
from spec.ir import Promise, System
from spec.load import Loaded
from spec.result import InternalError, Outcome
from tests.conformance.toys import TOYS
from tests.inferring import above, inferred, stripped_toy

HOLDER = """\
# holder.fs - one process may hold the page, any number may use it.
module holder

sort Mm named A, B, C
sort Vma named a, b, c
const owner: [Vma] Mm

state pte: [Vma] bool = false

op map(v: Vma)
	requires not pte[v]
	changes pte[v]
	pte[v] := true

op unmap(v: Vma)
	requires pte[v]
	changes pte[v]
	pte[v] := false
"""
SLOT = """\
scheme one_slot over holder

state id: Mm? = none
state held: nat = 0
state all_held: bool = true
state total: nat = 0

on map(v)
	changes id, held, all_held, total
	let mine = id == owner[v] or (id == none and total == 0)
	id := owner[v] when mine
	held := held + 1 when mine
	all_held := false when not mine
	total := total + 1

on unmap(v)
	changes id, held, total, all_held
	let left = if id == owner[v] then held - 1 else held
	held := left
	id := none when left == 0
	total := total - 1
	all_held := true when total == 1

claim exclusive
	all v, w in Vma: (all_held and pte[v] and pte[w]) implies owner[v] == owner[w]
	expect holds
"""


@pytest.fixture
def one_slot(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    folder = tmp_path_factory.mktemp("slot")
    (folder / "holder.fs").write_text(HOLDER)
    return above(folder, "one_slot", SLOT)


def promise(system: System, name: str, cond: ir.Expr) -> Promise:
    return Promise("invariant", name, cond, "holds", system.name)


# ------------------------------------------------------------------- found


@pytest.mark.parametrize(("toy", "text"), [
    ("box_count", "n == count t in Thing: inside[t]"),
    ("crates_count", "n == count c in Crate: open(c)"),
    ("crates_things", "n == count t in Thing: out[t]"),
    ("grid_cells", "cells == count r in Row, c in Col: cell[r, c]"),
    ("grid_columns", "all c in Col: height[c] == count r in Row: cell[r, c]"),
    ("grid_rows", "rows == count r in Row: used(r)"),
    ("gauge_area", "below == count t in Tick: t < needle"),
    ("lender", "n == count t in Thing: inside[t]"),
])
def test_the_definition_is_found(toy: str, text: str) -> None:
    found = inferred(stripped_toy(toy))
    assert found.added == {text}
    assert found.report.open and not found.report.left


def test_a_count_that_is_too_high_is_a_bound() -> None:
    """The planted bug makes `n` grow; that it is never too low is still true."""
    found = inferred(stripped_toy("box_forgets_swap"))
    assert found.added == {"n >= count t in Thing: inside[t]"}


def test_a_slot_with_its_count(one_slot: Loaded) -> None:
    found = inferred(one_slot)
    assert "exclusive" in found.report.open and not found.report.left
    assert "id == none implies held == 0" in found.added
    assert any(t.startswith("not all_held or ") for t in found.added)


def test_what_was_found_is_proved_by_induction_alone(one_slot: Loaded) -> None:
    report = inferred(one_slot).report
    system = one_slot.systems[0]
    whole = replace(system, promises=(*system.promises, *report.added))
    decisions = induct(whole).decisions
    for name in (*report.open, *(p.name for p in report.added)):
        assert decisions[name].outcome is Outcome.PROVED, name


def test_each_is_needed_for_something(one_slot: Loaded) -> None:
    report = inferred(one_slot).report
    leant = {name for needs in report.needs.values() for name in needs}
    assert leant == {p.name for p in report.added}


def test_nothing_is_looked_for_where_all_is_proved() -> None:
    found = inferred(above(TOYS, "box_count", (TOYS / "box_count.fs").read_text()))
    assert found.report == Inference() and not found.texts


def test_only_what_is_asked_for_is_closed() -> None:
    report = inferred(stripped_toy("box_count"), only=["is_used"]).report
    assert {n.partition(".")[0] for n in report.open} == {"is_used"}


def test_an_invariant_of_the_author_may_need_help() -> None:
    more = "\ninvariant used_things\n\tn == 0 iff not some_inside\n"
    found = inferred(stripped_toy("box_count", more))
    assert "used_things" in found.report.open and not found.report.left
    assert found.added == {"n == count t in Thing: inside[t]"}


# --------------------------------------------------------------- not found


def test_a_false_claim_is_not_proved() -> None:
    more = "\nclaim never_two\n\tn != 2\n\texpect holds\n"
    report = inferred(stripped_toy("box_count", more)).report
    assert "never_two" in report.refuted
    assert "never_two" not in report.needs


def test_a_false_claim_beyond_the_scopes_is_left() -> None:
    """No scope that is looked at has eight things; so no run refutes it."""
    more = "\nclaim never_eight\n\tn < 8\n\texpect holds\n"
    report = inferred(stripped_toy("box_count", more)).report
    assert "never_eight" not in report.refuted and "never_eight" in report.left
    assert "never_eight_as_invariant" not in {p.name for p in report.added}


def test_a_duty_that_is_broken_stays_broken() -> None:
    report = inferred(stripped_toy("box_negative")).report
    assert report.refuted == ("nat:n",) and not report.added


# --------------------------------------------------------- dropped, and why


def test_candidates_say_why_they_were_dropped() -> None:
    found = inferred(stripped_toy("grid_rows"))
    kinds = {d.name: d.kind for d in found.report.dropped}
    assert kinds["rows_counts_cell"] == "refuted"
    assert kinds["rows_within_used"] == "not needed"
    assert len(kinds) + len(found.report.added) == found.report.candidates


def test_a_refuted_candidate_has_a_state_that_breaks_it() -> None:
    loaded = stripped_toy("grid_rows")
    conds = {g.name: g.promise.cond for g in grafts(loaded, 0)}
    refuted = [d.name for d in inferred(loaded).report.dropped if d.kind == "refuted"]
    system = loaded.systems[0]
    seen = explore(system, [Goal(n, conds[n]) for n in refuted], scopes=ladder(system)[:6],
                   budget=5_000, include_duties=False)
    assert {seen.decisions[n].outcome for n in refuted} == {Outcome.REFUTED}


def test_what_follows_from_a_simpler_candidate_is_dropped() -> None:
    loaded = stripped_toy("box_count")
    system = loaded.systems[0]
    n = ir.read("n", (), ir.INT)
    plain = ir.le(ir.integer(0), n)
    longer = ir.or_(plain, ir.eq(n, ir.integer(7)))
    assert disjuncts(plain) < disjuncts(longer)
    report = infer(system, [[promise(system, "plain", plain), promise(system, "longer", longer)]])
    assert {d.name: d.kind for d in report.dropped}["longer"] == "weaker"


def test_what_is_not_inductive_is_dropped_with_the_step() -> None:
    """True in all scopes that are looked at, and false with eight things."""
    loaded = stripped_toy("box_count", "\nclaim few\n\tn < 9\n\texpect holds\n")
    system = loaded.systems[0]
    n = ir.read("n", (), ir.INT)
    report = infer(system, [[promise(system, "eight", ir.lt(n, ir.integer(8)))]])
    (dropped,) = report.dropped
    assert dropped.kind == "not inductive" and dropped.why.startswith("eight/put: ")
    assert not report.added and "few" in report.left


# ------------------------------------------------------------------ safety


def test_proved_and_refuted_is_an_internal_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A prover that believes anything, and a filter that lets a false candidate through."""
    loaded = stripped_toy("box_count")
    system = loaded.systems[0]
    false = promise(system, "two_are_too_many", ir.lt(ir.read("n", (), ir.INT), ir.integer(2)))

    def gullible(asked: System, **options: object) -> InductionReport:
        report = induct(system)
        proved = replace(next(iter(report.decisions.values())), outcome=Outcome.PROVED,
                         assumptions=("two_are_too_many",))
        if asked is system:
            return report
        return replace(report, decisions=dict.fromkeys(
            [*report.decisions, "two_are_too_many"], proved))

    monkeypatch.setattr(solver.inference, "induct", gullible)
    monkeypatch.setattr(solver.inference._Case, "_filtered", lambda self, wave, before: list(wave))
    monkeypatch.setattr(solver.inference.Search, "needed", lambda self: ("two_are_too_many",))
    monkeypatch.setattr(solver.inference.Search, "spare", lambda self, names: tuple(names))
    monkeypatch.setattr(solver.inference.Search, "run", lambda self, goals: None)
    with pytest.raises(InternalError, match="two_are_too_many is proved and refuted"):
        infer(system, [[false]])


def test_a_pick_that_is_not_inductive_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the search says: what counts is induction over all of them together."""
    loaded = stripped_toy("box_count", "\nclaim few\n\tn < 9\n\texpect holds\n")
    system = loaded.systems[0]
    eight = promise(system, "eight", ir.lt(ir.read("n", (), ir.INT), ir.integer(8)))
    monkeypatch.setattr(solver.inference.Search, "needed", lambda self: ("eight",))
    monkeypatch.setattr(solver.inference.Search, "spare", lambda self, names: tuple(names))
    monkeypatch.setattr(solver.inference.Search, "run", lambda self, goals: None)
    report = infer(system, [[eight]])
    assert not report.added and "few" in report.left


def test_the_file_with_what_was_found_is_decided_like_any_other() -> None:
    loaded = stripped_toy("box_count")
    found = inferred(loaded).report
    chosen = [g for g in grafts(loaded, 0) if g.name in {p.name for p in found.added}]
    system = with_invariants(loaded, pasted(loaded, chosen)).systems[0]
    decisions = induct(system).decisions
    assert all(decisions[n].outcome is Outcome.PROVED for n in found.open)
