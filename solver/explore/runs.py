"""From a violation to the run that shows it: shortest, canonical, replayed.

Among the shortest runs of a world the first one counts, comparing step by step the
position of the action in its system and then the arguments, where elements are
numbered in the order in which the run first speaks of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from solver.explore.machine import Breach, Steps
from solver.explore.packing import Words
from solver.explore.search import Indices, Search
from solver.explore.slicing import duty_key
from solver.explore.stateset import StateSet
from solver.explore.symmetry import Table, permuted
from solver.explore.worlds import values_of
from spec.eval import Evaluator, StepError, replay
from spec.ir import BOOL, Expr, System, Type
from spec.result import InternalError
from spec.trace import Step, Trace, World

Taken = tuple[str, dict[str, int]]
"""An action and its arguments."""
Last = Callable[[Words], list[Taken]]
"""What may be the last step of a run, in one state."""


class Blocked(Exception):
    """The run breaks a duty that its slice left out; `place` is what it is about."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


@dataclass(slots=True)
class Numbering:
    """New numbers for elements, in the order in which they are first spoken of."""

    system: System
    tables: Mapping[str, Table]
    numbers: dict[Type, dict[int, int]] = field(default_factory=dict)

    def number(self, type_: Type, element: int) -> int:
        """The element's number; naming one names what its constants point at."""
        known = self.numbers.setdefault(type_, {})
        if element not in known:
            known[element] = len(known)
            for c in self.system.consts:
                if c.index == (type_,) and c.type in self._element_sorts():
                    self.number(c.type, int(self.tables[c.name][element]))
        return known[element]

    def _element_sorts(self) -> list[Type]:
        return [s.name for s in self.system.sorts if s.kind == "elements"]

    def numbered(self, taken: Taken) -> tuple[int, tuple[int, ...]]:
        """The step's place in the order of steps."""
        action = self.system.action(taken[0])
        position = self.system.actions.index(action)
        elements = self._element_sorts()
        return position, tuple(
            self.number(t, taken[1][n]) if t in elements else taken[1][n]
            for n, t in action.params
        )

    def preview(self, taken: Taken) -> tuple[int, tuple[int, ...]]:
        """The same without giving out numbers."""
        copy = Numbering(self.system, self.tables, {t: dict(k) for t, k in self.numbers.items()})
        return copy.numbered(taken)

    def permutation(self, sizes: Mapping[Type, int]) -> dict[Type, tuple[int, ...]]:
        """The renaming; elements that were not spoken of follow in order."""
        made = {}
        for sort in self._element_sorts():
            known = self.numbers.get(sort, {})
            spare = iter(range(len(known), sizes[sort]))
            made[sort] = tuple(
                known[x] if x in known else next(spare) for x in range(sizes[sort])
            )
        return made


