"""The representative of a packed state among those equal up to renaming."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solver.explore.packing import Block, Layout, Words, mask_type
from solver.explore.symmetry import Permutation, Setting, Symmetry
from solver.explore.tape import Array
from spec.ir import Type

NETWORK = 6
"""More blocks than this are sorted by numpy's sort."""


class Canoniser:
    """Maps packed states to their representatives.

    Args:
        layout: made from the symmetry's families.
    """

    def __init__(self, symmetry: Symmetry, setting: Setting, layout: Layout) -> None:
        self._sorters: list[_Sorter] = []
        for group in symmetry.inner:
            blocks = [layout.inner[m.family][m.block] for m in group]
            self._add_sorter(blocks)
        for families in symmetry.outer:
            self._add_sorter([layout.outer[f] for f in families])
        self._shuffles = [_Shuffle(g, setting, layout) for g in symmetry.others]

    def _add_sorter(self, blocks: Sequence[Block | None]) -> None:
        """Blocks that are empty or too wide for a word stay unsorted."""
        there = [b for b in blocks if b is not None]
        if len(there) == len(blocks) and len({b.bits for b in there}) == 1:
            self._sorters.append(_Sorter(there))

    def representative(self, words: Words) -> Words:
        """The representatives; `words` may be overwritten."""
        shuffled = [s.apply(words) for s in self._shuffles]
        best = self._sorted(words)
        for other in shuffled:
            best = _smaller(best, self._sorted(other))
        return best

    def _sorted(self, words: Words) -> Words:
        for sorter in self._sorters:
            sorter.apply(words)
        return words


def _smaller(a: Words, b: Words) -> Words:
    """Column by column the lexicographically smaller one."""
    if a.shape[0] == 1:
        return np.minimum(a, b)
    less = np.zeros(a.shape[1], np.bool_)
    equal = np.ones(a.shape[1], np.bool_)
    for x, y in zip(a, b, strict=True):
        less |= equal & (y < x)
        equal &= x == y
    return np.where(less, b, a)


class _Sorter:
    """Sorts blocks of equal width among each other, in place."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._places = [(b.word, b.shift) for b in blocks]
        self._mask = (1 << blocks[0].bits) - 1
        self._dtype = mask_type(blocks[0].bits)
        self._clear: dict[int, int] = {}
        for b in blocks:
            self._clear[b.word] = self._clear.get(b.word, 0) | b.mask

    def apply(self, words: Words) -> None:
        keys = [
            ((words[w] >> shift) & np.uint64(self._mask)).astype(self._dtype)
            for w, shift in self._places
        ]
        if len(keys) > NETWORK:
            keys = list(np.sort(np.stack(keys), axis=0))
        else:
            _sort_few(keys)
        for w, mask in self._clear.items():
            words[w] &= ~np.uint64(mask)
        for (w, shift), key in zip(self._places, keys, strict=True):
            words[w] |= key.astype(np.uint64) << shift


def _sort_few(keys: list[Array]) -> None:
    """A network of comparisons, all columns at once."""
    for end in range(len(keys) - 1, 0, -1):
        for i in range(end):
            low = np.minimum(keys[i], keys[i + 1])
            keys[i + 1] = np.maximum(keys[i], keys[i + 1])
            keys[i] = low


class _Shuffle:
    """One permutation of elements as moves of bits and renamings of values."""

    def __init__(self, g: Permutation, setting: Setting, layout: Layout) -> None:
        self._moves: dict[tuple[int, int, int], int] = {}
        self._renames: list[tuple[int, int, int, int, int, Words]] = []
        states = {s.name for s in setting.states}
        for name in (n for n in layout.fields if n not in states):
            # A constant of the world: it stays where it is.
            word, shift = int(layout.word[name][0]), int(layout.shift[name][0])
            mask = ((1 << layout.fields[name].bits) - 1) << shift
            self._moves[word, word, 0] = self._moves.get((word, word, 0), 0) | mask
        for s in setting.states:
            shape = setting.shapes[s.name]
            bits = layout.fields[s.name].bits
            for row, target in enumerate(_row_images(shape, setting, g)):
                a, b = layout.word[s.name][row], layout.word[s.name][target]
                x, y = layout.shift[s.name][row], layout.shift[s.name][target]
                base = s.type.rstrip("?")
                if base in g:
                    table = np.arange(1 << bits, dtype=np.uint64)
                    table[: len(g[base])] = g[base]
                    self._renames.append(
                        (int(a), int(x), (1 << bits) - 1, int(b), int(y), table)
                    )
                else:
                    key = (int(a), int(b), int(y) - int(x))
                    moved = ((1 << bits) - 1) << int(x)
                    self._moves[key] = self._moves.get(key, 0) | moved

    def apply(self, words: Words) -> Words:
        made = np.zeros_like(words)
        for (a, b, by), mask in self._moves.items():
            part = words[a] & np.uint64(mask)
            made[b] |= part << by if by >= 0 else part >> -by
        for a, x, mask, b, y, table in self._renames:
            value = (words[a] >> x) & np.uint64(mask)
            made[b] |= table.take(value.view(np.int64)) << y
        return made


def _row_images(shape: tuple[Type, ...], setting: Setting, g: Permutation) -> list[int]:
    """Where each row of a state goes."""
    sizes = [setting.sizes[t] for t in shape]
    rows = np.arange(int(np.prod(sizes, dtype=np.int64))).reshape(sizes)
    for axis, sort in enumerate(shape):
        if sort in g:
            rows = rows.take(g[sort], axis=axis)
    return [int(x) for x in rows.reshape(-1)]


