"""Is the world true?  The running kernel against folio.fs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from refine.kernel.calls import COMMANDS
from refine.kernel.campaign import Tally, random_runs
from refine.kernel.coordinator import Coordinator
from refine.kernel.folio import KINDS, Kind, kind_missing
from refine.kernel.listing import show_difference, show_scenario
from refine.kernel.pagetables import PageFlags
from refine.kernel.recording import recording
from refine.kernel.runs import Stage
from refine.kernel.script import read_script, show_script
from refine.kernel.shrinking import shrunk
from refine.kernel.truth import Stretch, difference, show, stretches
from refine.kernel.worlds import NoWorld, check_world
from spec.ir import System
from spec.load import load, load_text, packaged_path
from spec.run import run_scenarios
from tests.refine.kernel.directed import DIRECTED
from tests.refine.kernel.worlds import wrong_worlds

RUNS = 200


def usable(name: str) -> Kind:
    reason = kind_missing(KINDS[name])
    if reason:
        pytest.skip(f"{name}: {reason}")
    return KINDS[name]


def test_two_hundred_random_runs_show_no_difference(stage: Stage) -> None:
    tally, wrong = Tally(), []
    for seed, result in random_runs(stage, list(KINDS.values()), range(RUNS), tally):
        if result.difference is not None:
            short = shrunk(stage, result)
            wrong.append(f"{seed}: {show_scenario(short)}\n{show_difference(short)}")
    assert not wrong, "\n".join(wrong)
    if tally.lacking:
        pytest.skip(f"{tally.runs} runs without a difference; not here: {tally.lacking}")
    assert tally.runs + tally.disturbed >= RUNS
    assert tally.disturbed <= RUNS // 20
    assert set(tally.by_call) == set(COMMANDS)


@pytest.mark.parametrize("name", DIRECTED)
def test_a_run_written_by_hand_shows_no_difference(name: str, stage: Stage) -> None:
    kind, text = DIRECTED[name]
    commands = read_script(text, usable(kind))
    result = stage.commands(KINDS[kind], commands)
    assert result.difference is None, show_difference(result)
    assert result.commands == commands
    if os.environ.get("UPDATE_RECORDED"):
        text = recording(result, os.uname().release.partition("-")[0])
        (Path(__file__).parent / "recorded" / f"{name}.json").write_text(text)


def test_a_seed_gives_the_same_run_again(stage: Stage) -> None:
    for name in ("anon-page", "memfd-page", "disk-16"):
        first, second = (stage.random(usable(name), 5) for _ in range(2))
        assert first == second


@pytest.mark.parametrize(("wrong", "kind", "most"), [
    ("fork copies file PTEs", "disk-16", 3),
    ("munmap forgets the tail", "memfd-pmd", 2),
    ("fork forgets PMD entries", "anon-pmd", 1),
    ("mprotect forgets the tail", "disk-64", 2),
    ("reuses though it may be shared", "cow-edge", 2),
    ("a single page is never reused", "cow-page", 3),
])
def test_a_wrong_world_is_found_and_the_run_made_short(
    wrong: str, kind: str, most: int, coordinator: Coordinator, flags: PageFlags
) -> None:
    stage = Stage(coordinator, flags, wrong_worlds(wrong))
    for _, result in random_runs(stage, [usable(kind)], range(40), Tally()):
        if result.difference is not None:
            break
    short = shrunk(stage, result)
    assert short.difference is not None
    assert len(short.commands) <= most


def test_a_call_that_the_world_cannot_do_is_a_difference(
    coordinator: Coordinator, flags: PageFlags
) -> None:
    world = wrong_worlds("a fault of a lost anon page brings it back")
    commands = read_script("madvise_dontneed(a1, 0, 0); read(a1, 0)", usable("anon-pmd"))
    result = Stage(coordinator, flags, world).commands(KINDS["anon-pmd"], commands)
    assert result.difference is not None
    assert "the world cannot" in show_difference(result)


@pytest.mark.parametrize(("run", "over"), [
    ("disk_small_folio", "folio with per_vma"),
    ("cow_of_the_last_process", "refs with linux_6_18"),
])
def test_a_run_is_a_scenario_that_passes(run: str, over: str, stage: Stage) -> None:
    kind, text = DIRECTED[run]
    result = stage.commands(usable(kind), read_script(text, KINDS[kind]))
    scenario = show_scenario(result, "seen")
    name = f"scenarios seen over {over}\n\n"
    (played,) = run_scenarios(load_text(f"{name}{scenario}\n", "seen.fs").systems, "seen.fs")
    assert played.passed and played.steps > len(result.commands)


# ---------------------------------------------------------- without a kernel


def test_pages_become_stretches() -> None:
    pages = [(1, "PTE", 3), (1, "PTE", 4), (1, "PMD", 5), (2, "PTE", 5), (1, "PTE", 6)]
    assert stretches(0, pages) == {  # type: ignore[arg-type]
        Stretch(0, 1, "PTE", 3, 4), Stretch(0, 1, "PMD", 5, 5), Stretch(0, 2, "PTE", 5, 5),
        Stretch(0, 1, "PTE", 6, 6)}


def test_the_first_place_that_differs_is_named() -> None:
    same = Stretch(0, 1, "VMA", 0, 3)
    world = frozenset({same, Stretch(1, 2, "PTE", 0, 3), Stretch(1, 3, "PTE", 0, 0)})
    kernel = frozenset({same, Stretch(1, 2, "PMD", 0, 3)})
    spot = difference(world, kernel)
    assert spot is not None
    assert (spot.process, spot.place) == (1, 2)
    assert (show(spot.world), show(spot.kernel)) == ("PTE 0..3", "PMD 0..3")
    assert difference(world, world) is None


def test_commands_are_shown_as_they_are_read() -> None:
    for kind, text in DIRECTED.values():
        assert show_script(read_script(text, KINDS[kind]), KINDS[kind]) == text


def test_nothing_is_shown_as_nothing() -> None:
    assert show(()) == "nothing"


def test_a_module_without_the_calls_is_no_world(worlds: Mapping[str, System]) -> None:
    check_world(worlds["folio"])
    (scheme,) = load(packaged_path("per_vma")).systems
    check_world(scheme)
    (other,) = load_text("module other\n\nsort Mm\n", "other.fs").systems
    with pytest.raises(NoWorld, match="other has no call or operation `open_vma`"):
        check_world(other)
