"""All worlds and states of one scope at once: a term for each cell, and what is known of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import z3

from refine.adapter import Binding
from refine.folio import Reader
from refine.symbolic.arithmetic import Term
from refine.symbolic.asking import Limits, Solver, Unfollowable
from refine.symbolic.engine import Engine, current
from refine.symbolic.grounding import NONE, Cells, Val, View
from refine.symbolic.proxies import SBool, SInt, is_symbolic
from solver.explore.ladder import sizes_in
from spec.ir import BOOL, INT, Action, Const, Promise, StateVar, System, Type, is_optional
from spec.trace import State, Table, Value, World

Env = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Picture:
    """What a model says: a world, and a state of it."""

    world: World
    state: State


class Space:
    """Constants and states of a scope as terms.

    `solver` has been told what is known of each: facts about the constants, the given
    invariants, that elements are elements, that `nat` places are not negative.

    Args:
        scope: a size for each sort, values for sizes of ranges and other plain constants.
    """

    def __init__(
        self, binding: Binding, scope: Mapping[str, int], given: Sequence[Promise],
        limits: Limits,
    ) -> None:
        self.binding = binding
        self.system: System = binding.system
        self.limits = limits
        self.ctx = z3.Context()
        self.solver = Solver(self.ctx, limits)
        self.engine = Engine(self.solver, limits)
        self.sizes = sizes_in(self.system, scope)
        self._facts: list[Val] = []
        self.consts: dict[str, Cells] = {c.name: self._const(c, scope) for c in self.system.consts}
        self.states: dict[str, Cells] = {s.name: self._cells(s) for s in self.system.states}
        self.view = View(self.sizes, {**self.consts, **self.states})
        places: list[Const | StateVar] = [*self.system.consts, *self.system.states]
        self._types = {x.name: x.type for x in places}
        known = [f.cond for f in (*self.system.where, *self.system.assumes)]
        self.solver.add(*self._plain([
            *self._facts, *map(self.view.value, known), *(self.view.value(p.cond) for p in given)]))

    def _plain(self, facts: Sequence[Val]) -> list[Any]:
        return [z3.BoolVal(f, self.ctx) if isinstance(f, bool) else f for f in facts]

    # ---------------------------------------------------------------- terms

    def _const(self, const: Const, scope: Mapping[str, int]) -> Cells:
        if const.name in scope:
            value = scope[const.name]
            return {(): bool(value) if const.type == BOOL else value}
        return self._cells(const)

    def _cells(self, what: Const | StateVar) -> Cells:
        return {at: self._cell(what, at)
                for at in product(*(range(self.sizes[t]) for t in what.index))}

    def _cell(self, what: Const | StateVar, at: tuple[int, ...]) -> Any:
        name = f"{what.name}{list(at) if at else ''}"
        if what.type == BOOL:
            return z3.Bool(name, self.ctx)
        term = z3.Int(name, self.ctx)
        if is_optional(what.type) and what.type[:-1] in (BOOL, INT):
            raise Unfollowable(f"{what.name} is an optional number")
        low, high = self.bounds(what.type)
        low = 0 if what.nat else low
        if low is not None:
            self._facts.append(term >= low)
        if high is not None:
            self._facts.append(term <= high)
        return term

    def bounds(self, type_: Type) -> tuple[int | None, int | None]:
        """Of the terms of a type."""
        if type_ == INT:
            return None, None
        return (NONE if is_optional(type_) else 0), self.sizes[type_.rstrip("?")] - 1

    # ------------------------------------------------------------- reading

    def reader(self, states: Mapping[str, Cells]) -> Reader:
        """Constants, and these states, as an implementation reads them."""

        def read(name: str, index: tuple[int, ...]) -> Any:
            cells = self.consts[name] if name in self.consts else states[name]
            at = tuple(i.__index__() if is_symbolic(i) else i for i in index)
            return self._shown(cells[at], self._types[name])

        return read

    def _shown(self, value: Val, type_: Type) -> Any:
        if value is None or isinstance(value, int):
            return None if value == NONE and is_optional(type_) else value
        if type_ == BOOL:
            return SBool(value)
        low, high = self.bounds(type_)
        if is_optional(type_):
            engine = current()
            assert engine is not None
            if engine.branch(value == NONE):
                return None
            low = 0
        return low if low is not None and low == high else SInt(Term(value, low, high))

    # --------------------------------------------------------------- steps

    def arguments(self, params: Sequence[tuple[str, Type]]) -> Iterator[dict[str, int]]:
        """Every choice of arguments, in order."""
        names = [n for n, _ in params]
        for args in product(*(range(self.sizes[t]) for _, t in params)):
            yield dict(zip(names, args, strict=True))

    def enabled(self, action: Action, args: Env) -> list[Val]:
        """What holds where the step is taken: its guard, and that it breaks no duty."""
        return [self.view.value(action.guard, args),
                *(self.view.value(d.ok, args) for d in action.duties)]

    def after(self, action: Action, args: Env) -> dict[str, Cells]:
        """The states after the step."""
        found = dict(self.states)
        for name, body in action.updates.items():
            found[name] = self.view.table(self.system.state(name).index, body, args)
        return found

    def initial(self) -> dict[str, Cells]:
        """The initial state."""
        view = View(self.sizes, self.consts)
        return {s.name: view.table(s.index, s.init, {}) for s in self.system.states}

    # ------------------------------------------------------------- pictures

    def picture(self, model: Any, states: Mapping[str, Cells] | None = None) -> Picture:
        """What a model says of constants and states."""
        shown = self.states if states is None else states
        consts = {c.name: self._table(model, self.consts[c.name], c) for c in self.system.consts}
        state = {s.name: self._table(model, shown[s.name], s) for s in self.system.states}
        sizes = {n: k for n, k in self.sizes.items() if n != "Bool"}
        return Picture(World(sizes, consts), state)

    def _table(self, model: Any, cells: Cells, what: Const | StateVar) -> Value | Table:
        table: Table = {at: value_in(model, x, what.type) for at, x in cells.items()}
        return table if what.index else table[()]

    def simplest(self, extra: Any) -> Any:
        """A model of all that the solver knows and of `extra`, with few things in it: cells are
        made false, none, or 0 one after the other, where that is possible."""
        self.solver.push()
        try:
            self.solver.add(extra)
            model = self.solver.model()
            for cell, wish in self._wishes():
                if model is not None and not z3.is_true(model.eval(wish, model_completion=True)):
                    self.solver.push()
                    self.solver.add(wish)
                    other = self.solver.model()
                    self.solver.pop()
                    model = other if other is not None else model
                if model is not None:
                    self.solver.add(cell == model.eval(cell, model_completion=True))
            return model
        finally:
            self.solver.pop()

    def _wishes(self) -> Iterator[tuple[Any, Any]]:
        places: list[Const | StateVar] = [*self.system.consts, *self.system.states]
        for what in places:
            cells = self.consts[what.name] if isinstance(what, Const) else self.states[what.name]
            for cell in cells.values():
                if isinstance(cell, bool | int):
                    continue
                best = self.bounds(what.type)[0] if what.type != BOOL else None
                yield cell, z3.Not(cell) if what.type == BOOL else cell == (best or 0)


def value_in(model: Any, term: Val, type_: Type) -> Value:
    """The value of a term in a model."""
    if term is None or isinstance(term, int):
        return None if term is None else bool(term) if type_ == BOOL else int(term)
    found = model.eval(term, model_completion=True)
    if type_ == BOOL:
        return bool(z3.is_true(found))
    value = int(found.as_long())
    return None if is_optional(type_) and value == NONE else value
