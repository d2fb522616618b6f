"""Which promise notices a slip: a table for a small scheme; what a contradiction does."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from solver import mutation
from solver.decide import Decider, Options
from solver.equivalence import Equivalence
from solver.mutation import Judge
from spec.load import Loaded, load_text
from spec.mutants.catalogue import Candidate, catalogue
from spec.result import Decision, Fate, InternalError, Outcome

TOYS = Path(__file__).parents[1] / "conformance" / "toys"

COUNT = """\
scheme counting over box

state n: nat = 0
state full: bool = false

invariant counts
	n == count t in Thing: inside[t]

on put(t)
	changes n, full
	n := n + 1
	full := true when n > 1

on take(t)
	changes n
	n := max(n - 1, 0) when inside[t]

on swap
	changes nothing

on empty
	changes n
	n := 0

answer is_used = n > 0 and (n > 0 or full)
	expect exact

claim never_two
	n < 2
	expect fails
"""

KILLED = {
    "put.drop": ("killed", "invariant", "counts", "refuted", 1),
    "put.n.off_by_one_1": ("killed", "invariant", "counts", "refuted", 1),
    "put.full.drop_when": ("survives",),
    "take.n.drop_part_1": ("equivalent",),
    "take.n.drop_part_2": ("killed", "invariant", "counts", "refuted", 3),
    "take.n.drop_when": ("equivalent",),
    "take.n.negate_when": ("killed", "invariant", "counts", "refuted", 2),
    "empty.drop": ("killed", "invariant", "counts", "refuted", 2),
    "is_used.negate": ("killed", "answer_class", "is_used.slow", "refuted", 0),
    "is_used.drop_part_4": ("killed", "answer_class", "is_used.unsafe", "refuted", 1),
    "n.init.off_by_one_1": ("killed", "invariant", "counts", "refuted", 0),
}


def loaded(text: str = COUNT) -> Loaded:
    return load_text(text, str(TOYS / "counting.fs"))


@cache
def candidates(text: str = COUNT) -> dict[str, Candidate]:
    found = catalogue(loaded(text), str(TOYS / "counting.fs"), lambda _: None)
    return {n: c for c in found.candidates for n in (c.name, *c.also)}


@cache
def judge(text: str = COUNT) -> Judge:
    found = loaded(text)
    return Judge(found.systems[0], Decider(Options()).decide(found, "counting.fs"), 20_000)


def fate(name: str, text: str = COUNT) -> Fate:
    return judge(text).judge(candidates(text)[name].system, lambda _: None)


def told(found: Fate) -> tuple[object, ...]:
    first = found.kills[:1]
    return (found.verdict, *(x for k in first for x in (k.kind, k.name, k.way, k.steps)))


@pytest.mark.parametrize("name", KILLED)
def test_fate(name: str) -> None:
    assert told(fate(name)) == KILLED[name]


def test_the_shortest_run_is_first_and_all_are_there() -> None:
    kills = fate("put.drop").kills
    assert {k.name for k in kills} >= {"counts", "is_used.unsafe"}
    assert [k.steps for k in kills] == sorted(k.steps for k in kills)


def test_a_claim_that_stops_failing_kills() -> None:
    """`n < 2` should fail; with n counting up to one at most nothing breaks it."""
    text = COUNT.replace("invariant counts\n\tn == count t in Thing: inside[t]\n", "").replace(
        "expect exact", "expect unsafe").replace("n := n + 1", "n := min(n + 1, 2)")
    found = fate("put.n.off_by_one_4", text)
    assert found.verdict == "killed"
    assert [(k.name, k.way) for k in found.kills] == [("never_two", "proved")]


def test_what_is_no_longer_proved_is_told_apart_from_a_run() -> None:
    """The invariants of the mutant hold, and are not inductive any more."""
    text = COUNT.replace("n := n + 1", "n := (count x in Thing: inside[x]) + 1")
    text = text.replace("n := max(n - 1, 0) when inside[t]", "n := n - 1")
    made = judge(text)
    held = dict(made.holding)
    assert held["counts"].outcome is Outcome.PROVED
    weak = Decision(Outcome.UNKNOWN, "induction", {}, reason="not strong enough")
    found = mutation._Case(made, made.system, lambda _: None)
    looked = found._look(500, 3)
    kills = tuple(found._changed({"counts"}, {"counts": weak}, looked))
    assert [(k.name, k.way) for k in kills if k.name == "counts"] == [("counts", "not_proved")]
    assert "not_proved" not in mutation.SURE


def test_a_promise_that_fails_in_the_scheme_itself_kills_nothing() -> None:
    text = COUNT.replace("n := n + 1", "n := n + 2")
    assert "counts" in judge(text).unfit
    assert "counts" not in {k.name for k in fate("take.n.negate_when", text).kills}


# --------------------------------------------------------------- cross-check


def test_a_crosscheck_of_a_sample_finds_no_contradiction() -> None:
    for name in ("put.drop", "take.n.negate_when", "empty.drop", "is_used.negate"):
        judge().crosscheck(name, candidates()[name].system, lambda _: None)


def test_a_planted_proof_of_what_a_run_refutes_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from solver.methods import induction

    def everything(system: object, **_: object) -> induction.InductionReport:
        proved = Decision(Outcome.PROVED, "induction", {})
        return induction.InductionReport({"counts": proved}, {}, {}, (), {}, ())

    made = judge()
    monkeypatch.setattr(induction, "induct", everything)
    with pytest.raises(InternalError, match=r"mutant put\.drop: counts is proved and refuted"):
        made.crosscheck("put.drop", candidates()["put.drop"].system, lambda _: None)


def test_a_planted_proof_of_equality_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    made = judge()
    monkeypatch.setattr(Equivalence, "proved", lambda *_: True)
    with pytest.raises(InternalError, match=r"mutant put\.drop: proved to do what the scheme"):
        made.crosscheck("put.drop", candidates()["put.drop"].system, lambda _: None)
