"""`head_vmas.fs` as code: one word in the head page, and nobody looks at a page table."""

from __future__ import annotations

from collections.abc import Mapping

from refine.adapter import Logical
from refine.folio import Folio
from refine.stored import Atomic


class HeadVmas:
    """One up or down with each call, which drifts; the scheme drifts with it."""

    scheme = "head_vmas"
    # Says only since when the count may be wrong.
    ghosts = ("parted",)

    def __init__(self, folio: Folio) -> None:
        self.folio = folio
        self._mapcount = Atomic(-1)

    def map_ptes(self, vma: int, first: int, last: int) -> None:
        self._mapcount.inc()

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        self._mapcount.dec()

    def wp_copy(self, vma: int, page: int) -> None:
        self.unmap_ptes(vma, page, page)

    def map_pmd(self, vma: int) -> None:
        self._mapcount.inc()

    def unmap_pmd(self, vma: int) -> None:
        self._mapcount.dec()

    def dup_ptes(self, src: int, dst: int, first: int, last: int) -> None:
        self._mapcount.inc()

    def dup_pmd(self, src: int, dst: int) -> None:
        self._mapcount.inc()

    def folio_mapped(self) -> bool:
        return self._mapcount.value >= 0

    def maybe_mapped_shared(self, mm: int) -> bool:
        return self._mapcount.value > 0

    def may_reuse(self, vma: int, page: int) -> bool:
        return self._mapcount.value == 0

    def abstract(self) -> Mapping[str, Logical]:
        return {"mapcount": self._mapcount.value + 1}
