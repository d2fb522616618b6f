"""What is asked of an exploration, and what was found so far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from solver.explore.ladder import Scope
from solver.explore.search import Depth, fired_key
from solver.explore.slicing import duty_key, duty_keys, is_frame, reads_of
from spec import ir
from spec.ir import Action, Expr, System
from spec.trace import Trace

Kind = Literal["goal", "premise", "duty", "action"]


@dataclass(frozen=True, slots=True)
class Goal:
    """A closed condition, to hold in every reachable state; as a premise, to hold in
    some."""

    name: str
    cond: Expr


@dataclass(slots=True)
class Question:
    """One thing to find out, and the best answer so far.

    `cond` is what a state must break to answer it (None for duties and actions);
    `reads` what a slice for it must keep; `steps` the length of the shortest run found
    and `scope` where; `exhausted` the largest scope without one; `obstacle` why there
    is no larger one.
    """

    kind: Kind
    name: str
    cond: Expr | None
    reads: frozenset[str]
    steps: int | None = None
    scope: Scope | None = None
    trace: Trace | None = None
    exhausted: int | None = None
    obstacle: str = ""
    states: int = 0
    transitions: int = 0

    @property
    def key(self) -> str:
        """The name under which a search is asked."""
        if self.kind == "action" and self.cond is None:
            return fired_key(self.name)
        # A duty is called the same in every program.
        return self.name if self.kind == "duty" else f"{self.kind} {self.name}"

    def forget(self) -> None:
        """Ask again from the beginning; what it has cost stays."""
        self.steps = self.scope = self.trace = self.exhausted = None
        self.obstacle = ""

    def wants_run(self) -> bool:
        return self.kind in ("goal", "duty")

    def limit(self) -> Depth:
        """How long a run may be that still improves the answer; -1: none does."""
        if self.steps is None:
            return None
        return self.steps - 1 if self.wants_run() else -1


def questions(
    system: System, goals: Sequence[Goal], premises: Sequence[Goal], duties: bool
) -> list[Question]:
    """Everything to be asked, with `duties` also of each duty and each action."""
    found = [Question("goal", g.name, g.cond, reads_of([g.cond])) for g in goals]
    for p in premises:
        found.append(Question("premise", p.name, ir.not_(p.cond), reads_of([p.cond])))
    if duties:
        found += _duty_questions(system)
        found += [_action_question(system, a) for a in system.actions]
    return found


def _duty_questions(system: System) -> Iterator[Question]:
    for key in duty_keys(system):
        reads: set[str] = set()
        for a in system.actions:
            for d in a.duties:
                if duty_key(d) == key:
                    # The place itself keeps every action that has a duty about it.
                    reads |= reads_of([a.guard, d.ok]) | {d.place}
        yield Question("duty", key, None, frozenset(reads))


def _action_question(system: System, action: Action) -> Question:
    """Can it happen, without breaking a duty?  A slice that keeps what its duties are
    about, or else a state that it writes, sees it happen."""
    reads = reads_of([action.guard]) | {d.place for d in action.duties}
    written = [s.name for s in system.states if not is_frame(action, s)]
    if not written:
        possible = ir.close_binder("some", action.params, action.guard)
        return Question("action", action.name, ir.not_(possible), reads)
    if not reads & set(written):
        reads |= {written[0]}
    return Question("action", action.name, None, reads)
