"""The models of what Linux has had, and of counts with references, beside their schemes."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from refine.lockstep import Lockstep
from refine.models.double_map import DoubleMap
from refine.models.double_map_file import DoubleMapFile
from refine.models.linux_6_12 import Linux612
from refine.models.linux_6_18 import Linux618
from refine.models.nr_pages_mapped import NrPagesMapped
from refine.models.one_ref import OneRef
from refine.models.one_ref_held import OneRefHeld
from refine.models.three_counts import ThreeCounts
from spec.trace import Step, World
from tests.refine.walking import bound, small_worlds, walk

MODELS = (Linux618, NrPagesMapped, DoubleMap, DoubleMapFile, Linux612, ThreeCounts, OneRef,
          OneRefHeld)
SCOPES = (
    {"Mm": 3, "Vma": 3, "NR": 3, "Pin": 1},
    {"Mm": 3, "Vma": 4, "NR": 2, "Pin": 2},
    {"Mm": 2, "Vma": 2, "NR": 1, "Pin": 1},
)
WORLDS = 8
"""Of each scope, drawn at random."""

THREE_PROCESSES = {"Mm": 3, "Vma": 3, "NR": 2, "Pin": 1}
RUNS = (
    # The process without a slot is the last one; then one that had a slot comes back.
    "map_pmd 0, dup_pmd 0 1, split_pmd 0, split_pmd 1, dup_ptes 0 2 0 1, unmap_ptes 1 0 1,"
    "unmap_ptes 0 0 0, dup_ptes 2 1 0 0, unmap_ptes 0 1 1, tlb_flush, dup_ptes 2 0 1 1,"
    "wp_copy 1 0, unmap_ptes 2 0 0, unmap_ptes 2 1 1",
    # One PMD entry after the other becomes PTEs, and a last one is there and goes.
    "map_pmd 0, dup_pmd 0 1, split_pmd 0, dup_pmd 1 2, split_pmd 2, unmap_ptes 2 0 0,"
    "split_pmd 1, tlb_flush, unmap_ptes 0 0 1, unmap_ptes 1 0 0",
    "map_pmd 0, dup_pmd 0 1, split_pmd 1, unmap_pmd 0, tlb_flush, unmap_ptes 1 1 1",
    "map_pmd 0, dup_pmd 0 1, split_pmd 1, unmap_ptes 1 1 1, unmap_pmd 0",
    # Shared, unshared and pinned.
    "map_ptes 0 0 1, write_protect 0 0 0, wp_reuse 0 0, pin 0 0 1, unpin 0, dup_ptes 0 1 0 1,"
    "wp_copy 1 1, tlb_flush, unmap_ptes 1 0 0, tlb_flush",
)
"""Of an anon folio of two pages in three processes, each with one VMA: their arguments in order.
A step that the scheme does not allow is left out."""


def opened(world: World) -> list[Step]:
    """Every VMA spans the folio."""
    return [Step("open_vma", {"v": v, "first": 0, "last": world.sizes["NR"] - 1})
            for v in range(world.sizes["Vma"])]


@pytest.mark.parametrize("cls", MODELS)
def test_a_model_keeps_up_with_its_scheme(cls: type[Any]) -> None:
    binding = bound(cls)
    random = Random(7)
    for scope in SCOPES:
        found = small_worlds(binding, scope)
        for world in random.sample(found, min(WORLDS, len(found))):
            for first in ([], [], opened(world), opened(world)):
                assert walk(binding, world, 40, random, first) is None


@pytest.mark.parametrize("text", RUNS)
@pytest.mark.parametrize("cls", [c for c in MODELS if c is not DoubleMapFile])
def test_a_model_keeps_up_on_a_run_that_chance_seldom_takes(cls: type[Any], text: str) -> None:
    binding = bound(cls)
    world = next(w for w in small_worlds(binding, THREE_PROCESSES)
                 if w.consts["anon"] and w.consts["pmd_sized"]
                 and w.consts["owner"] == {(0,): 0, (1,): 1, (2,): 2})
    run = Lockstep(binding, world)
    steps = opened(world)
    for words in text.split(","):
        name, *args = words.split()
        params = [n for n, _ in binding.system.action(name).params]
        steps.append(Step(name, dict(zip(params, map(int, args), strict=True))))
    for step in steps:
        if run.enabled(step):
            run.step(step)
            assert run.differences() == (), step
