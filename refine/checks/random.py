"""Random runs of an implementation beside its scheme: large folios, many processes, long runs.

Hypothesis draws the runs (extra `refine`).  The same seed gives the same runs on every machine
with the same version of it: it keeps no examples, no clock decides, and all is drawn from single
bits, since Hypothesis picks numbers also from constants in whatever modules are loaded.

The Reducer makes a run that fails small, in terms of its steps.  The shrinker of Hypothesis works
on the bits that a run was drawn from: put before the Reducer it took thirty times as long, and
the run that came out of both was the same.

A move is an operation, whose arguments are searched for, or a call of the language.  Which
one is drawn by weight, and what was taken seldom weighs more in the next round.  An operation
that no run took is not tested, and the report says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from refine.adapter import Binding
from refine.checks.beside import Beside, parts
from refine.checks.large_worlds import SIZES, LargeWorlds, NoWorld
from refine.checks.moves import ARGUMENTS, Chooser, operations_in
from refine.checks.preludes import Preludes
from refine.checks.quick import Evaluators, QuickEvaluator
from refine.checks.reducing import Reducer
from refine.faults import Fault, Kind
from refine.lockstep import explain
from refine.result import CheckReport, Divergence, Finding, Verdict
from spec.ir import System
from spec.result import InternalError
from spec.trace import Step, World

RUNS: Final = 40
STEPS: Final = 40
MOST_MOVES: Final = 160
"""Moves of one run: Hypothesis draws no longer examples."""

_PAGES: Final = (SIZES["NR"], 8, 1)
"""Of a folio whose size is not given, the first that the scheme allows."""
_ROUNDS: Final = 8
_KIND_BITS: Final = 10
_NUMBER_BITS: Final = 8
_MOST_IDLE: Final = 7
"""Steps in which the scheme does nothing, after which a run ends: an anon folio that is not
mapped any more is not mapped again."""
_WORLDS: Final = 8
"""Worlds that are looked through for one in which an operation can happen."""

Progress = Callable[[str], None]


class NeedsHypothesis(Exception):
    """Random runs need a package that is not installed."""

    def __init__(self) -> None:
        super().__init__("random runs need Hypothesis: pip install 'foliospec[refine]'")


@dataclass
class _Book:
    """What was done so far, and the first run on which the sides part."""

    taken: Counter[str] = field(default_factory=Counter)
    """Steps by operation, and comparisons by question."""
    runs: Counter[str] = field(default_factory=Counter)
    """Runs that took the operation; "" counts all runs that took a step."""
    parted: Counter[str] = field(default_factory=Counter)
    """Runs that ended at an operation that is not judged."""
    world: World | None = None
    steps: tuple[Step, ...] = ()
    endless: bool = False
    """A call did not come to an end: that takes too long to be tried again and again."""

    def add(self, run: Beside) -> None:
        done = Counter(s.action for s in run.steps) + run.compared
        self.taken += done
        self.runs.update([*done, *([""] if run.steps else ())])
        if run.stopped:
            self.parted[run.steps[-1].action] += 1

    def failed(self, run: Beside) -> None:
        self.world, self.steps, self.endless = run.world, tuple(run.steps), run.endless


@dataclass(frozen=True)
class _Drawing:
    """What numbers mean in one round."""

    worlds: Callable[[int, int], World]
    chooser: Chooser
    goals: Sequence[str]
    preludes: Preludes
    evaluators: Evaluators

    def world(self, number: int, pattern: int, goal: int) -> World:
        """The world that the numbers say, or the next one in which the goal can be reached."""
        name = self.goals[goal % len(self.goals)]
        found = (self.worlds(number + i, pattern) for i in range(_WORLDS if goal else 1))
        reached = (w for w in found if not goal or self.preludes.knows(w, name))
        return next(reached, None) or self.worlds(number, pattern)

    def begin(self, binding: Binding, world: World, goal: int) -> Beside:
        """A new run; unless the goal is 0 it has come to one of the operations."""
        run = Beside(binding, self.evaluators.of(world))
        if goal:
            at, edge = goal % len(self.goals), (1, 2, 256, 511)[goal // len(self.goals) % 4]
            for step in self.preludes.of(world, (*self.goals[at:], *self.goals[:at]), edge):
                if not run.over:
                    run.step(step)
        return run


class _Parted(Exception):
    """For Hypothesis: this run fails."""


def check(
    binding: Binding, *, world: Mapping[str, int] | World | None = None, runs: int = RUNS,
    steps: int = STEPS, seed: int = 0, progress: Progress | None = None,
) -> CheckReport:
    """Runs that both sides take, compared after each step.

    Args:
        binding: the implementation and its scheme.
        world: one world, or sizes such as {"NR": 512, "Mm": 6, "Vma": 12}; what is not said
            is taken from `SIZES`, and other constants are drawn for each run.
        runs: how many are drawn; one that comes to nothing early is followed by another.
        steps: moves that are drawn for each, at most `MOST_MOVES`; a call is one move.
        seed: another seed, other runs.
        progress: told a line of text after each round.

    Raises:
        NeedsHypothesis: it is not installed.
        ValueError: more moves than can be drawn, or no world has these sizes.
        InternalError: the run that was found does not hold up.
    """
    if not 0 < steps <= MOST_MOVES:
        raise ValueError(f"a run has from 1 to {MOST_MOVES} moves, not {steps}")
    _need_hypothesis()
    book = _Book()
    worlds = _worlds(binding.system, world)
    preludes, evaluators = Preludes(binding.system), Evaluators(binding.system)
    begun = Beside(binding, evaluators.of(worlds(0, 0)))
    if begun.parted:
        book.failed(begun)
    for number in range(_ROUNDS):
        share = (runs + number) // _ROUNDS
        if share and book.world is None:
            drawing = _drawing(binding.system, worlds, preludes, evaluators, book)
            _round(binding, drawing, share, steps, seed * _ROUNDS + number, book)
            if progress:
                progress(f"{book.runs['']} runs, {_steps(binding.system, book):,} steps")
    divergence = _confirmed(binding, book)
    scope = (f"{book.runs['']} runs with {_steps(binding.system, book):,} steps in all, "
             f"{_scope(worlds(0, 0), world)}, seed {seed}")
    return CheckReport("random", scope, tuple(_findings(binding, book, divergence)), divergence,
                       parted=dict(sorted(book.parted.items())))


# ------------------------------------------------------------------ rounds


def _need_hypothesis() -> None:
    try:
        import hypothesis  # noqa: F401
    except ImportError as err:
        raise NeedsHypothesis from err


def _worlds(system: System, world: Mapping[str, int] | World | None) -> Callable[..., World]:
    if isinstance(world, World):
        fixed = world
        return lambda number, pattern: fixed
    given = world or {}
    for pages in _PAGES:
        found = LargeWorlds(system, {"NR": pages, **given})
        try:
            found.world(0, 0)
        except NoWorld as err:
            if pages == _PAGES[-1] or "NR" in given:
                raise ValueError(str(err)) from err
        else:
            return found.world
    raise InternalError("no sizes to choose from")


def _drawing(
    system: System, worlds: Callable[[int, int], World], preludes: Preludes,
    evaluators: Evaluators, book: _Book,
) -> _Drawing:
    rare = _rare(system, book)
    chooser = Chooser(system, _weights(system, book), rare, 1 << _KIND_BITS)
    return _Drawing(worlds, chooser, rare or [a.name for a in system.actions], preludes,
                    evaluators)


def _weights(system: System, book: _Book) -> dict[str, int]:
    """Operations weigh from 4 to 256, the more the fewer steps took them; a call as much as
    the lightest operation it may perform, and at least 8."""
    names = [a.name for a in system.actions]
    mean = max(1, sum(book.taken[n] for n in names) // len(names))
    weights = {n: max(4, 256 * mean // (mean + 16 * book.taken[n])) for n in names}
    least = {c.name: min((weights[n] for n in operations_in(system, c.body)), default=0)
             for c in system.calls}
    weights.update({name: max(8, weight) for name, weight in least.items()})
    return weights


def _rare(system: System, book: _Book) -> list[str]:
    """Operations that were taken much less often than others, the rarest first."""
    taken = {a.name: book.taken[a.name] for a in system.actions}
    limit = sum(taken.values()) // (2 * len(taken))
    return sorted((n for n, k in taken.items() if k < limit), key=lambda n: taken[n])


def _round(
    binding: Binding, drawing: _Drawing, runs: int, steps: int, seed: int, book: _Book
) -> None:
    """Some runs under the same weights; Hypothesis ends it with the first that fails."""
    import hypothesis
    from hypothesis import Phase, given, settings

    def one(setup: Sequence[int], moves: Sequence[Sequence[int]]) -> None:
        if book.world is not None:
            # The failing run once more, as Hypothesis ends.
            raise _Parted
        world = drawing.world(*setup)
        for run in _runs(binding, world, drawing, setup[2], moves):
            book.add(run)
            if run.parted:
                book.failed(run)
                raise _Parted

    chosen = settings(
        # Hypothesis begins with the simplest example, which is the run without a step.
        max_examples=runs + 1, database=None, deadline=None, derandomize=False,
        phases=(Phase.generate,), report_multiple_bugs=False, print_blob=False,
        suppress_health_check=list(hypothesis.HealthCheck),
        verbosity=hypothesis.Verbosity.quiet, backend="hypothesis",
    )
    test = chosen(hypothesis.seed(seed)(given(*_strategies(steps))(one)))
    try:
        test()
    except _Parted:
        return


def _runs(
    binding: Binding, world: World, drawing: _Drawing, goal: int, moves: Sequence[Sequence[int]]
) -> Iterator[Beside]:
    """The run that the numbers say; where little is left to do, another one after it."""
    run = drawing.begin(binding, world, goal)
    for kind, *numbers in moves:
        if run.parted:
            break
        if kind and (run.stopped or run.idle > _MOST_IDLE
                     or not drawing.chooser.make(run, kind, numbers)):
            yield run
            run = drawing.begin(binding, world, kind)
    yield run


def _strategies(steps: int) -> tuple[Any, Any]:
    """Of the world's numbers, and of the moves: as many as there may be, kind 0 is none."""
    from hypothesis import strategies

    def number(bits: int) -> Any:
        return strategies.tuples(*[strategies.booleans()] * bits).map(_number)

    move = strategies.tuples(number(_KIND_BITS), *[number(_NUMBER_BITS)] * ARGUMENTS)
    setup = strategies.tuples(number(4), number(4), number(_KIND_BITS))
    return setup, strategies.lists(move, min_size=steps, max_size=steps)


