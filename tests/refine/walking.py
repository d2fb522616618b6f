"""Random runs of an implementation beside its scheme, in small worlds: slow and simple."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from random import Random
from typing import Any

from refine.adapter import Binding, bind
from refine.lockstep import Lockstep, explain
from refine.result import Divergence
from solver.explore.worlds import values_of, worlds
from spec.load import load, packaged_path
from spec.trace import Step, World


def bound(cls: type[Any]) -> Binding:
    """The class with the packaged scheme that it names."""
    return bind(cls, load(packaged_path(cls.scheme)).systems[0])


def small_worlds(binding: Binding, scope: dict[str, int]) -> list[World]:
    """Every world of a scope such as {"Mm": 2, "Vma": 2, "NR": 3}."""
    system = binding.system
    sizes = {**scope, "Bool": 2}
    for s in system.sorts:
        if s.kind == "range" and isinstance(s.size, str):
            sizes[s.name] = scope[s.size]
        elif s.kind == "enum":
            sizes[s.name] = len(s.names)
    found = []
    for setup in worlds(system, scope, [c.name for c in system.consts]):
        tables = {**setup.kept, **setup.others}
        consts = {c.name: values_of(c, tables[c.name], sizes) for c in system.consts}
        found.append(World({k: v for k, v in sizes.items() if k != "Bool"}, consts))
    return found


def walk(
    binding: Binding, world: World, length: int, random: Random, first: Sequence[Step] = ()
) -> Divergence | None:
    """The steps of `first`, then random ones, `length` in all; what went wrong, explained."""
    run = Lockstep(binding, world, lines=False)
    steps: list[Step] = []
    for n in range(length):
        step = first[n] if n < len(first) else _enabled(run, random)
        if step is None:
            return None
        steps.append(step)
        try:
            run.step(step)
            wrong = bool(run.differences())
        except Exception:
            wrong = True
        if wrong:
            return explain(binding, world, steps)
    return None


def _enabled(run: Lockstep, random: Random) -> Step | None:
    actions = list(run.binding.system.actions)
    random.shuffle(actions)
    for action in actions:
        choices = list(product(*(range(run.evaluator.size(t)) for _, t in action.params)))
        random.shuffle(choices)
        for args in choices:
            step = Step(action.name, dict(zip([n for n, _ in action.params], args, strict=True)))
            if run.enabled(step):
                return step
    return None
