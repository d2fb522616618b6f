"""The examples on the pages of the checker's errors are what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from spec.load import check_text

ROOT = Path(__file__).parents[2]
PAGES = [p for p in sorted((ROOT / "spec" / "errors").glob("FS*.md")) if p.stem >= "FS040"]
WITHOUT_EXAMPLE = {
    "FS051": "two files",
    "FS058": "a module that is not packaged",
    "FS120": "too long to read",
}
OF_A_SCHEME = re.compile(r"^(answer|gives|assume|on|claim)\b", re.M)
OF_A_MODULE = re.compile(r"^(op|question|needs|scenario|call)\b", re.M)


def example(page: Path, kind: str) -> str | None:
    """The example below `Wrong:` or `Right:` as a file, or None."""
    found = re.search(rf"^{kind}:\n\n((?: {{4}}.*\n|\n)+)", page.read_text(encoding="utf-8"), re.M)
    if found is None:
        return None
    text = re.sub(r"^ {4}", "", found[1], flags=re.M)
    if re.match(r"module|scheme|scenarios", text):
        return text
    is_scheme = OF_A_SCHEME.search(text) and not OF_A_MODULE.search(text)
    return f"{'scheme' if is_scheme else 'module'} example over folio\n\n{text}"


def codes(text: str) -> set[str]:
    return {d.code for d in check_text(text, "example.fs")}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_wrong_example_has_the_error_and_the_right_one_has_not(page: Path) -> None:
    wrong, right = example(page, "Wrong"), example(page, "Right")
    assert (wrong is None) == (page.stem in WITHOUT_EXAMPLE)
    if wrong is not None:
        assert page.stem in codes(wrong)
    if right is not None:
        # A part of a scheme lacks the other `on` blocks, and what makes its counters of use.
        assert codes(right) <= {"FS080", "FS100"} - {page.stem}
