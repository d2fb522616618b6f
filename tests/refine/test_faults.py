"""What is wrong with an implementation itself is named for what it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from refine.adapter import Logical, bind
from refine.checks.exhaustive import check
from refine.faults import Fault, Kind
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


@pytest.mark.parametrize(
    ("cls", "kind", "message"),
    [
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


def test_an_operation_that_changes_nothing_needs_no_method() -> None:
    assert bound(PerVma).hooks["open_vma"].names == ()
