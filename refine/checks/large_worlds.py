"""Worlds with many pages, processes and VMAs for random runs: sizes given, constants drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from types import MappingProxyType
from typing import Final

from refine.checks.quick import QuickEvaluator
from spec.ir import BOOL, INT, Action, Const, System, Type, walk
from spec.trace import Table, Value, World

SIZES: Final[Mapping[str, int]] = MappingProxyType({"NR": 512, "Mm": 6, "Vma": 12, "Table": 4})
"""What a run is fixed to where nothing else is said; other sorts have two elements."""

_OTHER_SORTS: Final = 2


class NoWorld(Exception):
    """The scheme's own assumptions exclude all worlds of these sizes."""


class LargeWorlds:
    """The worlds of a scheme in given sizes.

    Args:
        sizes: elements of sorts, and values of numbers (`NR`, in pages), by name; also a bool
            constant (0 or 1) that is not to be drawn.
        edges: tables along a range have different values; else one in each row.
    """

    def __init__(self, system: System, sizes: Mapping[str, int], edges: bool = True) -> None:
        self._edges = edges
        self._system = system
        self._given = {**SIZES, **sizes}
        self.sizes: dict[Type, int] = {}
        for sort in system.sorts:
            size = len(sort.names) if sort.kind == "enum" else sort.size
            if sort.kind == "elements":
                size = self._given.get(sort.name, _OTHER_SORTS)
            elif isinstance(size, str):
                size = self._given.get(size, _OTHER_SORTS)
            assert isinstance(size, int)
            self.sizes[sort.name] = size
        self._bools = [c for c in system.consts if c.type == BOOL and not c.index
                       and c.name not in self._given]
        self._known: dict[tuple[int, int], World] = {}

    def all(self, pattern: int) -> Iterator[World]:
        """One world for each choice of the bool constants."""
        return (self.world(number, pattern) for number in range(1 << len(self._bools)))

    def world(self, number: int, pattern: int) -> World:
        """The world that two numbers choose.

        Args:
            number: its bits are the bool constants; where the assumptions exclude that choice,
                the next one that they do not.
            pattern: how other constants are laid out.

        Raises:
            NoWorld: there is none.
        """
        span = 1 << len(self._bools)
        key = number % span, pattern
        if key not in self._known:
            found = (self._made((key[0] + i) % span, pattern) for i in range(span))
            allowed = next((w for w in found if self._allowed(w)), None)
            if allowed is None:
                shown = ", ".join(f"{n} = {k}" for n, k in self.sizes.items())
                raise NoWorld(f"{self._system.name} allows no world with {shown}")
            self._known[key] = allowed
        return self._known[key]

    def _allowed(self, world: World) -> bool:
        return QuickEvaluator(self._system, world).world_is_allowed()

    def _made(self, choice: int, pattern: int) -> World:
        bools = {c.name: bool(choice >> i & 1) for i, c in enumerate(self._bools)}
        consts: dict[str, Value | Table] = {}
        for const in self._system.consts:
            if const.name in bools:
                consts[const.name] = bools[const.name]
            elif const.index:
                ranges = [range(self.sizes[t]) for t in const.index]
                consts[const.name] = {
                    at: self._value(const, at, pattern) for at in product(*ranges)}
            else:
                value = self._given.get(const.name, pattern % 4)
                consts[const.name] = bool(value) if const.type == BOOL else value
        return World(self.sizes, consts)

    def _value(self, const: Const, at: tuple[int, ...], pattern: int) -> Value:
        """Elements in turn, of as many as the pattern says (VMAs of 2, 3, ... processes); along
        a range one value up to an edge, and the next one behind it (page tables)."""
        size = {BOOL: 2, INT: 4}.get(const.type) or self.sizes[const.type.rstrip("?")]
        of = min(size, 2 + pattern % max(1, size - 1))
        value = at[0]
        if self._edges and const.index[-1] in self._ranges():
            last = self.sizes[const.index[-1]] - 1
            edge = (last + 1, 1, (last + 1) // 2, last)[(pattern + at[0]) % 4]
            value += at[-1] >= edge
        value %= of
        return bool(value) if const.type == BOOL else value

    def _ranges(self) -> set[Type]:
        return {s.name for s in self._system.sorts if s.kind == "range"}


def is_excluded(system: System, action: Action) -> bool:
    """Do the scheme's assumptions exclude an operation (what fork does to anon folios, where
    there are none)?  Asked of worlds with two pages, or one, and of what its guard says of
    constants."""
    states = {s.name for s in system.states}
    guard = action.guard
    parts = [p for p in (guard.args if guard.op == "and" else (guard,))
             if not p.free and not any(e.op == "read" and e.data in states for e in walk(p))]
    return bool(parts) and not any(
        all(QuickEvaluator(system, w).truth(p, {}) for p in parts) for w in _few_pages(system))


def _few_pages(system: System) -> list[World]:
    for pages in (2, 1):
        try:
            return list(LargeWorlds(system, {"NR": pages, "Mm": 2, "Vma": 2}).all(0))
        except NoWorld:
            continue
    return []
