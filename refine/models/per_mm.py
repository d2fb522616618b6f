"""`per_mm.fs` as code: a walk over all VMAs of the process at each first and last mapping."""

from __future__ import annotations

from collections.abc import Mapping

from refine.adapter import Logical
from refine.folio import Folio
from refine.models.references import References
from refine.stored import Atomic


class PerMm(References):
    """How many processes map any part of the folio."""

    scheme = "per_mm"

    def __init__(self, folio: Folio) -> None:
        super().__init__(folio)
        self._mapcount = Atomic(-1)

    def _maps(self, mm: int) -> bool:
        """Does any entry of the process point into the folio?"""
        for vma in range(self.folio.size("Vma")):
            if self.folio.owner(vma) == mm:
                if self.folio.pmd(vma):
                    return True
                for page in self.folio.pages:
                    if self.folio.pte(vma, page):
                        return True
        return False

    def _map(self, vma: int) -> None:
        if not self._maps(self.folio.owner(vma)):
            self._mapcount.inc()

    def _unmap(self, vma: int) -> None:
        if not self._maps(self.folio.owner(vma)):
            self._mapcount.dec()

    def map_ptes(self, vma: int, first: int, last: int) -> None:
        self._get(last - first + 1)
        self._map(vma)

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        self._unmap(vma)
        self._gather(last - first + 1)

    def map_pmd(self, vma: int) -> None:
        self._get(1)
        self._map(vma)

    def unmap_pmd(self, vma: int) -> None:
        self._unmap(vma)
        self._gather(1)

    def split_pmd(self, vma: int) -> None:
        self._get(self.folio.NR - 1)

    def dup_ptes(self, src: int, dst: int, first: int, last: int) -> None:
        self._get(last - first + 1)
        self._map(dst)

    def dup_pmd(self, src: int, dst: int) -> None:
        self._get(1)
        self._map(dst)

    def folio_mapped(self) -> bool:
        return self._mapcount.value >= 0

    def maybe_mapped_shared(self, mm: int) -> bool:
        return self._mapcount.value > 0

    def fully_mapped_alone(self, vma: int) -> bool:
        return self._mapcount.value == 0

    def may_reuse(self, vma: int, page: int) -> bool:
        return self._mapcount.value == 0

    def may_reuse_pmd(self, vma: int) -> bool:
        return self._mapcount.value == 0

    def extra_references(self) -> bool:
        return self._refcount.value != self._mapcount.value + 1 + self._cache_refs()

    def _mapping_refs(self) -> int:
        """One for each entry; no count has them."""
        found = 0
        for vma in range(self.folio.size("Vma")):
            found += self.folio.pmd(vma)
            for page in self.folio.pages:
                found += self.folio.pte(vma, page)
        return found

    def abstract(self) -> Mapping[str, Logical]:
        return {"mapcount": self._mapcount.value + 1}
