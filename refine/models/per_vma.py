"""`per_vma.fs` as code: one biased count, and a walk over the PTEs of one VMA.

The walk sees what the kernel would see: entries before set_ptes() when something is mapped,
after they are cleared when something is unmapped.  Matthew Wilcox, 2023-02-06 20:34.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

from refine.adapter import Logical
from refine.folio import Folio
from refine.stored import Atomic


class PerVma:
    """How many VMAs map any part of the folio."""

    scheme = "per_vma"

    def __init__(self, folio: Folio) -> None:
        self.folio = folio
        self._mapcount = Atomic(-1)
        # NR_FILE_MAPPED, as far as this folio goes.
        self._stat = 0

    def _maps(self, vma: int, pages: Iterable[int]) -> bool:
        """Does an entry of these pages point into the folio?  Stops at the first that does.
        No PMD entry is looked at: where there are page tables to walk there is none."""
        return any(self.folio.pte(vma, page) for page in pages)

    def _maps_any(self, vma: int) -> bool:
        return self._maps(vma, self.folio.pages)

    def _map(self, vma: int, first: int, last: int) -> None:
        """The entries from `first` to `last` are about to be set, and known to be empty."""
        before, behind = range(first), range(last + 1, self.folio.NR)
        if not self._maps(vma, chain(before, behind)):
            self._mapcount.inc()
        self._stat += last - first + 1

    def map_ptes(self, vma: int, first: int, last: int) -> None:
        self._map(vma, first, last)

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        self._stat -= last - first + 1
        if not self._maps_any(vma):
            self._mapcount.dec()

    def map_pmd(self, vma: int) -> None:
        self._mapcount.inc()
        self._stat += self.folio.NR

    def unmap_pmd(self, vma: int) -> None:
        self._mapcount.dec()
        self._stat -= self.folio.NR

    def dup_ptes(self, src: int, dst: int, first: int, last: int) -> None:
        self._map(dst, first, last)

    def dup_pmd(self, src: int, dst: int) -> None:
        self._mapcount.inc()
        self._stat += self.folio.NR

    def split_vma(self, old: int, new: int, at: int) -> None:
        if self._maps_any(old) and self._maps_any(new):
            self._mapcount.inc()

    def merge_vma(self, left: int, right: int) -> None:
        if self._maps_any(left) and self._maps_any(right):
            self._mapcount.dec()

    def before_move_ptes(self, old: int, new: int, first: int, last: int) -> None:
        if not self._maps_any(new):
            self._mapcount.inc()

    def after_move_ptes(self, old: int, new: int, first: int, last: int) -> None:
        if not self._maps_any(old):
            self._mapcount.dec()

    def folio_mapped(self) -> bool:
        return self._mapcount.value >= 0

    def maybe_mapped_shared(self, mm: int) -> bool:
        return self._mapcount.value > 0

    def nr_mapped(self) -> int:
        return self._stat

    def fully_mapped_alone(self, vma: int) -> bool:
        return self._mapcount.value == 0

    def abstract(self) -> Mapping[str, Logical]:
        return {"mapcount": self._mapcount.value + 1, "stat_mapped": self._stat}
