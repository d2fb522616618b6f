"""State that cannot be looked into is not proved, and no failure of the tool."""

from __future__ import annotations

from typing import Any

import pytest

from refine.models.per_vma import PerVma
from refine.pipeline import Options, refine
from refine.result import Verdict
from spec.load import load, packaged_path


class Deep(PerVma):
    def __init__(self, folio: Any) -> None:
        super().__init__(folio)
        self._inner: list[Any] = []
        for _ in range(5000):
            self._inner = [self._inner]


class Shut(PerVma):
    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)


class Unique(PerVma):
    def __deepcopy__(self, memo: object) -> None:
        raise RuntimeError("one of a kind")


class Another(PerVma):
    def __new__(cls, folio: Any) -> Any:
        return 7


@pytest.mark.parametrize("cls", [Deep, Shut, Unique, Another])
def test_it_is_not_proved(cls: type[Any]) -> None:
    system = load(packaged_path("per_vma")).systems[0]
    options = Options(("symbolic",), {"Mm": 1, "Vma": 1, "NR": 1})
    (report,) = refine(cls, system, "per_vma.fs", options).checks
    assert Verdict.PROVED not in {f.verdict for f in report.findings if f.name != "__init__"}