class Runs:
    """Runs of one search that has ended.

    Args:
        tables: for each initial state every constant, those outside the slice too.
    """

    def __init__(
        self,
        system: System,
        search: Search,
        sizes: Mapping[Type, int],
        tables: Sequence[Mapping[str, Table]],
    ) -> None:
        self._system = system
        self._search = search
        self._machine = search.machine
        self._sizes = sizes
        self._tables = tables

    def to_condition(self, name: str, cond: Expr, steps: int) -> Trace:
        """The run after which this condition of the program is first false.

        Raises:
            Blocked: the run breaks a duty that the slice left out.
        """
        self._machine.watch([name])
        goals = self._new_set()
        for words in self._search.level(steps):
            self._machine.load(words)
            for _, held in self._machine.conditions():
                _put(goals, words[:, ~held])
        taken, numbering = self._path(self._targets(goals, steps))
        trace = self._replayed(taken, numbering, None)
        if len(trace.states) != steps + 1 or self._truth(cond, trace):
            raise InternalError(f"the run that should break {name} does not")
        return trace

    def to_duty(self, key: str, steps: int) -> Trace:
        """The run whose last step first breaks this duty.

        Raises:
            Blocked: the run breaks a duty that the slice left out.
        """
        goals = self._new_set()
        for words in self._search.level(steps - 1):
            for b in self._breaches(words):
                if b.duty == key:
                    _put(goals, words.take(b.state, axis=1))
        taken, numbering = self._path(self._targets(goals, steps - 1), self._breaking(key))
        return self._replayed(taken, numbering, key)

    def to_action(self, name: str, steps: int) -> Trace:
        """The run whose last step is the first of this action.

        Raises:
            Blocked: the run breaks a duty that the slice left out.
        """
        goals = self._new_set()
        for words in self._search.level(steps - 1):
            for made in self._made(words, name):
                _put(goals, words.take(made.state, axis=1))
        taken, numbering = self._path(self._targets(goals, steps - 1), self._taking(name))
        return self._replayed(taken, numbering, None)

    def _new_set(self) -> StateSet:
        return StateSet(self._machine.layout.words)

    # ------------------------------------------------------------- the path

    def _targets(self, goals: StateSet, steps: int) -> list[StateSet]:
        """For each depth the states from which a goal is reached in time."""
        found = [goals]
        for depth in range(steps - 1, -1, -1):
            before = self._new_set()
            for words in self._search.level(depth):
                leads = np.zeros(words.shape[1], np.bool_)
                for states, after in self._reached(words):
                    hit = found[0].contains(self._search.representative(after))
                    leads[states[hit]] = True
                _put(before, words[:, leads])
            found.insert(0, before)
        return found

    def _reached(self, words: Words) -> Iterator[tuple[Indices, Words]]:
        self._machine.watch([])
        self._machine.load(words)
        for made in self._machine.steps([]):
            yield made.state, made.after

    def _made(self, words: Words, name: str) -> Iterator[Steps]:
        """The steps of one action."""
        self._machine.watch([])
        self._machine.load(words)
        moves = self._machine.program.moves
        return (made for made in self._machine.steps([]) if moves[made.move].name == name)

    def _taking(self, name: str) -> Last:
        return lambda words: [
            self._machine.arguments(made.move, int(i))
            for made in self._made(words, name) for i in made.instance
        ]

    def _breaking(self, key: str) -> Last:
        return lambda words: [
            self._machine.arguments(b.move, int(i))
            for b in self._breaches(words) if b.duty == key for i in b.instance
        ]

    def _breaches(self, words: Words) -> list[Breach]:
        self._machine.watch([])
        self._machine.load(words)
        found: list[Breach] = []
        for _ in self._machine.steps(found):
            pass
        return found

    def _path(
        self, targets: Sequence[StateSet], last: Last | None = None
    ) -> tuple[list[Taken], Numbering]:
        starts = self._machine.initial()
        first = targets[0].contains(self._search.representative(starts.copy()))
        start = int(np.flatnonzero(first)[0])
        words = starts[:, start : start + 1]
        numbering = Numbering(self._system, self._tables[start])
        taken: list[Taken] = []
        for wanted in targets[1:]:
            step, words = self._first_step(words, wanted, numbering)
            numbering.numbered(step)
            taken.append(step)
        if last is not None:
            step = min(last(words), key=numbering.preview)
            numbering.numbered(step)
            taken.append(step)
        return taken, numbering

    def _first_step(
        self, words: Words, wanted: StateSet, numbering: Numbering
    ) -> tuple[Taken, Words]:
        best: tuple[tuple[int, tuple[int, ...]], Taken, Words] | None = None
        self._machine.watch([])
        self._machine.load(words)
        for made in self._machine.steps([]):
            hit = wanted.contains(self._search.representative(made.after.copy()))
            for i in np.flatnonzero(hit).tolist():
                step = self._machine.arguments(made.move, int(made.instance[i]))
                rank = numbering.preview(step)
                if best is None or rank < best[0]:
                    best = rank, step, made.after[:, i : i + 1].copy()
        if best is None:
            raise InternalError("a run cannot be rebuilt from its states")
        return best[1], best[2]

    # ----------------------------------------------------------- the replay

    def _replayed(
        self, taken: Sequence[Taken], numbering: Numbering, duty: str | None
    ) -> Trace:
        renaming = numbering.permutation(self._sizes)
        steps = tuple(self._renamed(t, renaming) for t in taken)
        world = World(
            dict(self._without_truth()),
            {
                c.name: values_of(c, permuted(c, numbering.tables[c.name], renaming), self._sizes)
                for c in self._system.consts
            },
        )
        self._check_duties(world, steps, duty)
        return replay(self._system, world, steps)

    def _without_truth(self) -> Iterator[tuple[Type, int]]:
        return ((n, size) for n, size in self._sizes.items() if n != "Bool")

    def _renamed(self, taken: Taken, renaming: Mapping[Type, tuple[int, ...]]) -> Step:
        name, args = taken
        types = dict(self._system.action(name).params)

        def value(type_: Type, x: int) -> int:
            if type_ in renaming:
                return renaming[type_][x]
            return bool(x) if type_ == BOOL else x

        return Step(name, {n: value(types[n], x) for n, x in args.items()})

    def _check_duties(self, world: World, steps: Sequence[Step], duty: str | None) -> None:
        """No step breaks a duty, but the last one this duty.

        Raises:
            Blocked, InternalError: it does otherwise.
        """
        ev = Evaluator(self._system, world)
        state = ev.initial()
        for i, step in enumerate(steps):
            action = self._system.action(step.action)
            last = duty is not None and i + 1 == len(steps)
            broken = [d for d in action.duties if not ev.truth(d.ok, state, step.args)]
            if last:
                if duty not in [duty_key(d) for d in broken]:
                    raise InternalError(f"the run that should break {duty} does not")
                return
            for d in broken:
                if d.place in self._machine.layout.fields:
                    raise InternalError(f"{step.action} breaks {duty_key(d)} unnoticed")
                raise Blocked(d.place)
            try:
                state = ev.apply(action, state, step.args)
            except StepError as err:
                raise InternalError(f"step {i + 1} of a run does not replay: {err}") from err

    def _truth(self, cond: Expr, trace: Trace) -> bool:
        return Evaluator(self._system, trace.world).truth(cond, trace.states[-1])


def _put(states: StateSet, batch: Words) -> None:
    states.add(batch, batch.shape[1])
