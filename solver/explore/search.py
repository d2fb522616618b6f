"""Breadth-first search of one slice in one world."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from solver.explore.canonical import Canoniser
from solver.explore.machine import Breach, Machine, Steps
from solver.explore.packing import Words
from solver.explore.stateset import StateSet

MOST_STEPS = 1_000
"""Longer runs are not followed: no model worth exploring is so deep and so narrow."""

MOST_BYTES = 1 << 30
"""Stored states take half of it: they are held twice, once in a half empty table."""

Indices = NDArray[np.intp]
Depth = int | None
"""The greatest number of steps at which a violation matters; None: any."""


@dataclass(slots=True)
class Outcome:
    """What a search found.

    `violated`: for each condition and duty the number of steps to its first violation;
    `fired`: for each action that was taken the number of steps to its first time;
    `depth`: every state within so many steps was stored; `complete`: these are all states
    there are; `ended` says by what it is not (`budget`, `memory`, `depth`, `steps`,
    `numbers`: a counter left its field, in the states `narrow`; `refused`: `note` says why
    it was not begun).
    """

    violated: dict[str, int] = field(default_factory=dict)
    fired: dict[str, int] = field(default_factory=dict)
    states: int = 0
    transitions: int = 0
    depth: int = -1
    complete: bool = False
    ended: str = ""
    narrow: dict[str, None] = field(default_factory=dict)
    note: str = ""


class Search:
    """The states of one world, level by level.

    Args:
        canoniser: gives each state its representative.
        most: how many states may be stored.
        cut: go on without the states whose counters do not fit, rather than end.
    """

    def __init__(
        self, machine: Machine, canoniser: Canoniser, most: int, cut: bool = False
    ) -> None:
        self.machine = machine
        self._canoniser = canoniser
        self._most = min(most, MOST_BYTES // (4 * 8 * machine.layout.words))
        self._limit = "budget" if self._most == most else "memory"
        self._cut = cut
        self._set = StateSet(machine.layout.words)
        self._store = np.zeros((machine.layout.words, 1024), np.uint64)
        self.levels: list[tuple[int, int]] = []
        self.outcome = Outcome()

    # ---------------------------------------------------------------- store

    def level(self, depth: int) -> Iterator[Words]:
        """The states first reached in so many steps, in chunks."""
        start, end = self.levels[depth]
        for at in range(start, end, self.machine.chunk):
            yield self._store[:, at : min(end, at + self.machine.chunk)]

    def representative(self, words: Words) -> Words:
        return self._canoniser.representative(words)

    def _add(self, batch: Words) -> None:
        new = self._set.add(batch, self._most - self.outcome.states)
        end = self.outcome.states + new.size
        if end > self._store.shape[1]:
            grown = np.zeros((batch.shape[0], max(end, 2 * self._store.shape[1])), np.uint64)
            grown[:, : self.outcome.states] = self._store[:, : self.outcome.states]
            self._store = grown
        self._store[:, self.outcome.states : end] = batch.take(new, axis=1)
        self.outcome.states = end

    # --------------------------------------------------------------- search

    def run(
        self,
        limits: Mapping[str, Depth],
        watched: Iterable[str],
        progress: Callable[[int, int], None],
    ) -> Outcome:
        """Search until no violation within its limit can be missing.

        Args:
            limits: per condition and duty, and per `fired_key`, how deep it matters.
            watched: which of these are conditions of the program.
            progress: told the depth and the number of states at each level.
        """
        open_ = dict(limits)
        conditions = list(watched)
        initial = self.machine.initial()
        if self.machine.overflowed:
            self._note_overflow()
            return self._ended("numbers")
        self._add(self.representative(initial))
        self.levels.append((0, self.outcome.states))
        self.outcome.depth = 0 if not self._set.refused else -1
        while True:
            depth = len(self.levels) - 1
            conditions = [c for c in conditions if _matters(open_[c], depth)]
            self.machine.watch(conditions)
            going = any(_matters(d, depth + 1) for d in open_.values())
            self._work_through(depth, open_, going and not self._set.refused)
            if not self._note_overflow():
                return self._ended("numbers")
            if not going or self._set.refused:
                return self._ended(self._limit if self._set.refused else "depth")
            if depth == MOST_STEPS:
                return self._ended("steps")
            self.levels.append((self.levels[-1][1], self.outcome.states))
            progress(depth + 1, self.outcome.states)
            if self.levels[-1][0] == self.levels[-1][1] and not self._set.refused:
                return self._ended("")
            if not self._set.refused and not self.outcome.narrow:
                self.outcome.depth = depth + 1

    def _ended(self, why: str) -> Outcome:
        self.outcome.ended = why or ("numbers" if self.outcome.narrow else "")
        self.outcome.complete = not self.outcome.ended
        return self.outcome

    def _note_overflow(self) -> bool:
        """Remember counters that left their field; False if the search should end."""
        for name in self.machine.overflowed:
            self.outcome.narrow[name] = None
        return self._cut or not self.machine.overflowed

    def _work_through(self, depth: int, open_: dict[str, Depth], going: bool) -> None:
        """Look at every state of a level, and store where it leads."""
        for words in self.level(depth):
            self.machine.load(words)
            for name, held in self.machine.conditions():
                if not held.all():
                    self._violated(name, depth, open_)
            if not going or self._set.refused or (self.machine.overflowed and not self._cut):
                continue
            breaches: list[Breach] = []
            reached = [self._count(s, depth + 1, open_) for s in self.machine.steps(breaches)]
            for b in breaches:
                self.outcome.transitions += b.state.size
                self._violated(b.duty, depth + 1, open_)
            if reached:
                self._add(self.representative(np.concatenate(reached, axis=1)))

    def _count(self, steps: Steps, depth: int, open_: dict[str, Depth]) -> Words:
        self.outcome.transitions += steps.state.size
        name = self.machine.program.moves[steps.move].name
        if steps.state.size and name not in self.outcome.fired:
            self.outcome.fired[name] = depth
            open_.pop(fired_key(name), None)
        return steps.after

    def _violated(self, name: str, steps: int, open_: dict[str, Depth]) -> None:
        if name in open_ and _matters(open_[name], steps):
            self.outcome.violated[name] = steps
            open_[name] = steps - 1


def fired_key(action: str) -> str:
    """The name in `limits` under which it is asked whether an action happens."""
    return f"fired {action}"


def _matters(limit: Depth, depth: int) -> bool:
    return limit is None or depth <= limit
