"""All paths through a piece of Python that decides on terms: depth first, by replay.

The code is run from the start once per path.  Where it asks for the truth of a term, a
recorded decision is given again; behind the record the side is taken that the last model
satisfies, which costs no question.  The other side of each decision is looked at when all
paths of the first are done: it is left out only if z3 says that nothing satisfies it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import z3

from refine.symbolic.asking import Limits, Solver, Unfollowable


class Pruned(Exception):
    """Nothing satisfies what is assumed on this path.  Raised outside of implementations."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A term that is taken to be true or false from here on.

    `open`: the other side has not been looked at.  `value`: the number that was tried,
    where the question was which number a term is.
    """

    cond: Any
    taken: bool
    open: bool
    value: int | None = None

    @property
    def fact(self) -> Any:
        return self.cond if self.taken else z3.Not(self.cond)


class Engine:
    """Runs code once per path.

    `model` satisfies all facts of the path so far, at any time while a path is run.  `paths`
    have been run to their end; `left` may be run before it gives up.
    """

    def __init__(self, solver: Solver, limits: Limits) -> None:
        self.solver = solver
        self.limits = limits
        self.model: Any = None
        self.paths = 0
        self.left = limits.paths
        self._log: list[Decision] = []
        self._at = 0
        self._known: dict[int, bool] = {}
        self._plain: dict[int, tuple[Any, Any]] = {}
        self._dead: Unfollowable | None = None

    # ----------------------------------------------------------- all paths

    def explore(self, path: Callable[[], None], prefix: Sequence[Decision] = ()) -> int:
        """Run `path` once for each way its decisions can come out; how many did not end
        in `Pruned`.

        Args:
            prefix: decisions that were taken before `path` is run, as `taken` returned them.
        Raises:
            Unfollowable: it cannot be followed, or a limit is reached.
            Exception: whatever `path` raises, but for Pruned; it ends the exploration.
        """
        assert not self._log
        floor = len(prefix)
        done = 0
        try:
            for decision in prefix:
                self._note(replace(decision, open=False))
            self.model = self.solver.model()
            more = self.model is not None
            while more:
                self.left -= 1
                if self.left < 0:
                    raise Unfollowable(f"more than {self.limits.paths:,} paths")
                done += self._run(path, floor)
                more = self._turn(floor)
            return done
        finally:
            self.solver.pop(len(self._log))
            self._log.clear()
            self._begin()

    def _run(self, path: Callable[[], None], floor: int) -> int:
        self._begin()
        self._at = floor
        self._known |= {d.cond.get_id(): d.taken for d in self._log[:floor]}
        with _running(self):
            try:
                path()
            except Pruned:
                self.alive()
                return 0
        self.alive()
        if self._at < len(self._log):
            raise self.abort("it does not do the same when it is run again")
        self.paths += 1
        return 1

    def _begin(self) -> None:
        self._at = 0
        self._known.clear()
        self._dead = None

    def _turn(self, floor: int) -> bool:
        """Go back to the last decision whose other side is possible, and take that."""
        while len(self._log) > floor:
            last = self._log.pop()
            self.solver.pop()
            if not last.open:
                continue
            self._note(replace(last, taken=not last.taken, open=False))
            model = self.solver.model()
            if model is not None:
                self.model = model
                return True
        return False

    def _note(self, decision: Decision) -> None:
        self.solver.push()
        self.solver.add(decision.fact)
        self._log.append(decision)

    @property
    def taken(self) -> tuple[Decision, ...]:
        """The decisions of the path so far."""
        return tuple(self._log[: self._at])

    # ------------------------------------------------------------ one path

    def branch(self, cond: Any) -> bool:
        """Is it true on this path?  Both sides are looked at, if both are possible."""
        self.alive()
        fixed = self._constant(cond)
        if fixed is not None:
            return fixed
        known = self._known.get(cond.get_id())
        return self._decide(cond) if known is None else known

    def number(self, term: Any) -> int:
        """The value of an Int term on this path; all possible values are looked at."""
        self.alive()
        fixed = self._simple(term)
        if z3.is_int_value(fixed):
            return int(fixed.as_long())
        for _ in range(self.limits.values):
            value = self._next_value(term)
            if self._decide(term == value, value):
                return value
        raise self.abort(f"it needs to know a number that can have more than "
                         f"{self.limits.values} values")

    def assume(self, *facts: Any) -> None:
        """Look at those paths only on which these terms (or bools) are true.

        Raises:
            Pruned: there are none.
        """
        self.alive()
        if any(f is False for f in facts):
            raise Pruned
        terms = [f for f in facts if f is not True]
        if not terms:
            return
        cond = z3.And(*terms) if len(terms) > 1 else terms[0]
        if self._at < len(self._log):
            self._same(cond, None)
        else:
            self._note(Decision(cond, True, False))
            if not self.satisfied(cond):
                model = self.solver.model()
                if model is None:
                    self.solver.pop()
                    self._log.pop()
                    raise Pruned
                self.model = model
        self._at += 1
        self._known[cond.get_id()] = True

    def satisfied(self, cond: Any) -> bool:
        """Is it true in the model of this path?"""
        return bool(z3.is_true(self.model.eval(cond, model_completion=True)))

    def abort(self, why: str) -> Unfollowable:
        """What to raise where this path cannot be followed; the path is spoilt from here on."""
        if self._dead is None:
            self._dead = Unfollowable(why)
        return self._dead

    def alive(self) -> None:
        """Raises Unfollowable if it was raised on this path before, whoever stopped it."""
        if self._dead is not None:
            raise self._dead

    # -------------------------------------------------------------- inside

    def _decide(self, cond: Any, value: int | None = None) -> bool:
        if self._at < len(self._log):
            self._same(cond, value)
        else:
            if len(self._log) >= self.limits.decisions:
                raise self.abort(f"more than {self.limits.decisions:,} decisions on one path")
            self._note(Decision(cond, self.satisfied(cond), True, value))
        taken = self._log[self._at].taken
        self._at += 1
        self._known[cond.get_id()] = taken
        return taken

    def _same(self, cond: Any, value: int | None) -> None:
        before = self._log[self._at]
        if before.value != value or not before.cond.eq(cond):
            raise self.abort("it does not do the same when it is run again")

    def _next_value(self, term: Any) -> int:
        if self._at < len(self._log):
            known = self._log[self._at].value
            if known is None:
                raise self.abort("it does not do the same when it is run again")
            return known
        return int(self.model.eval(term, model_completion=True).as_long())

    def _constant(self, cond: Any) -> bool | None:
        simple = self._simple(cond)
        if z3.is_true(simple):
            return True
        return False if z3.is_false(simple) else None

    def _simple(self, term: Any) -> Any:
        """Kept with the term: z3 gives the number of a term that is gone to another."""
        found = self._plain.get(term.get_id())
        if found is None:
            found = self._plain[term.get_id()] = (term, z3.simplify(term))
        return found[1]


_current: list[Engine] = []


@contextmanager
def _running(engine: Engine) -> Iterator[None]:
    _current.append(engine)
    try:
        yield
    finally:
        _current.pop()


def current() -> Engine | None:
    """The engine whose path is being run."""
    return _current[-1] if _current else None
