"""Plain random steps before anything is proved: which stored places ever change.

Nothing rests on it.  Without it the same is found while proving, and all is proved anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Final

import z3

from refine.adapter import Binding
from refine.faults import Fault
from refine.lockstep import Lockstep
from refine.symbolic.asking import Unfollowable
from refine.symbolic.domains import Domains
from refine.symbolic.space import Space
from refine.symbolic.storage import survey
from spec.eval import StepError
from spec.trace import Step, World

WORLDS: Final = 4
STEPS: Final = 100


def warm(
    binding: Binding, space: Space, domains: Domains, reaches_out: Callable[[], str]
) -> None:
    """Allow what steps in a few worlds of the scope do to what is stored.

    Args:
        reaches_out: asked after each step why it is not to be followed; empty where it is.
    Raises:
        Unfollowable: something is stored that is not looked into, or `reaches_out` says so.
    """
    random = Random(0)
    taken: Counter[str] = Counter()
    for world in _worlds(space):
        try:
            run = Lockstep(binding, world, lines=False)
            for _ in range(STEPS):
                before = survey(run.implementation).leaves
                step = _any_step(run, space, random, taken)
                if step is None:
                    break
                taken[step.action] += 1
                run.step(step)
                domains.note(before, survey(run.implementation).leaves)
                if why := reaches_out():
                    raise Unfollowable(why)
        except (Fault, StepError):
            continue


def _any_step(run: Lockstep, space: Space, random: Random, taken: Counter[str]) -> Step | None:
    """One that can happen, of an operation that has been taken least."""
    actions = list(run.binding.system.actions)
    random.shuffle(actions)
    for action in sorted(actions, key=lambda a: taken[a.name]):
        choices = list(space.arguments(action.params))
        random.shuffle(choices)
        for args in choices:
            step = Step(action.name, args)
            if run.enabled(step):
                return step
    return None


def _worlds(space: Space) -> list[World]:
    """A few that differ in their constants."""
    found: list[World] = []
    space.solver.push()
    try:
        while len(found) < WORLDS and (model := space.solver.model()) is not None:
            found.append(space.picture(model).world)
            cells = [x for table in space.consts.values() for x in table.values()
                     if not isinstance(x, int)]
            others = [x != model.eval(x, model_completion=True) for x in cells]
            if not others:
                break
            # Another truth value first: it makes for another kind of folio.
            flags = [o for o, x in zip(others, cells, strict=True) if z3.is_bool(x)]
            space.solver.add(z3.Or(*(flags or others)))
    finally:
        space.solver.pop()
    return found
