"""The set of states against a Python set."""

from __future__ import annotations

import numpy as np
import pytest

from solver.explore.packing import Words
from solver.explore.stateset import StateSet


def batch_of(words: int, seed: int, size: int = 3_000) -> Words:
    """States with many duplicates; bit 0 of the first word is clear."""
    random = np.random.default_rng(seed)
    made = random.integers(0, 40, (words, size)).astype(np.uint64) << np.uint64(55)
    made[0] &= ~np.uint64(1)
    return made


@pytest.mark.parametrize("words", [1, 2, 3])
def test_adds_each_state_once(words: int) -> None:
    known: set[tuple[int, ...]] = set()
    states = StateSet(words)
    for seed in range(4):
        batch = batch_of(words, seed)
        columns = [tuple(c) for c in batch.T.tolist()]
        added = [columns[i] for i in states.add(batch, batch.shape[1]).tolist()]
        assert len(set(added)) == len(added)
        assert set(added) == set(columns) - known
        known |= set(columns)
        assert len(states) == len(known)
        assert states.contains(batch).all()


def test_a_state_that_was_not_added_is_not_found() -> None:
    states = StateSet(1)
    states.add(np.array([[2, 4, 6]], np.uint64), 3)
    assert states.contains(np.array([[8, 4, 10]], np.uint64)).tolist() == [False, True, False]


def test_takes_no_more_than_allowed_and_says_so() -> None:
    states = StateSet(1)
    batch = np.array([[2, 4, 2, 6, 8]], np.uint64)
    assert len(states.add(batch, 2)) == 2
    assert states.refused
    assert len(states) == 2


def test_known_states_are_not_refused() -> None:
    states = StateSet(1)
    batch = np.array([[2, 4]], np.uint64)
    states.add(batch, 2)
    assert len(states.add(batch, 0)) == 0
    assert not states.refused
