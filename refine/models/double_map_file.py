"""`double_map_file.fs` as code: a file folio, where a PMD entry counts in every page."""

from __future__ import annotations

from collections.abc import Mapping

from refine.adapter import Logical
from refine.folio import Folio
from refine.models.double_map import PG_DOUBLE_MAP
from refine.stored import Atomic, Word


class DoubleMapFile:
    """NR atomic operations for each PMD entry, which is what Hugh Dickins measured."""

    scheme = "double_map_file"

    def __init__(self, folio: Folio) -> None:
        self.folio = folio
        self._compound_mapcount = Atomic(-1)
        self._mapcounts = [Atomic(-1) for _ in folio.pages]
        self._flags = Word(0)
        # NR_FILE_MAPPED, as far as this folio goes.
        self._stat_mapped = 0

    def _map_pages(self, first: int, last: int) -> int:
        added = 0
        for page in range(first, last + 1):
            if self._mapcounts[page].inc_and_test():
                added += 1
        self._stat_mapped += added
        return added

    def _unmap_pages(self, first: int, last: int) -> None:
        for page in range(first, last + 1):
            if self._mapcounts[page].add_negative(-1):
                self._stat_mapped -= 1

    def map_ptes(self, vma: int, first: int, last: int) -> None:
        self._flags.value |= PG_DOUBLE_MAP
        self._map_pages(first, last)

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        self._unmap_pages(first, last)

    def map_pmd(self, vma: int) -> None:
        self._compound_mapcount.inc()
        if self._map_pages(0, self.folio.NR - 1) == self.folio.NR:
            # Nothing maps it beside this entry.
            self._flags.value &= ~PG_DOUBLE_MAP

    def unmap_pmd(self, vma: int) -> None:
        self._compound_mapcount.dec()
        self._unmap_pages(0, self.folio.NR - 1)

    def page_mapcount(self, page: int) -> int:
        return self._mapcounts[page].value + 1

    def folio_mapped(self) -> bool:
        if self._compound_mapcount.value >= 0:
            return True
        return any(mapcount.value >= 0 for mapcount in self._mapcounts)

    def maybe_mapped_shared(self, mm: int) -> bool:
        return self._mapcounts[0].value > 0

    def nr_mapped(self) -> int:
        return self._stat_mapped

    def pte_mapped_too(self) -> bool:
        return self._flags.value & PG_DOUBLE_MAP != 0

    def consistent(self) -> bool:
        """No other flag is of this scheme."""
        return self._flags.value & ~PG_DOUBLE_MAP == 0

    def abstract(self) -> Mapping[str, Logical]:
        return {
            "compound": self._compound_mapcount.value + 1,
            "mapcount": [m.value + 1 for m in self._mapcounts],
            "double_map": self.pte_mapped_too(),
            "stat_mapped": self._stat_mapped,
        }
