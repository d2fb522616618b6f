"""Worlds of scenarios: what a stretch sets, element by element."""

from __future__ import annotations

import pytest

from spec.run import run_scenarios
from spec.trace import Table
from tests.spec.texts import MODULE, codes, system

TABLES = MODULE + """\
sort Table
const table: [Vma, Page] Table
const flag: [Page] bool
const next: [Page] Page
const home: [Page] Mm?

"""
REST = "NR = 4, anon, Vma a, b in A, Table T0 .. T3, "


def scenario(world: str) -> str:
    return TABLES + f"scenario one\n\tworld {REST}{world}\n\tmap(a, 0)\n"


def table_of(name: str, world: str) -> Table:
    (found,) = run_scenarios((system(scenario(world)),), "example.fs")
    assert found.passed and found.trace is not None
    values = found.trace.world.consts[name]
    assert isinstance(values, dict)
    return values


@pytest.mark.parametrize(
    ("world", "row_a", "row_b"),
    [
        ("table = T1", [1, 1, 1, 1], [1, 1, 1, 1]),
        ("table[*, *] = T1", [1, 1, 1, 1], [1, 1, 1, 1]),
        ("table[a, 0 .. 2] = T1, table[a, 3] = T2, table[b, *] = T3", [1, 1, 1, 2], [3, 3, 3, 3]),
        ("table[*, 0 .. 1] = T1, table[*, 2 .. NR - 1] = T2", [1, 1, 2, 2], [1, 1, 2, 2]),
        ("table[a, *] = T0 .. T3, table[b, *] = T0", [0, 1, 2, 3], [0, 0, 0, 0]),
        ("table[*, 0] = T2 .. T3, table[*, 1 .. 3] = T0", [2, 0, 0, 0], [3, 0, 0, 0]),
        ("table[a, 1 .. 2] = T0 .. T1, table[a, 0] = T3, table[a, 3] = T3, table[b, *] = T0",
         [3, 0, 1, 3], [0, 0, 0, 0]),
    ],
)
def test_a_stretch_sets_each_of_its_places(world: str, row_a: list[int], row_b: list[int]) -> None:
    found = table_of("table", f"{world}, flag = true, next = 0, home = none")
    assert [found[0, p] for p in range(4)] == row_a
    assert [found[1, p] for p in range(4)] == row_b


def test_a_stretch_of_flags_needs_no_value() -> None:
    found = table_of("flag", "table = T0, flag[0 .. 1], not flag[2 .. 3], next = 0, home = none")
    assert list(found.values()) == [True, True, False, False]


def test_values_may_be_neighbours_of_a_range() -> None:
    found = table_of(
        "next", "table = T0, flag = true, next[0 .. 2] = 1 .. 3, next[3] = 0, home = none")
    assert list(found.values()) == [1, 2, 3, 0]


def test_values_that_may_be_absent_may_be_a_stretch() -> None:
    world = "table = T0, flag = true, next = 0, Mm B1 .. B2, home[0 .. 1] = B1 .. B2"
    assert list(table_of("home", world + ", home[2 .. 3] = none").values()) == [1, 2, None, None]


def test_names_in_a_stretch_are_put_where_in_says_so() -> None:
    world = "table = T0, flag = true, next = 0, home = none, Vma v0 .. v2 in B"
    assert list(table_of("owner", world).values()) == [0, 0, 1, 1, 1]


@pytest.mark.parametrize(
    ("world", "code"),
    [
        ("table[a, *] = T0, table[*, 3] = T1", "FS112"),
        ("table[a, 0 .. 999999999] = T0", "FS121"),
        ("table[a, *] = T0 .. T999999999", "FS074"),
        ("table[*, *] = T0 .. T3", "FS122"),
        ("table[T0 .. T1, 0] = T0", "FS060"),
    ],
)
def test_what_does_not_fit_is_said(world: str, code: str) -> None:
    assert code in codes(scenario(world + ", flag = true, next = 0, home = none"))
