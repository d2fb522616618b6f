"""States as a few 64-bit words: a field of bits per place.

The fields of interchangeable elements lie in equal blocks, each within one word where
it fits, so that symmetry.py can sort blocks.  A field of a number has a width chosen
from the scope; a number that leaves it is reported, never cut silently.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike, NDArray

from solver.explore.tape import Array

Words = NDArray[np.uint64]
"""Packed states: one column per state, one row per word."""

WORD = 64
Place = tuple[str, int]
"""A state variable and one of its rows."""


@dataclass(frozen=True, slots=True)
class Field:
    """How one place is held: `shape` is that of the state's rows, `kind` says what an
    unpacked value is, `dtype` its array type."""

    shape: tuple[int, ...]
    bits: int
    dtype: DTypeLike
    kind: str
    signed: bool = False

    @property
    def rows(self) -> int:
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def low(self) -> int:
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def high(self) -> int:
        return (1 << (self.bits - self.signed)) - 1


@dataclass(frozen=True, slots=True)
class Block:
    """A run of bits within one word."""

    word: int
    shift: int
    bits: int

    @property
    def mask(self) -> int:
        return ((1 << self.bits) - 1) << self.shift


Family = Sequence[Sequence[Place]]
"""Inner blocks that together make one outer block; each is a list of places."""


class Layout:
    """Where every place is.

    Args:
        fields: for each state variable, how its places are held.
        families: all places, in blocks of blocks.
    """

    def __init__(self, fields: Mapping[str, Field], families: Sequence[Family]) -> None:
        self.fields = fields
        self.shift = {n: np.zeros(f.rows, np.uint64) for n, f in fields.items()}
        self.word = {n: np.zeros(f.rows, np.intp) for n, f in fields.items()}
        # Bit 0 stays clear, so that no state looks like a free slot of a StateSet.
        self._at = 1
        self._keep: dict[str, Words] = {}
        self.outer: list[Block | None] = []
        self.inner: list[list[Block | None]] = []
        for family in families:
            self._reserve(sum(self._width(b) for b in family))
            start = self._at
            self.inner.append([self._place(block) for block in family])
            self.outer.append(_block(start, self._at))
        self.words = max(1, -(-self._at // WORD))

    def _width(self, block: Sequence[Place]) -> int:
        return sum(self.fields[n].bits for n, _ in block)

    def _reserve(self, width: int) -> None:
        """Start a new word rather than cut something that fits into one."""
        if width <= WORD and self._at % WORD + width > WORD:
            self._at += WORD - self._at % WORD

    def _place(self, block: Sequence[Place]) -> Block | None:
        self._reserve(self._width(block))
        start = self._at
        for name, row in block:
            self._reserve(self.fields[name].bits)
            self.word[name][row] = self._at // WORD
            self.shift[name][row] = self._at % WORD
            self._at += self.fields[name].bits
        return _block(start, self._at)

    def keep_mask(self, name: str) -> Words:
        """Per word and row: all bits but those of that row's field."""
        found = self._keep.get(name)
        if found is None:
            found = self._keep[name] = self._keep_mask(name)
        return found

    def _keep_mask(self, name: str) -> Words:
        field = self.fields[name]
        keep = np.full((self.words, field.rows), ~np.uint64(0))
        bits = np.uint64((1 << field.bits) - 1)
        keep[self.word[name], np.arange(field.rows)] = ~(bits << self.shift[name])
        return keep

    def put(self, words: Words, name: str, values: Array) -> None:
        """Write a place without index; its bits are clear."""
        bits = raw_bits(values, self.fields[name])
        words[self.word[name][0]] |= bits << self.shift[name][0]

    def unpack(self, words: Words) -> dict[str, Array]:
        """Every state variable as an array: its rows, then the states."""
        return {name: self._unpack(name, field, words) for name, field in self.fields.items()}

    def _unpack(self, name: str, field: Field, words: Words) -> Array:
        n = words.shape[1]
        source = words if self.words == 1 else words[self.word[name]]
        raw = (source >> self.shift[name][:, None]) & np.uint64((1 << field.bits) - 1)
        values: Array = raw.astype(field.dtype)
        if field.signed:
            values -= (values & values.dtype.type(1 << (field.bits - 1))) << 1
        return values.reshape(*field.shape, n)


def _block(start: int, end: int) -> Block | None:
    """The block of these bits, if they lie in one word and are some."""
    if end == start or start // WORD != (end - 1) // WORD:
        return None
    return Block(start // WORD, start % WORD, end - start)


def raw_bits(values: Array, field: Field) -> Words:
    """Values as they stand in their field, unshifted.  The caller checks the range."""
    if values.dtype == np.bool_:
        return values.astype(np.uint64)
    if field.signed:
        return values.astype(np.int64).view(np.uint64) & np.uint64((1 << field.bits) - 1)
    return values.astype(np.uint64, copy=False)


def mask_type(size: int) -> DTypeLike:
    """The smallest unsigned type with a bit per element."""
    for bits, dtype in ((8, np.uint8), (16, np.uint16), (32, np.uint32)):
        if size <= bits:
            return dtype
    return np.uint64


def element_bits(size: int) -> int:
    """Bits to tell `size` values apart."""
    return max(1, (size - 1).bit_length())
