"""Scopes, costs and comments in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from spec.ir import INT, Const
from spec.report.ascii import short_path, to_ascii
from spec.report.grid import lines_of
from spec.report.words import cost_text, definition, plural, scope_text, sentence, world_text
from spec.result import Cost
from tests.spec.report import samples

SYSTEM = samples.forgetful()


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        (samples.ANY, "any folio size, any number of processes, VMAs"),
        ({"Mm": 2, "Vma": 3, "NR": 4}, "Mm 2, Vma 3, NR 4"),
        ({"Mm": 2, "Vma": 3, "NR": 4, "anon": "true"}, "Mm 2, Vma 3, NR 4, anon"),
        ({"Mm": "any", "Vma": "any", "NR": 1, "anon": "false"},
         "NR 1, any number of processes, VMAs, not anon"),
        ({"Mm": 2, "NR": "any", "owner": "any", "Page": "any"}, "Mm 2, any folio size"),
        ({}, "the only world there is"),
    ],
)
def test_scope(scope: Mapping[str, int | str], said: str) -> None:
    assert scope_text(scope, SYSTEM) == said


def test_scope_of_constants_that_are_no_size() -> None:
    consts = (Const("limit", (), INT), Const("quota", ("Vma",), INT), Const("who", (), "Mm"))
    system = replace(SYSTEM, consts=(*SYSTEM.consts, *consts))
    scope: Mapping[str, int | str] = {"Vma": "any", "limit": "any", "quota": "any", "who": "any"}
    assert scope_text(scope, system) == "any number of VMAs, any limit"
    tried: Mapping[str, int | str] = {"Vma": 2, "limit": "0..3", "quota": "0..3", "who": "any"}
    assert scope_text(tried, system) == "Vma 2, limit 0..3, quota 0..3"


def test_world() -> None:
    assert world_text(samples.world(), SYSTEM) == "folio of 2 pages, 1 process, 2 VMAs"
    one = samples.world(pages=1, vmas=1, mms=2)
    assert world_text(one, SYSTEM) == "folio of 1 page, 2 processes, 1 VMA"


def test_cost_has_no_time_and_no_zeros() -> None:
    assert cost_text(Cost()) == ""
    assert cost_text(Cost(1, 2, 0, 0)) == "1 state, 2 transitions"
    assert cost_text(Cost(obligations=3, rlimit=400)) == "3 obligations, rlimit 400"


@pytest.mark.parametrize(
    ("doc", "said"),
    [
        ("x.fs - count what maps.  More.\nWilcox, 2023.", "count what maps"),
        ("x.fs: count\nwhat maps", "count what maps"),
        ("Count 1.5 pages. Then more", "Count 1.5 pages"),
        ("Is it mapped?  The walk runs before.", "Is it mapped?"),
        ("", ""),
    ],
)
def test_definition_is_the_first_sentence(doc: str, said: str) -> None:
    assert definition(doc) == said


def test_paragraphs_end_a_sentence() -> None:
    assert sentence("No stop here\n\nAnother paragraph.") == "No stop here"


def test_plural() -> None:
    assert (plural(0, "step"), plural(1, "step")) == ("0 steps", "1 step")


def test_ascii_keeps_what_can_be_kept() -> None:
    text = "na\u00efve \u201cx\u201d \u2026 \u2264 \u00df\t\x1b"
    assert to_ascii(text) == 'naive "x" ... <= ss ?'


def test_long_paths_keep_their_end() -> None:
    path = "/a/very/long/directory/name/that/goes/on/and/on/schemes/per_vma.fs:41"
    assert short_path(path).startswith(".../") and short_path(path).endswith("per_vma.fs:41")
    assert len(short_path(path)) <= 44 and len(short_path("x" * 100)) == 44
    assert short_path("schemes/per_vma.fs:41") == "schemes/per_vma.fs:41"


def test_grid_cuts_no_word() -> None:
    lines = lines_of(["op", "function"], [["a(b, c)", "a_very_long_function_name_indeed, b"]], 30)
    assert "a_very_long_function_name_indeed," in " ".join(lines)
    assert lines[1].startswith("--")
