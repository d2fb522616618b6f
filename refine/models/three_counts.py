"""`three_counts.fs` as code: all entries, PMD entries, and those of the first page."""

from __future__ import annotations

from collections.abc import Mapping

from refine.adapter import Logical
from refine.folio import Folio
from refine.models.references import References
from refine.stored import Atomic


class ThreeCounts(References):
    """Three counts biased by -1; the total of a large folio has 64 bits."""

    scheme = "three_counts"

    def __init__(self, folio: Folio) -> None:
        super().__init__(folio)
        self._total_mapcount = Atomic(-1, bits=64)
        self._compound_mapcount = Atomic(-1)
        self._first_page_mapcount = Atomic(-1)

    def _add_ptes(self, first: int, last: int) -> None:
        self._get(last - first + 1)
        self._total_mapcount.add(last - first + 1)
        if first == 0:
            self._first_page_mapcount.inc()

    def _add_pmd(self) -> None:
        self._get(1)
        self._total_mapcount.inc()
        self._compound_mapcount.inc()
        self._first_page_mapcount.inc()

    def map_ptes(self, vma: int, first: int, last: int) -> None:
        self._add_ptes(first, last)

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        self._total_mapcount.sub(last - first + 1)
        if first == 0:
            self._first_page_mapcount.dec()
        self._gather(last - first + 1)

    def map_pmd(self, vma: int) -> None:
        self._add_pmd()

    def unmap_pmd(self, vma: int) -> None:
        self._total_mapcount.dec()
        self._compound_mapcount.dec()
        self._first_page_mapcount.dec()
        self._gather(1)

    def split_pmd(self, vma: int) -> None:
        """The first page keeps its count: a PTE where the PMD entry was."""
        self._get(self.folio.NR - 1)
        self._total_mapcount.add(self.folio.NR - 1)
        self._compound_mapcount.dec()

    def dup_ptes(self, src: int, dst: int, first: int, last: int) -> None:
        self._add_ptes(first, last)

    def dup_pmd(self, src: int, dst: int) -> None:
        self._add_pmd()

    def folio_mapped(self) -> bool:
        return self._total_mapcount.value >= 0

    def maybe_mapped_shared(self, mm: int) -> bool:
        return self._first_page_mapcount.value > 0

    def fully_mapped_alone(self, vma: int) -> bool:
        return self._total_mapcount.value + 1 == self.folio.NR

    def pte_mapped_too(self) -> bool:
        # The biases take each other away.
        return self._total_mapcount.value > self._compound_mapcount.value

    def extra_references(self) -> bool:
        return self._refcount.value != self._mapping_refs() + self._cache_refs()

    def may_reuse(self, vma: int, page: int) -> bool:
        return self._refcount.value == 1

    def may_reuse_pmd(self, vma: int) -> bool:
        return self._refcount.value == 1

    def _mapping_refs(self) -> int:
        return self._total_mapcount.value + 1

    def abstract(self) -> Mapping[str, Logical]:
        return {
            "total": self._total_mapcount.value + 1,
            "compound": self._compound_mapcount.value + 1,
            "first_page": self._first_page_mapcount.value + 1,
        }
