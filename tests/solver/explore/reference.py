"""What an explorer must find, by the plainest means: dictionaries and `spec.eval`.

No packing, no slices, no symmetry during the search; afterwards states are counted up
to renaming by trying every renaming.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import permutations, product

from spec.eval import Evaluator
from spec.ir import BOOL, INT, System, Type
from spec.trace import State, Table, Value, World

Frozen = tuple[object, ...]


@dataclass
class Reference:
    """`shortest`: steps to the first violation, by promise and duty; `complete`: every
    state was seen; `classes`: states up to renaming (None if they were too many)."""

    shortest: dict[str, int] = field(default_factory=dict)
    fired: set[str] = field(default_factory=set)
    states: int = 0
    classes: int | None = None
    complete: bool = True


def search(
    system: System, scope: Mapping[str, int], most_depth: int = 50, most_states: int = 2000
) -> Reference:
    """Breadth first through all worlds of the scope at once."""
    found = Reference()
    evaluators = [Evaluator(system, w) for w in _worlds(system, scope)]
    frontier = [(ev, ev.initial()) for ev in evaluators]
    seen: dict[Frozen, tuple[Evaluator, State]] = {_key(ev, s): (ev, s) for ev, s in frontier}
    depth = 0
    while frontier:
        for ev, state in frontier:
            _judge(system, ev, state, depth, found)
        if depth == most_depth or len(seen) > most_states:
            found.complete = False
            break
        frontier = list(_level(system, frontier, seen, depth, found))
        depth += 1
    found.states = len(seen)
    if len(seen) <= 400:
        found.classes = len({_class_of(system, ev, s) for ev, s in seen.values()})
    return found


def _judge(system: System, ev: Evaluator, state: State, depth: int, found: Reference) -> None:
    for p in system.promises:
        if p.name not in found.shortest and not ev.truth(p.cond, state):
            found.shortest[p.name] = depth


def _level(
    system: System,
    frontier: list[tuple[Evaluator, State]],
    seen: dict[Frozen, tuple[Evaluator, State]],
    depth: int,
    found: Reference,
) -> Iterator[tuple[Evaluator, State]]:
    for ev, state in frontier:
        for action in system.actions:
            for values in product(*(range(ev.size(t)) for _, t in action.params)):
                args = dict(zip([n for n, _ in action.params], values, strict=True))
                if not ev.enabled(action, state, args):
                    continue
                broken = [d for d in action.duties if not ev.truth(d.ok, state, args)]
                for d in broken:
                    found.shortest.setdefault(f"{d.kind}:{d.place}", depth + 1)
                if broken:
                    continue
                found.fired.add(action.name)
                after = ev.apply(action, state, args)
                key = _key(ev, after)
                if key not in seen:
                    seen[key] = (ev, after)
                    yield ev, after


def _worlds(system: System, scope: Mapping[str, int]) -> Iterator[World]:
    sizes = {s.name: len(s.names) for s in system.sorts if s.kind == "enum"}
    for s in system.sorts:
        if s.kind == "elements":
            sizes[s.name] = scope[s.name]
        elif s.kind == "range":
            sizes[s.name] = s.size if isinstance(s.size, int) else scope[str(s.size)]
    choices: list[list[Value | Table]] = []
    for c in system.consts:
        if c.name in scope:
            choices.append([scope[c.name]])
            continue
        values = _values(c.type, sizes)
        places = list(product(*(range(sizes[t]) for t in c.index)))
        tables: list[Value | Table] = [
            dict(zip(places, row, strict=True)) if c.index else row[0]
            for row in product(values, repeat=len(places))
        ]
        choices.append(tables)
    names = [c.name for c in system.consts]
    for values in product(*choices):
        world = World(sizes, dict(zip(names, values, strict=True)))
        if Evaluator(system, world).world_is_allowed():
            yield world


def _values(type_: Type, sizes: Mapping[Type, int]) -> list[Value]:
    if type_ == BOOL:
        return [False, True]
    if type_ == INT:
        return [0, 1, 2, 3]
    found: list[Value] = list(range(sizes[type_.rstrip("?")]))
    return [*found, None] if type_.endswith("?") else found


def _key(ev: Evaluator, state: State) -> Frozen:
    return (_frozen(ev.world.consts), _frozen(state))


def _frozen(tables: Mapping[str, Value | Table]) -> Frozen:
    return tuple(
        (n, tuple(sorted(t.items())) if isinstance(t, dict) else t) for n, t in tables.items()
    )


def _class_of(system: System, ev: Evaluator, state: State) -> frozenset[Frozen]:
    """All renamings of a state together with its world."""
    sorts = [s.name for s in system.sorts if s.kind == "elements"]
    orders = [permutations(range(ev.world.sizes[s])) for s in sorts]
    types = {c.name: (c.index, c.type) for c in system.consts}
    types |= {v.name: (v.index, v.type) for v in system.states}
    whole = {**ev.world.consts, **state}
    found = set()
    for images in product(*orders):
        g = dict(zip(sorts, images, strict=True))
        found.add(_frozen({n: _renamed(t, *types[n], g) for n, t in whole.items()}))
    return frozenset(found)


def _renamed(
    table: Value | Table, index: tuple[Type, ...], type_: Type, g: Mapping[Type, tuple[int, ...]]
) -> Value | Table:
    def move(x: Value, t: Type) -> Value:
        base = t.rstrip("?")
        return x if x is None or base not in g else g[base][x]

    if not isinstance(table, dict):
        return move(table, type_)
    made: Table = {}
    for at, x in table.items():
        there = tuple(int(move(i, t) or 0) for i, t in zip(at, index, strict=True))
        made[there] = move(x, type_)
    return made
