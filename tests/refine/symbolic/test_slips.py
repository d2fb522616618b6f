"""A slip that some run shows is never proved to be right."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from refine.adapter import Binding, bind
from refine.checks.symbolic import check
from refine.models import per_vma
from spec.load import load, packaged_path
from tests.refine.symbolic.slips import slips
from tests.refine.symbolic.test_hazards import loaded
from tests.refine.walking import small_worlds, walk

SCOPE = {"Mm": 2, "Vma": 2, "NR": 2}
TEXT = Path(per_vma.__file__).read_text(encoding="utf-8")
SLIPS = list(slips(TEXT))
SHOWN = 12
"""Of how many slips this test looks at one."""


def goes_wrong(binding: Binding) -> bool:
    """In a few random runs."""
    random = Random(1)
    return any(walk(binding, world, 20, random) is not None
               for world in small_worlds(binding, SCOPE) for _ in range(3))


def judged(text: str, folder: Path) -> tuple[bool, bool, Any]:
    """Does it go wrong, is it proved, and the report."""
    system = load(packaged_path("per_vma")).systems[0]
    binding = bind(loaded(text, folder).PerVma, system)
    of = check(binding, SCOPE, [p for p in system.promises if p.kind == "invariant"])
    return goes_wrong(binding), of.complete and not of.failed, of


@pytest.mark.parametrize("number", range(3, len(SLIPS), SHOWN))
def test_a_slip_that_shows_is_found(number: int, tmp_path: Path) -> None:
    wrong, proved, of = judged(SLIPS[number], tmp_path)
    assert of.complete
    assert not (wrong and proved), SLIPS[number]


@pytest.mark.long
@pytest.mark.parametrize("number", range(len(SLIPS)))
def test_every_slip(number: int, tmp_path: Path) -> None:
    wrong, proved, _ = judged(SLIPS[number], tmp_path)
    assert not (wrong and proved), SLIPS[number]


def test_the_slips_are_slips(tmp_path: Path) -> None:
    assert len(set(SLIPS)) == len(SLIPS) > 80
    wrong, proved, _ = judged(TEXT.replace("self._mapcount.value > 0", "True"), tmp_path)
    assert wrong and not proved
