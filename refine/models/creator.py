"""`creator.fs` as code: who mapped the folio first, and how much of it is theirs."""

from __future__ import annotations

from collections.abc import Mapping

from refine.adapter import Logical
from refine.folio import Folio
from refine.models.references import References
from refine.stored import Atomic, Word

NO_MM = 0
"""Ids of processes begin with 1."""


class Creator(References):
    """The id of the creator, its entries, and all entries; both counts are biased by -1."""

    scheme = "creator"

    def __init__(self, folio: Folio) -> None:
        super().__init__(folio)
        self._total_mapcount = Atomic(-1)
        self._creator = Word(NO_MM)
        self._creator_mapcount = Atomic(-1)

    def _is_creator(self, vma: int) -> bool:
        return self._creator.value == self.folio.owner(vma) + 1

    def _create(self, vma: int, entries: int) -> None:
        self._get(entries)
        self._creator.value = self.folio.owner(vma) + 1
        self._creator_mapcount.value = entries - 1
        self._total_mapcount.value = entries - 1

    def _add(self, vma: int, entries: int) -> None:
        self._get(entries)
        self._total_mapcount.add(entries)
        if self._is_creator(vma):
            self._creator_mapcount.add(entries)

    def _sub(self, vma: int, entries: int) -> None:
        self._total_mapcount.sub(entries)
        if self._is_creator(vma):
            self._creator_mapcount.sub(entries)
        self._gather(entries)

    def map_ptes(self, vma: int, first: int, last: int) -> None:
        self._create(vma, last - first + 1)

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        self._sub(vma, last - first + 1)

    def map_pmd(self, vma: int) -> None:
        self._create(vma, 1)

    def unmap_pmd(self, vma: int) -> None:
        self._sub(vma, 1)

    def split_pmd(self, vma: int) -> None:
        self._add(vma, self.folio.NR - 1)

    def dup_ptes(self, src: int, dst: int, first: int, last: int) -> None:
        self._add(dst, last - first + 1)

    def dup_pmd(self, src: int, dst: int) -> None:
        self._add(dst, 1)

    def folio_mapped(self) -> bool:
        return self._total_mapcount.value >= 0

    def maybe_mapped_shared(self, mm: int) -> bool:
        return self._creator_mapcount.value < self._total_mapcount.value

    def may_reuse(self, vma: int, page: int) -> bool:
        return (
            self._is_creator(vma) and self._refcount.value == self._creator_mapcount.value + 1
        )

    def may_reuse_pmd(self, vma: int) -> bool:
        return (
            self._is_creator(vma) and self._refcount.value == self._creator_mapcount.value + 1
        )

    def extra_references(self) -> bool:
        return self._refcount.value != self._mapping_refs() + self._cache_refs()

    def _mapping_refs(self) -> int:
        return self._total_mapcount.value + 1

    def consistent(self) -> bool:
        return super().consistent() and 0 <= self._creator.value <= self.folio.size("Mm")

    def abstract(self) -> Mapping[str, Logical]:
        creator = self._creator.value
        return {
            "total": self._total_mapcount.value + 1,
            "creator": None if creator == NO_MM else creator - 1,
            "creators": self._creator_mapcount.value + 1,
        }
