"""The text report: a word and a colour per verdict, scope always, runs where needed."""

from __future__ import annotations

import re
from dataclasses import replace

import click
import pytest

from spec.report import FORMATS, FileReport, Style
from spec.report.model import Verbosity
from spec.report.text import NO_BUG_REPORT
from spec.report.words import VERDICTS
from spec.result import Outcome
from tests.compare import assert_golden
from tests.spec.report import samples

render = FORMATS["text"]


def text(
    file: FileReport | None = None, verbosity: Verbosity = "normal", *, color: bool = False
) -> str:
    report = samples.report(file or samples.every_verdict(), samples.scenarios())
    return render(report, Style(verbosity, color))


@pytest.mark.parametrize("verbosity", ["normal", "verbose", "quiet"])
def test_report_of_every_verdict(verbosity: Verbosity) -> None:
    assert_golden(f"report/text_{verbosity}.txt", text(verbosity=verbosity))


def test_every_outcome_has_a_word_and_a_colour_of_its_own() -> None:
    assert set(VERDICTS) == set(Outcome)
    assert len({word for word, _ in VERDICTS.values()}) == len(Outcome)
    assert len({shade for _, shade in VERDICTS.values()}) == len(Outcome)


def test_colour_changes_nothing_but_colour() -> None:
    assert click.unstyle(text(color=True)) == text()
    assert text(color=True) != text()


def test_lines_fit_but_for_the_summary() -> None:
    lines = text(verbosity="verbose").splitlines()
    assert max(map(len, lines[:-1])) <= 100


def test_a_verdict_never_appears_without_its_scope() -> None:
    words = "|".join(word for word, _ in VERDICTS.values())
    blocks = re.split(rf"(?m)^(?=(?:{words})\b)", text())[1:]
    assert len(blocks) == 10
    for block in blocks:
        assert "any folio size" in block or "NR 2" in block, block


def test_expected_refutation_shows_its_run_on_one_line() -> None:
    line = "open_vma(a, 0, 1); map_ptes(a, 0, 1); open_vma(b, 0, 0); map_ptes(b, 0, 0)"
    assert line in text()


def test_step_that_is_not_inductive_is_no_bug_report() -> None:
    file = samples.every_verdict()
    only = [r for r in file.results if r.decision.outcome is Outcome.NOT_INDUCTIVE]
    shown = text(FileReport(file.path, file.systems, tuple(only)))
    assert " ".join(shown.split()).count(NO_BUG_REPORT) == 1


def test_refutation_is_not_called_no_bug_report() -> None:
    file = samples.every_verdict()
    only = tuple(r for r in file.results if r.decision.outcome is Outcome.REFUTED)
    assert "bug report" not in text(FileReport(file.path, file.systems, only))


def test_quiet_shows_only_what_is_not_as_expected() -> None:
    shown = text(verbosity="quiet")
    assert "PROVED  " not in shown and "as expected;" not in shown
    assert "REFUTED        invariant counts_mapping_vmas" in shown


def test_quiet_and_nothing_wrong_is_one_line() -> None:
    file = samples.every_verdict()
    fine = tuple(r for r in file.results if r.as_expected)
    report = samples.report(FileReport(file.path, file.systems, fine), exit_code=0)
    assert render(report, Style("quiet")) == (
        "3 verdicts: 1 PROVED, 1 HOLDS, 1 REFUTED as expected; exit code 0\n"
    )


def test_control_characters_of_a_comment_do_not_reach_the_terminal() -> None:
    file = samples.every_verdict()
    nasty = "\x1b[2J evil"
    system = replace(file.systems[0], doc=nasty)
    results = (replace(file.results[0], doc=nasty),)
    assert "\x1b" not in text(FileReport(file.path, (system,), results))
