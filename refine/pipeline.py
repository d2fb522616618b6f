"""From an implementation and a scheme to what the checks find.

    cls --bind--> Binding --each check--> CheckReport --> Refinement
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

from refine.adapter import Binding, bind
from refine.checks import CHECKS, exhaustive
from refine.faults import Fault
from refine.loading import name_of
from refine.result import CheckReport, Refinement
from refine.scopes import is_fixed, of_no_constant, scopes_of
from solver.explore.ladder import ladder
from spec.ir import System

QUICK_PAIRS: Final = 300_000
"""Pairs of states in each scope that nobody asked for by name."""


@dataclass(frozen=True, slots=True)
class Options:
    """`checks`: which; `scope`: sizes that are fixed; `runs`, `steps`, `seed` of the random
    check; `budget`: pairs of states of the exhaustive one, None for its own; `only`: the
    operations and answers that are judged, all where there are none."""

    checks: tuple[str, ...] = CHECKS
    scope: Mapping[str, int] = field(default_factory=dict)
    runs: int | None = None
    steps: int | None = None
    seed: int = 0
    budget: int | None = None
    only: tuple[str, ...] = ()


def refine(
    cls: type[Any], system: System, path: str, options: Options,
    progress: Callable[[str], None] = lambda text: None,
) -> Refinement:
    """Hold an implementation against a scheme.

    Args:
        path: how the scheme's file is called in reports.
    Raises:
        ValueError: the scope names what has no size.
    """
    name = f"{cls.__module__}:{cls.__qualname__}"
    try:
        binding = replace(bind(cls, system), only=frozenset(options.only))
    except Fault as fault:
        return Refinement(path, system.name, name, fault=fault)
    reports: list[CheckReport] = []
    for check in options.checks:
        say = partial(_say, progress, check)
        reports.append(_RUN[check](binding, options, say))
        if reports[-1].failed:
            break
    return Refinement(path, system.name, name, tuple(reports), only=options.only,
                      loads_as=name_of(cls))


def check_by(name: str, binding: Binding, options: Options) -> CheckReport:
    """One check alone, as `refine` calls it."""
    only = frozenset(options.only)
    return _RUN[name](replace(binding, only=only), options, lambda text: None)


Say = Callable[[str], None]


def _say(progress: Say, check: str, text: str) -> None:
    progress(f"{check}: {text}")


def _exhaustive(binding: Binding, options: Options, progress: Say) -> CheckReport:
    """In growing scopes, as far as the budget goes: the last that was exhausted counts."""
    system = binding.system
    scopes: Sequence[Mapping[str, int]] = scopes_of(system, options.scope)
    named = is_fixed(system, options.scope)
    budget = options.budget or (exhaustive.BUDGET if named else QUICK_PAIRS)
    best: CheckReport | None = None
    for scope in scopes:
        found = exhaustive.check(binding, scope, budget, progress)
        if found.failed or best is None or not found.reason:
            best = found
        if found.failed or found.reason:
            break
    assert best is not None
    return best


def _random(binding: Binding, options: Options, progress: Say) -> CheckReport:
    """Over large folios, unless the scope says otherwise."""
    from refine.checks import random

    return random.check(
        binding, world=options.scope or None, runs=options.runs or random.RUNS,
        steps=options.steps or random.STEPS, seed=options.seed, progress=progress,
    )


def _symbolic(binding: Binding, options: Options, progress: Say) -> CheckReport:
    """In one scope; what is not named is two VMAs, two processes, four pages."""
    from refine.checks import symbolic

    system = binding.system
    scope = ladder(system, {**of_no_constant(system), **options.scope}, ((2, 2, 4),))[0]
    invariants = [p for p in system.promises if p.kind == "invariant"]
    return symbolic.check(binding, scope, invariants, progress=progress)


_RUN: Final[Mapping[str, Callable[[Binding, Options, Say], CheckReport]]] = {
    "exhaustive": _exhaustive,
    "random": _random,
    "symbolic": _symbolic,
}
