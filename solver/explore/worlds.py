"""The worlds of a scope: every choice of the constants, up to renaming of elements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from math import factorial, prod

import numpy as np
from numpy.typing import NDArray

from solver.explore.ladder import Scope, sizes_in
from solver.explore.slicing import reads_of
from solver.explore.symmetry import Permutation, Table, element_sorts
from spec.eval import Evaluator
from spec.ir import BOOL, INT, Const, Fact, System, Type
from spec.trace import State, Value, World
from spec.trace import Table as Values

NUMBERS = 4
"""A number that is no size of the scope takes the values 0 .. NUMBERS - 1."""
MOST_CHOICES = 1 << 16
MOST_RENAMINGS = 1 << 10

Choice = dict[str, Table]


class TooManyWorlds(Exception):
    """The constants of a scope have more values than can be listed."""


@dataclass(frozen=True, slots=True)
class Setup:
    """One world: a table per kept constant, and values for all the others such that
    every fact about the constants holds."""

    kept: Choice
    others: Choice


def worlds(system: System, scope: Scope, kept: Sequence[str]) -> list[Setup]:
    """One world for each class of worlds that are equal up to renaming.

    Only the constants named in `kept` are told apart.  The order is fixed.

    Raises:
        TooManyWorlds: there are more than MOST_CHOICES of them.
    """
    lister = _Lister(system, scope)
    linked = lister.linked_to(kept)
    rest = lister.complete([c for c in lister.free if c not in linked])
    if rest is None or not lister.agree(lister.fixed_facts):
        return []
    told = [c for c in system.consts if c.name in kept]
    found: dict[tuple[int, ...], Setup] = {}
    for choice in lister.choices(linked):
        full = {**lister.fixed, **choice}
        mine = {c.name: full[c.name] for c in told}
        key = tuple(int(x) for c in told for x in full[c.name].reshape(-1))
        if key not in found:
            others = {n: t for n, t in {**full, **rest}.items() if n not in mine}
            found[key] = Setup(mine, others)
    first = _Orbits(told, lister.sizes, element_sorts(system)).first(list(found))
    return [setup for key, setup in found.items() if key in first]


def values_of(const: Const, table: Table, sizes: Mapping[Type, int]) -> Value | Values:
    """A constant as `spec.trace` holds it."""

    def value(x: int) -> Value:
        if const.type == BOOL:
            return bool(x)
        return None if const.type.endswith("?") and x == sizes[const.type[:-1]] else x

    if not const.index:
        return value(int(table))
    return {at: value(int(table[at])) for at in np.ndindex(*table.shape)}


class _Lister:
    """Choices for the constants that a scope leaves open."""

    def __init__(self, system: System, scope: Scope) -> None:
        self.system = system
        self.sizes = sizes_in(system, scope)
        self.fixed = {
            c.name: np.array(scope[c.name]) for c in system.consts if c.name in scope
        }
        self.free = [c for c in system.consts if c.name not in scope]
        facts = (*system.where, *system.assumes)
        names = {c.name for c in self.free}
        self._facts = [(f, reads_of([f.cond]) & names) for f in facts]
        self.fixed_facts = [f for f, about in self._facts if not about]
        plain = {c.name: values_of(c, self.fixed[c.name], self.sizes)
                 for c in system.consts if c.name in scope}
        self._evaluator = Evaluator(system, World(self.sizes, plain))

    def linked_to(self, names: Sequence[str]) -> list[Const]:
        """The open constants among `names` and those that facts tie to them."""
        group = {c.name for c in self.free if c.name in names}
        while more := {n for _, about in self._facts if about & group for n in about} - group:
            group |= more
        return [c for c in self.free if c.name in group]

    def choices(self, consts: Sequence[Const]) -> Iterator[Choice]:
        """Every choice for these constants that satisfies the facts about them."""
        names = {c.name for c in consts}
        facts = [f for f, about in self._facts if about & names and len(about) > 1]
        told = reads_of(f.cond for f in facts)
        alone = [self._admitted(c) for c in consts]
        if prod(len(tables) for tables in alone) > MOST_CHOICES:
            raise TooManyWorlds(", ".join(c.name for c in consts))
        for tables in product(*alone):
            choice = {c.name: table for c, table in zip(consts, tables, strict=True)}
            if self.agree(facts, {n: t for n, t in choice.items() if n in told}):
                yield choice

    def _admitted(self, const: Const) -> list[Table]:
        """The tables of one constant that the facts about it alone admit."""
        facts = [f for f, about in self._facts if about == {const.name}]
        shape = tuple(self.sizes[t] for t in const.index)
        values = range(self._values(const))
        if len(values) ** prod(shape) > MOST_CHOICES:
            raise TooManyWorlds(const.name)
        tables = (
            np.array(cells, np.int64).reshape(shape)
            for cells in product(values, repeat=prod(shape))
        )
        return [t for t in tables if self.agree(facts, {const.name: t})]

    def complete(self, consts: Sequence[Const]) -> Choice | None:
        """Some choice for constants that nobody asks about; None if there is none."""
        made: Choice = {}
        left = list(consts)
        while left:
            group = self.linked_to([left[0].name])
            choice = next(self.choices(group), None)
            if choice is None:
                return None
            made |= choice
            left = [c for c in left if c.name not in made]
        return made

    def agree(self, facts: Sequence[Fact], choice: Choice | None = None) -> bool:
        """Do the facts hold?  The open constants are read like state."""
        by_name = {c.name: c for c in self.free}
        state: State = {
            n: values_of(by_name[n], t, self.sizes) for n, t in (choice or {}).items()
        }
        return all(self._evaluator.truth(f.cond, state) for f in facts)

    def _values(self, const: Const) -> int:
        if const.type == INT:
            return NUMBERS
        return self.sizes[const.type.rstrip("?")] + const.type.endswith("?")


class _Orbits:
    """Which choices are the first of those equal up to renaming of elements.

    A sort that is only ever the one index of constants (the VMAs of `owner`) needs no
    renaming: its elements are put in the order of their values.
    """

    def __init__(
        self, consts: Sequence[Const], sizes: Mapping[Type, int], sorts: Sequence[Type]
    ) -> None:
        self._consts = consts
        self._sizes = sizes
        uses = [t for c in consts for t in (*c.index, c.type.rstrip("?"))]
        alone = [c.index[0] for c in consts if len(c.index) == 1]
        self._ordered = [s for s in sorts if s in uses and uses.count(s) == alone.count(s)]
        self._renamed_sorts = [s for s in sorts if s in uses and s not in self._ordered]
        self._shapes = [tuple(sizes[t] for t in c.index) for c in consts]

    def first(self, keys: Sequence[tuple[int, ...]]) -> set[tuple[int, ...]]:
        """The keys that no renaming makes smaller (all, if there are too many)."""
        renamings = prod(factorial(self._sizes[s]) for s in self._renamed_sorts)
        if not keys or not keys[0] or renamings > MOST_RENAMINGS:
            return set(keys)
        table = np.array(keys, np.int64)
        base = int(table.max()) + 1
        if base ** table.shape[1] >= 1 << 62:
            return set(keys)
        weights = np.array([base**i for i in reversed(range(table.shape[1]))], np.int64)
        own = table @ weights
        best = own.copy()
        for g in self._renamings():
            parts = [self._renamed(c, part, g) for c, part in self._parts(table)]
            for sort in self._ordered:
                self._order(sort, parts, base)
            flat = np.concatenate([p.reshape(len(keys), -1) for p in parts], axis=1)
            best = np.minimum(best, flat @ weights)
        return {key for key, a, b in zip(keys, own, best, strict=True) if a == b}

    def _renamings(self) -> Iterator[Permutation]:
        orders = [permutations(range(self._sizes[s])) for s in self._renamed_sorts]
        for images in product(*orders):
            yield dict(zip(self._renamed_sorts, images, strict=True))

    def _parts(self, table: NDArray[np.int64]) -> Iterator[tuple[Const, NDArray[np.int64]]]:
        """Each constant's values in all choices."""
        at = 0
        for const, shape in zip(self._consts, self._shapes, strict=True):
            width = prod(shape)
            yield const, table[:, at : at + width].reshape(-1, *shape)
            at += width

    def _renamed(
        self, const: Const, part: NDArray[np.int64], g: Permutation
    ) -> NDArray[np.int64]:
        base = const.type.rstrip("?")
        if base in g:
            part = np.array([*g[base], len(g[base])])[part]
        for axis, sort in enumerate(const.index):
            if sort in g:
                part = part.take(np.argsort(g[sort]), axis=axis + 1)
        return part

    def _order(self, sort: Type, parts: list[NDArray[np.int64]], base: int) -> None:
        """Put the elements of a sort in the order of what the constants say of them."""
        mine = [i for i, c in enumerate(self._consts) if c.index == (sort,)]
        rank = np.zeros_like(parts[mine[0]])
        for i in mine:
            rank = rank * base + parts[i]
        order = np.argsort(rank, axis=1, kind="stable")
        for i in mine:
            parts[i] = np.take_along_axis(parts[i], order, axis=1)
