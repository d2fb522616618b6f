"""Every scheme that comes with the tool: verdicts, scenarios, kernel names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from solver.decide import Decider, Options
from spec.load import Loaded, load
from spec.result import Outcome, Result
from spec.run import run_scenario
from tests.compare import GOLDEN, assert_golden

SCHEMES = Path(__file__).parents[2] / "schemes"
TABLE = "verdicts.txt"
NAMES = (
    "page", "per_vma", "per_vma_refs", "per_mm", "per_vma_table", "head_vmas", "full_partial",
    "double_map", "double_map_file", "nr_pages_mapped", "total", "three_counts", "creator",
    "one_ref", "one_ref_held", "linux_6_12", "linux_6_18",
)

MODULES = ("folio", "tables", "cow", "refs")

KERNEL = {
    "include/linux/rmap.h": ("folio_try_dup_anon_rmap_pmd", "folio_try_dup_anon_rmap_ptes"),
    "kernel/fork.c": ("dup_mmap",),
    "mm/filemap.c": ("filemap_map_pages",),
    "mm/gup.c": ("gup_put_folio", "try_grab_folio"),
    "mm/huge_memory.c": (
        "__split_huge_pmd", "__split_huge_pmd_locked", "change_huge_pmd", "do_huge_pmd_wp_page",
        "move_huge_pmd", "unmap_folio",
    ),
    "mm/khugepaged.c": ("madvise_collapse",),
    "mm/madvise.c": ("madvise_dontneed_free",),
    "mm/memory.c": (
        "copy_page_range", "copy_present_page", "do_wp_page", "handle_mm_fault",
        "unmap_mapping_range", "wp_page_copy", "wp_page_reuse", "zap_page_range_single",
        "zap_pte_range",
    ),
    "mm/mmap.c": ("exit_mmap", "mmap_region"),
    "mm/mmu_gather.c": ("tlb_finish_mmu",),
    "mm/mprotect.c": ("change_pte_range", "mprotect_fixup"),
    "mm/mremap.c": ("move_ptes", "move_vma"),
    "mm/rmap.c": (
        "folio_add_file_rmap_pmd", "folio_add_file_rmap_ptes", "folio_add_new_anon_rmap",
        "folio_remove_rmap_pmd", "folio_remove_rmap_ptes",
    ),
    "mm/userfaultfd.c": ("mfill_atomic_install_pte",),
    "mm/vma.c": ("__split_vma", "do_vmi_munmap", "remove_vma", "unmap_region", "vma_merge"),
}
"""Where v6.12 has each function that the world mirrors; VMA surgery stood in mm/mmap.c
until v6.10, and vma_merge() has become a family of functions since."""


@cache
def loaded(name: str) -> Loaded:
    return load(SCHEMES / f"{name}.fs")


def table() -> Iterator[str]:
    """A line for each verdict: what, of which scheme, as expected or not; for a run its
    length and its world."""
    decider = Decider(Options())
    files = [(loaded(name), f"{name}.fs") for name in (*MODULES, *NAMES)]
    decider.start(files)
    done: set[tuple[str, str, str]] = set()
    for found, file in files:
        for result in decider.decide(found, file):
            key = (result.scheme, result.kind, result.name)
            if key not in done:
                yield line(result)
            done.add(key)


def line(result: Result) -> str:
    decision = result.decision
    said = [decision.outcome.value]
    if decision.outcome in (Outcome.REFUTED, Outcome.HOLDS):
        said += [f"{name}={size}" for name, size in decision.scope.items() if size != "any"]
    if decision.outcome is Outcome.REFUTED and decision.trace is not None:
        said.insert(1, f"in {len(decision.trace.steps)}")
    expected = "" if result.as_expected else "   NOT AS EXPECTED"
    what = f"{result.scheme:16}{result.kind:13}{result.name}"
    return f"{what:61} {' '.join(said)}{expected}".rstrip()


def recorded() -> list[list[str]]:
    return [x.split() for x in (GOLDEN / TABLE).read_text(encoding="utf-8").splitlines()]


def test_every_verdict_is_the_recorded_one() -> None:
    assert_golden(TABLE, "\n".join(table()) + "\n")


def test_every_recorded_verdict_is_as_its_author_expects() -> None:
    assert recorded()
    assert not [words for words in recorded() if "NOT" in words]


def test_every_promise_is_recorded() -> None:
    names = {(words[0], words[2]) for words in recorded()}
    for name in (*MODULES, *NAMES):
        system = loaded(name).systems[0]
        own = {p.name for p in system.promises if p.layer == name or p.kind != "invariant"}
        asked = {a.question for a in system.answers}
        assert {(name, n) for n in own | asked} <= names


def test_the_invariants_of_the_world_and_of_every_scheme_are_proved() -> None:
    found = [words for words in recorded() if words[1] == "invariant"]
    assert {words[0] for words in found} == {*MODULES, *NAMES}
    assert {words[3] for words in found} == {"proved"}


def test_no_count_of_any_scheme_is_ever_negative() -> None:
    found = [words for words in recorded() if words[1] in ("nat", "clash")]
    assert {words[3] for words in found} == {"proved"}


def test_every_scheme_that_is_there_is_looked_at() -> None:
    kinds = {p.stem: load(p).file.header.kind for p in SCHEMES.glob("*.fs")}
    assert {n for n, kind in kinds.items() if kind == "scheme"} == set(NAMES)
    assert {n for n, kind in kinds.items() if kind == "module"} == set(MODULES)


SCENARIOS = [
    pytest.param(system, scenario, id=f"{scenario.name}-{system.name}")
    for path in sorted(SCHEMES.glob("*.fs"))
    for system in load(path).systems
    for scenario in system.scenarios
]


@pytest.mark.parametrize(("system", "scenario"), SCENARIOS)
def test_every_scenario_passes(system: object, scenario: object) -> None:
    from spec.ir import Scenario, System

    assert isinstance(system, System) and isinstance(scenario, Scenario)
    found = run_scenario(system, scenario, "examples.fs")
    assert found.failures == ()
    assert found.passed and found.checked


def test_the_world_mirrors_functions_of_the_kernel() -> None:
    worlds = [loaded(name).systems[0] for name in MODULES]
    steps = [x for world in worlds for x in (*world.actions, *world.calls)]
    assert {f for x in steps for f in x.mirrors} == {f for known in KERNEL.values() for f in known}
    assert all(x.mirrors for world in worlds for x in world.actions)
