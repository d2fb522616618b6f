"""Two systems over the same world that differ in updates and answers: are they the same
in every state that can be reached?

By induction on the length of a run: both begin in the same state, and in a state that one
of them reaches, what is known of it holds; there every step has the same guard and leads
to the same state in both, or breaks a duty in both.  Then both have the same runs, and it
remains that their answers and promises have the same values in these states.  So what is
proved of one is a hypothesis for all of this.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from solver.normal import name_parameters
from solver.obligations import GUARD, Duties, Hypothesis, Obligation, duty_name
from solver.prover import Limits, Open, Proof, Prover
from spec import ir
from spec.ir import Action, Duty, Expr, System

LIMITS = Limits(obligation=2_000_000, total=8_000_000)


class Equivalence:
    """Proves that other systems do what this one does.

    Args:
        known: what holds in every state that the system reaches.
        kept: the duties (`nat:mapcount`) that no step of the system from there breaks.
    """

    def __init__(
        self, system: System, known: Sequence[Hypothesis], kept: Collection[str],
        limits: Limits = LIMITS,
    ) -> None:
        self.system = system
        self._duties = Duties(system)
        self._rank = self._duties.rank("")
        self._facts = tuple(self._duties.facts(self._rank))
        self._known = (*self._facts, *known)
        self._kept = frozenset(kept)
        self._limits = limits

    def proved(self, other: System) -> bool:
        """Is it proved that both have the same runs, answers and promises?  False where
        the prover cannot tell."""
        obligations = self.obligations(other)
        if obligations is None:
            return False
        prover = Prover(self.system, self._limits)
        nothing = Obligation("nothing", "claim", None, "same", self._known, ir.FALSE)
        if obligations and isinstance(prover.prove(nothing), Proof):
            # What is known contradicts itself: there is no such state, and no such world.
            return False
        return not any(isinstance(prover.prove(o), Open) for o in obligations)

    def obligations(self, other: System) -> list[Obligation] | None:
        """What is to be shown; None where the systems cannot be compared so: other names,
        or a duty that one of them may break in a step that the other can take."""
        if _shape(self.system) != _shape(other):
            return None
        found: list[Obligation] = []
        for mine, its in zip(self.system.actions, other.actions, strict=True):
            if mine.updates == its.updates and mine.duties == its.duties:
                continue
            if not all(duty_name(d) in self._kept or d in its.duties for d in mine.duties):
                return None
            found += self._step(mine, its)
        return [*self._starts(other), *self._guards(other), *found, *self._values(other)]

    def _starts(self, other: System) -> Iterator[Obligation]:
        for mine, its in zip(self.system.states, other.states, strict=True):
            goal = _same_everywhere(mine.index, mine.init, its.init)
            if goal is not ir.TRUE:
                yield Obligation(
                    f"{mine.name}/same/init", "init", None, "same", self._facts, goal)

    def _guards(self, other: System) -> Iterator[Obligation]:
        """A guard that asks gets the scheme's answer."""
        for mine, its in zip(self.system.actions, other.actions, strict=True):
            goal = ir.eq(mine.guard, its.guard)
            if goal is not ir.TRUE:
                yield Obligation(
                    f"guard/same/{mine.name}", "step", mine.name, "same", self._known,
                    name_parameters(goal, mine.params))

    def _step(self, mine: Action, its: Action) -> Iterator[Obligation]:
        guard = self._duties.guard(mine, len(self.system.layers))
        assert guard[0] == GUARD
        duties = [(duty_name(d), name_parameters(d.ok, mine.params)) for d in mine.duties]
        before = (*self._known, guard, *duties)
        for state in self.system.states:
            a, b = (x.updates.get(state.name, _untouched(state)) for x in (mine, its))
            goal = _same_everywhere(state.index, a, b)
            if goal is not ir.TRUE:
                yield Obligation(
                    f"{state.name}/same/{mine.name}", "step", mine.name, "same", before,
                    name_parameters(goal, mine.params))
        for duty in its.duties:
            if duty not in mine.duties:
                yield self._duty(mine, duty, before)

    @staticmethod
    def _duty(action: Action, duty: Duty, before: tuple[Hypothesis, ...]) -> Obligation:
        return Obligation(
            f"{duty_name(duty)}/same/{action.name}", duty.kind, action.name, duty_name(duty),
            before, name_parameters(duty.ok, action.params))

    def _values(self, other: System) -> Iterator[Obligation]:
        """Answers and promises, in every state that is reached."""
        for a, b in zip(self.system.answers, other.answers, strict=True):
            goal = ir.close_binder("all", a.params, ir.eq(a.value, b.value))
            if goal is not ir.TRUE:
                yield Obligation(
                    f"{a.question}/same", "claim", None, "same", self._known, goal)
        for p, q in zip(self.system.promises, other.promises, strict=True):
            # An error class is the same where the answer is.
            if p.cond is not q.cond and p.kind != "answer_class":
                yield Obligation(
                    f"{p.name}/same", "claim", None, "same", self._known,
                    ir.eq(p.cond, q.cond))


def _shape(system: System) -> tuple[object, ...]:
    """What both must have in common: everything but guards, updates, duties and values."""
    return (
        system.layers, system.sorts, system.consts, system.where, system.assumes,
        tuple((s.name, s.index, s.type, s.nat, s.layer) for s in system.states),
        tuple((a.name, a.params, a.overapproximates) for a in system.actions),
        tuple((p.name, p.kind) for p in system.promises),
        tuple((a.question, a.params, a.type, a.truth, a.asked) for a in system.answers),
    )


def _same_everywhere(index: Sequence[ir.Type], a: Expr, b: Expr) -> Expr:
    formals = [(f"%{i}", t) for i, t in enumerate(index)]
    return ir.close_binder("all", formals, ir.eq(a, b))


def _untouched(state: ir.StateVar) -> Expr:
    return ir.read(state.name, [ir.formal(i, t) for i, t in enumerate(state.index)], state.type)
