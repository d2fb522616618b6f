"""Each planted bug is found by the checks that claim to find it: the matrix is a golden file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.refine.gallery.bugs import BUGS
from tests.refine.gallery.matrix import CHECKS, as_text, row

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "refinement_matrix.txt"
SAMPLE = (
    "forgotten_walk", "walk_without_first_page", "walk_before_the_unmap", "walk_of_one_half",
    "mapcount_without_bias", "statistic_one_less", "first_page_by_the_last",
    "double_map_never_cleared", "count_of_one_bit", "reads_one_page_too_far",
)


def told() -> dict[str, list[str]]:
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()[1:]
    return {parts[-len(CHECKS) - 2]: parts[-len(CHECKS):]
            for parts in (line.split() for line in lines)}


def test_there_are_more_than_forty_and_each_has_a_row() -> None:
    assert len(BUGS) >= 40 and len({b.name for b in BUGS}) == len(BUGS)
    assert list(told()) == [b.name for b in BUGS]


@pytest.mark.parametrize("name", SAMPLE)
def test_a_bug_is_found_as_the_matrix_says(name: str, tmp_path: Path) -> None:
    (bug,) = (b for b in BUGS if b.name == name)
    assert list(row(bug, tmp_path).values()) == told()[name]


@pytest.mark.long
def test_the_whole_matrix(tmp_path: Path) -> None:
    """UPDATE_GOLDEN=1 writes it anew."""
    text = as_text({bug: row(bug, tmp_path) for bug in BUGS})
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert GOLDEN.read_text(encoding="utf-8") == text
