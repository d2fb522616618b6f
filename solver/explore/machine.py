"""A program in one world: packed states in, conditions and packed successors out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from solver.explore.grounding import INSTANCE_DIM
from solver.explore.packing import Layout, Words, mask_type
from solver.explore.program import Move, Program
from solver.explore.tape import Array, Code, Registers
from solver.explore.writing import Indices, Writer, broadcast, kept_by_all
from spec.ir import BOOL, INT, Type

CELLS = 1 << 20
"""Entries of the widest array while a chunk of states is worked on: about what a
second-level cache holds."""
LEAST_CHUNK, MOST_CHUNK = 16, 1 << 15


@dataclass(frozen=True, slots=True)
class Domain:
    """Sizes of all types in one scope, and the array types that fit them.

    `sizes` has every sort and Bool; `number` is the type for ints; `numbers` how many
    values (0, 1, ...) an int has where one must be enumerated.
    """

    sizes: Mapping[Type, int]
    number: DTypeLike
    numbers: int

    @property
    def element(self) -> DTypeLike:
        return np.uint8 if max(self.sizes.values()) < 255 else np.uint32

    def size(self, type_: Type) -> int:
        """How many values a type has; `none` counts."""
        if type_ == INT:
            return self.numbers
        return self.sizes[type_.rstrip("?")] + type_.endswith("?")

    def dtype(self, type_: Type) -> DTypeLike:
        if type_ == BOOL:
            return np.bool_
        return self.number if type_ == INT else self.element


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps of one action from the states of a chunk: `state` and `instance` say which
    state and which tuple of arguments; `after` are the packed states they lead to."""

    move: int
    state: Indices
    instance: Indices
    after: Words


@dataclass(frozen=True, slots=True)
class Breach:
    """Steps that break a duty: they lead nowhere."""

    duty: str
    move: int
    state: Indices
    instance: Indices


