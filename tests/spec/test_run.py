"""Runs that are told what happens, one call at a time."""

from __future__ import annotations

import pytest

from spec.load import load, packaged_path
from spec.run import Play, RunError
from spec.source import NOWHERE
from spec.world import Line, read_world


@pytest.fixture
def play() -> Play:
    (system,) = load(packaged_path("folio")).systems
    text = "NR = 4, anon, not pmd_sized, Vma a, b in A, Vma c in B"
    return Play(system, *read_world(system, Line(text, NOWHERE)))


def test_a_call_gives_its_steps(play: Play) -> None:
    assert [s.action for s in play.perform("open_vma", [0, 0, 3])] == ["open_vma"]
    play.perform("page_fault", [0, 2])
    steps = play.perform("munmap", [0, 2, 3])
    assert [s.action for s in steps] == ["split_vma", "unmap_ptes", "close_vma"]
    assert {s.call for s in steps} == {"munmap(a, 2, 3)"}
    live = play.state["live"]
    assert isinstance(live, dict)
    assert live == {(0,): True, (1,): False, (2,): False}


def test_a_call_that_cannot_happen_changes_nothing(play: Play) -> None:
    """munmap() of the middle splits twice, and there is a slot for one."""
    play.perform("open_vma", [0, 0, 3])
    before = play.state
    with pytest.raises(RunError, match="pick mid in Vma"):
        play.perform("munmap", [0, 1, 2])
    assert play.state is before
    assert play.perform("exit", [0])


def test_a_call_is_shown_as_in_a_scenario(play: Play) -> None:
    assert play.text("fork", [0, 1]) == "fork(A, B)"
    assert play.text("open_vma", [2, 0, 3]) == "open_vma(c, 0, 3)"
