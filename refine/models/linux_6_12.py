"""`linux_6_12.fs` as code: the counts of v6.2, and all entries in one word."""

from __future__ import annotations

from collections.abc import Mapping

from refine.adapter import Logical
from refine.folio import Folio
from refine.models.nr_pages_mapped import PageCounts
from refine.stored import Atomic


class Linux612(PageCounts):
    """With _large_mapcount, biased by -1."""

    scheme = "linux_6_12"

    def __init__(self, folio: Folio) -> None:
        super().__init__(folio)
        self._large_mapcount = Atomic(-1)

    def map_ptes(self, vma: int, first: int, last: int) -> None:
        self._get(last - first + 1)
        self._map_pages(first, last)
        self._large_mapcount.add(last - first + 1)

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        self._large_mapcount.sub(last - first + 1)
        self._unmap_pages(first, last)
        self._gather(last - first + 1)

    def map_pmd(self, vma: int) -> None:
        self._get(1)
        self._map_entire()
        self._large_mapcount.inc()

    def unmap_pmd(self, vma: int) -> None:
        self._large_mapcount.dec()
        self._unmap_entire()
        self._gather(1)

    def split_pmd(self, vma: int) -> None:
        self._get(self.folio.NR - 1)
        self._map_pages(0, self.folio.NR - 1)
        self._large_mapcount.add(self.folio.NR)
        self._large_mapcount.dec()
        self._unmap_entire()

    def dup_ptes(self, src: int, dst: int, first: int, last: int) -> None:
        self._get(last - first + 1)
        self._dup_pages(first, last)
        self._large_mapcount.add(last - first + 1)

    def dup_pmd(self, src: int, dst: int) -> None:
        self._get(1)
        self._entire_mapcount.inc()
        self._large_mapcount.inc()

    def _mapcount(self) -> int:
        return self._large_mapcount.value + 1

    def folio_mapped(self) -> bool:
        return self._large_mapcount.value >= 0

    def maybe_mapped_shared(self, mm: int) -> bool:
        """folio_likely_mapped_shared(): a guess that ends with the first page."""
        if self._mapcount() <= 1:
            return False
        if self._entire_mapcount.value >= 0 or self._mapcount() > self.folio.NR:
            return True
        return self._mapcounts[0].value > 0

    def fully_mapped_alone(self, vma: int) -> bool:
        return self._mapcount() == self.folio.NR

    def nr_mapped(self) -> int:
        return self.folio.NR if self._is_entirely_mapped() else self._pages_mapped()

    def pte_mapped_too(self) -> bool:
        return self._pages_mapped() > 0

    def extra_references(self) -> bool:
        return self._refcount.value != self._mapcount() + self._cache_refs()

    def may_reuse(self, vma: int, page: int) -> bool:
        return self.folio.NR == 1 and self._refcount.value == 1

    def may_reuse_pmd(self, vma: int) -> bool:
        return self._refcount.value == 1

    def abstract(self) -> Mapping[str, Logical]:
        return {**self._page_counts(), "large_mapcount": self._mapcount()}
