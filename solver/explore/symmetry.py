"""Elements of a sort are interchangeable: states that differ by a renaming are one.

A permutation of elements that leaves the constants of a world alone maps runs to runs,
so of each class of equal-up-to-renaming states only one needs to be explored.  Which:

- *Easy* sorts appear at most once in the index of any state and as no value.  What
  belongs to one element is then a block of bits, and equal-ranking blocks are sorted:
  first those of elements that may trade places alone (the VMAs of one process), then
  blocks of blocks (a process with all its VMAs).
- For the other sorts the smallest of all permuted states is taken, if not too many.

Every step applies one permutation of that kind, so leaving any of them out is sound:
states are then only merged less often.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from math import factorial, prod

import numpy as np
from numpy.typing import NDArray

from solver.explore.packing import Family, Place
from spec.ir import Const, StateVar, System, Type

Table = NDArray[np.int64]
"""A constant's values as positions, `none` as the size of its sort."""
Permutation = Mapping[Type, tuple[int, ...]]
"""Where each element goes; sorts that are not named stay."""

MOST_PERMUTED = 24
"""More permutations than this are not tried on every state."""


@dataclass(frozen=True, slots=True)
class Member:
    """One element's own block: `family` and position in it."""

    family: int
    block: int


@dataclass(frozen=True, slots=True)
class Symmetry:
    """`families` hold all places in blocks of blocks; `inner` are classes of blocks,
    `outer` classes of families, that may be permuted freely; `others` are the
    permutations of which the smallest outcome counts."""

    families: tuple[Family, ...]
    inner: tuple[tuple[Member, ...], ...]
    outer: tuple[tuple[int, ...], ...]
    others: tuple[Permutation, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """What the symmetry of a world depends on: `shapes` are the sorts of each state's
    rows (its index without the one that is held as bits)."""

    sizes: Mapping[Type, int]
    sorts: tuple[Type, ...]
    states: tuple[StateVar, ...]
    shapes: Mapping[str, tuple[Type, ...]]
    consts: tuple[Const, ...]
    tables: Mapping[str, Table]

    def preserved(self, permutation: Permutation) -> bool:
        """Does the permutation leave every constant as it is?"""
        return all(
            np.array_equal(permuted(c, self.tables[c.name], permutation), self.tables[c.name])
            for c in self.consts
        )


def element_sorts(system: System) -> tuple[Type, ...]:
    return tuple(s.name for s in system.sorts if s.kind == "elements")


def permuted(const: Const, table: Table, permutation: Permutation) -> Table:
    """The constant after renaming elements in its indices and values."""
    base = const.type.rstrip("?")
    if base in permutation:
        rename = np.array([*permutation[base], len(permutation[base])])
        table = rename[table]
    for axis, sort in enumerate(const.index):
        if sort in permutation:
            table = table.take(np.argsort(permutation[sort]), axis=axis)
    return table


def analyse(setting: Setting) -> Symmetry:
    """The symmetry of a world, and how to lay out its states to make use of it."""
    easy = _easy_sorts(setting)
    parents = _parents(setting, easy)
    blocks = _own_blocks(setting, easy)
    families: list[Family] = []
    where: dict[tuple[Type, int], Member] = {}
    tops: dict[tuple[Type, int], int] = {}
    for sort in easy:
        if sort in parents:
            continue
        for m in range(setting.sizes[sort]):
            members = [(sort, m), *_children(setting, parents, sort, m)]
            tops[sort, m] = len(families)
            for i, key in enumerate(members):
                where[key] = Member(len(families), i)
            families.append([blocks[key] for key in members])
    families += [[[p]] for p in _remaining(setting, blocks)]
    inner = [
        tuple(where[sort, m] for m in group)
        for sort in easy for group in _interchangeable(setting, sort)
    ]
    outer = [
        tuple(tops[sort, m] for m in group)
        for sort in easy if sort in parents.values()
        for group in _interchangeable_families(setting, parents, sort)
    ]
    others = tuple(_other_permutations(setting, easy, parents))
    return Symmetry(tuple(families), tuple(inner), tuple(outer), others)


def _easy_sorts(setting: Setting) -> tuple[Type, ...]:
    """Larger sorts first where two share a state's index: sorting gains more there."""
    hard = {s.type.rstrip("?") for s in setting.states}
    chosen: list[Type] = []
    order = {sort: i for i, sort in enumerate(setting.sorts)}
    for sort in sorted(order, key=lambda s: (-setting.sizes[s], -order[s])):
        shapes = [setting.shapes[s.name] for s in setting.states]
        alone = all(
            shape.count(sort) == 1 and not set(shape) & set(chosen)
            for shape in shapes if sort in shape
        )
        if sort not in hard and alone:
            chosen.append(sort)
    return tuple(s for s in setting.sorts if s in chosen)


def _parents(setting: Setting, easy: Sequence[Type]) -> dict[Type, Type]:
    """`Vma: Mm` where a constant `[Vma] Mm` says whose each VMA is; one level deep."""
    found: dict[Type, Type] = {}
    for c in setting.consts:
        if len(c.index) != 1 or c.index[0] == c.type:
            continue
        child, parent = c.index[0], c.type
        free = child not in found and child not in found.values() and parent not in found
        if child in easy and parent in easy and free:
            found[child] = parent
    return found


def _children(
    setting: Setting, parents: Mapping[Type, Type], sort: Type, m: int
) -> list[tuple[Type, int]]:
    found: list[tuple[Type, int]] = []
    for child, parent in parents.items():
        if parent == sort:
            table = setting.tables[_owner_const(setting, child, parent).name]
            found += [(child, int(x)) for x in np.flatnonzero(table == m)]
    return found


def _owner_const(setting: Setting, child: Type, parent: Type) -> Const:
    return next(c for c in setting.consts if c.index == (child,) and c.type == parent)


def _own_blocks(
    setting: Setting, easy: Sequence[Type]
) -> dict[tuple[Type, int], list[Place]]:
    """For each element of an easy sort its places, in the same order for all."""
    blocks: dict[tuple[Type, int], list[Place]] = {
        (sort, m): [] for sort in easy for m in range(setting.sizes[sort])
    }
    for name, row, at in _rows(setting):
        for sort, m in at:
            if sort in easy:
                blocks[sort, m].append((name, row))
    return blocks


def _rows(setting: Setting) -> Iterator[tuple[str, int, tuple[tuple[Type, int], ...]]]:
    """Every place: the state, the row, and the elements that index it."""
    for s in setting.states:
        shape = setting.shapes[s.name]
        for row, at in enumerate(product(*(range(setting.sizes[t]) for t in shape))):
            yield s.name, row, tuple(zip(shape, at, strict=True))


def _remaining(
    setting: Setting, blocks: Mapping[tuple[Type, int], list[Place]]
) -> Iterator[Place]:
    placed = {p for block in blocks.values() for p in block}
    for name, row, _ in _rows(setting):
        if (name, row) not in placed:
            yield name, row


def _swap(size: int, a: int, b: int) -> tuple[int, ...]:
    images = list(range(size))
    images[a], images[b] = b, a
    return tuple(images)


def _interchangeable(setting: Setting, sort: Type) -> Iterator[list[int]]:
    """Classes of elements that may trade places alone."""
    size = setting.sizes[sort]
    yield from _classes(
        size, lambda a, b: setting.preserved({sort: _swap(size, a, b)})
    )


def _interchangeable_families(
    setting: Setting, parents: Mapping[Type, Type], sort: Type
) -> Iterator[list[int]]:
    """Classes of elements that may trade places together with their children."""
    size = setting.sizes[sort]

    def related(a: int, b: int) -> bool:
        images = _swap(size, a, b)
        return (g := _extended(setting, parents, {sort: images})) is not None and (
            setting.preserved(g)
        )

    yield from _classes(size, related)


def _classes(size: int, related: Callable[[int, int], bool]) -> Iterator[list[int]]:
    left = list(range(size))
    while left:
        group = [x for x in left if x == left[0] or related(left[0], x)]
        left = [x for x in left if x not in group]
        if len(group) > 1:
            yield group


def _extended(
    setting: Setting, parents: Mapping[Type, Type], permutation: Permutation
) -> Permutation | None:
    """The permutation with children going along with their parents, in order."""
    made = dict(permutation)
    for child, parent in parents.items():
        if parent in permutation:
            images = _children_images(setting, child, parent, permutation[parent])
            if images is None:
                return None
            made[child] = images
    return made


def _children_images(
    setting: Setting, child: Type, parent: Type, images: tuple[int, ...]
) -> tuple[int, ...] | None:
    table = setting.tables[_owner_const(setting, child, parent).name]
    made = [0] * setting.sizes[child]
    for m, target in enumerate(images):
        here, there = np.flatnonzero(table == m), np.flatnonzero(table == target)
        if len(here) != len(there):
            return None
        for a, b in zip(here.tolist(), there.tolist(), strict=True):
            made[a] = b
    return tuple(made)


def _other_permutations(
    setting: Setting, easy: Sequence[Type], parents: Mapping[Type, Type]
) -> Iterator[Permutation]:
    """Permutations of the sorts that are not easy; easy ones go along."""
    hard = [s for s in setting.sorts if s not in easy]
    owners = dict(parents)
    moved = list(hard)
    for c in setting.consts:
        if len(c.index) == 1 and c.index[0] in easy and c.type in hard:
            owners.setdefault(c.index[0], c.type)
        if len(c.index) == 1 and c.index[0] in hard and c.type in easy and c.type not in moved:
            moved.append(c.type)
    for sorts in (moved, hard, hard[:1]):
        if prod(factorial(setting.sizes[s]) for s in sorts) <= MOST_PERMUTED:
            break
    else:
        return
    for images in product(*(permutations(range(setting.sizes[s])) for s in sorts)):
        if any(list(i) != sorted(i) for i in images):
            g = _extended(setting, owners, dict(zip(sorts, images, strict=True)))
            if g is not None and setting.preserved(g):
                yield g
