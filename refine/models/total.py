"""`total.fs` as code: all entries in one word, and the pages that PTEs map."""

from __future__ import annotations

from collections.abc import Mapping

from refine.adapter import Logical
from refine.folio import Folio
from refine.models.references import References
from refine.stored import Atomic


class Total(References):
    """No count per page: which pages a call maps for the first time takes a look at the other
    VMAs, an rmap walk."""

    scheme = "total"

    def __init__(self, folio: Folio) -> None:
        super().__init__(folio)
        self._total_mapcount = Atomic(-1)
        self._nr_pages_mapped = Atomic(0)

    def _others_map(self, vma: int, page: int) -> bool:
        """Does a PTE of another VMA map the page?"""
        for other in range(self.folio.size("Vma")):
            if other != vma and self.folio.pte(other, page):
                return True
        return False

    def _pages_of_one(self, vma: int, first: int, last: int) -> int:
        """How many of these pages no other VMA maps by a PTE."""
        found = 0
        for page in range(first, last + 1):
            if not self._others_map(vma, page):
                found += 1
        return found

    def map_ptes(self, vma: int, first: int, last: int) -> None:
        self._get(last - first + 1)
        self._total_mapcount.add(last - first + 1)
        self._nr_pages_mapped.add(self._pages_of_one(vma, first, last))

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        self._total_mapcount.sub(last - first + 1)
        self._nr_pages_mapped.sub(self._pages_of_one(vma, first, last))
        self._gather(last - first + 1)

    def map_pmd(self, vma: int) -> None:
        self._get(1)
        self._total_mapcount.inc()

    def unmap_pmd(self, vma: int) -> None:
        self._total_mapcount.dec()
        self._gather(1)

    def split_pmd(self, vma: int) -> None:
        self._get(self.folio.NR - 1)
        self._total_mapcount.add(self.folio.NR - 1)
        self._nr_pages_mapped.value = self.folio.NR

    def dup_ptes(self, src: int, dst: int, first: int, last: int) -> None:
        self._get(last - first + 1)
        self._total_mapcount.add(last - first + 1)

    def dup_pmd(self, src: int, dst: int) -> None:
        self._get(1)
        self._total_mapcount.inc()

    def _total(self) -> int:
        return self._total_mapcount.value + 1

    def folio_mapped(self) -> bool:
        return self._total_mapcount.value >= 0

    def maybe_mapped_shared(self, mm: int) -> bool:
        return self._total() > self.folio.NR

    def fully_mapped_alone(self, vma: int) -> bool:
        return self._total() == self.folio.NR

    def extra_references(self) -> bool:
        return self._refcount.value != self._total() + self._cache_refs()

    def may_reuse(self, vma: int, page: int) -> bool:
        return self._total() <= self.folio.NR

    def may_reuse_pmd(self, vma: int) -> bool:
        return self._total() <= self.folio.NR

    def _mapping_refs(self) -> int:
        return self._total()

    def abstract(self) -> Mapping[str, Logical]:
        return {"total": self._total(), "pages_mapped": self._nr_pages_mapped.value}
