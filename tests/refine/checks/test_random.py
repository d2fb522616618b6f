"""Random runs in large worlds: what they take, what they find, and that they repeat."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar

import pytest

from refine.checks.large_worlds import LargeWorlds
from refine.checks.preludes import Preludes
from refine.checks.quick import QuickEvaluator
from refine.checks.random import NeedsHypothesis, check
from refine.faults import Kind
from refine.folio import Folio
from refine.models.per_vma import PerVma
from refine.result import CheckReport, Divergence, Verdict
from spec.eval import Evaluator
from spec.ir import INT, Fact, System, eq, integer, read
from spec.load import load, packaged_path
from spec.trace import World
from tests.refine.walking import bound


def parted(cls: type[Any], **more: Any) -> Divergence:
    divergence = check(bound(cls), **more).divergence
    assert divergence is not None
    return divergence


def verdicts(report: CheckReport) -> Mapping[str, Verdict]:
    return {f.name: f.verdict for f in report.findings}


# ------------------------------------------------------------------ passes


def test_every_operation_is_taken() -> None:
    report = check(bound(PerVma), runs=16)
    assert report.divergence is None
    assert set(verdicts(report).values()) == {Verdict.TESTED}
    assert all(f.runs > 1 and f.steps > 2 for f in report.findings)
    assert "Page = 512" in report.scope


def test_the_same_seed_gives_the_same_runs(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    sizes = {"NR": 64, "Vma": 6}
    first, second, other = (check(bound(PerVma), world=sizes, runs=4, steps=20, seed=seed)
                            for seed in (3, 3, 4))
    assert first == second
    assert first.findings != other.findings
    assert list(tmp_path.iterdir()) == []


def test_an_operation_that_no_run_took_is_not_tested() -> None:
    report = check(bound(PerVma), world={"NR": 1, "Mm": 2, "Vma": 4}, runs=8, steps=15)
    findings = {f.name: f for f in report.findings}
    assert findings["map_ptes"].verdict is Verdict.TESTED
    assert findings["map_pmd"].verdict is Verdict.UNSEEN
    assert findings["map_pmd"].reason.startswith("never taken in ")


def test_what_a_scheme_expects_never_to_happen_is_not_missed() -> None:
    system = bound(PerVma).system
    binding = replace(bound(PerVma), system=replace(system, expects={"split_pmd": "never"}))
    sizes = {"NR": 4, "Mm": 2, "Vma": 3, "anon": 0}
    found = verdicts(check(binding, world=sizes, runs=8, steps=10))
    assert found["split_pmd"] is Verdict.IDLE
    assert found["dup_pmd"] is Verdict.UNSEEN


def test_a_folio_is_as_large_as_the_scheme_allows() -> None:
    system = bound(PerVma).system
    one = Fact("NR == 1", eq(read("NR", (), INT), integer(1)))
    binding = replace(bound(PerVma), system=replace(system, assumes=(one,)))
    assert "Page = 1," in check(binding, runs=2, steps=5).scope


def test_one_world_and_progress() -> None:
    world = LargeWorlds(bound(PerVma).system, {"NR": 8, "Mm": 2, "Vma": 4}).world(0, 0)
    lines: list[str] = []
    report = check(bound(PerVma), world=world, runs=8, steps=10, progress=lines.append)
    assert len(lines) == 8 and lines[-1].endswith(" steps")
    assert report.scope.endswith("one world with Mm = 2, Vma = 4, Page = 8, seed 0")


def test_what_cannot_be_asked() -> None:
    with pytest.raises(ValueError, match="from 1 to 160 moves"):
        check(bound(PerVma), steps=1000)
    with pytest.raises(ValueError, match="allows no world"):
        check(bound(PerVma), world={"NR": 1, "pmd_sized": 1})


def test_the_longest_runs_can_be_drawn() -> None:
    report = check(bound(PerVma), world={"NR": 2, "Mm": 2, "Vma": 4}, runs=2, steps=160)
    assert sum(f.steps for f in report.findings) > 200


def test_hypothesis_is_missing(monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(NeedsHypothesis, match=r"foliospec\[refine\]"):
        check(bound(PerVma))


# ------------------------------------------------------------------ planted slips


class ForgetsTheWalk(PerVma):
    def _map(self, vma: int, first: int, last: int) -> None:
        self._mapcount.inc()
        self._stat += last - first + 1


class WalksFromTheSecond(PerVma):
    def _map(self, vma: int, first: int, last: int) -> None:
        if not self._maps(vma, chain(range(1, first), range(last + 1, self.folio.NR))):
            self._mapcount.inc()
        self._stat += last - first + 1


class WalksToTheLastButOne(PerVma):
    def _maps_any(self, vma: int) -> bool:
        return self._maps(vma, range(self.folio.NR - 1))


class WrongAtTheLastOf512(PerVma):
    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        super().unmap_ptes(vma, first, last)
        self._stat += first == 511


class WrongWithThreeProcesses(PerVma):
    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        folio = self.folio
        users = {folio.owner(v) for v in range(folio.size("Vma")) if self._maps_any(v)}
        if len(users) < 3:
            super().unmap_ptes(vma, first, last)
        else:
            self._stat -= last - first + 1


class AnswersWrong(PerVma):
    def folio_mapped(self) -> bool:
        return self._mapcount.value in (0, 1)


class Raises(PerVma):
    def dup_pmd(self, src: int, dst: int) -> None:
        raise ValueError("a page table is missing")


class BeginsWrong(PerVma):
    def __init__(self, folio: Folio) -> None:
        super().__init__(folio)
        self._stat = 1


@pytest.mark.parametrize(
    ("cls", "longest"),
    [(ForgetsTheWalk, 5), (WalksFromTheSecond, 5), (WalksToTheLastButOne, 5),
     (WrongWithThreeProcesses, 9), (AnswersWrong, 4), (Raises, 4), (BeginsWrong, 0)],
)
def test_a_slip_is_found_and_the_run_is_short(cls: type[Any], longest: int) -> None:
    divergence = parted(cls)
    assert len(divergence.steps) <= longest
    assert divergence.world.sizes["Page"] <= 4
    assert divergence.world.sizes["Vma"] <= 4
    assert divergence.differences or divergence.fault


def test_a_slip_at_page_511_keeps_the_large_folio() -> None:
    divergence = parted(WrongAtTheLastOf512)
    assert divergence.world.sizes["Page"] == 512
    assert divergence.world.sizes["Mm"] == 1
    assert len(divergence.steps) <= 5
    assert divergence.steps[-1].args["first"] == 511


def test_the_operation_that_failed_says_so() -> None:
    report = check(bound(Raises))
    assert verdicts(report)["dup_pmd"] is Verdict.FAILED
    assert report.divergence is not None and report.divergence.fault is not None
    assert report.divergence.fault.kind is Kind.RAISES
    assert report.failed


class Remembers(PerVma):
    """What it does depends on how often it was asked in all runs together."""

    asked: ClassVar[list[int]] = []

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        super().unmap_ptes(vma, first, last)
        self.asked.append(vma)
        self._stat += len(self.asked) == 5


def test_what_does_not_happen_twice_is_a_fault() -> None:
    fault = parted(Remembers, world={"NR": 16, "Vma": 4}).fault
    assert fault is not None and fault.kind is Kind.GLOBALS


# ------------------------------------------------------------------ parts


SCHEMES = ("per_vma_table", "linux_6_18", "one_ref_held", "double_map", "three_counts")


def systems() -> list[System]:
    return [load(packaged_path(name)).systems[0] for name in SCHEMES]


def some_worlds(system: System, pages: int) -> list[World]:
    found = LargeWorlds(system, {"NR": pages, "Mm": 2, "Vma": 3, "Pin": 1, "Table": 2})
    return [found.world(number, number) for number in range(4)]


@pytest.mark.parametrize("system", systems(), ids=SCHEMES)
def test_the_quick_evaluator_agrees_with_the_plain_one(system: System) -> None:
    preludes = Preludes(system)
    for world in some_worlds(system, 3):
        quick, plain = QuickEvaluator(system, world), Evaluator(system, world)
        for action in system.actions:
            state = plain.initial()
            for step in preludes.of(world, [action.name], 1):
                taken = system.action(step.action)
                enabled = plain.enabled(taken, state, step.args)
                assert quick.enabled(taken, state, step.args) == enabled
                if not enabled:
                    break
                after = quick.apply(taken, state, step.args)
                assert after == plain.apply(taken, state, step.args)
                state = after
            for promise in system.promises:
                assert quick.value(promise.cond, state) == plain.value(promise.cond, state)


@pytest.mark.parametrize("system", systems(), ids=SCHEMES)
def test_a_run_to_every_operation_is_known(system: System) -> None:
    preludes = Preludes(system)
    for action in system.actions:
        assert any(preludes.knows(w, action.name) for w in some_worlds(system, 512))
