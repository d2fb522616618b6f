"""A run explained: which line wrote what is stored last, and what is wrong."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from refine.checks import exhaustive, random
from refine.folio import Folio
from refine.lockstep import explain
from refine.models.per_vma import PerVma
from refine.program import world_from
from refine.report.divergence import divergence_lines
from refine.result import CheckReport, Divergence, Verdict
from spec.trace import Step
from tests.refine.walking import bound

SETUP = {"Mm": 1, "Vma": 2, "owner": [0, 0], "NR": 2, "anon": False, "pmd_sized": False}
RUN = (
    Step("open_vma", {"v": 0, "first": 0, "last": 1}),
    Step("map_ptes", {"v": 0, "first": 0, "last": 0}),
    Step("unmap_ptes", {"v": 0, "first": 0, "last": 0}),
)


class Keeps(PerVma):
    """Stores what is there already."""

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        self._mapcount.value = self._mapcount.value + 0


class Does(PerVma):
    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        pass


class Never(PerVma):
    def __init__(self, folio: Folio) -> None:
        super().__init__(folio)
        self._mapcount.value = -1

    def map_ptes(self, vma: int, first: int, last: int) -> None:
        pass


def explained(cls: type[Any]) -> Divergence:
    binding = bound(cls)
    found = explain(binding, world_from(binding.system, SETUP), RUN)
    assert found is not None
    return found


def line(method: Callable[..., Any], text: str) -> int:
    """Of the first line of a method that has this text."""
    lines, start = inspect.getsourcelines(method)
    return start + next(i for i, found in enumerate(lines) if text in found)


def shown(found: Divergence) -> list[str]:
    check = CheckReport("random", "", (), found)
    return divergence_lines(check, bound(PerVma).system, {})


def test_a_word_is_written_also_where_it_stays_what_it_is() -> None:
    found = explained(Keeps)
    assert found.written is not None
    assert found.written["_mapcount"].line == line(Keeps.unmap_ptes, "self._mapcount")
    at = f"test_lockstep.py:{found.written['_mapcount'].line}"
    assert any(row.split()[0] == "_mapcount" and row.endswith(at) for row in shown(found)
               if row.startswith("  _"))
    assert f"Python   tests/refine/{at}: self._mapcount.value = self._mapcount.value + 0" in (
        " ".join(" ".join(shown(found)).split()).replace("Python ", "Python   "))


def test_a_step_that_writes_nothing_leaves_the_line_that_did() -> None:
    """map_ptes wrote both words, two steps before."""
    found = explained(Does)
    assert (found.operation, found.stored_before) == ("unmap_ptes", found.stored_after)
    assert found.written is not None and found.stepped == {"_mapcount", "_stat"}
    assert found.written["_mapcount"].line == line(PerVma._map, "_mapcount.inc()")
    assert found.written["_stat"].line == line(PerVma._map, "self._stat +=")


def test_what_no_step_wrote_was_written_where_it_was_made() -> None:
    found = explained(Never)
    assert found.written is not None and not found.stepped
    assert found.written["_mapcount"].line == line(Never.__init__, "self._mapcount.value =")
    assert found.written["_stat"].line == line(PerVma.__init__, "self._stat = 0")


def test_what_only_init_wrote_is_left_out_where_a_step_wrote_something() -> None:
    class Half(PerVma):
        def map_ptes(self, vma: int, first: int, last: int) -> None:
            self._stat += 1

    rows = [row.split()[0] for row in shown(explained(Half)) if row.startswith("  _")]
    assert rows == ["_stat"]


# ------------------------------------------------------------------ answers


class AnswersWrong(PerVma):
    def nr_mapped(self) -> int:
        return self._stat + (self._mapcount.value >= 0)


class AnswersNothing(PerVma):
    def folio_mapped(self) -> bool:
        return None if self._stat else False  # type: ignore[return-value]


class AnswersTwiceWrong(AnswersWrong):
    def folio_mapped(self) -> bool:
        return False


@pytest.mark.parametrize(
    ("cls", "wrong"),
    [
        (AnswersWrong, {"nr_mapped"}),
        (AnswersNothing, {"folio_mapped"}),
        (AnswersTwiceWrong, {"folio_mapped", "nr_mapped"}),
        (Does, {"unmap_ptes"}),
    ],
)
@pytest.mark.parametrize("check", ["exhaustive", "random"])
def test_what_differs_is_what_failed(cls: type[Any], wrong: set[str], check: str) -> None:
    binding = bound(cls)
    if check == "exhaustive":
        report = exhaustive.check(binding, {"Mm": 1, "Vma": 2, "NR": 2})
    else:
        report = random.check(binding, world=SMALL, runs=20)
    assert {f.name for f in report.findings if f.verdict is Verdict.FAILED} == wrong
    assert report.divergence is not None and set(report.divergence.where) == wrong


SMALL = {"Mm": 1, "Vma": 2, "NR": 2}


def test_the_scheme_s_line_of_an_answer_is_shown() -> None:
    report = exhaustive.check(bound(AnswersWrong), SMALL)
    found = report.divergence
    assert found is not None and found.operation in ("map_ptes", "map_pmd")
    text = " ".join(shown(found))
    assert "Spec     answer nr_mapped (" in text and "per_vma.fs:" in text
