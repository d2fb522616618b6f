"""Implementations of `per_vma` with something wrong, or with something that is not followed."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterable, Mapping
from typing import Any

from refine.adapter import Logical
from refine.folio import Folio
from refine.models.per_vma import PerVma
from refine.stored import Atomic, Word

# ------------------------------------------------------------------ wrong


class ForgottenWalk(PerVma):
    def map_ptes(self, vma: int, first: int, last: int) -> None:
        self._mapcount.inc()
        self._stat += last - first + 1


class WalkFromOne(PerVma):
    def _maps_any(self, vma: int) -> bool:
        return self._maps(vma, range(1, self.folio.NR))


class RangeOffByOne(PerVma):
    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        self._stat -= last - first
        if not self._maps_any(vma):
            self._mapcount.dec()


class WrongBias(PerVma):
    def __init__(self, folio: Folio) -> None:
        super().__init__(folio)
        self._mapcount = Atomic(0)


class RarelyRaises(PerVma):
    def map_ptes(self, vma: int, first: int, last: int) -> None:
        if first == 1 and self._mapcount.value == 0 and self.folio.pte(1 - vma, 0):
            raise ValueError(f"a count of {self._mapcount.value}")
        super().map_ptes(vma, first, last)


class ReadsTooFar(PerVma):
    def _maps_any(self, vma: int) -> bool:
        return self._maps(vma, range(self.folio.NR + 1))


class WrongAnswer(PerVma):
    def maybe_mapped_shared(self, mm: int) -> bool:
        return self._mapcount.value > 1


class AnswersWithANumber(PerVma):
    def folio_mapped(self) -> Any:
        return self._mapcount.value + 1


class WrapsTooEarly(PerVma):
    """A word of 3 bits: 5 pages are more than it holds."""

    def __init__(self, folio: Folio) -> None:
        super().__init__(folio)
        self._pages = Word(0, bits=3)

    def map_ptes(self, vma: int, first: int, last: int) -> None:
        super().map_ptes(vma, first, last)
        self._pages.value += last - first + 1

    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        super().unmap_ptes(vma, first, last)
        self._pages.value -= last - first + 1

    def map_pmd(self, vma: int) -> None:
        super().map_pmd(vma)
        self._pages.value += self.folio.NR

    def unmap_pmd(self, vma: int) -> None:
        super().unmap_pmd(vma)
        self._pages.value -= self.folio.NR

    def dup_ptes(self, src: int, dst: int, first: int, last: int) -> None:
        super().dup_ptes(src, dst, first, last)
        self._pages.value += last - first + 1

    def dup_pmd(self, src: int, dst: int) -> None:
        super().dup_pmd(src, dst)
        self._pages.value += self.folio.NR

    def consistent(self) -> Any:
        return self._pages.value == self._stat


class NeverEnds(PerVma):
    def unmap_pmd(self, vma: int) -> None:
        while self._mapcount.value > 0:
            pass
        super().unmap_pmd(vma)


# ----------------------------------------------------------- not followed


class Swallows(PerVma):
    """Whatever goes through it is stopped; what was to be done has been done."""

    def map_pmd(self, vma: int) -> None:
        super().map_pmd(vma)
        try:
            self._stat.__reduce_ex__(2)
        except BaseException:
            return


class SwallowsLast(PerVma):
    def map_pmd(self, vma: int) -> None:
        try:
            self._stat.__reduce_ex__(2)
        finally:
            super().map_pmd(vma)
            return  # noqa: B012


class TellsApart(PerVma):
    """Right on terms, wrong on bools."""

    def map_ptes(self, vma: int, first: int, last: int) -> None:
        if self.folio.anon is True:
            self._mapcount.inc()
        super().map_ptes(vma, first, last)


class AsksForTheType(PerVma):
    def map_pmd(self, vma: int) -> None:
        if type(self._stat) == int:  # noqa: E721
            self._mapcount.inc()
        super().map_pmd(vma)


class CatchesTypeErrors(PerVma):
    def map_pmd(self, vma: int) -> None:
        super().map_pmd(vma)
        try:
            int.bit_length(self._stat)
            self._mapcount.inc()
        except TypeError:
            pass


class UsesALibrary(PerVma):
    def map_pmd(self, vma: int) -> None:
        random.Random(0)
        super().map_pmd(vma)


class Grows(PerVma):
    def __init__(self, folio: Folio) -> None:
        super().__init__(folio)
        self._seen: list[int] = []

    def map_pmd(self, vma: int) -> None:
        super().map_pmd(vma)
        self._seen.append(vma)


class CountsElsewhere(PerVma):
    """In the class: what was done before decides."""

    calls: list[int] = [0]  # noqa: RUF012

    def map_pmd(self, vma: int) -> None:
        self.calls[0] += 1
        super().map_pmd(vma)


class SharedByAll(PerVma):
    """The count of all folios in one word of the class."""

    _mapcount = Atomic(-1)

    def __init__(self, folio: Folio) -> None:
        self.folio = folio
        self._stat = 0


class CopiesItself(PerVma):
    """A copy that is none: what one path stores, another would find."""

    def __deepcopy__(self, memo: object) -> Any:
        return self


class NotTheSameTwice(PerVma):
    turn: list[int] = [0]  # noqa: RUF012

    def map_ptes(self, vma: int, first: int, last: int) -> None:
        self.turn[0] += 1
        if self.turn[0] % 2 and self._stat > 1:
            pass
        super().map_ptes(vma, first, last)


class AnsweringChanges(PerVma):
    def folio_mapped(self) -> bool:
        self._stat = self._stat + 1
        return super().folio_mapped()


class CutsShort(PerVma):
    """Asks for too many different numbers."""

    def map_pmd(self, vma: int) -> None:
        super().map_pmd(vma)
        [0][: self._spare]
        self._spare += 1

    def __init__(self, folio: Folio) -> None:
        super().__init__(folio)
        self._spare = 0


# ------------------------------------------------------------------ right


class Roundabout(PerVma):
    """Right, by ways that few would take: all must be followed."""

    def __init__(self, folio: Folio) -> None:
        self.folio = folio
        self._size = folio.NR
        self._whole = folio.pmd_sized
        self._counts = [Atomic(-1), Word(0, bits=64)]
        self._state = {"last": None, "pair": (0, False)}
        self._kinds: set[str] = set()

    @property
    def _mapcount(self) -> Any:
        return self._counts[0]

    @property
    def _stat(self) -> Any:
        return self._counts[1].value

    @_stat.setter
    def _stat(self, value: Any) -> None:
        self._counts[1].value = value

    def _maps(self, vma: int, pages: Iterable[int]) -> bool:
        found = functools.reduce(lambda a, p: a | self.folio.pte(vma, p), pages, False)
        return bool(found)

    def unmap_pmd(self, vma: int) -> None:
        self._state["last"] = vma if self._mapcount.value & 1 else None
        self._state["pair"] = (vma, self._mapcount.value % 2 == 1)
        self._kinds = {"pmd"} if self._whole else set()
        super().unmap_pmd(vma)
        assert len(range(self._size)) == self.folio.NR
        match self._mapcount.value:
            case -1:
                word = "none"
            case n if 0 <= n < 2:
                word = f"few {n}"
            case _:
                word = "many"
        assert word in {"none", "few 0", "few 1", "many"}

    def nr_mapped(self) -> int:
        try:
            return {self._stat: self._stat}[self._stat]
        except KeyError:
            return -1

    def abstract(self) -> Mapping[str, Logical]:
        return {"mapcount": self._mapcount.value + 1, "stat_mapped": self._stat}
