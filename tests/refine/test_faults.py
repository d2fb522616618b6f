"""What is wrong with an implementation itself is named for what it is."""

from __future__ import annotations

import re
import signal
import sys
import time
from collections.abc import Mapping
from typing import Any

import pytest

from refine.adapter import Logical, bind
from refine.checks import random
from refine.checks.exhaustive import check
from refine.faults import Fault, Kind
from refine.folio import Folio
from refine.limits import limited
from refine.models.per_vma import PerVma
from spec.load import load, packaged_path
from tests.refine.walking import bound


class Raises(PerVma):
    def unmap_ptes(self, vma: int, first: int, last: int) -> None:
        if first == 1:
            raise KeyError("no such page")
        super().unmap_ptes(vma, first, last)


class Loops(PerVma):
    def unmap_pmd(self, vma: int) -> None:
        while True:
            self._stat += 0


class Recurses(PerVma):
    def unmap_pmd(self, vma: int) -> None:
        self.unmap_pmd(vma)


class Mutates(PerVma):
    def map_pmd(self, vma: int) -> None:
        self.folio.NR = 7  # type: ignore[misc]


class Behind(PerVma):
    def map_pmd(self, vma: int) -> None:
        self.folio._state["pte"]


class AsksTheScheme(PerVma):
    def map_pmd(self, vma: int) -> None:
        self._stat = self.folio.mapcount


class WalksInAnAnswer(PerVma):
    def folio_mapped(self) -> bool:
        return bool(self.folio.pmd(0))


class ReadsTooFar(PerVma):
    def map_ptes(self, vma: int, first: int, last: int) -> None:
        self.folio.pte(vma, last + 1)
        super().map_ptes(vma, first, last)


class WrongType(PerVma):
    def folio_mapped(self) -> bool:
        return 1  # type: ignore[return-value]


class WrongAbstraction(PerVma):
    def abstract(self) -> Mapping[str, Logical]:
        return {"mapcount": True, "stat_mapped": 0}


class MissingState(PerVma):
    def abstract(self) -> Mapping[str, Logical]:
        return {"mapcount": 0}


class UnknownState(PerVma):
    def abstract(self) -> Mapping[str, Logical]:
        return {**super().abstract(), "refcount": 0}


class NoMapping(PerVma):
    def abstract(self) -> Mapping[str, Logical]:
        return [1, 2]  # type: ignore[return-value]


class Exits(PerVma):
    def map_pmd(self, vma: int) -> None:
        raise SystemExit(0)


class StoresItself(PerVma):
    def __init__(self, folio: Folio) -> None:
        super().__init__(folio)
        self._me = self


class StoresAFile(PerVma):
    def __init__(self, folio: Folio) -> None:
        super().__init__(folio)
        self._file = sys.__stdout__


class CannotBeCopied(PerVma):
    def __deepcopy__(self, memo: object) -> None:
        raise RuntimeError("one of a kind")


class CannotBeLookedAt(PerVma):
    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)


class MakesAnother(PerVma):
    def __new__(cls, folio: Folio) -> Any:
        return 7


class CannotBeShown(PerVma):
    def __repr__(self) -> str:
        raise RuntimeError

    def nr_mapped(self) -> int:
        return self  # type: ignore[return-value]


class CannotBeTold(PerVma):
    def map_pmd(self, vma: int) -> None:
        class Silent(Exception):
            def __str__(self) -> str:
                raise ValueError

        raise Silent


class ChecksAndStores(PerVma):
    def consistent(self) -> bool:
        self._stat += 1
        return True


