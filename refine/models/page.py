"""`page.fs` as code: the count of a single page, biased by -1."""

from __future__ import annotations

from collections.abc import Mapping

from refine.adapter import Logical
from refine.folio import Folio
from refine.models.references import References
from refine.stored import Atomic


class Page(References):
    """_mapcount: -1 is unmapped, so that the first and the last mapping show in the sign."""

    scheme = "page"

    def __init__(self, folio: Folio) -> None:
        super().__init__(folio)
        self._mapcount = Atomic(-1)
        # NR_ANON_MAPPED or NR_FILE_MAPPED, as far as this page goes.
        self._stat = 0

    def map_ptes(self, vma: int, first: int, last: int) -> None:
        self._get(1)
        if self._mapcount.inc_and_test():
            self._stat += 1

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        if self._mapcount.add_negative(-1):
            self._stat -= 1
        self._gather(1)

    def dup_ptes(self, src: int, dst: int, first: int, last: int) -> None:
        # The parent maps it: this is never the first mapping.
        self._get(1)
        self._mapcount.inc()

    def folio_mapped(self) -> bool:
        return self._mapcount.value >= 0

    def page_mapcount(self, page: int) -> int:
        return self._mapcount.value + 1

    def maybe_mapped_shared(self, mm: int) -> bool:
        return self._mapcount.value > 0

    def partially_mapped(self) -> bool:
        return False

    def nr_mapped(self) -> int:
        return self._stat

    def fully_mapped_alone(self, vma: int) -> bool:
        return self._mapcount.value == 0

    def extra_references(self) -> bool:
        return self._refcount.value != self._mapping_refs() + self._cache_refs()

    def may_reuse(self, vma: int, page: int) -> bool:
        return self._refcount.value == 1

    def _mapping_refs(self) -> int:
        return self._mapcount.value + 1

    def abstract(self) -> Mapping[str, Logical]:
        return {"mapcount": self._mapcount.value + 1, "stat_mapped": self._stat}
