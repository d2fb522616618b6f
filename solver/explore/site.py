"""A slice prepared for searching: its programs, and a machine for each world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np
from numpy.typing import DTypeLike

from solver.explore.canonical import Canoniser
from solver.explore.ladder import Scope, sizes_in
from solver.explore.machine import Domain, Machine
from solver.explore.packing import Field, Layout, element_bits, mask_type
from solver.explore.program import Program
from solver.explore.search import Search
from solver.explore.slicing import Slice
from solver.explore.symmetry import Setting, Table, analyse, element_sorts
from solver.explore.tape import Array
from solver.explore.widths import Sums, Width, first_widths, number_type
from solver.explore.worlds import NUMBERS, Setup
from spec import ir
from spec.ir import BOOL, INT, Const, Expr, StateVar, System, Type

MASK_BITS = 64
FEW_TUPLES = 600
"""A scope is small while its actions have no more tuples of arguments than this."""


MOST_TUPLES = 1 << 17
MOST_CELLS = 1 << 22


class TooLarge(Exception):
    """A scope that cannot be explored; the message says what is too large in it."""


@dataclass(slots=True)
class Site:
    """One slice of a system with the conditions to watch."""

    system: System
    cut: Slice
    conditions: Mapping[str, Expr]
    _programs: dict[object, Program] = field(default_factory=dict)
    _exprs: tuple[Expr, ...] = ()
    _types: frozenset[Type] = frozenset()
    _sums: Sums = field(default_factory=lambda: Sums((), 0))
    _number_types: dict[object, DTypeLike | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._exprs = tuple(dict.fromkeys(self._expressions()))
        self._types = self._used_types()
        self._sums = Sums.of(self._exprs)

    def types(self) -> frozenset[Type]:
        """The sorts whose sizes make a difference here."""
        return self._types

    def _expressions(self) -> Iterator[Expr]:
        """Everything that is evaluated in this slice."""
        for s in self._states():
            yield s.init
        for a in self.cut.actions:
            yield a.guard
            yield from a.updates.values()
            yield from (d.ok for d in a.duties)
        yield from self.conditions.values()

    def _used_types(self) -> frozenset[Type]:
        found: set[Type] = set()
        for s in self._states():
            found |= {*s.index, s.type.rstrip("?")}
        for c in self._consts():
            found |= {*c.index, c.type.rstrip("?")}
        for a in self.cut.actions:
            found |= {t for _, t in a.params}
        for e in self._exprs:
            for x in ir.walk(e):
                if isinstance(x.data, tuple):
                    found |= set(x.data)
        return frozenset(found)

    def first_widths(self, scope: Scope) -> dict[str, Width]:
        sizes = sizes_in(self.system, scope)
        return first_widths(self.system, self.cut.states, sizes, self._sums)

    def groups(self, scope: Scope, setups: Sequence[Setup]) -> list[list[Setup]]:
        """The worlds to search together.

        In a small scope those that differ in plain truth values and enums only: a search
        of few states costs mostly what any search costs.  In a large one each alone,
        with the truth values built in.
        """
        if self._tuples(scope) > FEW_TUPLES:
            return [[s] for s in setups]
        plain = {c.name for c in self._plain()}
        found: dict[tuple[int, ...], list[Setup]] = {}
        for s in setups:
            tables = (t for n, t in s.kept.items() if n not in plain)
            key = tuple(int(x) for t in tables for x in t.reshape(-1))
            found.setdefault(key, []).append(s)
        return list(found.values())

    def search(
        self,
        scope: Scope,
        setups: Sequence[Setup],
        widths: Mapping[str, Width],
        most: int,
        cut: bool,
    ) -> Search:
        """A search of one group of worlds, that has not begun.

        Raises:
            TooLarge: what it takes does not fit.
        """
        if self._tuples(scope) > MOST_TUPLES:
            raise TooLarge("the arguments of operations are too many to list")
        setup = setups[0]
        plain = self._plain() if len(setups) > 1 else []
        sizes = sizes_in(self.system, scope)
        liftable = frozenset(
            s.name for s in self.system.sorts if s.kind == "range" and sizes[s.name] <= MASK_BITS
        )
        program = self._program(setups, liftable)
        domain = Domain(sizes, self._number(sizes, setup, widths), NUMBERS)
        setting = self._setting(sizes, setup, program)
        symmetry = analyse(setting)
        fields = {
            s.name: self._field(s, setting.shapes[s.name], domain, widths, program)
            for s in self._states()
        }
        for c in plain:
            bits = element_bits(domain.size(c.type))
            fields[c.name] = Field((), bits, domain.dtype(c.type), c.type)
        layout = Layout(fields, [*symmetry.families, *([[(c.name, 0)]] for c in plain)])
        consts = {
            c.name: self._array(c, setup, domain, program)
            for c in self.system.consts if c not in plain
        }
        frozen = {
            c.name: np.array([int(s.kept[c.name]) for s in setups], domain.dtype(c.type))
            for c in plain
        }
        machine = Machine(program, domain, layout, consts, frozen, len(setups))
        if machine.widest > MOST_CELLS:
            raise TooLarge("what quantifiers run through is too much")
        return Search(machine, Canoniser(symmetry, setting, layout), most, cut)

    # ---------------------------------------------------------------- parts

    def _tuples(self, scope: Scope) -> int:
        """How many tuples of arguments the actions have."""
        sizes = sizes_in(self.system, scope)
        return sum(prod(sizes.get(t, 1) for _, t in a.params) for a in self.cut.actions)

    def _states(self) -> list[StateVar]:
        return [s for s in self.system.states if s.name in self.cut.states]

    def _consts(self) -> list[Const]:
        return [c for c in self.system.consts if c.name in self.cut.consts]

    def _plain(self) -> list[Const]:
        """Kept truth values and enums without index."""
        enums = {s.name for s in self.system.sorts if s.kind == "enum"}
        return [
            c for c in self._consts() if not c.index and (c.type == BOOL or c.type in enums)
        ]

    def _program(self, setups: Sequence[Setup], liftable: frozenset[Type]) -> Program:
        """For a world alone its plain constants are built in."""
        known: dict[Expr, Expr] = {}
        frozen = frozenset(c.name for c in self._plain()) if len(setups) > 1 else frozenset()
        for c in self._plain() if not frozen else []:
            value = int(setups[0].kept[c.name])
            literal = ir.lit(bool(value) if c.type == BOOL else value, c.type)
            known[ir.read(c.name, (), c.type)] = literal
        key = (tuple(known.values()), frozen, liftable)
        if key not in self._programs:
            self._programs[key] = Program(
                self.system, self.cut, self.conditions, known, frozen, liftable
            )
        return self._programs[key]

    def _number(
        self, sizes: Mapping[Type, int], setup: Setup, widths: Mapping[str, Width]
    ) -> DTypeLike:
        reads = {name: w.largest for name, w in widths.items()}
        for c in self._consts():
            if c.type == INT:
                reads[c.name] = int(np.abs(setup.kept[c.name]).max())
        key = (*sizes.items(), *reads.items())
        if key not in self._number_types:
            self._number_types[key] = number_type(self._exprs, sizes, reads)
        found = self._number_types[key]
        if found is None:
            raise TooLarge("numbers do not fit 64 bits")
        return found

    def _setting(
        self, sizes: Mapping[Type, int], setup: Setup, program: Program
    ) -> Setting:
        used = self.types()
        shapes = {}
        for s in self._states():
            lifted = program.symbols[s.name].lifted
            shapes[s.name] = tuple(t for i, t in enumerate(s.index) if i != lifted)
        sorts = tuple(s for s in element_sorts(self.system) if s in used)
        return Setting(
            sizes, sorts, tuple(self._states()), shapes, tuple(self._consts()), setup.kept
        )

    def _field(
        self, s: StateVar, shape: tuple[Type, ...], domain: Domain,
        widths: Mapping[str, Width], program: Program,
    ) -> Field:
        rows = tuple(domain.sizes[t] for t in shape)
        lifted = program.symbols[s.name].lifted
        if lifted is not None:
            size = domain.sizes[s.index[lifted]]
            return Field(rows, size, mask_type(size), "mask")
        if s.type == INT:
            width = widths[s.name]
            return Field(rows, width.bits, domain.number, INT, width.signed)
        bits = 1 if s.type == BOOL else element_bits(domain.size(s.type))
        return Field(rows, bits, domain.dtype(s.type), s.type)

    def _array(self, c: Const, setup: Setup, domain: Domain, program: Program) -> Array:
        table: Table = setup.kept[c.name] if c.name in setup.kept else setup.others[c.name]
        lifted = program.symbols[c.name].lifted
        if lifted is None:
            plain: Array = table.astype(domain.dtype(c.type))
            return plain[..., None]
        size = domain.sizes[c.index[lifted]]
        rows = np.moveaxis(table, lifted, -1).astype(np.uint64)
        bits = np.array([1 << i for i in range(size)], np.uint64)
        packed = np.bitwise_or.reduce(rows * bits, axis=-1)
        made: Array = packed.astype(mask_type(size))[..., None]
        return made


