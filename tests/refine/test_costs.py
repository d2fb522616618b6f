"""What operations cost, measured on runs of models."""

from __future__ import annotations

import json

import pytest

from refine.costs import ORDERS, WORKLOADS, Cost, costs, render_costs
from refine.models.per_vma import PerVma
from refine.stored import Atomic, Word
from tests.refine.walking import bound


def table(*orders: int) -> dict[tuple[str, str, int], Cost]:
    return {(c.workload, c.folio, c.order): c for c in costs(bound(PerVma), orders)}


def test_continue_from_the_end_to_the_start_walks_130816_empty_entries() -> None:
    found = table(9)["map_descending", "file", 9]
    assert (found.pages, found.operations) == (512, 512)
    assert found.empty == 130_816
    # Each walk but the first ends at an entry that is set.
    assert found.read - found.empty == 511
    assert found.stored == found.atomic == 1


@pytest.mark.parametrize("order", [0, 1, 3])
def test_walks_of_small_folios(order: int) -> None:
    pages, found = 1 << order, table(order)
    assert found["map_whole", "file", order].read == 0
    assert found["map_ascending", "file", order].empty == pages - 1
    assert found["map_descending", "file", order].empty == pages * (pages - 1) // 2
    assert found["unmap_whole", "anon", order].empty == pages
    assert found["unmap_ascending", "file", order].empty == pages * (pages + 1) // 2
    assert found["fork", "anon", order].atomic == 1


def test_what_the_world_does_not_allow_is_left_out() -> None:
    found = table(0, 2)
    assert not found["map_ascending", "anon", 2].possible
    assert not found["fork", "file", 2].possible
    assert not found["split_pmd", "file", 2].possible
    assert not found["map_pmd", "file", 0].possible
    assert found["split_pmd", "anon", 2].possible
    assert found["fork", "file", 2].as_dict()["read"] is None


class Plain(PerVma):
    """A store that is no atomic operation, beside one that is."""

    def __init__(self, folio: object) -> None:
        super().__init__(folio)  # type: ignore[arg-type]
        self._word, self._other = Word(), Atomic()

    def map_pmd(self, vma: int) -> None:
        super().map_pmd(vma)
        self._word.value = 7


def test_atomic_operations_are_told_from_stores() -> None:
    found = {c.workload: c for c in costs(bound(Plain), [2])}
    assert (found["map_pmd"].stored, found["map_pmd"].atomic) == (2, 1)


def test_the_table() -> None:
    rows = costs(bound(PerVma), (1, 9))
    text = render_costs(rows)
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 72
    assert "    9  512  130,816     511      1      1        -" in text
    assert json.loads(json.dumps([c.as_dict() for c in rows]))[0]["workload"] == "map_whole"
    assert len(rows) == len(WORKLOADS) * 2 * 2
    assert tuple(range(10)) == ORDERS