def _number(bits: Sequence[bool]) -> int:
    found = 0
    for bit in bits:
        found = found << 1 | bit
    return found


# ------------------------------------------------------------------ report


def _confirmed(binding: Binding, book: _Book) -> Divergence | None:
    """The run, made small, as the plain evaluator and a watched implementation see it."""
    if book.world is None:
        return None
    if book.endless:
        return explain(binding, book.world, book.steps) or _not_twice(book.world, book.steps)
    if parts(binding, QuickEvaluator(binding.system, book.world), book.steps) is None:
        return _not_twice(book.world, book.steps)
    world, steps = Reducer(binding, book.world, book.steps).reduce()
    divergence = explain(binding, world, steps)
    if divergence is not None:
        return divergence
    if parts(binding, QuickEvaluator(binding.system, world), steps) is None:
        return _not_twice(world, steps)
    raise InternalError(f"a run of {binding.name} parts from {binding.system.name} in the quick "
                        "evaluator, and not in the plain one")


def _not_twice(world: World, steps: tuple[Step, ...]) -> Divergence:
    fault = Fault(Kind.GLOBALS, "differs from the scheme in a run, and not when the run is "
                  "repeated", hint="keep all state in `self`")
    return Divergence(world, steps, steps[-1].action if steps else "__init__", fault=fault)


def _findings(
    binding: Binding, book: _Book, divergence: Divergence | None
) -> Iterator[Finding]:
    system = binding.system
    operations = [a.name for a in system.actions if binding.judges(a.name)]
    wrong = divergence.where if divergence else ()
    for name in [*operations, *(a.question for a in binding.answers)]:
        taken, runs = book.taken[name], book.runs[name]
        if name in wrong:
            yield Finding(name, Verdict.FAILED, runs=runs, steps=taken)
        elif taken:
            yield Finding(name, Verdict.TESTED, runs=runs, steps=taken)
        elif system.expects.get(name) == "never":
            yield Finding(name, Verdict.IDLE, reason="the scheme expects it never to happen")
        else:
            word = "taken" if name in operations else "asked"
            yield Finding(name, Verdict.UNSEEN, reason=f"never {word} in {book.runs['']} runs")


def _steps(system: System, book: _Book) -> int:
    return sum(book.taken[a.name] for a in system.actions)


def _scope(some: World, given: Mapping[str, int] | World | None) -> str:
    sizes = ", ".join(f"{n} = {k}" for n, k in some.sizes.items())
    return f"one world with {sizes}" if isinstance(given, World) else sizes
