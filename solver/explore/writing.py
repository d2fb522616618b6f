"""New values put into packed states."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from solver.explore.packing import Layout, Words, raw_bits
from solver.explore.program import Write
from solver.explore.tape import Array, Registers
from spec.ir import INT

Indices = NDArray[np.intp]


class Writer:
    """Puts the values of one write into packed states.

    Args:
        instances: tuples of arguments; None for an initial value.
    """

    def __init__(
        self, write: Write, layout: Layout, registers: Registers, instances: int | None
    ) -> None:
        self.name = write.state
        self._write = write
        self._value = write.value
        self._field = layout.fields[write.state]
        self._rows = self._static_rows(write, registers, instances or 1)
        self._shift = layout.shift[write.state]
        self._word = layout.word[write.state]
        self._all_keep = layout.keep_mask(write.state)
        self.keep: Words | None = None
        if self._rows is not None and instances is not None:
            self.keep = np.bitwise_and.reduce(self._all_keep[:, self._rows], axis=2)

    def _static_rows(
        self, write: Write, registers: Registers, instances: int
    ) -> Indices | None:
        """Rows written, per tuple of arguments; None if they depend on the state."""
        shape = self._field.shape
        at = np.zeros((instances, 1), np.intp)
        for coord, size in zip(write.coords, shape, strict=True):
            if isinstance(coord, int):
                at = (at[:, :, None] * size + np.arange(size)).reshape(instances, -1)
            elif coord.moving:
                return None
            else:
                at = at * size + np.broadcast_to(registers[coord.at], (instances, 1))
        return at

    def put(
        self, words: Words, registers: Registers, instance: Indices | None
    ) -> NDArray[np.bool_] | None:
        """Write into `words`; the bits of static rows are clear already.

        Returns:
            Where the values fit their field; None if all do.
        """
        m = words.shape[1]
        rows = self._rows
        if rows is None:
            rows = self._moving_rows(registers, m)
            self._clear(words, rows)
        elif instance is not None:
            rows = rows.take(instance, axis=0)
        values = registers[self._value.at]
        fits = self._fitting(values, m)
        values = self._spread(values)
        for i in range(rows.shape[1]):
            bits = raw_bits(values[i if values.shape[0] > 1 else 0], self._field)
            self._or(words, rows[:, i], bits)
        return fits

    def _spread(self, values: Array) -> Array:
        """One row of values per row written (or one for all of them)."""
        if not self._value.dims:
            return values.reshape(1, -1)
        coords = zip(self._write.coords, self._field.shape, strict=True)
        run = {c: size for c, size in coords if isinstance(c, int)}
        there = tuple(slice(None) if d in self._value.dims else None for d in sorted(run))
        in_order = [sorted(run).index(d) for d in run]
        full = values[(*there, slice(None))].transpose(*in_order, len(run))
        full = np.broadcast_to(full, (*run.values(), values.shape[-1]))
        return full.reshape(-1, values.shape[-1])

    def _or(self, words: Words, rows: Indices, bits: Words) -> None:
        placed = bits << self._shift.take(rows)
        if words.shape[0] == 1:
            words[0] |= placed
            return
        where = self._word.take(rows)
        for w in np.unique(where).tolist():
            words[w] |= np.where(where == w, placed, np.uint64(0))

    def _moving_rows(self, registers: Registers, m: int) -> Indices:
        at = np.zeros((m, 1), np.intp)
        for coord, size in zip(self._write.coords, self._field.shape, strict=True):
            if isinstance(coord, int):
                at = (at[:, :, None] * size + np.arange(size)).reshape(m, -1)
            else:
                at = at * size + broadcast(registers[coord.at], (m,))[:, None]
        return at

    def _clear(self, words: Words, rows: Indices) -> None:
        for i in range(rows.shape[1]):
            words &= self._all_keep.take(rows[:, i], axis=1)

    def _fitting(self, values: Array, m: int) -> NDArray[np.bool_] | None:
        if self._field.kind != INT:
            return None
        fits = np.asarray((values >= self._field.low) & (values <= self._field.high))
        if fits.all():
            return None
        columns = np.bitwise_and.reduce(fits.reshape(-1, fits.shape[-1]), axis=0)
        return broadcast(columns, (m,))


def kept_by_all(writers: Sequence[Writer]) -> Words | None:
    """Per word and tuple of arguments: the bits that no static write touches."""
    masks = [w.keep for w in writers if w.keep is not None]
    if not masks:
        return None
    kept: Words = np.bitwise_and.reduce(masks)
    return kept


def broadcast(values: Array, shape: tuple[int, ...]) -> Array:
    return values if values.shape == shape else np.broadcast_to(values, shape)
