"""`per_vma_table.fs` as code: pairs of a VMA and a page table, a walk over one table at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

from refine.adapter import Logical
from refine.folio import Folio
from refine.stored import Atomic


class PerVmaTable:
    """How many page tables, of all VMAs, have an entry for any part of the folio."""

    scheme = "per_vma_table"
    # The count of one who does not walk stands in the scheme for comparison only.
    ghosts = ("unwalked", "drifted")

    def __init__(self, folio: Folio) -> None:
        self.folio = folio
        self._mapcount = Atomic(-1)

    def _uses(self, vma: int, table: int, pages: Iterable[int]) -> bool:
        """Does the table have an entry for one of these pages?  Entries of other tables are not
        looked at."""
        for page in pages:
            if self.folio.table(vma, page) == table and self.folio.pte(vma, page):
                return True
        return False

    def _tables(self) -> range:
        return range(self.folio.size("Table"))

    def _map(self, vma: int, first: int, last: int) -> None:
        table = self.folio.table(vma, first)
        others = chain(range(first), range(last + 1, self.folio.NR))
        if not self._uses(vma, table, others):
            self._mapcount.inc()

    def map_ptes(self, vma: int, first: int, last: int) -> None:
        self._map(vma, first, last)

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        if not self._uses(vma, self.folio.table(vma, first), self.folio.pages):
            self._mapcount.dec()

    def map_pmd(self, vma: int) -> None:
        self._mapcount.inc()

    def unmap_pmd(self, vma: int) -> None:
        self._mapcount.dec()

    def split_pmd(self, vma: int) -> None:
        """One table where the PMD entry was; of a PUD entry, as many as there are tables."""
        for table in self._tables():
            if self._uses(vma, table, self.folio.pages):
                self._mapcount.inc()
        self._mapcount.dec()

    def dup_ptes(self, src: int, dst: int, first: int, last: int) -> None:
        self._map(dst, first, last)

    def dup_pmd(self, src: int, dst: int) -> None:
        self._mapcount.inc()

    def _in_both(self, one: int, two: int) -> int:
        """Tables that serve both VMAs."""
        found = 0
        for table in self._tables():
            if self._uses(one, table, self.folio.pages) and self._uses(
                two, table, self.folio.pages
            ):
                found += 1
        return found

    def split_vma(self, old: int, new: int, at: int) -> None:
        self._mapcount.add(self._in_both(old, new))

    def merge_vma(self, left: int, right: int) -> None:
        self._mapcount.sub(self._in_both(left, right))

    def before_move_ptes(self, old: int, new: int, first: int, last: int) -> None:
        if not self._uses(new, self.folio.table(new, first), self.folio.pages):
            self._mapcount.inc()

    def after_move_ptes(self, old: int, new: int, first: int, last: int) -> None:
        if not self._uses(old, self.folio.table(old, first), self.folio.pages):
            self._mapcount.dec()

    def folio_mapped(self) -> bool:
        return self._mapcount.value >= 0

    def maybe_mapped_shared(self, mm: int) -> bool:
        return self._mapcount.value > 0

    def abstract(self) -> Mapping[str, Logical]:
        return {"mapcount": self._mapcount.value + 1}
