"""The reference: breadth-first search in plain Python over `spec.eval`.

It knows no symmetry, no slices, no packing and no solver.  Every world of a scope is
listed, every state of it is visited, every step tried.  It is slow and meant to be
obviously right: the other methods are measured against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod

from spec.eval import Evaluator, StepError
from spec.ir import BOOL, INT, Action, Const, Expr, Promise, Sort, System, Type
from spec.trace import State, Step, Table, Value, World

NUMBERS = 4
"""A number that is no size takes the values 0 .. NUMBERS - 1, as in the explorer."""

Scope = Mapping[str, int]
Key = tuple[object, ...]


class TooLarge(Exception):
    """The scope has more worlds than anybody would list by hand."""


@dataclass
class Survey:
    """What was seen in one scope, all its worlds together.

    `shortest` has, for every promise and duty (`nat:n`, `clash:cell`) that fails, the
    length of the shortest run to it; `met` the promises whose premise was reached;
    `fired` the actions that happened and broke no duty.  `tried` counts actions with
    arguments that were looked at.  `exhausted`: there is nothing more to see.  `depth`:
    every run up to this length was seen.
    """

    states: int = 0
    tried: int = 0
    exhausted: bool = True
    depth: int = 0
    shortest: dict[str, int] = field(default_factory=dict)
    runs: dict[str, tuple[World, tuple[Step, ...]]] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    fired: set[str] = field(default_factory=set)


def survey(system: System, scope: Scope, most: int = 20_000) -> Survey:
    """Visit every state of every world of the scope, level by level.

    Args:
        scope: a size per sort of elements and per constant that is a range's size.
        most: no new level is begun after so many actions with arguments were tried.

    Raises:
        TooLarge: there are too many worlds.
    """
    found = Survey()
    searches = [_Search(system, world, found) for world in worlds(system, scope)]
    while any(s.frontier for s in searches):
        if found.tried > most:
            found.exhausted = False
            return found
        for search in searches:
            search.level(found.depth)
        found.depth += 1
    return found


# ----------------------------------------------------------------- worlds


def worlds(system: System, scope: Scope, most: int = 256) -> list[World]:
    """Every choice of the constants that the facts allow."""
    sizes = {s.name: _size(s, scope) for s in system.sorts}
    open_ = [c for c in system.consts if c.name not in scope]
    cells = [(c, at) for c in open_ for at in product(*(range(sizes[t]) for t in c.index))]
    values = [_values(c.type, sizes) for c, _ in cells]
    if prod(len(v) for v in values) > most:
        raise TooLarge(f"{prod(len(v) for v in values)} worlds")
    made = (_world(sizes, scope, system.consts, cells, v) for v in product(*values))
    return [w for w in made if Evaluator(system, w).world_is_allowed()]


def _size(sort: Sort, scope: Scope) -> int:
    if sort.kind == "enum":
        return len(sort.names)
    if sort.kind == "elements":
        return scope[sort.name]
    return sort.size if isinstance(sort.size, int) else scope[str(sort.size)]


def _values(type_: Type, sizes: Mapping[Type, int]) -> list[Value]:
    if type_ == BOOL:
        return [False, True]
    if type_ == INT:
        return list(range(NUMBERS))
    if type_.endswith("?"):
        return [None, *range(sizes[type_[:-1]])]
    return list(range(sizes[type_]))


def _world(
    sizes: Mapping[Type, int],
    scope: Scope,
    consts: Sequence[Const],
    cells: Sequence[tuple[Const, tuple[int, ...]]],
    values: Sequence[Value],
) -> World:
    made: dict[str, Value | Table] = {}
    for c in consts:
        made[c.name] = {} if c.index else scope.get(c.name)
    for (c, at), value in zip(cells, values, strict=True):
        table = made[c.name]
        if isinstance(table, dict):
            table[at] = value
        else:
            made[c.name] = value
    return World(dict(sizes), made)


# ----------------------------------------------------------------- search


class _Search:
    """One world of the scope."""

    def __init__(self, system: System, world: World, found: Survey) -> None:
        self.system = system
        self.world = world
        self.found = found
        self.ev = Evaluator(system, world)
        self.seen: set[Key] = set()
        self.frontier: list[tuple[State, tuple[Step, ...]]] = []
        self._arrive(self.ev.initial(), ())

    def level(self, depth: int) -> None:
        """Every step out of the states that are `depth` steps away."""
        here, self.frontier = self.frontier, []
        for state, run in here:
            for action, args in self._steps():
                self._step(action, args, state, run)

    def _steps(self) -> Iterator[tuple[Action, dict[str, int]]]:
        for action in self.system.actions:
            sizes = [range(self.ev.size(t)) for _, t in action.params]
            for values in product(*sizes):
                names = (n for n, _ in action.params)
                yield action, dict(zip(names, values, strict=True))

    def _step(
        self, action: Action, args: dict[str, int], state: State, run: tuple[Step, ...]
    ) -> None:
        self.found.tried += 1
        if not self.ev.enabled(action, state, args):
            return
        longer = (*run, Step(action.name, args))
        for duty in action.duties:
            if not self.ev.truth(duty.ok, state, args):
                self._fails(f"{duty.kind}:{duty.place}", longer)
        try:
            after = self.ev.apply(action, state, args)
        except StepError:
            return
        self.found.fired.add(action.name)
        self._arrive(after, longer)

    def _arrive(self, state: State, run: tuple[Step, ...]) -> None:
        key = _key(state)
        if key in self.seen:
            return
        self.seen.add(key)
        self.found.states += 1
        self.frontier.append((state, run))
        for promise in self.system.promises:
            if not self.ev.truth(promise.cond, state):
                self._fails(promise.name, run)
            if _met(promise.premise, self.ev, state):
                self.found.met.add(promise.name)

    def _fails(self, name: str, run: tuple[Step, ...]) -> None:
        if name not in self.found.shortest or len(run) < self.found.shortest[name]:
            self.found.shortest[name] = len(run)
            self.found.runs[name] = (self.world, run)


def _met(premise: Expr | None, ev: Evaluator, state: State) -> bool:
    return premise is None or ev.truth(premise, state)


def _key(state: State) -> Key:
    return tuple(
        tuple(value.items()) if isinstance(value, dict) else value for value in state.values()
    )


def names_of(system: System) -> list[str]:
    """Every promise and every duty of the system, once."""
    duties = (f"{d.kind}:{d.place}" for a in system.actions for d in a.duties)
    return list(dict.fromkeys([*(p.name for p in system.promises), *duties]))


def promises_by_name(system: System) -> dict[str, Promise]:
    return {p.name: p for p in system.promises}
