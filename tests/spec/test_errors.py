"""Every error code has a page, and an input that shows it where it says so.

An input in tests/errors carries what it expects: `### FS012 part of the message` on the
line that is wrong.  Files whose names do not start with a code are what others stand over.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from spec.load import check_text
from spec.parse import parse_text
from spec.result import Diagnostic, SpecError
from spec.source import read_source

ROOT = Path(__file__).parents[2]
INPUTS = sorted((ROOT / "tests" / "errors").glob("FS*.fs"))
PAGES = sorted((ROOT / "spec" / "errors").glob("FS*.md"))
CODE = re.compile(r"\bFS[0-9]{3}\b")
EXPECTED = re.compile(r"### (FS[0-9]{3}) ([^#\n]*)")

SHOWN_BY_NO_TEXT = {
    "FS001": "a path that cannot be read",
    "FS003": "an empty file",
    "FS005": "a file too large to keep",
}
"""Shown in test_source.py instead."""


def check_file(path: Path) -> tuple[Diagnostic, ...]:
    try:
        return check_text(read_source(str(path)), str(path))
    except SpecError as error:
        return error.diagnostics


def expectations(text: str) -> list[tuple[int, str, str]]:
    return [
        (number, code, message.strip())
        for number, line in enumerate(text.split("\n"), 1)
        for code, message in EXPECTED.findall(line)
    ]


@pytest.mark.parametrize("path", INPUTS, ids=lambda p: p.stem)
def test_input_gives_the_errors_it_names_and_no_others(path: Path) -> None:
    wanted = expectations(path.read_text(encoding="utf-8", errors="replace"))
    named = {code for _, code, _ in wanted}
    got = [d for d in check_file(path) if d.severity == "error" or d.code in named]
    assert [(d.span.line, d.code) for d in got] == [(line, code) for line, code, _ in wanted]
    for diagnostic, (_, _, part) in zip(got, wanted, strict=True):
        assert part in diagnostic.message


@pytest.mark.parametrize("path", INPUTS, ids=lambda p: p.stem)
def test_input_shows_the_code_of_its_name(path: Path) -> None:
    text = path.read_text(encoding="utf-8", errors="replace")
    assert path.stem[:5] in {code for _, code, _ in expectations(text)}


def test_every_code_of_the_sources_has_a_page_and_an_input() -> None:
    sources = (ROOT / "spec").rglob("*.py")
    used = {code for path in sources for code in CODE.findall(path.read_text(encoding="utf-8"))}
    assert used - {path.stem for path in PAGES} == set()
    assert used - {path.stem[:5] for path in INPUTS} - SHOWN_BY_NO_TEXT.keys() == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_page_is_headed_by_its_code(page: Path) -> None:
    assert re.match(rf"# {page.stem}: \S", page.read_text(encoding="utf-8"))


def example(page: Path, kind: str) -> str | None:
    """The block below `Wrong:` or `Right:`, with a header where it has none."""
    found = re.search(rf"^{kind}:\n\n((?: {{4}}.*\n|\n)+)", page.read_text(encoding="utf-8"), re.M)
    if found is None:
        return None
    text = "".join(line.removeprefix("    ") for line in found[1].splitlines(keepends=True))
    return text if page.stem in ("FS006", "FS007", "FS009") else f"module example\n\n{text}"


@pytest.mark.parametrize("page", [p for p in PAGES if p.stem < "FS040"], ids=lambda p: p.stem)
def test_examples_of_a_page_about_syntax_are_what_they_say(page: Path) -> None:
    wrong, right = example(page, "Wrong"), example(page, "Right")
    if wrong is not None and right is not None:
        assert {d.code for d in parse_text(wrong, "wrong")[1]} == {page.stem}
        assert parse_text(right, "right")[1] == ()