@pytest.mark.parametrize(
    ("cls", "kind", "message"),
    [
        (Exits, Kind.RAISES, "map_pmd: SystemExit: 0"),
        (StoresItself, Kind.ABSTRACTION, "contains itself"),
        (StoresAFile, Kind.ABSTRACTION, "cannot be looked into or copied: TypeError"),
        (CannotBeCopied, Kind.ABSTRACTION, "copied: RuntimeError: one of a kind"),
        (CannotBeLookedAt, Kind.ABSTRACTION, "cannot be looked into"),
        (MakesAnother, Kind.TYPE, "making it gives int 7"),
        (CannotBeShown, Kind.TYPE, "nr_mapped returns CannotBeShown"),
        (CannotBeTold, Kind.RAISES, "map_pmd: Silent: str() of it raises ValueError"),
        (ChecksAndStores, Kind.MUTATES, "consistent() stores something"),
        (Raises, Kind.RAISES, "KeyError: 'no such page'"),
        (Loops, Kind.LOOPS, "more than 1,000,000 lines"),
        (Recurses, Kind.LOOPS, "calls itself too often"),
        (Mutates, Kind.MUTATES, "assigns to `NR`"),
        (Behind, Kind.BEHIND, "reads `_state`"),
        (AsksTheScheme, Kind.BEHIND, "reads mapcount of the scheme itself"),
        (WalksInAnAnswer, Kind.BEHIND, "reads pmd in folio_mapped"),
        (ReadsTooFar, Kind.RANGE, "Page goes from 0 to 1"),
        (WrongType, Kind.TYPE, "folio_mapped returns int 1"),
        (WrongAbstraction, Kind.ABSTRACTION, "bool True for `mapcount`"),
        (MissingState, Kind.ABSTRACTION, "lacks `stat_mapped`"),
        (UnknownState, Kind.ABSTRACTION, "`refcount`, no state of the scheme"),
        (NoMapping, Kind.TYPE, "abstract() returns list"),
    ],
)
def test_a_fault_is_named(cls: type[Any], kind: Kind, message: str) -> None:
    found = check(bound(cls), {"Mm": 1, "Vma": 1, "NR": 2}).divergence
    assert found is not None and found.fault is not None
    assert found.fault.kind is kind
    assert message in str(found.fault)


def test_methods_that_are_missing_or_of_another_shape_are_listed() -> None:
    class Half:
        scheme = "per_vma"

        def map_ptes(self, vma: int) -> None: ...

    with pytest.raises(Fault) as caught:
        bind(Half, load(packaged_path("per_vma")).systems[0])
    message = str(caught.value)
    assert "map_ptes is to take (self, v, first, last)" in message
    assert "lacks unmap_ptes(v, first, last), in which the scheme changes mapcount" in message
    assert "lacks maybe_mapped_shared(m)" in message and "lacks abstract()" in message


def test_a_number_that_no_word_holds_is_a_difference() -> None:
    class Huge(PerVma):
        def abstract(self) -> Mapping[str, Logical]:
            return {**super().abstract(), "mapcount": 1 << 80}

    found = check(bound(Huge), {"Mm": 1, "Vma": 1, "NR": 2}).divergence
    assert found is not None and found.differences[0].got == 1 << 80


class _Generates(PerVma):
    def map_ptes(self, vma: int, first: int, last: int) -> Any:
        yield first


class _Waits(PerVma):
    async def nr_mapped(self) -> int:  # type: ignore[override]
        return 1


class _OddGhosts(PerVma):
    ghosts = 3


class _OddCheck(PerVma):
    consistent = 3


@pytest.mark.parametrize(
    ("cls", "message"),
    [
        (_Generates, "map_ptes is `async` or has `yield`, so that calling it does nothing"),
        (_Waits, "nr_mapped is `async` or has `yield`"),
        (_OddGhosts, "`ghosts` is to be a tuple of names of states"),
        (_OddCheck, "lacks consistent()"),
    ],
)
def test_what_cannot_be_called_is_told_before_anything_runs(cls: type[Any], message: str) -> None:
    with pytest.raises(Fault, match=re.escape(message)):
        bound(cls)


@pytest.mark.parametrize("lines", [True, False])
def test_what_catches_everything_is_interrupted(
    monkeypatch: pytest.MonkeyPatch, lines: bool
) -> None:
    monkeypatch.setattr("refine.limits.MOST_SECONDS", 1)

    def endless() -> None:
        while True:
            try:
                while True:
                    pass
            except BaseException:
                pass

    with pytest.raises(Fault, match=r"more than .* in one call"), limited(lines):
        endless()
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


@pytest.mark.parametrize("by", ["exhaustive", "random"])
def test_what_takes_too_long_is_not_tried_for_every_step(
    monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    monkeypatch.setattr("refine.limits.MOST_SECONDS", 0.2)
    calls: list[int] = []

    class Sleeps(PerVma):
        def map_ptes(self, vma: int, first: int, last: int) -> None:
            calls.append(first)
            time.sleep(60)

    scope = {"Mm": 2, "Vma": 2, "NR": 2}
    report = check(bound(Sleeps), scope) if by == "exhaustive" else random.check(
        bound(Sleeps), world=scope, runs=4)
    assert report.divergence is not None and report.divergence.fault is not None
    assert report.divergence.fault.kind is Kind.LOOPS
    assert len(calls) <= 3


def test_an_operation_that_changes_nothing_needs_no_method() -> None:
    assert bound(PerVma).hooks["open_vma"].names == ()
