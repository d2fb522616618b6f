"""Numbered names as a stretch, and back."""

from __future__ import annotations

import pytest

from spec.numbering import joined, numbering


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        ("T0", "T3", ("T0", "T1", "T2", "T3")),
        ("v9", "v11", ("v9", "v10", "v11")),
        ("v_7", "v_7", ("v_7",)),
        ("x00", "x02", ("x00", "x01", "x02")),
    ],
)
def test_a_stretch_has_every_name_between_its_ends(
    first: str, last: str, names: tuple[str, ...]
) -> None:
    found = numbering(first, last)
    assert found is not None and found.names() == names and found.size == len(names)


@pytest.mark.parametrize(
    ("first", "last"),
    [("T3", "T0"), ("T0", "U3"), ("a", "c"), ("T", "T3"), ("T00", "T10"), ("0", "3")],
)
def test_other_ends_make_no_stretch(first: str, last: str) -> None:
    assert numbering(first, last) is None


def test_numbered_neighbours_are_joined_and_others_are_not() -> None:
    names = ["a", "T0", "T1", "T2", "T4", "T5", "b", "U9", "U10", "U11", "U11x"]
    assert joined(names) == ["a", "T0 .. T2", "T4", "T5", "b", "U9 .. U11", "U11x"]


def test_what_is_joined_reads_back() -> None:
    names = [f"x{i}" for i in (0, 1, 2, 3, 7, 8, 9, 100)] + ["y", "y0", "y1", "y2"]
    back: list[str] = []
    for text in joined(names):
        ends = text.split(" .. ")
        found = numbering(ends[0], ends[-1])
        back += [text] if found is None or len(ends) == 1 else found.names()
    assert back == names
