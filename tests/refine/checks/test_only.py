"""Only some operations and answers are judged: the others lead to states, and no further than
where they part the sides."""

from __future__ import annotations

from typing import Any

import pytest

from refine.models.per_vma import PerVma
from refine.pipeline import Options, refine
from refine.result import CheckReport, Verdict
from spec.load import load, packaged_path

SYSTEM = load(packaged_path("per_vma")).systems[0]
SMALL = {"Mm": 2, "Vma": 2, "NR": 2}
BOTH = ["exhaustive", "random"]


class Forgets(PerVma):
    """Wrong wherever a PTE is unmapped."""

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        pass


class Raises(PerVma):
    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        raise KeyError(first)


class Inconsistent(PerVma):
    """Its `consistent()` fails after an operation, and nothing else does."""

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        super().unmap_ptes(vma, first, last)
        self.spoilt = True

    def consistent(self) -> bool:
        return not hasattr(self, "spoilt")


class Both(Forgets):
    def map_pmd(self, vma: int) -> None:
        self._mapcount.inc()


class Answers(PerVma):
    def folio_mapped(self) -> bool:
        return False

    def maybe_mapped_shared(self, mm: int) -> bool:
        return 1  # type: ignore[return-value]


def checked(cls: type[Any], check: str, *only: str) -> CheckReport:
    options = Options((check,), SMALL, runs=30, only=only)
    (report,) = refine(cls, SYSTEM, "per_vma.fs", options).checks
    return report


def verdicts(report: CheckReport) -> dict[str, Verdict]:
    return {f.name: f.verdict for f in report.findings}


@pytest.mark.parametrize("check", BOTH)
@pytest.mark.parametrize("cls", [Forgets, Raises, Inconsistent])
def test_what_is_not_judged_ends_a_run_and_is_counted(cls: type[Any], check: str) -> None:
    report = checked(cls, check, "map_ptes", "nr_mapped")
    passed = Verdict.EXHAUSTED if check == "exhaustive" else Verdict.TESTED
    assert verdicts(report) == {"map_ptes": passed, "nr_mapped": passed}
    assert not report.failed
    assert list(report.parted) == ["unmap_ptes"] and report.parted["unmap_ptes"] > 0


@pytest.mark.parametrize("check", BOTH)
@pytest.mark.parametrize("cls", [Forgets, Raises, Inconsistent])
def test_what_is_judged_fails(cls: type[Any], check: str) -> None:
    report = checked(cls, check, "unmap_ptes")
    assert verdicts(report) == {"unmap_ptes": Verdict.FAILED}
    assert report.divergence is not None and report.divergence.operation == "unmap_ptes"


@pytest.mark.parametrize("check", BOTH)
def test_the_second_slip_is_found_beside_the_first(check: str) -> None:
    report = checked(Both, check, "map_pmd", "map_ptes")
    assert verdicts(report)["map_pmd"] is Verdict.FAILED
    assert report.divergence is not None
    assert [s.action for s in report.divergence.steps if s.action == "unmap_ptes"] == []


@pytest.mark.parametrize("check", BOTH)
def test_answers_are_judged_as_they_are_named(check: str) -> None:
    fine = checked(Answers, check, "map_ptes", "nr_mapped")
    assert not fine.failed and not fine.parted
    wrong = checked(Answers, check, "folio_mapped", "nr_mapped")
    assert verdicts(wrong)["folio_mapped"] is Verdict.FAILED
    typed = checked(Answers, check, "maybe_mapped_shared")
    assert verdicts(typed) == {"maybe_mapped_shared": Verdict.FAILED}


def test_the_exhaustive_check_sees_every_step_into_a_state_that_is_wrong() -> None:
    """Two operations lead to the same wrong pair, the one that is not judged first."""

    class Twice(PerVma):
        def map_pmd(self, vma: int) -> None:
            self._stat = 99

        def unmap_pmd(self, vma: int) -> None:
            self._stat = 99

    assert checked(Twice, "exhaustive", "map_pmd").failed
    # It is never reached where the sides have not parted before.
    open_ = checked(Twice, "exhaustive", "unmap_pmd")
    assert verdicts(open_) == {"unmap_pmd": Verdict.UNSEEN}
    assert "before the sides part" in open_.findings[0].reason


@pytest.mark.parametrize("check", BOTH)
def test_nothing_parts_where_all_is_right(check: str) -> None:
    report = checked(PerVma, check, "map_ptes")
    assert not report.failed and report.parted == {}
    everything = checked(PerVma, check)
    steps = {f.name: f.steps for f in everything.findings}
    assert report.findings[0].steps == steps["map_ptes"]


def test_the_symbolic_check_judges_the_same() -> None:
    assert set(verdicts(checked(Forgets, "symbolic", "map_pmd"))) == {"__init__", "map_pmd"}
    assert not checked(Forgets, "symbolic", "map_pmd").failed
    assert checked(Forgets, "symbolic", "unmap_ptes").failed
