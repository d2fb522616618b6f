"""The states seen so far: an exact hash table of packed states, filled in batches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.explore.packing import Words

_MIX = np.uint64(0x9E3779B97F4A7C15)
_FOLD = np.uint64(0xC2B2AE3D27D4EB4F)
_FREE = ~np.uint64(0)
"""No packed state has this as its first word: its bit 0 is always clear."""

Indices = NDArray[np.intp]


class StateSet:
    """Open addressing with linear probing; whole keys are kept, so it never errs."""

    def __init__(self, words: int) -> None:
        self.refused = False
        """Was a new state left out because no more were allowed?"""
        self._count = 0
        self._allocate(words, 1 << 10)

    def __len__(self) -> int:
        return self._count

    def add(self, batch: Words, most: int) -> Indices:
        """Add the states of a batch; duplicates and known states are passed over.

        Args:
            batch: packed states.
            most: how many may be added at the most; further new ones are left out.

        Returns:
            The positions in the batch of the states that were added.
        """
        self._grow(batch.shape[1])
        pending: Indices = np.arange(batch.shape[1])
        slot = self._slot(batch)
        new: list[Indices] = []
        while pending.size:
            first = self._keys[0].take(slot)
            free = np.flatnonzero(first == _FREE)
            if free.size:
                taken = self._claim(batch, slot, free, most)
                most -= taken.size
                new.append(pending[taken])
                first = self._keys[0].take(slot)
            go_on = np.flatnonzero(~self._same(first, batch, slot) & (first != _FREE))
            pending, batch = pending[go_on], batch[:, go_on]
            slot = (slot[go_on] + 1) & (self._slots - 1)
        return np.concatenate(new) if new else pending

    def contains(self, batch: Words) -> NDArray[np.bool_]:
        """For each state of a batch: is it in the set?"""
        found = np.zeros(batch.shape[1], np.bool_)
        pending: Indices = np.arange(batch.shape[1])
        slot = self._slot(batch)
        while pending.size:
            first = self._keys[0].take(slot)
            hit = self._same(first, batch, slot)
            found[pending[hit]] = True
            go_on = np.flatnonzero(~hit & (first != _FREE))
            pending, batch = pending[go_on], batch[:, go_on]
            slot = (slot[go_on] + 1) & (self._slots - 1)
        return found

    def _slot(self, batch: Words) -> Indices:
        h = batch[0] * _MIX
        for word in batch[1:]:
            h = (h ^ (h >> np.uint64(29)) ^ word) * _FOLD
        h ^= h >> np.uint64(32)
        h *= _MIX
        h >>= np.uint64(65 - self._slots.bit_length())
        slot: Indices = h.view(np.intp)
        return slot

    def _same(self, first: Words, batch: Words, slot: Indices) -> NDArray[np.bool_]:
        same = np.asarray(first == batch[0])
        for keys, word in zip(self._keys[1:], batch[1:], strict=True):
            same &= keys.take(slot) == word
        return same

    def _claim(self, batch: Words, slot: Indices, free: Indices, most: int) -> Indices:
        """Fill free slots, each with the first of the states that want it."""
        places = slot[free]
        tickets = np.arange(free.size, dtype=np.int32)
        # Of several writes to one place the last one stays, hence backwards.
        self._ticket[places[::-1]] = tickets[::-1]
        won: Indices = free[self._ticket.take(places) == tickets]
        if won.size > most:
            self.refused = True
            won = won[:most]
        self._keys[:, slot[won]] = batch[:, won]
        self._count += won.size
        return won

    def _grow(self, more: int) -> None:
        """Stay at most half full: probes stay short."""
        if (self._count + more) * 2 <= self._slots:
            return
        held = self._keys[:, self._keys[0] != _FREE]
        self._allocate(held.shape[0], 1 << ((self._count + more) * 2 - 1).bit_length())
        self._count = 0
        if held.shape[1]:
            self.add(held, held.shape[1])

    def _allocate(self, words: int, slots: int) -> None:
        self._slots = slots
        self._keys = np.full((words, slots), _FREE)
        self._ticket = np.zeros(slots, np.int32)
