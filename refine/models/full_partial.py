"""`full_partial.fs` as code: VMAs that map all pages, and VMAs that map some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

from refine.adapter import Logical
from refine.folio import Folio
from refine.stored import Atomic


class FullPartial:
    """Each walk counts entries to the end: all of them matter, not only the first."""

    scheme = "full_partial"

    def __init__(self, folio: Folio) -> None:
        self.folio = folio
        self._full_mapcount = Atomic(-1)
        self._partial_mapcount = Atomic(-1)

    def _entries(self, vma: int, pages: Iterable[int]) -> int:
        found = 0
        for page in pages:
            if self.folio.pte(vma, page):
                found += 1
        return found

    def _change(self, before: int, after: int) -> None:
        """A VMA that mapped so many pages by PTEs maps so many now."""
        if before == self.folio.NR:
            self._full_mapcount.dec()
        elif before > 0:
            self._partial_mapcount.dec()
        if after == self.folio.NR:
            self._full_mapcount.inc()
        elif after > 0:
            self._partial_mapcount.inc()

    def _map(self, vma: int, first: int, last: int) -> None:
        others = self._entries(vma, chain(range(first), range(last + 1, self.folio.NR)))
        self._change(others, others + last - first + 1)

    def map_ptes(self, vma: int, first: int, last: int) -> None:
        self._map(vma, first, last)

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        left = self._entries(vma, self.folio.pages)
        self._change(left + last - first + 1, left)

    def map_pmd(self, vma: int) -> None:
        self._full_mapcount.inc()

    def unmap_pmd(self, vma: int) -> None:
        self._full_mapcount.dec()

    def dup_ptes(self, src: int, dst: int, first: int, last: int) -> None:
        self._map(dst, first, last)

    def dup_pmd(self, src: int, dst: int) -> None:
        self._full_mapcount.inc()

    def split_vma(self, old: int, new: int, at: int) -> None:
        kept = self._entries(old, self.folio.pages)
        gone = self._entries(new, self.folio.pages)
        self._change(kept + gone, kept)
        self._change(0, gone)

    def merge_vma(self, left: int, right: int) -> None:
        one = self._entries(left, self.folio.pages)
        two = self._entries(right, self.folio.pages)
        self._change(one, one + two)
        self._change(two, 0)

    def before_move_ptes(self, old: int, new: int, first: int, last: int) -> None:
        moved = last - first + 1
        one = self._entries(old, self.folio.pages)
        two = self._entries(new, self.folio.pages)
        self._change(one, one - moved)
        self._change(two, two + moved)

    def _vmas(self) -> int:
        return self._full_mapcount.value + 1 + self._partial_mapcount.value + 1

    def folio_mapped(self) -> bool:
        return self._vmas() > 0

    def maybe_mapped_shared(self, mm: int) -> bool:
        return self._vmas() > 1

    def fully_mapped_alone(self, vma: int) -> bool:
        return self._vmas() == 1

    def abstract(self) -> Mapping[str, Logical]:
        return {
            "full": self._full_mapcount.value + 1, "partial": self._partial_mapcount.value + 1,
        }
