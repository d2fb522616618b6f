"""The reference count of a folio: a plain 32-bit counter that others raise and drop."""

from __future__ import annotations

from refine.folio import Folio
from refine.stored import Atomic


class References:
    """What every scheme over refs.fs stores beside its own counts.

    A mapping takes its reference before it is there.  What an unmapping drops is gathered and
    goes when the TLB is flushed: Hildenbrand, 2023-07-03 20:54.
    """

    def __init__(self, folio: Folio) -> None:
        self.folio = folio
        # A folio of a file has a reference per page from the page cache.
        self._refcount = Atomic(0 if folio.anon else folio.NR)
        self._pincount = Atomic(0)
        # mmu_gather: entries are gone, and the TLB may still have them.
        self._gathered = False

    def _get(self, references: int) -> None:
        self._refcount.add(references)

    def _gather(self, references: int) -> None:
        """These go with the next flush.  Until then the folio is held once, however many entries
        are waiting: how many they are is of no interest (refs.fs)."""
        if self._gathered:
            self._refcount.sub(references)
        else:
            self._refcount.sub(references - 1)
            self._gathered = True

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        raise NotImplementedError

    def wp_copy(self, vma: int, page: int) -> None:
        """The entry points at a copy now; this folio has lost it."""
        self.unmap_ptes(vma, page, page)

    def tlb_flush(self) -> None:
        self._refcount.dec()
        self._gathered = False

    def pin(self, pin: int, vma: int, page: int) -> None:
        self._refcount.inc()
        self._pincount.inc()

    def unpin(self, pin: int) -> None:
        self._pincount.dec()
        self._refcount.dec()

    def _cache_refs(self) -> int:
        return 0 if self.folio.anon else self.folio.NR

    def _mapping_refs(self) -> int:
        """The references that mappings hold now; each scheme has its own."""
        raise NotImplementedError

    def _pins(self) -> int:
        """How many pins there are, for `consistent`."""
        found = 0
        for pin in range(self.folio.size("Pin")):
            if self.folio.pinned(pin) is not None:
                found += 1
        return found

    def consistent(self) -> bool:
        """The count is made of these, and of nothing else."""
        return (
            self._pincount.value == self._pins()
            and self._gathered == self.folio.unflushed
            and self._refcount.value
            == self._mapping_refs() + self._gathered + self._pincount.value + self._cache_refs()
        )
