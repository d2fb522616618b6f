"""The report of `spec state`: fit for a mail, and the same for programs."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files

import click
import jsonschema
import pytest

from spec.report import state, state_json
from spec.report.model import FileReport, Style
from spec.report.state import SizedFile, StateReport, total_text, verdict
from spec.state_size import StateSize
from tests.compare import assert_golden
from tests.spec.kinds import KINDS, NOTHING_CHANGES, scheme_of, size_of_text


def report(*sizes: StateSize) -> StateReport:
    return StateReport(tuple(SizedFile(FileReport(f"{s.scheme}.fs"), s) for s in sizes), 0)


def made(*blocks: str) -> StateSize:
    return size_of_text(scheme_of(*blocks))


def kinds() -> StateSize:
    return size_of_text(KINDS + NOTHING_CHANGES)


def text(*sizes: StateSize, color: bool = False) -> str:
    return state.render(report(*sizes), Style(color=color))


def test_report_of_every_kind_of_place() -> None:
    shown = text(kinds(), made("assume NR == 1", "state count0: nat = 0"))
    assert_golden("report/state.txt", shown)


def test_object_of_every_kind_of_place() -> None:
    shown = state_json.render(report(kinds()), Style())
    found = json.loads(shown)
    jsonschema.validate(found, state_json.schema())
    version = found["tool"]["version"]
    assert_golden("report/state.json", shown.replace(version, "VERSION"))


def test_lines_fit_into_a_mail() -> None:
    long = "# " + "a long comment " * 20 + "\nstate n: [Vma, Page] nat = 0"
    for line in text(kinds(), made(long)).splitlines():
        assert len(line) <= 72 and line.isascii() and line == line.rstrip()


def test_colour_changes_nothing_but_colour() -> None:
    plain, coloured = text(kinds(), made()), text(kinds(), made(), color=True)
    assert click.unstyle(coloured) == plain != coloured


def test_control_characters_of_a_comment_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in text(made("# \x1b[2J evil\nstate n: nat = 0"))


@pytest.mark.parametrize(
    ("blocks", "said"),
    [
        ((), "yes"),
        (("state a: [Page] nat = 0",), "no, NR counts (a)"),
        (("state a: [Page] nat = 0", "state b: [Page] nat = 0", "state c: [Page] bool = false"),
         "no, 2 x NR counts (a, b), NR flags (c)"),
        (("state a: [Vma] bool = false",),
         "no, VMAs flags (a); grows with the number of VMAs"),
        (("state a: [Page, Vma, Mm] bool = false",),
         "no, NR x processes x VMAs flags (a); grows with the number of processes and of VMAs"),
    ],
)
def test_verdict_names_what_grows(blocks: tuple[str, ...], said: str) -> None:
    assert verdict(made(*blocks)) == said


@pytest.mark.parametrize(
    ("blocks", "said"),
    [
        ((), "nothing"),
        (("state a: nat = 0",), "1 count"),
        (("state a: nat = 0", "state b: int = 0"), "2 counts"),
        (("state a: [Page] nat = 0",), "NR counts"),
        (("state a: [Page] nat = 0", "state b: nat = 0", "state c: Mm? = none"),
         "NR + 1 counts, 1 Mm id"),
    ],
)
def test_formula_in_words(blocks: tuple[str, ...], said: str) -> None:
    assert total_text(made(*blocks).total) == said


def test_several_schemes_are_compared() -> None:
    one = text(made())
    assert "yes\n" in text(made(), kinds()) and "scheme  state of one folio" not in one


def test_without_sizes_only_the_formula_is_shown() -> None:
    shown = text(replace(kinds(), samples=()))
    assert "\n\nstate of one folio\n" in shown and "\nany " not in shown


@pytest.mark.parametrize("field", ["places", "total", "samples", "constant", "grows_with"])
def test_schema_wants_every_field(field: str) -> None:
    found = state_json.to_object(report(kinds()))
    del found["schemes"][0][field]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found, state_json.schema())


def test_schema_is_valid_and_packaged() -> None:
    jsonschema.Draft202012Validator.check_schema(state_json.schema())
    assert files("spec.report").joinpath("state_schema.json").is_file()
