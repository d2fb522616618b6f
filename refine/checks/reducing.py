"""A shorter run in a smaller world on which the two sides part as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, product
from typing import Final

from refine.adapter import Binding
from refine.checks.beside import parts
from refine.checks.quick import Evaluators
from spec.ir import BOOL, Const, System, Type
from spec.trace import Step, Table, Value, World

MOST_STEPS: Final = 6000
"""Steps that a reduction may take in all runs together: no clock decides how far it gets."""

Run = tuple[World, tuple[Step, ...]]


class Reducer:
    """Makes a run smaller as long as the sides still part on it.

    Args:
        binding: the implementation and its scheme.
        world, steps: a run; `found` is what has become of it.
    """

    def __init__(self, binding: Binding, world: World, steps: Sequence[Step]) -> None:
        self._binding = binding
        self._system = binding.system
        self._evaluators = Evaluators(binding.system)
        self._left = MOST_STEPS
        self.found: Run = world, tuple(steps)

    def reduce(self) -> Run:
        """The smallest run that was found."""
        size = None
        while size != (size := self._size()):
            self._without_steps()
            self._in_a_smaller_world()
            self._with_fewer_elements()
            self._with_lower_arguments()
        return self.found

    def _size(self) -> tuple[int, ...]:
        world, steps = self.found
        args = sum(x for s in steps for x in s.args.values())
        return (len(steps), *world.sizes.values(), args)

    def _try(self, world: World, steps: Sequence[Step]) -> bool:
        """Keep this run if the sides part on it."""
        self._left -= len(steps)
        if self._left < 0:
            return False
        shown = parts(self._binding, self._evaluators.of(world), steps)
        if shown is None:
            return False
        self.found = world, shown
        return True

    def _without_steps(self) -> None:
        chunk = len(self.found[1])
        while chunk:
            at = len(self.found[1]) - chunk
            while at >= 0:
                world, steps = self.found
                self._try(world, steps[:at] + steps[at + chunk :])
                at = min(at, len(self.found[1])) - chunk
            chunk //= 2

    def _with_fewer_elements(self) -> None:
        """One element in place of another, in the whole run."""
        for sort in self._system.sorts:
            for x in range(self.found[0].sizes[sort.name] - 1, 0, -1):
                for y in dict.fromkeys((*range(min(x, 3)), x - 1)):
                    world, steps = self.found
                    renamed = [self._replaced(s, sort.name, x, y) for s in steps]
                    if renamed != list(steps) and self._try(world, renamed):
                        break

    def _replaced(self, step: Step, sort: Type, x: int, y: int) -> Step:
        types = dict(self._system.action(step.action).params)
        args = {n: y if types[n] == sort and v == x else v for n, v in step.args.items()}
        return replace(step, args=args)

    def _with_lower_arguments(self) -> None:
        for i in range(len(self.found[1])):
            if i >= len(self.found[1]):
                return
            for name, value in self.found[1][i].args.items():
                for lower in dict.fromkeys((0, value // 2, value - 1)):
                    if 0 <= lower < value and self._try(*self._with(i, name, lower)):
                        break
                if i >= len(self.found[1]):
                    return

    def _with(self, i: int, name: str, value: int) -> Run:
        world, steps = self.found
        step = replace(steps[i], args={**steps[i].args, name: value})
        return world, (*steps[:i], step, *steps[i + 1 :])

    def _in_a_smaller_world(self) -> None:
        for ranges, gap in ((True, 0), (True, 1), (False, 0)):
            kept = _kept(self._system, *self.found, ranges, gap)
            smaller = narrowed(self._system, self.found, kept)
            if smaller and smaller != self.found and self._allowed(smaller[0]) and (
                    self._try(*smaller)):
                break
        for const in self._system.consts:
            world, steps = self.found
            if const.type == BOOL and world.consts[const.name] is True:
                plainer = World(world.sizes, {**world.consts, const.name: False})
                if self._allowed(plainer):
                    self._try(plainer, steps)

    def _allowed(self, world: World) -> bool:
        return self._evaluators.of(world).world_is_allowed()


def _kept(
    system: System, world: World, steps: Sequence[Step], ranges: bool, gap: int
) -> dict[Type, list[int]]:
    """Which elements the run needs, of each sort in a new order: elements by first use;
    of a range (if `ranges`) the ends, what is named, and `gap` between those."""
    used: dict[Type, list[int]] = {s.name: [] for s in system.sorts}
    for step in steps:
        for name, type_ in system.action(step.action).params:
            used.setdefault(type_, []).append(step.args[name])
    for sort in system.sorts:
        size = world.sizes[sort.name]
        if sort.kind == "enum" or (sort.kind == "range" and not (
                ranges and isinstance(sort.size, str))):
            used[sort.name] = list(range(size))
        elif sort.kind == "range":
            named = sorted({0, size - 1, *used[sort.name]})
            between = [x + 1 for x, y in pairwise(named) if y > x + 1]
            used[sort.name] = sorted({*named, *(between if gap else ())})
    for const in system.consts:
        table = world.consts[const.name]
        base = const.type.rstrip("?")
        if isinstance(table, dict) and base in used and system.sort(base).kind == "elements":
            used[base] += [
                x for at in product(*(dict.fromkeys(used[t]) for t in const.index))
                if (x := table[at]) is not None]
    return {s.name: list(dict.fromkeys(used[s.name])) or [0] for s in system.sorts}


def narrowed(system: System, run: Run, kept: Mapping[Type, Sequence[int]]) -> Run | None:
    """The run among these elements only; None where a constant has another one as its value."""
    world, steps = run
    places = {name: {x: i for i, x in enumerate(values)} for name, values in kept.items()}
    sizes = {name: len(kept[name]) for name in world.sizes}
    lengths = {s.size: sizes[s.name] for s in system.sorts if isinstance(s.size, str)}
    consts: dict[str, Value | Table] = {}
    try:
        for const in system.consts:
            consts[const.name] = lengths[const.name] if const.name in lengths else _narrow(
                const, world.consts[const.name], kept, places)
        return World(sizes, consts), tuple(_renamed(system, steps, places))
    except KeyError:
        return None


def _narrow(
    const: Const, value: Value | Table, kept: Mapping[Type, Sequence[int]],
    places: Mapping[Type, Mapping[int, int]],
) -> Value | Table:
    known = places.get(const.type.rstrip("?"))

    def new(x: Value) -> Value:
        return x if known is None or x is None else known[x]

    if not isinstance(value, dict):
        return new(value)
    found: Table = {}
    for at in product(*(kept[t] for t in const.index)):
        found[tuple(places[t][x] for t, x in zip(const.index, at, strict=True))] = new(value[at])
    return found


def _renamed(
    system: System, steps: Sequence[Step], places: Mapping[Type, Mapping[int, int]]
) -> Iterator[Step]:
    for step in steps:
        types = dict(system.action(step.action).params)
        args = {n: places[types[n]][x] if types[n] in places else x for n, x in step.args.items()}
        yield Step(step.action, args, step.call)
