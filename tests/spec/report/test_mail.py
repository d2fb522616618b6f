"""Mails: 72 columns, ASCII, and a run that says what is wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spec import ir
from spec.ir import System, Watch
from spec.report import FORMATS, FileReport, Style
from spec.report.model import Verbosity
from spec.result import Outcome, Result
from tests.compare import assert_golden
from tests.solver import systems as s
from tests.spec.report import samples

render = FORMATS["mail"]


def mail(file: FileReport, verbosity: Verbosity = "normal") -> str:
    return render(samples.report(file), Style(verbosity))


def one(result: Result, system: System) -> str:
    return mail(FileReport(samples.FILE, (system,), (result,)))


def assert_fits(text: str) -> None:
    for line in text.splitlines():
        assert len(line) <= 72, line
        assert line.isascii() and line == line.rstrip(), line
    assert text.endswith("\n") and not text.endswith("\n\n")


@pytest.mark.parametrize("verbosity", ["normal", "quiet"])
def test_mail_of_every_verdict(verbosity: Verbosity) -> None:
    text = mail(samples.every_verdict(), verbosity)
    assert_fits(text)
    assert_golden(f"report/mail_{verbosity}.txt", text)


def test_nothing_refuted_gives_the_table_of_verdicts() -> None:
    file = samples.every_verdict()
    kept = tuple(r for r in file.results if r.decision.outcome is not Outcome.REFUTED)
    text = mail(replace(file, results=kept))
    assert_fits(text)
    assert_golden("report/mail_table.txt", text)


def test_refutations_are_separated_by_a_blank_line() -> None:
    text = mail(samples.every_verdict())
    assert text.count("\n\nScheme   ") == text.count("\nScheme   ") == 3


def test_quiet_leaves_out_what_was_expected() -> None:
    assert "two_means_shared" not in mail(samples.every_verdict(), "quiet")


def test_names_beyond_ascii_are_spelled_out() -> None:
    doc = "x.fs - M\u00fcller\u2019s count \u2013 \u2265 1 \u4e2d."
    system = replace(samples.forgetful(), doc=doc)
    text = one(samples.refuted(system), system)
    assert_fits(text)
    assert "(Muller's count - >= 1 ?)" in text


def test_a_step_that_breaks_a_duty_is_shown_though_it_has_no_state_after_it() -> None:
    system = samples.forgetful()
    text = one(samples.negative(system), system)
    assert "  5  unmap_ptes(b, 1, 1)" in text and "0 -> -1\n" in text
    assert "Step 5 makes mapcount negative (-1)." in text


def test_witnesses_of_all_variables_are_named() -> None:
    system = samples.forgetful()
    cond = s.every([("v", s.VMA)], ir.not_(s.maps(s.v("v", s.VMA))))
    maps = Watch("maps(v)", s.maps(s.v("v", s.VMA)))
    promises = tuple(
        replace(
            p, cond=cond, text="all v in Vma: not maps(v)", binders=("v",), watch=(maps,)
        ) if p.name == "mapped_where_covered" else p
        for p in system.promises
    )
    system = replace(system, promises=promises)
    trace = samples.run_of(system, samples.world(), samples.OPEN, samples.MAP)
    text = one(
        samples.result(system, "mapped_where_covered", Outcome.REFUTED, trace=trace), system
    )
    assert "maps(a)\n" in text
    assert 'After step 2 maps(a) holds; for v = a: "not maps(v)" does not hold.' in text


def test_many_long_columns_find_room_under_the_steps() -> None:
    system = samples.forgetful()
    watch = tuple(
        Watch(f"a_rather_long_counter_name_{i}", ir.add(s.MAPCOUNT, ir.integer(i)))
        for i in range(6)
    )
    promises = tuple(replace(p, watch=watch) for p in system.promises)
    system = replace(system, promises=promises)
    text = one(samples.refuted(system), system)
    assert_fits(text)
    assert "a_rather_long_counter_name_5: 5 -> 6" in text


def test_long_steps_and_worlds_are_wrapped() -> None:
    system = samples.forgetful()
    long = tuple(f"vma_with_a_long_name_{i}" for i in range(6))
    where = samples.world(vmas=6, mms=3)
    split = ("split_vma", {"old": 0, "new": 3, "at": 1})
    trace = samples.run_of(system, where, samples.OPEN, samples.MAP, split)
    result = replace(
        samples.result(system, "counts_mapping_vmas", Outcome.REFUTED, trace=trace),
        names={"Vma": long},
    )
    assert_fits(one(result, system))


def test_a_run_without_steps_is_wrong_at_the_start() -> None:
    system = samples.forgetful()
    never = next(p for p in system.promises if p.name == "counts_mapping_vmas")
    broken = replace(never, cond=ir.eq(s.MAPCOUNT, ir.integer(1)), text="mapcount == 1")
    system = replace(system, promises=(broken,))
    trace = samples.run_of(system, samples.world())
    text = one(samples.result(system, broken.name, Outcome.REFUTED, trace=trace), system)
    assert "REFUTED in 0 steps" in text
    assert 'At the start mapcount is 0' in text
