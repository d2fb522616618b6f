"""Pairs of a spec state and a stored state, level by level: all that both sides reach together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from refine.faults import Fault
from refine.folio import reader_of
from refine.lockstep import explain
from refine.product.behaviour import FAULT, Behaviour, Endless
from refine.product.columns import Columns, Shapes
from refine.product.relation import Relation
from refine.result import Divergence
from solver.explore.machine import Breach, Machine, Steps
from solver.explore.packing import Words
from solver.explore.stateset import StateSet
from spec.eval import Evaluator
from spec.result import InternalError
from spec.trace import Step, World


class Narrow(Exception):
    """Counters of the spec left their fields."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)


class Pairs:
    """The pairs of one world, searched breadth first.

    Args:
        machine: the spec in this world.
        behaviour: the implementation, shared by the worlds of a scope.
        most: how many pairs may be stored.
        progress: told the number of pairs at each level.
        cut: counters of the spec of which values that do not fit are left out.
    """

    def __init__(
        self, world: World, machine: Machine, behaviour: Behaviour, most: int,
        progress: Callable[[int], None], cut: Collection[str] = (),
    ) -> None:
        self.cut = cut
        self.machine = machine
        self.behaviour = behaviour
        self.binding = behaviour.binding
        self.world = world
        self.progress = progress
        self.most = most
        self.steps: dict[str, int] = {}
        """How often each operation was taken."""
        self.parted: dict[str, int] = {}
        """How often operations that are not judged parted the sides; no step leads on."""
        system = self.binding.system
        self.shapes = Shapes(system, machine)
        self.relation = Relation(behaviour, Evaluator(system, world), self.shapes)
        self.rows = machine.layout.words
        self.count = 0
        self._set = StateSet(self.rows + 1)
        self._store = np.zeros((self.rows + 1, 1024), np.uint64)
        self._from = np.zeros((3, 1024), np.int64)
        """Of each pair: the pair before it, the move, its arguments."""
        self._args: dict[tuple[int, int], tuple[int, ...]] = {}
        self._moves = {m.number: system.action(m.move.name) for m in machine.moves}
        self.behaviour.const = reader_of(world, {})

    # ------------------------------------------------------------- search

    def explore(self) -> tuple[Divergence | None, str]:
        """The shortest run to a difference; or why not all pairs were seen."""
        try:
            number = self.behaviour.initial()
        except Fault as fault:
            return Divergence(self.world, (), "__init__", fault=fault), ""
        first = np.concatenate([self.machine.initial(), np.array([[number]], np.uint64)])
        self._note_narrow()
        self._add(first, np.full((3, 1), -1))
        start = 0
        while start < self.count:
            end = self.count
            self.progress(self.count)
            for at in range(start, end, self.machine.chunk):
                stop = min(end, at + self.machine.chunk)
                if (found := self._look(at, stop)) is not None:
                    return found, ""
            for at in range(start, end, self.machine.chunk):
                stop = min(end, at + self.machine.chunk)
                if (found := self._go_on(at, stop)) is not None:
                    return found, ""
                if self._set.refused:
                    return None, "the budget of states ended the search"
            start = end
        return None, ""

    def _add(self, pairs: Words, came: NDArray[np.int64]) -> None:
        new = self._set.add(pairs, self.most - self.count)
        end = self.count + new.size
        if end > self._store.shape[1]:
            room = max(end, 2 * self._store.shape[1])
            self._store = _grown(self._store, room)
            self._from = _grown(self._from, room)
        self._store[:, self.count : end] = pairs[:, new]
        self._from[:, self.count : end] = came[:, new]
        self.count = end

    def _look(self, start: int, end: int) -> Divergence | None:
        """Are these pairs related?"""
        chunk = self._store[:, start:end]
        numbers = chunk[-1].astype(np.int64)
        wrong = self.relation.first_wrong(Columns(self.shapes, chunk[:-1]), numbers)
        return None if wrong is None else self._explained(start + wrong, ())

    def _go_on(self, start: int, end: int) -> Divergence | None:
        """The steps from these pairs."""
        chunk = self._store[:, start:end]
        words = np.ascontiguousarray(chunk[:-1])
        numbers = chunk[-1].astype(np.int64)
        self.machine.load(words)
        before = Columns(self.shapes, words)
        breaches: list[Breach] = []
        for steps in self.machine.steps(breaches):
            if not steps.state.size:
                continue
            action = self._moves[steps.move]
            self.steps[action.name] = self.steps.get(action.name, 0) + steps.state.size
            try:
                after = self._outcomes(steps, numbers, before)
            except Endless as found:
                return self._explained_step(start, steps, found.at)
            pairs = np.concatenate([steps.after, after.astype(np.uint64)[None, :]])
            came = np.stack([start + steps.state, np.full(steps.state.size, steps.move),
                             steps.instance])
            wrong = self._parted(steps, after)
            if wrong.any():
                if self.binding.judges(action.name):
                    return self._explained_step(start, steps, int(np.flatnonzero(wrong)[0]))
                self.parted[action.name] = self.parted.get(action.name, 0) + int(wrong.sum())
                pairs, came = pairs[:, ~wrong], came[:, ~wrong]
            self._add(pairs, came)
        self._note_narrow()
        return None

    def _parted(self, steps: Steps, after: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Of each step: does it end in a fault, or, where some operations are not judged, in
        a pair that is not related?  Otherwise that is seen when the pair is looked at, once."""
        wrong = after <= FAULT
        there = np.flatnonzero(~wrong)
        if self.binding.only and there.size:
            self._note_narrow()
            words = np.ascontiguousarray(steps.after[:, there])
            wrong[there] = self.relation.parted(Columns(self.shapes, words), after[there])
        return wrong

    def _note_narrow(self) -> None:
        narrow = [n for n in self.machine.overflowed if n not in self.cut]
        if narrow:
            raise Narrow(narrow)

    def _outcomes(
        self, steps: Steps, numbers: NDArray[np.int64], before: Columns
    ) -> NDArray[np.int64]:
        """The stored states that the steps lead to, arguments by arguments."""
        action = self._moves[steps.move]
        here = numbers[steps.state]
        if not self.binding.hooks[action.name].names:
            return here
        after = Columns(self.shapes, steps.after)
        out = np.empty(here.size, np.int64)
        cuts = np.flatnonzero(np.diff(steps.instance)) + 1
        for part in np.split(np.arange(here.size), cuts):
            args = self._arguments(steps.move, int(steps.instance[part[0]]))

            def look(read: tuple[str, str, tuple[int, ...]], part: Any = part) -> Any:
                phase, name, index = read
                if phase == "after":
                    return after[name, index][part]
                return before[name, index][steps.state[part]]

            try:
                out[part] = self.behaviour.outcomes(action, args, here[part], look)
            except Endless as found:
                raise Endless(int(part[found.at])) from found
        return out

    def _arguments(self, move: int, instance: int) -> tuple[int, ...]:
        found = self._args.get((move, instance))
        if found is None:
            _, args = self.machine.arguments(move, instance)
            found = self._args[move, instance] = tuple(args.values())
        return found

    # --------------------------------------------------------------- runs

    def _explained_step(self, start: int, steps: Steps, i: int) -> Divergence:
        """The run that ends with the i-th of these steps."""
        args = self._arguments(steps.move, int(steps.instance[i]))
        return self._explained(
            start + int(steps.state[i]), ((self._moves[steps.move].name, args),))

    def _explained(
        self, pair: int, last: Sequence[tuple[str, tuple[int, ...]]]
    ) -> Divergence:
        """The run to a pair and beyond it, taken again without any of this."""
        taken = list(last)
        while self._from[0, pair] >= 0:
            pair, move, instance = (int(x) for x in self._from[:, pair])
            taken.insert(0, (self._moves[move].name, self._arguments(move, instance)))
        steps = []
        for name, values in taken:
            params = [n for n, _ in self.binding.system.action(name).params]
            steps.append(Step(name, dict(zip(params, values, strict=True))))
        found = explain(self.binding, self.world, steps)
        if found is None:
            # Either it does not do the same twice, or this search is wrong.
            self.behaviour.recheck(most=1 << 30)
            shown = "; ".join(f"{n}{v}" for n, v in taken)
            raise InternalError(f"the sides differ after {shown}, and do not when it is run again")
        return found


def _grown(array: NDArray[Any], room: int) -> NDArray[Any]:
    grown = np.zeros((array.shape[0], room), array.dtype)
    grown[:, : array.shape[1]] = array
    return grown

