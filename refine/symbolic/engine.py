"""All paths through a piece of Python that decides on terms: depth first, by replay.

The code is run from the start once per path.  Where it asks for the truth of a term, a
recorded decision is given again; behind the record the side is taken that the last model
satisfies, which costs no question.  The other side of each decision is looked at when all
paths of the first are done: it is left out only if z3 says that nothing satisfies it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import z3

from refine.harness import Passing
from refine.symbolic.asking import Limits, Solver, Unfollowable

_T = TypeVar("_T")
_NOT_THE_SAME: Final = "it does not do the same when it is run again"


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


@dataclass(frozen=True, slots=True)
class Joined:
    """A call whose paths have become one: which on its path, what it returned, and what was
    stored behind it, place by place.  See joining.py."""

    call: int
    value: Any
    stored: Mapping[str, Any]


Entry = Decision | Joined


class Again(Passing):
    """The path is to be run again from its start, as a call was not joined after all."""


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
        self._log: list[Entry] = []
        self._at = 0
        self._calls = 0
        self._known: dict[int, bool] = {}
        self._plain: dict[int, tuple[Any, Any]] = {}
        self._dead: Passing | None = None
        self._inside: list[int] = []

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
                self._spend()
                done += self._to_its_end(path, floor)
                more = self._turn(floor)
            return done
        finally:
            self.solver.pop(len(self._log))
            self._log.clear()
            self._begin()

    def _to_its_end(self, path: Callable[[], None], floor: int) -> int:
        while True:
            try:
                return self._run(path, floor)
            except Again:
                pass

    def _run(self, path: Callable[[], None], floor: int) -> int:
        self._begin()
        self._at = floor
        self._known |= {d.cond.get_id(): d.taken for d in self._log[:floor]
                        if isinstance(d, Decision)}
        with _running(self):
            try:
                path()
            except Pruned:
                self.alive()
                return 0
        self.alive()
        if self._at < len(self._log):
            raise self.abort(_NOT_THE_SAME)
        self.paths += 1
        return 1

    def _begin(self) -> None:
        self._at = 0
        self._calls = 0
        self._known = {}
        self._dead = None
        self._inside.clear()

    def _turn(self, floor: int) -> bool:
        """Go back to the last decision whose other side is possible, and take that."""
        while len(self._log) > floor:
            last = self._log.pop()
            self.solver.pop()
            if isinstance(last, Joined) or not last.open:
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
        return tuple(d for d in self._log[: self._at] if isinstance(d, Decision))

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

    def abort(self, why: str) -> Passing:
        """What to raise where this path cannot be followed; the path is spoilt from here on."""
        if self._dead is None:
            self._dead = Unfollowable(why)
        return self._dead

    def alive(self) -> None:
        """Raises Unfollowable if it was raised on this path before, whoever stopped it."""
        if self._dead is not None:
            raise self._dead

    # ------------------------------------------------- a call inside of a path

    @property
    def at_end(self) -> bool:
        """Is nothing of this path known from here on?"""
        return self._at == len(self._log)

    @property
    def decided(self) -> int:
        """How many decisions and joined calls this path has behind it."""
        return self._at

    def joined(self) -> Joined | None:
        """What became of this call, if it was joined when the path was run before."""
        entry = self._log[self._at]
        if not isinstance(entry, Joined) or entry.call != self._calls:
            return None
        self._at += 1
        self._calls += 1
        return entry

    def join(self, value: Any, stored: Mapping[str, Any]) -> None:
        """Go on behind this call, whose paths were all looked at."""
        self.solver.push()
        self._log.append(Joined(self._calls, value, stored))
        self._at += 1
        self._calls += 1

    def call(self) -> None:
        """A call that could be joined is run as any other code."""
        self._calls += 1

    def inside(self, run: Callable[[], _T]) -> list[tuple[tuple[Entry, ...], _T]]:
        """Run a call on a path in all ways, from here on.  If it decided nothing, there is one
        way, which was just run; else the path is where it was before the call.

        Args:
            run: is to begin each time as if it had not been run.
        Returns:
            For each way the decisions in it, and what `run` returned.
        """
        base, known, call = self._at, self._known, self._calls
        self._inside.append(base)
        found = []
        more = True
        while more:
            self._spend()
            self._at, self._known, self._calls = base, dict(known), call + 1
            got = run()
            self.alive()
            if self._at < len(self._log):
                raise self.abort(_NOT_THE_SAME)
            found.append((tuple(self._log[base:]), got))
            more = self._turn(base)
        self._inside.pop()
        if found[0][0]:
            # The model of the last way satisfies what is known at its start, too.
            self._at, self._known, self._calls = base, known, call
        return found

    def again(self) -> Again:
        """What to raise to run this path again, up to the outermost call in `inside`."""
        base = self._inside[0] if self._inside else self._at
        self.solver.pop(len(self._log) - base)
        del self._log[base:]
        self._dead = Again("again")
        return self._dead

    # -------------------------------------------------------------- inside

    def _spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Unfollowable(f"more than {self.limits.paths:,} paths")

    def _decide(self, cond: Any, value: int | None = None) -> bool:
        if self._at < len(self._log):
            self._same(cond, value)
        else:
            if len(self._log) >= self.limits.decisions:
                raise self.abort(f"more than {self.limits.decisions:,} decisions on one path")
            self._note(Decision(cond, self.satisfied(cond), True, value))
        entry = self._log[self._at]
        assert isinstance(entry, Decision)
        taken = entry.taken
        self._at += 1
        self._known[cond.get_id()] = taken
        return taken

    def _same(self, cond: Any, value: int | None) -> None:
        before = self._log[self._at]
        if not isinstance(before, Decision) or before.value != value or not before.cond.eq(cond):
            raise self.abort(_NOT_THE_SAME)

    def _next_value(self, term: Any) -> int:
        if self._at < len(self._log):
            entry = self._log[self._at]
            if not isinstance(entry, Decision) or entry.value is None:
                raise self.abort(_NOT_THE_SAME)
            return entry.value
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
