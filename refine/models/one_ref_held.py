"""`one_ref_held.fs` as code: the one reference is kept until the TLB is flushed."""

from __future__ import annotations

from refine.models.one_ref import OneReference


class OneRefHeld(OneReference):
    """And whoever asks for a single reference asks for a single mapping, too."""

    scheme = "one_ref_held"

    def _drop(self, is_last: bool) -> None:
        self._gather(1 if is_last else 0)

    def may_reuse(self, vma: int, page: int) -> bool:
        return self._refcount.value == 1 and self._mapcount.value == 0

    def may_reuse_pmd(self, vma: int) -> bool:
        return self._refcount.value == 1 and self._mapcount.value == 0
