"""How much state a scheme keeps: places, sums, what they grow with."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec.load import load
from spec.state_size import Content, Factor, StateSize, Term, size_of
from tests.spec.kinds import KINDS, NOTHING_CHANGES, scheme_of, size_of_text

ROOT = Path(__file__).resolve().parents[2]
SCHEMES = ROOT / "schemes"
COUNT, FLAG = Content("count"), Content("flag")
NR = Factor("NR", "constant")
VMAS = Factor("Vma", "sort")


def of(name: str) -> StateSize:
    return size_of(load(SCHEMES / f"{name}.fs").systems[0], {})


def made(*blocks: str) -> StateSize:
    return size_of_text(scheme_of(*blocks))


# ------------------------------------------------------------- the schemes


@pytest.mark.parametrize(
    ("name", "constant"),
    [("per_vma", True), ("per_mm", True), ("total", True), ("page", True),
     ("nr_pages_mapped", False), ("linux_6_18", False)],
)
def test_which_schemes_have_constant_state(name: str, constant: bool) -> None:
    assert of(name).is_constant is constant


def test_a_count_for_each_page_is_not_constant() -> None:
    size = of("nr_pages_mapped")
    assert [p.name for p in size.growing] == ["mapcount"]
    assert size.total == {COUNT: (Term((NR,), 1), Term((), 3)), FLAG: (Term((), 1),)}
    assert size.at(512) == {COUNT: (Term((), 515),), FLAG: (Term((), 1),)}


def test_ids_are_counted_by_their_sort() -> None:
    assert of("linux_6_18").total[Content("id", "Mm")] == (Term((), 2),)


def test_the_world_is_not_counted() -> None:
    size = of("per_vma")
    assert [p.name for p in size.places] == ["mapcount", "stat_mapped"] and size.world == ("folio",)


# ------------------------------------------------------------ kinds, sizes


def test_every_kind_of_place() -> None:
    found = {p.name: (p.content, p.optional) for p in size_of_text(KINDS + NOTHING_CHANGES).places}
    assert found["drift"] == found["tally"] == (COUNT, False)
    assert found["whole"] == (FLAG, False)
    assert found["owner0"] == (Content("id", "Mm"), True)
    assert found["first"] == (Content("position", "Page"), False)
    assert found["where_to"] == (Content("choice", "Half"), False)


def test_fixed_ranges_and_enums_multiply() -> None:
    found = {p.name: p.number for p in size_of_text(KINDS + NOTHING_CHANGES).places}
    assert found["tally"] == Term((), 4 * 3)
    assert found["levels"] == Term((NR,), 4)
    assert found["seen"] == Term((NR, VMAS), 1)


def test_sums_start_with_what_grows_fastest() -> None:
    size = made("state a: nat = 0", "state b: [Page] nat = 0", "state c: [Page, Page] nat = 0",
                "state d: [Vma] nat = 0", "state e: [Page] nat = 0")
    assert size.total[COUNT] == (
        Term((NR, NR), 1), Term((NR,), 2), Term((VMAS,), 1), Term((), 1))
    assert size.at(16)[COUNT] == (Term((VMAS,), 1), Term((), 256 + 32 + 1))


def test_state_for_each_vma_is_not_constant_either() -> None:
    size = made("state seen: [Vma] bool = false")
    assert not size.is_constant and size.grows_with == (VMAS,)
    assert size.at(512) == size.at(1)


def test_a_sort_of_the_scheme_itself_has_no_fixed_size() -> None:
    assert made("sort Slot", "state taken: [Slot] bool = false").grows_with == (
        Factor("Slot", "sort"),)


def test_a_scheme_without_state_is_constant() -> None:
    size = made()
    assert size.is_constant and size.total == {} and size.at(512) == {}


# ------------------------------------------------------------- assumptions


def test_an_assumed_size_is_no_growth() -> None:
    size = made("assume NR == 4 and anon", "state mapcount: [Page] nat = 0")
    assert size.is_constant and size.total == {COUNT: (Term((), 4),)}
    assert size.samples == (4,) and size.assumes == ("NR == 4 and anon",)


def test_the_number_may_stand_first() -> None:
    assert made("assume 4 == NR").samples == (4,)


def test_a_bound_is_no_size() -> None:
    size = made("assume NR <= 16 and NR >= 2", "state mapcount: [Page] nat = 0")
    assert not size.is_constant and size.samples == (16,)


def test_an_assumption_about_something_else_leaves_all_sizes() -> None:
    assert made("assume anon").samples == (1, 16, 512, 262144)


def test_another_constant_is_said_by_its_name() -> None:
    size = made("const ORDER: nat where ORDER >= 1", "range Bit = 0 .. ORDER - 1",
                "state bit: [Bit] bool = false")
    assert size.grows_with == (Factor("ORDER", "constant"),)
    assert size.at(512)[FLAG] == (Term((Factor("ORDER", "constant"),), 1),)


def test_a_world_without_folios_has_no_sizes() -> None:
    toys = ROOT / "tests" / "conformance" / "toys"
    size = size_of(load(toys / "grid_cells.fs").systems[0], {})
    assert size.samples == () and size.places
