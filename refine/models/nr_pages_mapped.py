"""`nr_pages_mapped.fs` as code: v6.2, the ENTIRELY_MAPPED bit above the number of pages."""

from __future__ import annotations

from collections.abc import Mapping

from refine.adapter import Logical
from refine.folio import Folio
from refine.models.references import References
from refine.stored import Atomic

ENTIRELY_MAPPED = 0x800000
"""Set in the pages-mapped word while a PMD entry maps the folio: above any number of pages."""
FOLIO_PAGES_MAPPED = ENTIRELY_MAPPED - 1


class PageCounts(References):
    """_mapcount of each page (PTEs only), _entire_mapcount, _nr_pages_mapped; what v6.2, v6.12 and
    v6.18 have in common."""

    def __init__(self, folio: Folio) -> None:
        super().__init__(folio)
        self._mapcounts = [Atomic(-1) for _ in folio.pages]
        self._entire_mapcount = Atomic(-1)
        self._nr_pages_mapped = Atomic(0)

    def _map_pages(self, first: int, last: int) -> int:
        """A PTE more for each; how many had none before."""
        added = 0
        for page in range(first, last + 1):
            if self._mapcounts[page].inc_and_test():
                added += 1
        if added:
            self._nr_pages_mapped.add(added)
        return added

    def _unmap_pages(self, first: int, last: int) -> int:
        """A PTE less for each; how many have none now."""
        removed = 0
        for page in range(first, last + 1):
            if self._mapcounts[page].add_negative(-1):
                removed += 1
        if removed:
            self._nr_pages_mapped.sub(removed)
        return removed

    def _dup_pages(self, first: int, last: int) -> None:
        """The parent maps these, so none is mapped for the first time."""
        for page in range(first, last + 1):
            self._mapcounts[page].inc()

    def _map_entire(self) -> bool:
        """A PMD entry more; is it the first?"""
        if self._entire_mapcount.inc_and_test():
            self._nr_pages_mapped.add(ENTIRELY_MAPPED)
            return True
        return False

    def _unmap_entire(self) -> bool:
        """A PMD entry less; was it the last?"""
        if self._entire_mapcount.add_negative(-1):
            self._nr_pages_mapped.sub(ENTIRELY_MAPPED)
            return True
        return False

    def _is_entirely_mapped(self) -> bool:
        return self._nr_pages_mapped.value >= ENTIRELY_MAPPED

    def _pages_mapped(self) -> int:
        return self._nr_pages_mapped.value & FOLIO_PAGES_MAPPED

    def _entire(self) -> int:
        return self._entire_mapcount.value + 1

    def page_mapcount(self, page: int) -> int:
        return self._mapcounts[page].value + 1 + self._entire()

    def _mapping_refs(self) -> int:
        found = self._entire()
        for mapcount in self._mapcounts:
            found += mapcount.value + 1
        return found

    def consistent(self) -> bool:
        """The bit says what the entire count says, and no bit is above it."""
        entirely = ENTIRELY_MAPPED if self._entire() > 0 else 0
        return (
            super().consistent()
            and self._nr_pages_mapped.value == entirely + self._pages_mapped()
        )

    def _page_counts(self) -> dict[str, Logical]:
        return {
            "mapcount": [m.value + 1 for m in self._mapcounts],
            "entire": self._entire(),
            "nr_pages_mapped": self._pages_mapped(),
        }


class NrPagesMapped(PageCounts):
    """With the statistic and the queue of folios to split."""

    scheme = "nr_pages_mapped"

    def __init__(self, folio: Folio) -> None:
        super().__init__(folio)
        # NR_ANON_MAPPED or NR_FILE_MAPPED, as far as this folio goes.
        self._stat = 0
        self._on_deferred_list = False

    def map_ptes(self, vma: int, first: int, last: int) -> None:
        self._get(last - first + 1)
        added = self._map_pages(first, last)
        if not self._is_entirely_mapped():
            self._stat += added

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        removed = self._unmap_pages(first, last)
        if not self._is_entirely_mapped():
            self._stat -= removed
            if removed and self._pages_mapped():
                self._queue()
        self._gather(last - first + 1)

    def map_pmd(self, vma: int) -> None:
        self._get(1)
        if self._map_entire():
            self._stat += self.folio.NR - self._pages_mapped()

    def unmap_pmd(self, vma: int) -> None:
        if self._unmap_entire():
            removed = self.folio.NR - self._pages_mapped()
            self._stat -= removed
            if removed > 0 and removed < self.folio.NR:
                self._queue()
        self._gather(1)

    def split_pmd(self, vma: int) -> None:
        """NR PTEs more, then a PMD entry less: no page is lost on the way."""
        self._get(self.folio.NR - 1)
        self._map_pages(0, self.folio.NR - 1)
        self._unmap_entire()

    def dup_ptes(self, src: int, dst: int, first: int, last: int) -> None:
        self._get(last - first + 1)
        self._dup_pages(first, last)

    def dup_pmd(self, src: int, dst: int) -> None:
        self._get(1)
        self._entire_mapcount.inc()

    def _queue(self) -> None:
        """deferred_split_folio()"""
        if self.folio.anon:
            self._on_deferred_list = True

    def folio_mapped(self) -> bool:
        return self._nr_pages_mapped.value > 0

    def maybe_mapped_shared(self, mm: int) -> bool:
        return self.page_mapcount(0) > 1

    def partially_mapped(self) -> bool:
        return self._on_deferred_list

    def nr_mapped(self) -> int:
        return self._stat

    def pte_mapped_too(self) -> bool:
        return self._pages_mapped() > 0

    def may_reuse(self, vma: int, page: int) -> bool:
        return self.page_mapcount(page) == 1

    def may_reuse_pmd(self, vma: int) -> bool:
        return self._refcount.value == 1

    def abstract(self) -> Mapping[str, Logical]:
        return {
            **self._page_counts(), "stat_mapped": self._stat, "deferred": self._on_deferred_list,
        }
