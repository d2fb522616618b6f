"""What is wrong is not proved, wherever it keeps what makes it wrong."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from refine.adapter import bind
from refine.checks.symbolic import check
from refine.result import CheckReport, Verdict
from spec.load import load, packaged_path
from tests.refine.symbolic.attacks import HEAD, ODD
from tests.refine.symbolic.hiding import HIDDEN, HIDDEN_TAIL
from tests.refine.symbolic.test_hazards import loaded
from tests.refine.symbolic.test_slips import SCOPE, goes_wrong

TEXTS = {name: text + HIDDEN_TAIL for name, text in HIDDEN.items()} | ODD


def attack(text: str, folder: Path) -> tuple[Any, CheckReport]:
    system = load(packaged_path("per_vma")).systems[0]
    binding = replace(bind(loaded(HEAD + text, folder).Attack, system),
                      only=frozenset({"map_ptes", "unmap_ptes", "map_pmd"}))
    given = [p for p in system.promises if p.kind == "invariant"]
    return binding, check(binding, SCOPE, given)


@pytest.mark.parametrize("name", TEXTS)
def test_it_is_not_proved(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside = ModuleType("attack_aside")
    vars(aside).update(odd=0, __file__=str(tmp_path / "attack_aside.py"))
    monkeypatch.setitem(sys.modules, "attack_aside", aside)
    binding, of = attack(TEXTS[name], tmp_path)
    verdicts = {f.verdict for f in of.findings}
    assert verdicts & {Verdict.FAILED, Verdict.NOT_PROVED}
    assert goes_wrong(binding)


RIGHT = {
    "slots and a property": """
class Count:
    __slots__ = ("_n",)
    def __init__(self): self._n = 0
    @property
    def n(self): return self._n
    @n.setter
    def n(self, value): self._n = value
class Attack(PerVma):
    def __init__(self, folio):
        super().__init__(folio)
        self._count = Count()
    def map_pmd(self, vma):
        super().map_pmd(vma)
        self._count.n += 1
""",
    "globals that nobody changes": """
TABLE = {"one": [1, (2,)], "box": SimpleNamespace(n=1), "last": deque([1])}
class Attack(PerVma):
    @property
    def one(self): return TABLE["one"][0]
    def map_pmd(self, vma):
        self._mapcount.add(self.one)
        self._stat += self.folio.NR * TABLE["box"].n
""",
    "a helper that returns what is stored": """
class Attack(PerVma):
    def __init__(self, folio):
        super().__init__(folio)
        self._box = [0, 0]
    def _slots(self):
        if self._stat > 2:
            self._box[0] = 1
        return self._box
    def map_ptes(self, vma, first, last):
        super().map_ptes(vma, first, last)
        self._slots()[1] = self._stat
        if self._box[1] != self._stat:
            self._stat += 1
""",
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_proved_all_the_same(name: str, tmp_path: Path) -> None:
    binding, of = attack(RIGHT[name], tmp_path)
    assert of.complete and not of.failed, of
    assert not goes_wrong(binding)
