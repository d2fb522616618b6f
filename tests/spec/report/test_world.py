"""Worlds as text: short where neighbours agree, and the same world when read back."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spec.report.world import world_line
from spec.source import Span
from spec.trace import Namer, Table, Value, World
from spec.world import Line, ReplayError, read_world
from tests.spec.texts import MODULE, system

SYSTEM = system(MODULE + """\
sort Table named T0, T1, T2, T3, T4
enum Colour = red, blue
const table: [Vma, Page] Table
const flag: [Page] bool
const next: [Page] Page
const home: [Vma] Mm?
const limit: [Colour] int
""")
SPAN = Span("<mail>", 1, 1, 1, 1)
NAMES = {"Vma": ("v0", "v1", "v2"), "Mm": ("A",)}
TABLES = 5


def world(pages: int, table: list[Value], **other: list[Value]) -> World:
    """The entries of `table` VMA by VMA; what is not given is false, 0 or none."""
    vmas = len(table) // pages
    places: dict[str, list[tuple[int, ...]]] = {
        "table": list(product(range(vmas), range(pages))),
        "flag": [(p,) for p in range(pages)], "next": [(p,) for p in range(pages)],
        "home": [(v,) for v in range(vmas)], "limit": [(0,), (1,)],
        "owner": [(v,) for v in range(vmas)],
    }
    plain: dict[str, Value] = {"flag": False, "home": None}
    tables: dict[str, Table] = {
        name: dict(zip(at, other.get(name, [plain.get(name, 0)] * len(at)), strict=True))
        for name, at in places.items()
    }
    tables["table"] = dict(zip(places["table"], table, strict=True))
    sizes = {"Mm": 1, "Vma": vmas, "Page": pages, "Table": TABLES, "Colour": 2}
    return World(sizes, {"NR": pages, "anon": True, **tables})


def line(where: World) -> str:
    return world_line(where, SYSTEM, Namer.of(SYSTEM, NAMES))


def read(text: str) -> World:
    return read_world(SYSTEM, Line(text, SPAN))[0]


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ([0, 0, 0, 0], "table[v0, *] = T0"),
        ([0, 0, 1, 1], "table[v0, 0 .. 1] = T0, table[v0, 2 .. 3] = T1"),
        ([0, 0, 0, 2], "table[v0, 0 .. 2] = T0, table[v0, 3] = T2"),
        ([1, 2, 3, 4], "table[v0, *] = T1 .. T4"),
        ([4, 0, 1, 2], "table[v0, 0] = T4, table[v0, 1 .. 3] = T0 .. T2"),
        ([2, 1, 0, 1], "table[v0, 0] = T2, table[v0, 1] = T1, table[v0, 2] = T0, "
         "table[v0, 3] = T1"),
    ],
)
def test_neighbours_are_a_stretch(row: list[Value], shown: str) -> None:
    assert f", {shown}, flag[*] = false" in line(world(4, row))


def test_one_entry_is_no_stretch() -> None:
    assert "table[v0, 0] = T3, flag[0] = false" in line(world(1, [3]))


def test_numbered_elements_are_a_stretch() -> None:
    assert "Table T0 .. T4, Vma v0 .. v2 in A" in line(world(1, [0, 0, 0]))


def test_elements_without_numbers_are_a_stretch_only_together() -> None:
    text = line(world(1, [0], limit=[7, 8]))
    assert text.endswith("limit[red] = 7, limit[blue] = 8")
    assert line(world(1, [0])).endswith("limit[*] = 0")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data())
def test_whatever_the_world_it_reads_back(data: st.DataObject) -> None:
    pages, vmas = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 3))

    def some(values: st.SearchStrategy[Value], size: int) -> list[Value]:
        return data.draw(st.lists(values, min_size=size, max_size=size))

    where = world(
        pages, some(st.integers(0, TABLES - 1), pages * vmas), flag=some(st.booleans(), pages),
        next=some(st.integers(0, pages - 1), pages), home=some(st.sampled_from((None, 0)), vmas),
        limit=some(st.integers(0, 3), 2),
    )
    assert read(line(where)) == where


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[v0, *] = T0", "[v0, 0 .. 2] = T0", "2 is no Page"),
        ("[v0, *] = T0", "[v0, 1 .. 0] = T0", "from 1 to 0 there is nothing"),
        ("[v0, *] = T0", "[v0, *] = T0 .. T2", "T0 .. T2 is 3 values for 2 places of table"),
        ("[v0, *] = T0", "[*, *] = T0 .. T1", "2 values for 4 places"),
        ("[v0, *] = T0", "[*, 0] = T0, table[v0, 1] = T0", "table[v1, 0] is given twice"),
        ("[v0, *] = T0", "[v0, *] = T0 .. T9", "no Table named T5"),
        ("[v0, *] = T0", "[v0, *] = T3 .. T0", "T3 .. T0 is no stretch of names"),
        ("flag[*] = false", "flag[*] = false .. true", "the values of flag make no stretch"),
        ("limit[*] = 0", "limit[*] = 0 .. 1", "the values of limit make no stretch"),
        ("[v0, *] = T0", "[v0, 0 ..] = T0", "nothing is not a number"),
        ("[v0, *] = T0", "[v0, *", "a `]` is missing"),
    ],
)
def test_a_stretch_that_does_not_fit_is_refused(old: str, new: str, said: str) -> None:
    text = line(world(2, [0, 0, 1, 1]))
    assert old in text
    with pytest.raises(ReplayError) as found:
        read(text.replace(old, new, 1))
    assert said in found.value.message
