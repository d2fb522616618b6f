"""`double_map.fs` as code: v4.5 to v6.1, PG_double_map and the counts that it moves up."""

from __future__ import annotations

from collections.abc import Mapping

from refine.adapter import Logical
from refine.folio import Folio
from refine.models.references import References
from refine.stored import Atomic, Word

PG_DOUBLE_MAP = 1 << 6
"""A bit in the flags of the first tail page."""


class DoubleMap(References):
    """compound_mapcount and _mapcount of each page, biased by -1.  The order of steps is that of
    v6.1: nobody may see a page unmapped in between."""

    scheme = "double_map"

    def __init__(self, folio: Folio) -> None:
        super().__init__(folio)
        self._compound_mapcount = Atomic(-1)
        self._mapcounts = [Atomic(-1) for _ in folio.pages]
        self._flags = Word(0)
        # NR_ANON_MAPPED and NR_ANON_THPS, as far as this folio goes.
        self._stat_mapped = 0
        self._stat_thps = 0
        self._on_deferred_list = False

    def _is_double_map(self) -> bool:
        return self._flags.value & PG_DOUBLE_MAP != 0

    def _map_pages(self, first: int, last: int) -> int:
        """One more for each; how many had none before."""
        added = 0
        for page in range(first, last + 1):
            if self._mapcounts[page].inc_and_test():
                added += 1
        return added

    def _unmap_pages(self, first: int, last: int) -> int:
        """One less for each; how many have none now."""
        removed = 0
        for page in range(first, last + 1):
            if self._mapcounts[page].add_negative(-1):
                removed += 1
        return removed

    def _clear_double_map(self) -> int:
        self._flags.value &= ~PG_DOUBLE_MAP
        return self._unmap_pages(0, self.folio.NR - 1)

    def map_ptes(self, vma: int, first: int, last: int) -> None:
        self._get(last - first + 1)
        self._stat_mapped += self._map_pages(first, last)

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        removed = self._unmap_pages(first, last)
        self._stat_mapped -= removed
        if removed > 0 and self.folio.NR > 1:
            self._on_deferred_list = True
        self._gather(last - first + 1)

    def map_pmd(self, vma: int) -> None:
        self._get(1)
        if self._compound_mapcount.inc_and_test():
            self._stat_thps += self.folio.NR
            self._stat_mapped += self.folio.NR

    def unmap_pmd(self, vma: int) -> None:
        if self._compound_mapcount.add_negative(-1):
            self._stat_thps -= self.folio.NR
            removed = self.folio.NR
            if self._is_double_map():
                removed = self._clear_double_map()
                if removed > 0 and removed < self.folio.NR:
                    self._on_deferred_list = True
            self._stat_mapped -= removed
        self._gather(1)

    def split_pmd(self, vma: int) -> None:
        """The flag is set before the PMD entry goes, where another is left."""
        self._get(self.folio.NR - 1)
        self._map_pages(0, self.folio.NR - 1)
        if self._compound_mapcount.value > 0 and not self._is_double_map():
            self._flags.value |= PG_DOUBLE_MAP
            self._map_pages(0, self.folio.NR - 1)
        if self._compound_mapcount.add_negative(-1):
            self._stat_thps -= self.folio.NR
            if self._is_double_map():
                self._clear_double_map()

    def dup_ptes(self, src: int, dst: int, first: int, last: int) -> None:
        self._get(last - first + 1)
        self._map_pages(first, last)

    def dup_pmd(self, src: int, dst: int) -> None:
        self._get(1)
        self._compound_mapcount.inc()

    def page_mapcount(self, page: int) -> int:
        found = self._mapcounts[page].value + 1 + self._compound_mapcount.value + 1
        return found - 1 if self._is_double_map() else found

    def folio_mapped(self) -> bool:
        if self._compound_mapcount.value >= 0:
            return True
        return any(mapcount.value >= 0 for mapcount in self._mapcounts)

    def maybe_mapped_shared(self, mm: int) -> bool:
        return self.page_mapcount(0) > 1

    def partially_mapped(self) -> bool:
        return self._on_deferred_list

    def nr_mapped(self) -> int:
        return self._stat_mapped

    def pte_mapped_too(self) -> bool:
        return self._is_double_map()

    def _single(self) -> bool:
        """page_trans_huge_mapcount(): is no page mapped more than once?"""
        return all(self.page_mapcount(page) <= 1 for page in self.folio.pages)

    def may_reuse(self, vma: int, page: int) -> bool:
        return self._single()

    def may_reuse_pmd(self, vma: int) -> bool:
        return self._single()

    def _mapping_refs(self) -> int:
        found = self._compound_mapcount.value + 1
        for mapcount in self._mapcounts:
            found += mapcount.value + 1
        return found - self.folio.NR if self._is_double_map() else found

    def consistent(self) -> bool:
        """No other flag is of this scheme; the statistic counts whole folios."""
        return (
            super().consistent()
            and self._flags.value & ~PG_DOUBLE_MAP == 0
            and (self._stat_thps == 0 or self._stat_thps == self.folio.NR)
        )

    def abstract(self) -> Mapping[str, Logical]:
        return {
            "compound": self._compound_mapcount.value + 1,
            "mapcount": [m.value + 1 for m in self._mapcounts],
            "double_map": self._is_double_map(),
            "stat_mapped": self._stat_mapped,
            "stat_thp": self._stat_thps > 0,
            "deferred": self._on_deferred_list,
        }
