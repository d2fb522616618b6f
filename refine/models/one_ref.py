"""`one_ref.fs` as code: a mapcount of 64 bits, and one reference for all mappings."""

from __future__ import annotations

from collections.abc import Mapping

from refine.adapter import Logical
from refine.folio import Folio
from refine.models.references import References
from refine.stored import Atomic


class OneReference(References):
    """The first mapping takes the reference; when it goes is what one_ref.fs and one_ref_held.fs
    differ in.  The count is biased by -1, as that of a small page."""

    def __init__(self, folio: Folio) -> None:
        super().__init__(folio)
        self._mapcount = Atomic(-1, bits=64)

    def _drop(self, is_last: bool) -> None:
        """Entries are gone, perhaps the last ones."""
        raise NotImplementedError

    def _add(self, entries: int) -> None:
        if self._mapcount.value < 0:
            self._get(1)
        self._mapcount.add(entries)

    def _sub(self, entries: int) -> None:
        self._drop(self._mapcount.add_negative(-entries))

    def map_ptes(self, vma: int, first: int, last: int) -> None:
        self._add(last - first + 1)

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        self._sub(last - first + 1)

    def map_pmd(self, vma: int) -> None:
        self._add(1)

    def unmap_pmd(self, vma: int) -> None:
        self._sub(1)

    def split_pmd(self, vma: int) -> None:
        self._mapcount.add(self.folio.NR - 1)

    def dup_ptes(self, src: int, dst: int, first: int, last: int) -> None:
        self._add(last - first + 1)

    def dup_pmd(self, src: int, dst: int) -> None:
        self._add(1)

    def folio_mapped(self) -> bool:
        return self._mapcount.value >= 0

    def extra_references(self) -> bool:
        return self._refcount.value != self._mapping_refs() + self._cache_refs()

    def _mapping_refs(self) -> int:
        return 1 if self._mapcount.value >= 0 else 0

    def abstract(self) -> Mapping[str, Logical]:
        return {"mapcount": self._mapcount.value + 1}


class OneRef(OneReference):
    """The last mapping takes the reference with it: nothing waits for the flush."""

    scheme = "one_ref"

    def _drop(self, is_last: bool) -> None:
        if is_last:
            self._refcount.dec()

    def tlb_flush(self) -> None:
        """Nothing to drop."""

    def maybe_mapped_shared(self, mm: int) -> bool:
        return self._mapcount.value >= self.folio.NR

    def may_reuse(self, vma: int, page: int) -> bool:
        return self._refcount.value == 1

    def may_reuse_pmd(self, vma: int) -> bool:
        return self._refcount.value == 1

    def consistent(self) -> bool:
        return (
            self._pincount.value == self._pins()
            and self._refcount.value
            == self._mapping_refs() + self._pins() + self._cache_refs()
        )
