"""`per_vma_refs.fs` as code: one reference for each VMA that maps any part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

from refine.adapter import Logical
from refine.folio import Folio
from refine.models.references import References
from refine.stored import Atomic


class PerVmaRefs(References):
    """As per_vma.py, without its statistic: the references follow the count."""

    scheme = "per_vma_refs"

    def __init__(self, folio: Folio) -> None:
        super().__init__(folio)
        self._mapcount = Atomic(-1)

    def _maps(self, vma: int, pages: Iterable[int]) -> bool:
        return any(self.folio.pte(vma, page) for page in pages)

    def _maps_any(self, vma: int) -> bool:
        return self._maps(vma, self.folio.pages)

    def _add(self) -> None:
        self._get(1)
        self._mapcount.inc()

    def _map(self, vma: int, first: int, last: int) -> None:
        if not self._maps(vma, chain(range(first), range(last + 1, self.folio.NR))):
            self._add()

    def map_ptes(self, vma: int, first: int, last: int) -> None:
        self._map(vma, first, last)

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        if self._maps_any(vma):
            self._gather(0)
        else:
            self._mapcount.dec()
            self._gather(1)

    def map_pmd(self, vma: int) -> None:
        self._add()

    def unmap_pmd(self, vma: int) -> None:
        self._mapcount.dec()
        self._gather(1)

    def dup_ptes(self, src: int, dst: int, first: int, last: int) -> None:
        self._map(dst, first, last)

    def dup_pmd(self, src: int, dst: int) -> None:
        self._add()

    def split_vma(self, old: int, new: int, at: int) -> None:
        if self._maps_any(old) and self._maps_any(new):
            self._add()

    def merge_vma(self, left: int, right: int) -> None:
        # No entry goes away, so nothing waits for a flush.
        if self._maps_any(left) and self._maps_any(right):
            self._mapcount.dec()
            self._refcount.dec()

    def before_move_ptes(self, old: int, new: int, first: int, last: int) -> None:
        if not self._maps_any(new):
            self._add()

    def after_move_ptes(self, old: int, new: int, first: int, last: int) -> None:
        if not self._maps_any(old):
            self._mapcount.dec()
            self._refcount.dec()

    def folio_mapped(self) -> bool:
        return self._mapcount.value >= 0

    def may_reuse(self, vma: int, page: int) -> bool:
        return self._mapcount.value == 0

    def may_reuse_pmd(self, vma: int) -> bool:
        return self._mapcount.value == 0

    def extra_references(self) -> bool:
        return self._refcount.value != self._mapcount.value + 1 + self._cache_refs()

    def _mapping_refs(self) -> int:
        return self._mapcount.value + 1

    def abstract(self) -> Mapping[str, Logical]:
        return {"mapcount": self._mapcount.value + 1}
