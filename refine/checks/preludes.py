"""How a run begins that is to take a certain operation.

Some operations need so much to be true at once (a PMD entry in one process, a whole and empty
VMA in another one) that random moves in a large world hardly ever come there.  In a small
part of the world they do: its runs are found once, and its two pages stand for two halves.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

from refine.checks.quick import QuickEvaluator
from refine.checks.reducing import narrowed
from spec.eval import StepError
from spec.ir import Action, System, Type
from spec.trace import State, Step, World

_STATES: Final = 600
_ELEMENTS: Final = 3

Prelude = tuple[Step, ...]


class Preludes:
    """Beginnings of runs, by the operation that ends them."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._known: list[tuple[World, dict[str, Prelude]]] = []

    def knows(self, world: World, name: str) -> bool:
        """Is a run to the operation known in this world?"""
        return next(self.of(world, [name], 1), None) is not None

    def of(self, world: World, names: Sequence[str], edge: int) -> Iterator[Step]:
        """Steps that lead to an operation in this world, and it.

        Args:
            names: operations; the first to which a run is known.
            edge: the first page of the second half; from 1 on.
        """
        kept = _part(self._system, world)
        small = narrowed(self._system, (world, ()), kept)
        if small is None:
            return
        known = self._in(small[0])
        for step in next((known[n] for n in names if n in known), ()):
            yield self._lifted(step, world, kept, edge)

    def _in(self, small: World) -> dict[str, Prelude]:
        for world, found in self._known:
            if world == small:
                return found
        found = _shortest(self._system, small)
        self._known.append((small, found))
        return found

    def _lifted(
        self, step: Step, world: World, kept: dict[Type, list[int]], edge: int
    ) -> Step:
        """With the elements of the large world; a page is its half's first one, or, as the
        second of two neighbours (first, last), its last one."""
        params = self._system.action(step.action).params
        args = {}
        for i, (name, type_) in enumerate(params):
            value = step.args[name]
            if self._halved(type_) and (size := world.sizes[type_]) > 2:
                starts = [0, min(edge, size - 1), size]
                ends = i > 0 and params[i - 1][1] == type_
                args[name] = starts[value + 1] - 1 if ends else starts[value]
            else:
                args[name] = kept[type_][value] if type_ in kept else value
        return Step(step.action, args)

    def _halved(self, type_: Type) -> bool:
        return any(s.name == type_ and s.kind == "range" and isinstance(s.size, str)
                   for s in self._system.sorts)


def _part(system: System, world: World) -> dict[Type, list[int]]:
    """Both ends of ranges, and a few elements: VMAs of one process and of another."""
    kept: dict[Type, list[int]] = {}
    for sort in system.sorts:
        size = world.sizes[sort.name]
        kept[sort.name] = list(range(size))
        if sort.kind == "range" and isinstance(sort.size, str):
            kept[sort.name] = sorted({0, size - 1})
        elif sort.kind == "elements":
            kept[sort.name] = list(range(min(size, _ELEMENTS)))
    for const in system.consts:
        table = world.consts[const.name]
        if isinstance(table, dict) and len(const.index) == 1 and const.type in kept:
            kept[const.index[0]] = _spread([table[at,] for at in range(len(table))])
    for const in system.consts:
        table = world.consts[const.name]
        if isinstance(table, dict) and const.type in kept:
            used = [x for at in product(*(kept[t] for t in const.index))
                    if isinstance(x := table[at], int)]
            kept[const.type] = list(dict.fromkeys((*used, *kept[const.type])))
    return kept


def _spread(values: Sequence[object]) -> list[int]:
    """Elements with the first value, and one with another."""
    first = values[0]
    same = [i for i, x in enumerate(values) if x == first]
    other = next((x for x in values if x != first), None)
    others = [i for i, x in enumerate(values) if x == other]
    return sorted(same[: _ELEMENTS - 1] + others[:1])


def _shortest(system: System, world: World) -> dict[str, Prelude]:
    """For each operation a shortest run to it, breadth first, as far as `_STATES` go."""
    evaluator = QuickEvaluator(system, world)
    start = evaluator.initial()
    seen = {_key(start)}
    queue: deque[tuple[State, Prelude]] = deque([(start, ())])
    found: dict[str, Prelude] = {}
    while queue and len(found) < len(system.actions):
        state, prelude = queue.popleft()
        for action in system.actions:
            for step in _possible(evaluator, action, state):
                run = (*prelude, step)
                if action.name not in found or len(seen) < _STATES:
                    try:
                        after = evaluator.apply(action, state, step.args, enabled=True)
                    except StepError:
                        continue
                    found.setdefault(action.name, run)
                    if (key := _key(after)) not in seen:
                        seen.add(key)
                        queue.append((after, run))
    return found


def _key(state: State) -> tuple[object, ...]:
    return tuple(tuple(v.values()) if isinstance(v, dict) else v for v in state.values())


def _possible(evaluator: QuickEvaluator, action: Action, state: State) -> Iterator[Step]:
    names = [n for n, _ in action.params]
    for args in product(*(range(evaluator.size(t)) for _, t in action.params)):
        step = Step(action.name, dict(zip(names, args, strict=True)))
        if evaluator.enabled(action, state, step.args):
            yield step
