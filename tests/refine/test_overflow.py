"""Which counters wrap: measured on models, and executed at the edge."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from refine.adapter import Logical
from refine.folio import Folio
from refine.models.per_vma import PerVma
from refine.overflow import (
    MOST_PROCESSES,
    MOST_VMAS,
    REFERENCES,
    Overflow,
    overflow,
    render_overflow,
)
from refine.stored import Atomic, Word
from refine.wrapping import places
from tests.refine.walking import bound

Rows = dict[tuple[str, str, int], Overflow]


class Total:
    """`total.fs` in few lines: one count of all entries, and a count for each page."""

    scheme = "total"
    ghosts = ("pages_mapped",)
    bits = 32

    def __init__(self, folio: Folio) -> None:
        self.folio = folio
        self._total = Atomic(-1, self.bits)
        self._pages = [Word(-1) for _ in folio.pages]
        self._flushes = 0

    def _add(self, first: int, last: int, n: int) -> None:
        self._total.add(n * (last - first + 1))
        for page in range(first, last + 1):
            self._pages[page].value += n

    def map_ptes(self, vma: int, first: int, last: int) -> None:
        self._add(first, last, 1)

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        self._add(first, last, -1)

    def wp_copy(self, vma: int, page: int) -> None:
        self._add(page, page, -1)

    def map_pmd(self, vma: int) -> None:
        self._total.inc()

    def unmap_pmd(self, vma: int) -> None:
        self._total.dec()

    def split_pmd(self, vma: int) -> None:
        self._add(0, self.folio.NR - 1, 1)
        self._total.dec()

    def dup_ptes(self, src: int, dst: int, first: int, last: int) -> None:
        self._add(first, last, 1)

    def dup_pmd(self, src: int, dst: int) -> None:
        self._total.inc()

    def folio_mapped(self) -> bool:
        return self._total.value >= 0

    def maybe_mapped_shared(self, mm: int) -> bool:
        shared: bool = self._total.value + 1 > self.folio.NR
        return shared

    def fully_mapped_alone(self, vma: int) -> bool:
        alone: bool = self._total.value + 1 == self.folio.NR
        return alone

    def extra_references(self) -> bool:
        return False

    def may_reuse(self, vma: int, page: int) -> bool:
        return not self.maybe_mapped_shared(0)

    def may_reuse_pmd(self, vma: int) -> bool:
        return not self.maybe_mapped_shared(0)

    def abstract(self) -> Mapping[str, Logical]:
        return {"total": self._total.value + 1}


class Total64(Total):
    bits = 64


class WithReferences(Total):
    """Mappings hold one reference together: Wilcox, 2023-07-02 12:26."""

    def __init__(self, folio: Folio) -> None:
        super().__init__(folio)
        self._refcount = Atomic(0 if folio.anon else folio.NR)

    def _add(self, first: int, last: int, n: int) -> None:
        if self._total.value < 0:
            self._refcount.inc()
        super()._add(first, last, n)


def rows(cls: type[Any], orders: Sequence[int]) -> Rows:
    return {(r.counter, r.way, r.order): r for r in overflow(bound(cls), orders)}


def test_a_count_of_vmas_outlasts_the_references() -> None:
    found = rows(PerVma, [9])["_mapcount", "process_ptes", 9]
    assert (found.step, found.wraps_at, found.fits) == (1, 2**31 + 1, False)
    assert (found.before, found.after) == (2**31 - 1, -(2**31))
    assert ("folio_mapped()", True, False) in found.wrong
    assert ("mapcount", 2**31 + 1, 1 - 2**31) in found.wrong
    assert found.against_references == "after"
    # One VMA in each of all processes is not enough; 32,772 processes full of VMAs are.
    by_vmas = rows(PerVma, [9])["_mapcount", "vma_ptes", 9]
    assert (by_vmas.fits, by_vmas.processes) == (True, 32_772)


@pytest.mark.parametrize(("order", "processes"), [(0, 2**31 - 1), (9, 4_194_303), (18, 8_191)])
def test_the_reference_count_has_the_page_cache_in_it(order: int, processes: int) -> None:
    found = rows(PerVma, [order])[REFERENCES, "process_ptes", order]
    assert found.wraps_at == processes
    assert found.fits == (processes <= MOST_PROCESSES)
    assert found.after == -(2**31)
    assert found.against_references == ""


def test_the_total_of_a_large_folio_wraps_with_few_processes() -> None:
    found = rows(Total, [9])
    ptes = found["_total", "process_ptes", 9]
    assert (ptes.step, ptes.wraps_at, ptes.fits) == (512, 4_194_305, False)
    assert (ptes.before, ptes.after) == (2**31 - 1, 511 - 2**31)
    assert ("maybe_mapped_shared(0)", True, False) in ptes.wrong
    by_vmas = found["_total", "vma_ptes", 9]
    assert by_vmas.fits and by_vmas.processes == -(-4_194_305 // MOST_VMAS) == 65
    assert found["_total", "process_pmd", 9].step == 1
    assert rows(Total, [12])["_total", "process_ptes", 12].wraps_at == 524_289


def test_the_counts_of_all_pages_are_one_row() -> None:
    found = rows(Total, [4])
    pages = found["_pages[*]", "process_ptes", 4]
    assert (pages.step, pages.bits, pages.wraps_at) == (1, 32, 2**31 + 1)
    assert ("_pages[*]", "process_pmd", 4) not in found


def test_64_bits_are_enough() -> None:
    found = rows(Total64, [9])["_total", "process_ptes", 9]
    assert (found.bits, found.fits, found.after < 0) == (64, False, True)
    assert found.wraps_at == 2**54 + 1


def test_a_model_s_own_references_are_what_is_compared() -> None:
    found = rows(WithReferences, [9])
    assert all(counter != REFERENCES for counter, _, _ in found)
    # All mappings hold one reference: it does not grow.
    assert ("_refcount", "process_ptes", 9) not in found
    total = found["_total", "process_ptes", 9]
    assert (total.references_wrap_at, total.against_references) == (None, "before")


def test_places_are_read_and_set() -> None:
    class Stores:
        def __init__(self) -> None:
            self.word, self.number, self.flag = Word(7, 16), 3, True
            self.inside = {"a": [Atomic(1), 2]}

    stores = Stores()
    known = places(stores)
    assert {p: x.get() for p, x in known.items()} == {
        "word": 7, "number": 3, "inside['a'][0]": 1, "inside['a'][1]": 2}
    for place in known.values():
        place.set(40_000)
    assert {p: x.get() for p, x in known.items()} == {
        "word": 40_000 - 65_536, "number": 40_000, "inside['a'][0]": 40_000,
        "inside['a'][1]": 40_000}


def test_the_table() -> None:
    found = overflow(bound(Total), (0, 9))
    text = render_overflow(found)
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 72
    assert "order 9, 512 pages (file): each further process, by a PMD entry" in text
    assert "    folio_mapped() is False, not True" in text
    entry = json.loads(json.dumps([r.as_dict() for r in found]))[0]
    assert entry["counter"] == "_total" and entry["against_references"] == "after"
