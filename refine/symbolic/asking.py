"""A z3 solver that is asked step by step; effort is counted, never timed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import z3

from refine.harness import Passing


class Unfollowable(Passing):
    """What an implementation does here cannot be followed; the message says what and why.

    It goes through the implementation's `except Exception`.  What stops it nevertheless is
    noticed afterwards, see `Engine.alive`.
    """


@dataclass(frozen=True, slots=True)
class Limits:
    """When to give up, in numbers that are the same on every machine.

    `paths`: of one operation or question.  `queries`: of all of a check.  `rlimit`: z3's
    effort for one query.  `decisions`: on one path.  `values`: of one number that has to be
    known.  `lines`: of Python on one path.  `kinds`: that one stored place may hold.
    """

    paths: int = 20_000
    queries: int = 200_000
    rlimit: int = 20_000_000
    decisions: int = 20_000
    values: int = 64
    lines: int = 30_000
    kinds: int = 8


class Solver:
    """One z3 solver in a context of its own, so that its answers depend on nothing else."""

    def __init__(self, ctx: Any, limits: Limits) -> None:
        self.ctx = ctx
        self.queries = 0
        self._limits = limits
        self._z3 = z3.SimpleSolver(ctx=ctx)
        self._z3.set("random_seed", 0)
        # Else z3 takes Ctrl-C for itself: the check is `unknown` and the run goes on.
        self._z3.set("ctrl_c", False)
        self._z3.set("rlimit", limits.rlimit)

    def push(self) -> None:
        self._z3.push()

    def pop(self, count: int = 1) -> None:
        if count:
            self._z3.pop(count)

    def add(self, *facts: Any) -> None:
        self._z3.add(*facts)

    def model(self) -> Any | None:
        """Values that satisfy all that was added; None where there are none.

        Raises:
            Unfollowable: z3 gives up, or was asked too often.
        """
        self.queries += 1
        if self.queries > self._limits.queries:
            raise Unfollowable(f"more than {self._limits.queries:,} questions to the solver")
        answer = self._z3.check()
        if answer == z3.sat:
            return self._z3.model()
        if answer == z3.unsat:
            return None
        raise Unfollowable(f"the solver gives up: {self._z3.reason_unknown()}")

    def refutes(self, goal: Any) -> Any | None:
        """Values for which the goal is false; None where it follows from what was added."""
        self.push()
        try:
            self.add(z3.Not(goal))
            return self.model()
        finally:
            self.pop()
