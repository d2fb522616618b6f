"""Straight-line programs over numpy arrays, with every computation written once.

A tape has registers and segments; a segment is a list of instructions, run in order.
An array's last axis is the frontier (one entry per state, or per step taken), of
length 1 where the value is the same for all; the axes before it are *dims*: one per
variable that the value depends on.  Emitting an instruction that exists already gives
the register of the first.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Registers = list[Any]


@dataclass(frozen=True, slots=True)
class Val:
    """A value on the tape: its register, its dims (increasing), and whether it moves,
    that is, has an entry per state rather than one for all."""

    at: int
    dims: tuple[int, ...]
    moving: bool


@dataclass(frozen=True, slots=True)
class Instruction:
    run: Callable[..., Any]
    ins: tuple[int, ...]
    out: int


class Tape:
    """Segments of instructions under construction, and then run."""

    def __init__(self) -> None:
        self.inputs: dict[Hashable, int] = {}
        self.segments: dict[str, list[Instruction]] = {}
        self.size = 0
        self._known: dict[Hashable, int] = {}
        self._codes: dict[str, Code] = {}

    def input(self, *key: Hashable) -> int:
        """The register that the user of the tape fills under this key."""
        if key not in self.inputs:
            self.inputs[key] = self._register()
        return self.inputs[key]

    def emit(
        self, segment: str, op: str, ins: Sequence[int], extra: tuple[Hashable, ...] = ()
    ) -> int:
        """The register that holds `op(*registers, *extra)` once the segment has run."""
        key = (segment, op, tuple(ins), extra)
        if key not in self._known:
            out = self._known[key] = self._register()
            run = KERNELS[op]
            if extra:
                run = _with_extra(run, extra)
            self.segments.setdefault(segment, []).append(Instruction(run, tuple(ins), out))
        return self._known[key]

    def _register(self) -> int:
        self.size += 1
        return self.size - 1

    def code(self, segment: str) -> Code:
        """The finished segment, ready to run."""
        if segment not in self._codes:
            self._codes[segment] = Code(self.segments.get(segment, []))
        return self._codes[segment]

    def code_for(self, segment: str, wanted: Iterable[int]) -> Code:
        """The instructions of a segment that these registers need."""
        needed = set(wanted)
        kept = []
        for step in reversed(self.segments.get(segment, [])):
            if step.out in needed:
                kept.append(step)
                needed.update(step.ins)
        return Code(kept[::-1])

    def used(self, segment: str) -> set[int]:
        """The registers that the segment reads."""
        return {i for step in self.segments.get(segment, []) for i in step.ins}


class Code:
    """A runnable list of instructions."""

    def __init__(self, steps: Sequence[Instruction]) -> None:
        self._steps = [(s.run, s.ins, len(s.ins), s.out) for s in steps]

    def run(self, registers: Registers) -> None:
        for fn, ins, arity, out in self._steps:
            if arity == 2:
                a, b = ins
                registers[out] = fn(registers[a], registers[b])
            elif arity == 1:
                registers[out] = fn(registers[ins[0]])
            else:
                registers[out] = fn(*[registers[i] for i in ins])


def _with_extra(run: Callable[..., Any], extra: tuple[Hashable, ...]) -> Callable[..., Any]:
    return lambda *arrays: run(*arrays, *extra)


# ------------------------------------------------------------------ kernels


def _expand(a: Array, index: tuple[object, ...]) -> Array:
    """Axes of length 1 where `index` has None."""
    return a[tuple(slice(None) if x else None for x in index)]


def _select(c: Array, a: Array, b: Array) -> Array:
    """`a` where `c`, else `b`; several times faster than numpy's `where`."""
    return np.asarray(b ^ ((a ^ b) * c))


def _choose(c: Array, a: Array, b: Array) -> Array:
    """The same for truth values."""
    return np.asarray(b ^ ((a ^ b) & c))


def _test(row: Array, bit: Array) -> Array:
    return np.asarray((row & bit) != 0)


def _quotient(a: Array, b: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.floor_divide(a, b)


def _step_cells(base: Array, rows: Array, states: Array) -> Array:
    """One cell of `base` per step: its row there, in the step's state."""
    taken: Array = base.reshape(-1).take(rows * base.shape[-1] + states)
    return taken


def _gather_rows(base: Array, rows: Array) -> Array:
    taken: Array = base.reshape(-1, base.shape[-1]).take(rows[..., 0], axis=0)
    return taken


def _gather_cells(base: Array, rows: Array) -> Array:
    n = base.shape[-1]
    taken: Array = base.reshape(-1).take(rows * n + np.arange(n))
    return taken


def _collect(bits: Array, places: Array, axis: int) -> Array:
    """Truth values along an axis as one mask."""
    shape = [1] * bits.ndim
    shape[axis] = -1
    weights = places.reshape(shape)
    return np.asarray(np.bitwise_or.reduce(bits * weights, axis=axis))


def _count(bits: Array, like: Array) -> Array:
    return np.bitwise_count(bits).astype(like.dtype)


KERNELS: dict[str, Callable[..., Any]] = {
    "expand": lambda a, *index: _expand(a, index),
    "transpose": lambda a, *order: a.transpose(*order, a.ndim - 1),
    "not": np.logical_not,
    "and": np.bitwise_and,
    "or": np.bitwise_or,
    "xor": np.bitwise_xor,
    "==": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": _quotient,
    "fill": np.multiply,
    "select": _select,
    "choose": _choose,
    "test": _test,
    "nonzero": lambda mask: mask != 0,
    "bitcount": _count,
    "all": lambda a, *axes: np.bitwise_and.reduce(a, axis=axes),
    "some": lambda a, *axes: np.bitwise_or.reduce(a, axis=axes),
    "sum": lambda a, like, *axes: np.add.reduce(a, axis=axes, dtype=like.dtype),
    "collect": _collect,
    "index": lambda a: a.astype(np.intp),
    "lookup": lambda table, at: table.take(at),
    "row": lambda at, extent, index: at * extent + index,
    "step_cells": _step_cells,
    "gather_rows": _gather_rows,
    "gather_cells": _gather_cells,
    "gather_const": lambda base, rows: base.reshape(-1).take(rows),
    "rows": lambda a, rows: a.take(rows[:, 0], axis=0),
    "columns": lambda a, states: a.take(states, axis=-1),
    "per_step": lambda a, instances: a[:, 0].take(instances),
}
