"""A condition on the tape means what `spec.eval` says it means, in every state."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from solver.explore.machine import Machine
from solver.explore.site import Site
from solver.explore.slicing import Slicer
from solver.explore.worlds import values_of, worlds
from spec.eval import Evaluator
from spec.ir import BOOL, Expr, System
from spec.trace import State, Value, World
from tests.solver import systems
from tests.solver.explore.random_systems import random_system


def value(x: int, type_: str, sizes: dict[str, int]) -> Value:
    if type_ == BOOL:
        return bool(x)
    return None if type_.endswith("?") and x == sizes[type_[:-1]] else int(x)


def states_of(machine: Machine, system: System, column: int) -> State:
    """One state of the frontier as `spec.eval` holds it."""
    found: State = {}
    sizes = dict(machine.domain.sizes)
    for s in system.states:
        values = machine.layout.unpack(machine._words)[s.name][..., column]
        lifted = machine.program.symbols[s.name].lifted
        table = {}
        for at in indices(s.index, sizes):
            if lifted is None:
                table[at] = value(values[at].item(), s.type, sizes)
            else:
                row = int(values[at[:lifted] + at[lifted + 1 :]])
                table[at] = bool(row >> at[lifted] & 1)
        found[s.name] = table if s.index else table[()]
    return found


def indices(index: tuple[str, ...], sizes: dict[str, int]) -> Iterator[tuple[int, ...]]:
    if not index:
        yield ()
        return
    for rest in indices(index[:-1], sizes):
        for x in range(sizes[index[-1]]):
            yield (*rest, x)


def compare(system: System, conditions: dict[str, Expr], scope: dict[str, int]) -> int:
    """Compare all conditions in some hundred states; how many truths were compared."""
    names = [*(s.name for s in system.states), *(c.name for c in system.consts)]
    cut = Slicer(system, system.actions).slice_for(names)
    site = Site(system, cut, conditions)
    compared = 0
    for setup in worlds(system, scope, cut.consts):
        search = site.search(scope, [setup], site.first_widths(scope), 150, True)
        search.run(dict.fromkeys(conditions), conditions, lambda d, n: None)
        machine = search.machine
        sizes = {n: k for n, k in machine.domain.sizes.items() if n != BOOL}
        tables = {**setup.kept, **setup.others}
        consts = {c.name: values_of(c, tables[c.name], sizes) for c in system.consts}
        ev = Evaluator(system, World(sizes, consts))
        machine.watch(tuple(conditions))
        for depth in range(len(search.levels)):
            for words in search.level(depth):
                machine.load(words)
                for name, held in machine.conditions():
                    for i in range(words.shape[1]):
                        state = states_of(machine, system, i)
                        assert bool(held[i]) == ev.truth(conditions[name], state), name
                        compared += 1
    return compared


def test_the_promises_of_the_folio() -> None:
    system = systems.per_vma()
    conditions = {p.name: p.cond for p in system.promises}
    assert compare(system, conditions, {"Mm": 2, "Vma": 2, "NR": 3}) > 2_000


@pytest.mark.parametrize("seed", range(16))
def test_conditions_at_random(seed: int) -> None:
    system = random_system(seed)
    conditions = {p.name: p.cond for p in system.promises}
    compare(system, conditions, {"A": 2, "B": 2, "N": 1 + seed % 3})


def test_without_masks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solver.explore.site.MASK_BITS", 0)
    for seed in range(40, 44):
        test_conditions_at_random(seed)
