"""Terms of a scope have the values that the evaluator gives them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import z3

from refine.adapter import Binding
from refine.symbolic.asking import Limits
from refine.symbolic.grounding import View
from refine.symbolic.space import Space, value_in
from spec.eval import Evaluator
from spec.ir import BOOL, Expr, System, is_optional
from spec.load import load
from spec.trace import State, Value, World

SCHEMES = sorted(Path("schemes").glob("*.fs"), key=lambda p: p.name)
SCOPE = {"Mm": 2, "Vma": 2, "NR": 2, "Pin": 1, "Table": 2}


def systems() -> list[System]:
    found = {s.name: s for p in SCHEMES for s in load(p).systems if s.kind == "scheme"}
    return list(found.values())


def a_world(space: Space, system: System, random: Random) -> tuple[World, State]:
    """Any values at all, whether reachable or not."""
    def value(type_: str) -> Value:
        if type_ == BOOL:
            return random.random() < 0.5
        if is_optional(type_) and random.random() < 0.4:
            return None
        return random.randrange(space.sizes.get(type_.rstrip("?"), 4))

    def table(cells: Any, what: Any) -> Any:
        made = {at: c if isinstance(c, int) else value(what.type) for at, c in cells.items()}
        return made if what.index else made[()]

    consts = {c.name: table(space.consts[c.name], c) for c in system.consts}
    state = {s.name: table(space.states[s.name], s) for s in system.states}
    return World({n: k for n, k in space.sizes.items() if n != "Bool"}, consts), state


def expressions(space: Space, system: System) -> Iterator[tuple[Expr, dict[str, int]]]:
    for p in system.promises:
        yield p.cond, {}
    for f in (*system.where, *system.assumes):
        yield f.cond, {}
    for action in system.actions:
        for args in list(space.arguments(action.params))[:6]:
            yield action.guard, args
            for d in action.duties:
                yield d.ok, args
    for answered in system.answers:
        for args in space.arguments(answered.params):
            yield answered.asked, args
            yield answered.value, args
            yield answered.truth, args


@pytest.mark.parametrize("system", systems(), ids=lambda s: s.name)
def test_every_expression_of_a_scheme(system: System) -> None:
    space = Space(Binding(object, system, {}, frozenset()), _scope(system), (), Limits())
    random = Random(1)
    for _ in range(3):
        world, state = a_world(space, system, random)
        evaluator = Evaluator(system, world)
        model = _model(space, system, world, state)
        plain = View(space.sizes, {n: _cells(t) for n, t in {**world.consts, **state}.items()})
        for e, args in expressions(space, system):
            wanted = evaluator.value(e, state, args)
            assert value_in(model, space.view.value(e, args), e.type) == wanted
            assert plain.value(e, args) == wanted
        for action in system.actions:
            for args in list(space.arguments(action.params))[:6]:
                shown = space.picture(model, space.after(action, args)).state
                for name, body in action.updates.items():
                    index = system.state(name).index
                    assert shown[name] == evaluator._table(index, body, state, args)
        assert space.picture(model, space.initial()).state == evaluator.initial()


def _scope(system: System) -> dict[str, int]:
    names = {s.name for s in system.sorts} | {c.name for c in system.consts}
    return {n: k for n, k in SCOPE.items() if n in names}


def _cells(table: Any) -> Any:
    return table if isinstance(table, dict) else {(): table}


def _model(space: Space, system: System, world: World, state: State) -> Any:
    """In which every cell has its value."""
    solver = z3.SimpleSolver(ctx=space.ctx)
    for what in (*system.consts, *system.states):
        terms = {**space.consts, **space.states}[what.name]
        for at, value in _cells({**world.consts, **state}[what.name]).items():
            if not isinstance(terms[at], int):
                solver.add(terms[at] == (-1 if value is None else value))
    assert solver.check() == z3.sat
    return solver.model()