class Machine:
    """The program with the constants of one world, on one layout of the states.

    Args:
        consts: an array per constant: its indices, then an axis of length 1.  A truth
            value with a lifted index is a mask.
        frozen: per frozen constant of the program its value in each initial state.
        starts: how many initial states there are.
    """

    def __init__(
        self,
        program: Program,
        domain: Domain,
        layout: Layout,
        consts: Mapping[str, Array],
        frozen: Mapping[str, Array],
        starts: int,
    ) -> None:
        self.program = program
        self.domain = domain
        self.layout = layout
        self.overflowed: dict[str, None] = {}
        """States whose field was too narrow for a new value, since the last look."""
        self._frozen = frozen
        self._starts = starts
        self.registers: Registers = [None] * program.tape.size
        self._fill_constants(consts)
        self._run("const")
        self.moves: list[_Bound] = []
        for number, move in enumerate(program.moves):
            bound = self._bind(number, move)
            if bound is not None:
                self.moves.append(bound)
        self._state_inputs = {n: self._input("symbol", n) for n in layout.fields}
        self._watched: tuple[str, ...] | None = None
        self._states_code = Code(())
        self.watch(tuple(program.conditions))
        self.widest = self._widest()
        self.chunk = max(LEAST_CHUNK, min(MOST_CHUNK, CELLS // self.widest))
        """States worked on at once: the widest array should stay in the cache."""

    # ---------------------------------------------------------------- setup

    def _input(self, *key: object) -> int | None:
        return self.program.tape.inputs.get(key)

    def _run(self, segment: str) -> None:
        self.program.tape.code(segment).run(self.registers)

    def _fill_constants(self, consts: Mapping[str, Array]) -> None:
        for key, at in self.program.tape.inputs.items():
            assert isinstance(key, tuple)
            if key[0] == "symbol":
                self.registers[at] = consts.get(key[1])
            elif key[0] not in ("param", "index", "state", "instance"):
                self.registers[at] = self._constant(*key)

    def _constant(self, kind: str, *what: Any) -> Array:
        d = self.domain
        match kind:
            case "lit":
                type_, value = what
                return np.array([value], d.dtype(type_) if type_ else d.element)
            case "axis":
                return np.arange(d.size(what[0])).astype(d.dtype(what[0]))[:, None]
            case "size":
                return np.array([d.sizes[what[0]]], d.element)
            case "last":
                return np.array([d.sizes[what[0]] - 1], d.element)
            case "count":
                return np.array([d.sizes[what[0]]], d.number)
            case "extent":
                return np.array([d.sizes[what[0]]], np.intp)
            case "full":
                size = d.sizes[what[0]]
                return np.array([(1 << size) - 1], mask_type(size))
            case "places":
                size = d.sizes[what[0]]
                return np.array([1 << i for i in range(size)], mask_type(size))
            case _:
                assert kind == "table", kind
                return _comparisons(what[0], d.sizes[what[1]])

    def _bind(self, number: int, move: Move) -> _Bound | None:
        """The action's tuples of arguments in this world; None if it has none."""
        sizes = [self.domain.size(t) for _, t in move.params]
        grid = np.indices(sizes, dtype=np.intp).reshape(len(sizes), math.prod(sizes))
        self._fill_params(f"grid {move.name}", move, grid)
        self._run(f"grid {move.name}")
        if move.allowed is not None:
            held = np.broadcast_to(self.registers[move.allowed.at], (grid.shape[1], 1))
            grid = grid[:, held[:, 0]]
        if not grid.shape[1]:
            return None
        self._fill_params(move.name, move, grid)
        self._run(f"prelude {move.name}")
        return _Bound(self, number, move, grid)

    def _fill_params(self, owner: str, move: Move, grid: Indices) -> None:
        for (name, type_), values in zip(move.params, grid, strict=True):
            for kind, dtype in (("param", self.domain.dtype(type_)), ("index", np.intp)):
                at = self._input(kind, owner, name)
                if at is not None:
                    self.registers[at] = values.astype(dtype)[:, None]

    def watch(self, names: Sequence[str]) -> None:
        """From now on evaluate only these conditions."""
        if tuple(names) == self._watched:
            return
        tape = self.program.tape
        wanted = {self.program.conditions[n].at for n in names}
        for bound in self.moves:
            wanted |= bound.wanted
        self._watched = tuple(names)
        self._states_code = tape.code_for("states", wanted)

    def _widest(self) -> int:
        """Entries per state of the widest array."""
        terms = self.program.grounder
        tuples = {b.move.name: b.grid.shape[1] for b in self.moves}
        widest = 1
        for owner, dims in terms.widths:
            axes = [self.domain.size(terms.axis_sorts[d]) for d in dims if d != INSTANCE_DIM]
            if INSTANCE_DIM in dims:
                axes.append(tuples.get(owner, 0))
            widest = max(widest, math.prod(axes))
        return widest

    # ------------------------------------------------------------------ run

    def initial(self) -> Words:
        """The initial states, one for each setup of the constants."""
        words = np.zeros((self.layout.words, self._starts), np.uint64)
        for name, values in self._frozen.items():
            self.layout.put(words, name, values)
            at = self._state_inputs[name]
            if at is not None:
                self.registers[at] = values
        self._run("initial")
        for write in self.program.inits.values():
            writer = Writer(write, self.layout, self.registers, None)
            if writer.put(words, self.registers, None) is not None:
                self.overflowed[writer.name] = None
        return words

    def load(self, words: Words) -> None:
        """Take these states as the frontier."""
        for name, values in self.layout.unpack(words).items():
            at = self._state_inputs[name]
            if at is not None:
                self.registers[at] = values
        self._count = words.shape[1]
        self._words = words
        self._states_code.run(self.registers)

    def conditions(self) -> Iterator[tuple[str, NDArray[np.bool_]]]:
        """Each watched condition with its truth in every state of the frontier."""
        for name in self._watched or ():
            held = self.registers[self.program.conditions[name].at]
            yield name, broadcast(held, (self._count,))

    def steps(self, breaches: list[Breach]) -> Iterator[Steps]:
        """The steps from the frontier; those that break a duty go into `breaches`."""
        for bound in self.moves:
            made = bound.steps(self.registers, self._words, breaches)
            if made is not None:
                yield made

    def arguments(self, move: int, instance: int) -> tuple[str, dict[str, int]]:
        """An action's name and its arguments by name."""
        bound = next(b for b in self.moves if b.number == move)
        values = bound.grid[:, instance].tolist()
        names = [n for n, _ in bound.move.params]
        return bound.move.name, dict(zip(names, values, strict=True))


class _Bound:
    """An action with its tuples of arguments in one world."""

    def __init__(self, machine: Machine, number: int, move: Move, grid: Indices) -> None:
        self.number, self.move, self.grid = number, move, grid
        tape = machine.program.tape
        self._guard_code = tape.code(f"guard {move.name}")
        self._step_code = tape.code(f"step {move.name}")
        self._writers = [
            Writer(w, machine.layout, machine.registers, grid.shape[1]) for w in move.writes
        ]
        self._keep = kept_by_all(self._writers)
        self._overflowed = machine.overflowed
        self._instance = tape.inputs.get(("instance",))
        self._state = tape.inputs.get(("state",))
        self.wanted = tape.used(f"guard {move.name}") | tape.used(f"step {move.name}")
        if move.guard is not None:
            self.wanted.add(move.guard.at)
        self.wanted |= {w.value.at for w in move.writes} | {d.at for _, d in move.duties}
        self.wanted |= {c.at for w in move.writes for c in w.coords if not isinstance(c, int)}

    def steps(
        self, registers: Registers, words: Words, breaches: list[Breach]
    ) -> Steps | None:
        instance, state = self._enabled(registers, words.shape[1])
        if not state.size:
            return None
        if self._instance is not None:
            registers[self._instance] = instance
        if self._state is not None:
            registers[self._state] = state
        self._step_code.run(registers)
        sound = self._dutiful(registers, instance, state, breaches)
        after = words.take(state, axis=1)
        if self._keep is not None:
            after &= self._keep.take(instance, axis=1)
        for writer in self._writers:
            fits = writer.put(after, registers, instance)
            if fits is not None:
                self._overflowed[writer.name] = None
                sound = fits if sound is None else sound & fits
        if sound is not None and not sound.all():
            kept = np.flatnonzero(sound)
            return Steps(self.number, state[kept], instance[kept], after[:, kept])
        return Steps(self.number, state, instance, after)

    def _enabled(self, registers: Registers, n: int) -> tuple[Indices, Indices]:
        count = self.grid.shape[1]
        if self.move.guard is None:
            cells: Indices = np.arange(count * n)
        else:
            self._guard_code.run(registers)
            held = registers[self.move.guard.at]
            cells = broadcast(held, (count, n)).reshape(-1).nonzero()[0]
        if count == 1:
            return np.zeros(cells.size, np.intp), cells
        instance = cells // n
        return instance, cells - instance * n

    def _dutiful(
        self, registers: Registers, instance: Indices, state: Indices, breaches: list[Breach]
    ) -> NDArray[np.bool_] | None:
        sound: NDArray[np.bool_] | None = None
        for key, ok in self.move.duties:
            held = broadcast(registers[ok.at], (state.size,))
            if not held.all():
                broken = np.flatnonzero(~held)
                breaches.append(Breach(key, self.number, state[broken], instance[broken]))
                sound = held if sound is None else np.logical_and(sound, held)
        return sound


def _comparisons(op: str, size: int) -> Array:
    """Row q: the elements p with `p op q`, as bits; a last row, empty, for `none`."""
    tests = {
        "==": lambda p, q: p == q, "<": lambda p, q: p < q, "<=": lambda p, q: p <= q,
        ">": lambda p, q: p > q, ">=": lambda p, q: p >= q,
    }
    rows = [sum(1 << p for p in range(size) if tests[op](p, q)) for q in range(size)]
    return np.array([*rows, 0], mask_type(size))
