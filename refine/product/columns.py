"""Packed states as an implementation reads them: a value of every state at every index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.explore.machine import Machine
from solver.explore.packing import Layout, Words
from spec.ir import BOOL, StateVar, System
from spec.trace import State, Table, Value

Column = NDArray[Any]


class Columns:
    """Some packed states, unpacked.

    Args:
        shapes: how they are packed.
        words: a column per state.
    """

    def __init__(self, shapes: Shapes, words: Words) -> None:
        self._shapes = shapes
        self._arrays = shapes.layout.unpack(words)
        self._known: dict[tuple[str, tuple[int, ...]], Column] = {}

    def __getitem__(self, place: tuple[str, tuple[int, ...]]) -> Column:
        """The values of a state at indices, one for each packed state."""
        found = self._known.get(place)
        if found is None:
            found = self._known[place] = self._shapes.column(self._arrays, *place)
        return found

    def raw(self, name: str) -> Column:
        """All of a state, as it is packed: a row per place."""
        array = self._arrays[name]
        return array.reshape(-1, array.shape[-1])

    def state(self, at: int) -> State:
        """One of them as the evaluator has it."""
        found: State = {}
        for s in self._shapes.states:
            values: Table = {
                i: self._shapes.plain(s, self[s.name, i][at]) for i in self._shapes.indices(s)
            }
            found[s.name] = values if s.index else values[()]
        return found


class Shapes:
    """How the states of a system lie in the packed states of one machine."""

    def __init__(self, system: System, machine: Machine) -> None:
        self.layout: Layout = machine.layout
        self.states = tuple(s for s in system.states if s.name in machine.layout.fields)
        self._sizes = machine.domain.sizes
        self._lifted = {s.name: machine.program.symbols[s.name].lifted for s in self.states}

    def indices(self, state: StateVar) -> Sequence[tuple[int, ...]]:
        return list(product(*(range(self._sizes[t]) for t in state.index)))

    def column(
        self, arrays: Mapping[str, Column], name: str, index: tuple[int, ...]
    ) -> Column:
        lifted = self._lifted[name]
        if lifted is None:
            found: Column = arrays[name][index]
            return found
        rows = arrays[name][index[:lifted] + index[lifted + 1 :]]
        held: Column = (rows >> rows.dtype.type(index[lifted])) & 1 != 0
        return held

    def plain(self, state: StateVar, value: Any) -> Value:
        """A value of a column as the evaluator has it."""
        if state.type == BOOL:
            return bool(value)
        if state.type.endswith("?") and int(value) == self._sizes[state.type[:-1]]:
            return None
        return int(value)

    def packed(self, state: StateVar, value: Value | Table) -> list[int]:
        """What `Columns.raw` has for this value of a state."""
        table: Table = value if isinstance(value, dict) else {(): value}
        lifted = self._lifted[state.name]
        if lifted is None:
            return [self._number(state, table[at]) for at in self.indices(state)]
        rows: dict[tuple[int, ...], int] = {}
        for at in self.indices(state):
            row = at[:lifted] + at[lifted + 1 :]
            rows[row] = rows.get(row, 0) | bool(table[at]) << at[lifted]
        return list(rows.values())

    def _number(self, state: StateVar, value: Value) -> int:
        if value is None:
            return self._sizes[state.type[:-1]]
        return int(value)


def stacked(columns: Columns, names: Sequence[str], first: Column) -> Column:
    """`first` and all of these states, a row per place: states with equal columns here are
    alike in them."""
    parts = [first[None, :].astype(np.int64)]
    parts += [columns.raw(n).astype(np.int64) for n in names]
    return np.concatenate(parts)
