"""Every model in random runs beside its scheme."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from refine.models.per_vma import PerVma
from tests.refine.walking import bound, small_worlds, walk

SCOPES = ({"Mm": 2, "Vma": 3, "NR": 3}, {"Mm": 2, "Vma": 2, "NR": 1}, {"Mm": 3, "Vma": 4, "NR": 2})


@pytest.mark.parametrize("cls", [PerVma])
def test_a_model_keeps_up_with_its_scheme(cls: type[Any]) -> None:
    binding = bound(cls)
    random = Random(7)
    for scope in SCOPES:
        for world in small_worlds(binding, scope):
            for _ in range(3):
                assert walk(binding, world, 30, random) is None
