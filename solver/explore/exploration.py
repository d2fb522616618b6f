"""`explore`: every state of growing scopes, and what was found in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from solver.explore.campaign import Budget, Campaign, Plan, Visit
from solver.explore.ladder import Scope, range_sizes
from solver.explore.questions import Goal, Question, questions
from solver.explore.slicing import Slicer
from solver.explore.worlds import NUMBERS
from spec.ir import INT, System
from spec.result import Cost, Decision, Outcome
from spec.result import Scope as Shown
from spec.trace import Namer, Trace

METHOD = "explorer"


@dataclass(frozen=True, slots=True)
class Witness:
    """The first scope in which a premise holds in some state, and a shortest run to it
    where one was needed to be sure."""

    scope: Shown
    trace: Trace | None = None


@dataclass(frozen=True, slots=True)
class Exploration:
    """What was found.

    Attributes:
        decisions: for each goal, and each duty by its name (`nat:mapcount`,
            `clash:pte`): REFUTED with the shortest run, HOLDS in the largest scope
            that was exhausted, or UNKNOWN with the reason.
        premises: the premises that some state meets; the others are absent.
        fired: the actions that happen, with the first scope in which they do.
        largest: the largest scope exhausted for everything that was asked; empty if
            none was.
        visits: statistics, a line per slice and scope.
    """

    decisions: Mapping[str, Decision]
    premises: Mapping[str, Witness]
    fired: Mapping[str, Shown]
    largest: Shown
    visits: tuple[Visit, ...] = ()
    rung: int = -1
    method: str = METHOD

    @property
    def states(self) -> int:
        return sum(v.states for v in self.visits)

    @property
    def transitions(self) -> int:
        return sum(v.transitions for v in self.visits)

    def joined(self, earlier: Exploration) -> Exploration:
        """This exploration and one before it of the same system; where both decided
        something, this one counts."""
        further = self if self.rung >= earlier.rung else earlier
        return replace(
            further,
            decisions={**earlier.decisions, **self.decisions},
            premises={**self.premises, **earlier.premises},
            fired={**self.fired, **earlier.fired},
            visits=earlier.visits + self.visits,
        )


def explore(
    system: System,
    goals: Sequence[Goal],
    *,
    scopes: Sequence[Scope],
    budget: int,
    premises: Sequence[Goal] = (),
    progress: Callable[[str], None] | None = None,
    include_duties: bool = True,
) -> Exploration:
    """Explore the scopes in order until everything is settled or the budget is spent.

    Args:
        goals: what must hold in every reachable state.
        scopes: as `ladder` lists them, smallest first.
        budget: how many states may be stored, in all scopes together.
        premises: what should hold in some reachable state.
        progress: told where the search is, at every level of it.
        include_duties: ask also of each duty of a step, and whether each action happens.

    Raises:
        InternalError: a run that was found does not replay.
    """
    say = progress or (lambda _: None)
    asked = questions(system, goals, premises, include_duties)
    visits: list[Visit] = []
    doubted = _doubted(system, asked)
    if doubted:
        # Runs that are shown avoid actions that the kernel may not be able to perform.
        exact = [a for a in system.actions if not a.overapproximates]
        half = Budget(budget // 2)
        visits += _run(Plan(system, exact, scopes, say), doubted, half)
        budget -= budget // 2 - half.left
    again = {q.key: q for q in asked if q.trace is None}
    for q in again.values():
        q.forget()
    visits += _run(Plan(system, system.actions, scopes, say), list(again.values()), Budget(budget))
    return _Summary(system, scopes, asked, tuple(visits)).exploration()


def _run(plan: Plan, asked: Sequence[Question], budget: Budget) -> list[Visit]:
    campaign = Campaign(plan, asked, budget)
    campaign.run()
    return campaign.visits


def _doubted(system: System, asked: Sequence[Question]) -> list[Question]:
    """Questions whose answer might need an action that over-approximates."""
    slicer = Slicer(system, system.actions)
    doubtful = {a.name for a in system.actions if a.overapproximates}
    if not doubtful:
        return []
    return [
        q for q in asked
        if q.wants_run() and any(a.name in doubtful for a in slicer.slice_for(q.reads).actions)
    ]


class _Summary:
    """From answered questions to what is reported."""

    def __init__(
        self, system: System, scopes: Sequence[Scope], asked: Sequence[Question],
        visits: tuple[Visit, ...],
    ) -> None:
        self._system = system
        self._scopes = scopes
        self._asked = asked
        self._visits = visits

    def exploration(self) -> Exploration:
        asked = self._asked
        rung = self._common_rung()
        return Exploration(
            decisions={q.name: self._decision(q) for q in asked if q.wants_run()},
            premises={
                q.name: Witness(self._shown(q.scope), q.trace)
                for q in asked if q.kind == "premise" and q.scope is not None
            },
            fired={
                q.name: self._shown(q.scope)
                for q in asked if q.kind == "action" and q.scope is not None
            },
            largest=self._shown(self._scopes[rung]) if rung >= 0 else {},
            visits=self._visits,
            rung=rung,
        )

    def _common_rung(self) -> int:
        """The last scope that was exhausted for every question still open at the end."""
        open_ = [q for q in self._asked if q.steps is None]
        if any(q.exhausted is None for q in open_):
            return -1
        return min((q.exhausted for q in open_ if q.exhausted is not None), default=-1)

    def _decision(self, q: Question) -> Decision:
        cost = Cost(q.states, q.transitions)
        if q.trace is not None:
            doubtful = self._doubtful_steps(q.trace)
            if not doubtful:
                return Decision(
                    Outcome.REFUTED, METHOD, self._shown_world(q.trace), q.trace, cost=cost
                )
            reason = f"the only runs that break it use {doubtful}"
            return Decision(Outcome.UNKNOWN, METHOD, {}, reason=reason, cost=cost)
        if q.exhausted is None:
            reason = q.obstacle or "no scope was explored"
            return Decision(Outcome.UNKNOWN, METHOD, {}, reason=reason, cost=cost)
        scope = self._shown(self._scopes[q.exhausted])
        return Decision(Outcome.HOLDS, METHOD, scope, reason=q.obstacle, cost=cost)

    def _doubtful_steps(self, trace: Trace) -> str:
        used = {s.action: self._system.action(s.action) for s in trace.steps}
        return ", ".join(
            f"{name}, which over-approximates ({action.overapproximates})"
            for name, action in used.items() if action.overapproximates
        )

    def _shown(self, scope: Scope) -> Shown:
        """The scope with the constants that were run through."""
        ranges = range_sizes(self._system)
        shown: dict[str, int | str] = {n: scope[n] for n in scope}
        for c in self._system.consts:
            if c.name not in scope and c.name not in ranges:
                shown[c.name] = f"0..{NUMBERS - 1}" if c.type == INT else "any"
        return shown

    def _shown_world(self, trace: Trace) -> Shown:
        """The sizes and plain constants of the run."""
        shown: dict[str, int | str] = {
            s.name: trace.world.sizes[s.name]
            for s in self._system.sorts if s.kind == "elements"
        }
        names = Namer.of(self._system)
        for c in self._system.consts:
            value = trace.world.consts[c.name]
            if not isinstance(value, dict):
                number = c.type == INT and value is not None
                shown[c.name] = int(value or 0) if number else names.show(value, c.type)
        return shown
