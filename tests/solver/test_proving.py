"""Many obligations: the same answers in one process or several, fresh or from the store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from solver import proving
from solver.methods.induction import InductionReport, induct
from solver.obligations import Duties, Obligation
from solver.prover import Limits, Open, Proof
from solver.proving import Proving
from solver.store import Store
from spec.ir import System
from tests.solver import systems

WORLD = systems.per_vma()
LIMITS = Limits()


def at_work(store: Store | None = None, limits: Limits = LIMITS) -> Proving:
    return Proving(WORLD, limits, store, lambda _: None)


def steps(system: System = WORLD) -> list[list[Obligation]]:
    duties = Duties(system)
    known = [(p.name, p.cond) for p in system.promises if p.kind == "invariant"]
    return [
        [*duties.starts(p), *duties.steps(p, known)]
        for p in system.promises if p.kind == "invariant"
    ]


def told(report: InductionReport) -> object:
    return report.decisions, [(a.obligation.name, a.answer) for a in report.attempts]


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Fork at once; how many obligations were shared out each time."""
    shared: list[int] = []
    crew = Proving.in_crew

    def counted(self, obligations, *rest):  # type: ignore[no-untyped-def]
        shared.append(len(obligations))
        return crew(self, obligations, *rest)

    monkeypatch.setattr(proving, "ALONE", -1)
    monkeypatch.setattr(Proving, "in_crew", counted)
    yield shared


def test_several_processes_give_the_same_report(forked: list[int]) -> None:
    shared = told(induct(WORLD))
    assert sum(forked) > 10
    proving.ALONE = 10**12
    assert told(induct(WORLD)) == shared


def test_what_comes_behind_a_failure_in_its_group_is_left_out(forked: list[int]) -> None:
    (true,) = steps()[:1]
    false = Obligation("false", "claim", None, "false", true[0].hypotheses, systems.MAPPED)
    found = at_work().all_of([[true[1], false, *true[2:]], true])
    assert [len(attempts) for attempts in found] == [2, len(true)]
    assert isinstance(found[0][-1][-1].answer, Open)
    assert all(isinstance(a[-1].answer, Proof) for a in found[1])


def test_no_obligation_is_begun_when_the_effort_is_spent() -> None:
    work = at_work(limits=Limits(total=0))
    first, second = work.all_of([steps()[0][:2], steps()[0][2:3]])
    assert isinstance(first[0][0].answer, Proof)
    assert isinstance(second[0][0].answer, Open)
    assert "is spent" in second[0][0].answer.detail


def test_answers_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    fresh = told(induct(WORLD, store=store))
    monkeypatch.setattr(proving.Prover, "prove", lambda *_: pytest.fail("asked again"))
    assert told(induct(WORLD, store=store)) == fresh


def test_an_answer_belongs_to_its_world_options_and_hypotheses(tmp_path: Path) -> None:
    store = Store(tmp_path)
    group = steps()[0][1:2]
    at_work(store).all_of([group])
    assert at_work(store)._kept(group[0], 0) is not None
    assert at_work(store)._kept(group[0], 1) is None
    assert at_work(store, Limits(seed=1))._kept(group[0], 0) is None
    other = Proving(replace(WORLD, where=()), LIMITS, store, lambda _: None)
    assert other._kept(group[0], 0) is None
    fewer = Obligation(
        group[0].name, group[0].kind, group[0].action, group[0].promise,
        group[0].hypotheses[:-1], group[0].goal)
    assert at_work(store)._kept(fewer, 0) is None
