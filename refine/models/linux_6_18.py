"""`linux_6_18.fs` as code: MM owner tracking, two ids with a lock and a flag in their top bits."""

from __future__ import annotations

from collections.abc import Mapping

from refine.adapter import Logical
from refine.folio import Folio
from refine.models.nr_pages_mapped import PageCounts
from refine.stored import Atomic, Word

MM_ID_DUMMY = 0
"""No process; ids of processes begin with 1."""
MM_ID_MASK = 0x7FFFFFFF
FOLIO_MM_IDS_SHARED = 1 << 31
"""In the first id word: more than one process may map the folio."""
FOLIO_MM_IDS_LOCK = 1 << 31
"""In the second id word: a bit spinlock over ids and counts."""


class Linux618(PageCounts):
    """_mm_id[2], _mm_id_mapcount[2] and _large_mapcount, all counts biased by -1."""

    scheme = "linux_6_18"

    def __init__(self, folio: Folio) -> None:
        super().__init__(folio)
        self._large_mapcount = Atomic(-1)
        self._mm_id = [Word(MM_ID_DUMMY), Word(MM_ID_DUMMY)]
        self._mm_id_mapcount = [Word(-1), Word(-1)]

    # ------------------------------------------------------------ id words

    def _lock(self) -> None:
        self._mm_id[1].value |= FOLIO_MM_IDS_LOCK

    def _unlock(self) -> None:
        self._mm_id[1].value &= ~FOLIO_MM_IDS_LOCK

    def _id(self, slot: int) -> int:
        return self._mm_id[slot].value & MM_ID_MASK

    def _set_id(self, slot: int, mm_id: int) -> None:
        flags = self._mm_id[slot].value & ~MM_ID_MASK
        self._mm_id[slot].value = flags | mm_id

    def _is_shared(self) -> bool:
        return self._mm_id[0].value & FOLIO_MM_IDS_SHARED != 0

    def _set_shared(self) -> None:
        self._mm_id[0].value |= FOLIO_MM_IDS_SHARED

    def _clear_shared(self) -> None:
        self._mm_id[0].value &= ~FOLIO_MM_IDS_SHARED

    # ------------------------------------------------------ large mapcount

    def _add_large_mapcount(self, mm_id: int, diff: int) -> None:
        """folio_add_large_mapcount(): into the own slot, a free one, or none."""
        self._lock()
        before = self._large_mapcount.value + 1
        self._large_mapcount.value += diff
        if self._id(0) == mm_id:
            self._mm_id_mapcount[0].value += diff
        elif self._id(1) == mm_id:
            self._mm_id_mapcount[1].value += diff
        elif self._id(0) == MM_ID_DUMMY:
            self._take(0, mm_id, diff)
            if before > 0:
                self._set_shared()
        elif self._id(1) == MM_ID_DUMMY:
            self._take(1, mm_id, diff)
            self._set_shared()
        self._unlock()

    def _take(self, slot: int, mm_id: int, diff: int) -> None:
        self._set_id(slot, mm_id)
        self._mm_id_mapcount[slot].value = diff - 1

    def _sub_large_mapcount(self, mm_id: int, diff: int) -> None:
        """folio_sub_large_mapcount(): a slot that is used up is free again; where one slot has
        all that is left, and this process is gone, nobody shares any more."""
        self._lock()
        self._large_mapcount.value -= diff
        left = self._large_mapcount.value
        still_in = False
        for slot in range(2):
            if self._id(slot) == mm_id:
                still_in = self._give_back(slot, diff)
        if not still_in and (
            self._mm_id_mapcount[0].value == left or self._mm_id_mapcount[1].value == left
        ):
            self._clear_shared()
        self._unlock()

    def _give_back(self, slot: int, diff: int) -> bool:
        """What a process unmaps beyond its count was mapped while it had no slot.  Is some of
        its count left?"""
        self._mm_id_mapcount[slot].value -= diff
        if self._mm_id_mapcount[slot].value >= 0:
            return True
        self._mm_id_mapcount[slot].value = -1
        self._set_id(slot, MM_ID_DUMMY)
        return False

    def _id_of(self, vma: int) -> int:
        return self.folio.owner(vma) + 1

    # ---------------------------------------------------------- operations

    def map_ptes(self, vma: int, first: int, last: int) -> None:
        self._get(last - first + 1)
        self._map_pages(first, last)
        self._add_large_mapcount(self._id_of(vma), last - first + 1)

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        self._sub_large_mapcount(self._id_of(vma), last - first + 1)
        self._unmap_pages(first, last)
        self._gather(last - first + 1)

    def map_pmd(self, vma: int) -> None:
        self._get(1)
        self._map_entire()
        self._add_large_mapcount(self._id_of(vma), 1)

    def unmap_pmd(self, vma: int) -> None:
        self._sub_large_mapcount(self._id_of(vma), 1)
        self._unmap_entire()
        self._gather(1)

    def split_pmd(self, vma: int) -> None:
        """NR PTEs more, then a PMD entry less."""
        self._get(self.folio.NR - 1)
        self._map_pages(0, self.folio.NR - 1)
        self._unmap_entire()
        self._add_large_mapcount(self._id_of(vma), self.folio.NR)
        self._sub_large_mapcount(self._id_of(vma), 1)

    def dup_ptes(self, src: int, dst: int, first: int, last: int) -> None:
        self._get(last - first + 1)
        self._dup_pages(first, last)
        self._add_large_mapcount(self._id_of(dst), last - first + 1)

    def dup_pmd(self, src: int, dst: int) -> None:
        self._get(1)
        self._entire_mapcount.inc()
        self._add_large_mapcount(self._id_of(dst), 1)

    # ------------------------------------------------------------- answers

    def _mapcount(self) -> int:
        return self._large_mapcount.value + 1

    def folio_mapped(self) -> bool:
        return self._large_mapcount.value >= 0

    def maybe_mapped_shared(self, mm: int) -> bool:
        return self._mapcount() > 1 and self._is_shared()

    def fully_mapped_alone(self, vma: int) -> bool:
        return self._mapcount() == self.folio.NR

    def nr_mapped(self) -> int:
        return self.folio.NR if self._is_entirely_mapped() else self._pages_mapped()

    def pte_mapped_too(self) -> bool:
        return self._mapcount() > self._entire()

    def extra_references(self) -> bool:
        return self._refcount.value != self._mapcount() + self._cache_refs()

    def may_reuse(self, vma: int, page: int) -> bool:
        return (
            self._mapcount() > 1 and not self._is_shared()
            and self._refcount.value == self._mapcount()
        )

    def may_reuse_pmd(self, vma: int) -> bool:
        return self._refcount.value == 1

    def consistent(self) -> bool:
        """Nobody holds the lock, and ids are those of processes."""
        return (
            super().consistent()
            and self._mm_id[1].value & FOLIO_MM_IDS_LOCK == 0
            and self._id(0) <= self.folio.size("Mm")
            and self._id(1) <= self.folio.size("Mm")
        )

    def abstract(self) -> Mapping[str, Logical]:
        return {
            **self._page_counts(),
            "large_mapcount": self._mapcount(),
            "id0": self._owner(0),
            "count0": self._mm_id_mapcount[0].value + 1,
            "id1": self._owner(1),
            "count1": self._mm_id_mapcount[1].value + 1,
            "maybe_shared": self._is_shared(),
        }

    def _owner(self, slot: int) -> int | None:
        return None if self._id(slot) == MM_ID_DUMMY else self._id(slot) - 1
