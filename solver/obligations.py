"""What has to be shown of a system, as closed implications.

A condition is *kept* by an action when its value after the step (by substitution, see
`ir.post`) follows from what is known before it.  A conjunct that a step does not touch is
the identical node afterwards and needs no proof.

Layers.  A module's invariants are shown from what belongs to its own and lower layers:
their constants, their part of each guard, their invariants.  So they hold in every scheme
over the module, whatever its counters do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from solver.normal import conjuncts, name_parameters
from spec import ir
from spec.ir import FALSE, INT, TRUE, Action, Duty, Expr, Promise, System

Kind = Literal["init", "step", "nat", "clash", "claim", "never"]
Hypothesis = tuple[str, Expr]


@dataclass(frozen=True, slots=True)
class Obligation:
    """From the hypotheses (label, condition) follows the goal, in every state.

    `action` is the step it is about, or None.  An action's parameters are read as the
    constants `$name`; the label of its guard is `guard`.
    """

    name: str
    kind: Kind
    action: str | None
    promise: str
    hypotheses: tuple[Hypothesis, ...]
    goal: Expr


GUARD = "guard"


class Duties:
    """Makes the obligations of one system."""

    def __init__(self, system: System) -> None:
        self.system = system
        self._rank = {name: i for i, name in enumerate(system.layers)}
        self._state_rank = {s.name: self._owned(s.layer) for s in system.states}
        self._layer_of = {p.name: p.layer for p in system.promises}
        self._guards: dict[tuple[str, int], Expr] = {}
        self.ranks = sorted(
            {self.rank(p.layer) for p in system.promises}
            | {self.rank(d.layer) for a in system.actions for d in a.duties}
        )

    def rank(self, layer: str) -> int:
        """Position of a layer; a promise or duty that has none belongs to the highest."""
        return self._rank.get(layer, len(self._rank) - 1)

    def _view(self, promise: Promise) -> int:
        """The highest layer whose facts and guards a proof may use.

        An invariant must hold whatever stands above its layer, as it is a hypothesis
        there; a claim is about this system, and nothing leans on it.
        """
        return self.rank(promise.layer if promise.kind == "invariant" else "")

    def _owned(self, layer: str) -> int:
        """The same for a state or a fact; one that has no layer belongs to the lowest."""
        return self._rank.get(layer, 0)

    # ------------------------------------------------------- hypotheses

    def facts(self, rank: int) -> list[Hypothesis]:
        """What is known of the constants in layers up to `rank`."""
        known = [
            (f.text, f.cond)
            for f in (*self.system.where, *self.system.assumes)
            if self._owned(f.layer) <= rank
        ]
        nats = [
            (f"{c.name} is nat", not_negative(c.name, c.index))
            for c in self.system.consts
            if c.nat and c.type == INT
        ]
        return known + nats

    def naturals(self, rank: int) -> list[ir.StateVar]:
        """The `nat` states of layers up to `rank`."""
        return [
            s for s in self.system.states
            if s.nat and s.type == INT and self._owned(s.layer) <= rank
        ]

    def stays_natural(
        self, state: ir.StateVar, naturals: Sequence[ir.StateVar]
    ) -> Iterator[Obligation]:
        """No step that keeps its duties makes the state negative: so it never is, as a
        run has no step that breaks one.

        Args:
            naturals: states taken not to be negative before the step.
        """
        cond = not_negative(state.name, state.index)
        name = f"nat:{state.name}"
        facts = self.facts(self._owned(state.layer))
        start = ir.initially(cond, self.system)
        if start is not TRUE:
            yield Obligation(f"{name}/init", "init", None, name, tuple(facts), start)
        known = [(f"nat:{s.name}", not_negative(s.name, s.index)) for s in naturals]
        for action in self.system.actions:
            duties = [d.ok for d in action.duties if d.kind == "nat"]
            if state.name in action.updates and not _kept(state, action, naturals, duties):
                kept = [(duty_name(d), name_parameters(d.ok, action.params))
                        for d in action.duties if d.kind == "nat"]
                after = name_parameters(ir.post(cond, action), action.params)
                yield Obligation(
                    f"{name}/{action.name}/kept", "nat", action.name, name,
                    (*facts, *known, *kept), after)

    def guard(self, action: Action, rank: int) -> Hypothesis:
        """The guard as far as it speaks of layers up to `rank`."""
        key = (action.name, rank)
        if key not in self._guards:
            kept = [c for c in conjuncts(action.guard) if self._speaks(c) <= rank]
            self._guards[key] = name_parameters(ir.and_(*kept), action.params)
        return (GUARD, self._guards[key])

    def _speaks(self, e: Expr) -> int:
        """The highest layer whose state the expression reads."""
        reads = (str(x.data) for x in ir.walk(e) if x.op == "read")
        return max((self._state_rank.get(name, 0) for name in reads), default=0)

    # ------------------------------------------------------- obligations

    def starts(self, promise: Promise) -> Iterator[Obligation]:
        """The condition holds in the initial state."""
        facts = tuple(self.facts(self.rank(promise.layer)))
        goal = ir.initially(promise.cond, self.system)
        if goal is not TRUE:
            yield Obligation(f"{promise.name}/init", "init", None, promise.name, facts, goal)

    def steps(self, promise: Promise, known: Sequence[Hypothesis]) -> Iterator[Obligation]:
        """Every action keeps the condition; `known` holds before the step."""
        rank = self._view(promise)
        facts = self.facts(rank)
        for action in self.system.actions:
            after = self._after(promise.cond, action)
            if after is not TRUE:
                yield Obligation(
                    f"{promise.name}/{action.name}", "step", action.name, promise.name,
                    (*facts, *known, self.guard(action, rank)), after,
                )

    @staticmethod
    def _after(cond: Expr, action: Action) -> Expr:
        """The touched conjuncts after the step."""
        touched = []
        for part in conjuncts(cond):
            after = ir.post(part, action)
            if after is not part:
                touched.append(after)
        return name_parameters(ir.and_(*touched), action.params)

    def duty(
        self, action: Action, duty: Duty, known: Sequence[Hypothesis]
    ) -> Obligation:
        """A step never makes this place negative, never writes it twice."""
        rank = self.rank(duty.layer)
        label = duty_name(duty)
        return Obligation(
            f"{label}/{action.name}", duty.kind, action.name, label,
            (*self.facts(rank), *known, self.guard(action, rank)),
            name_parameters(duty.ok, action.params),
        )

    def never(self, action: Action, known: Sequence[Hypothesis]) -> Obligation:
        """The action's guard contradicts what is known."""
        rank = len(self._rank)
        return Obligation(
            f"never:{action.name}", "never", action.name, f"never:{action.name}",
            (*self.facts(rank), *known, self.guard(action, rank)), FALSE)

    def with_duties(self, obligation: Obligation) -> Obligation | None:
        """The same for a step that breaks no duty; None where it has no duty."""
        action = self.system.action(str(obligation.action))
        rank = self.rank(self._layer_of[obligation.promise])
        duties = tuple(
            (duty_name(d), name_parameters(d.ok, action.params))
            for d in action.duties
            if self.rank(d.layer) <= rank
        )
        if not duties:
            return None
        return replace(obligation, hypotheses=(*obligation.hypotheses, *duties))

    def claim(self, promise: Promise, known: Sequence[Hypothesis]) -> Obligation:
        """The condition follows from what is known of every reachable state."""
        facts = self.facts(self._view(promise))
        return Obligation(
            promise.name, "claim", None, promise.name, (*facts, *known), promise.cond)


class Near:
    """Leaves out the hypotheses that are far from the goal.

    Fewer hypotheses are always sound; here they keep out what the goal does not speak of,
    such as which pages a VMA spans, and with it alternations of quantifiers.
    """

    def __init__(self, system: System) -> None:
        self._states = frozenset(s.name for s in system.states)
        self._read: dict[Expr, frozenset[str]] = {}

    def __call__(self, obligation: Obligation) -> Obligation:
        """The same from what is known of the constants, the guard, and the hypotheses
        that share a state with the goal."""
        wanted = self._of(obligation.goal)
        if not wanted:
            return obligation
        kept = tuple(
            (label, cond)
            for label, cond in obligation.hypotheses
            if label == GUARD or not self._of(cond) or self._of(cond) & wanted
        )
        return replace(obligation, hypotheses=kept)

    def _of(self, e: Expr) -> frozenset[str]:
        """The states that the expression reads."""
        found = self._read.get(e)
        if found is None:
            names = (str(x.data) for x in ir.walk(e) if x.op == "read")
            found = self._read[e] = self._states.intersection(names)
        return found


def duty_name(duty: Duty) -> str:
    return f"{duty.kind}:{duty.place}"


def _kept(
    state: ir.StateVar, action: Action, naturals: Sequence[ir.StateVar], duties: Sequence[Expr]
) -> bool:
    """Is every value written natural by its form, or the subject of a duty?"""
    names = frozenset(s.name for s in naturals)
    at = [(f"%{i}", t) for i, t in enumerate(state.index)]

    def kept(e: Expr, where: Expr) -> bool:
        if is_natural(e, names):
            return True
        if e.op == "ite":
            cond, then, orelse = e.args
            return kept(then, cond) and kept(orelse, where)
        ok = ir.close_binder("all", at, ir.implies(where, ir.le(ir.integer(0), e)))
        return ok in duties

    return kept(action.updates[state.name], TRUE)


def is_natural(e: Expr, names: frozenset[str]) -> bool:
    """Not negative by its form; `names` are states and constants that never are."""
    match e.op:
        case "lit":
            return isinstance(e.data, int) and e.data >= 0
        case "read":
            return e.data in names
        case "+" | "*":
            return all(is_natural(a, names) for a in e.args)
        case "ite":
            return is_natural(e.args[1], names) and is_natural(e.args[2], names)
        case _:
            return e.op == "count"


def not_negative(name: str, index: Sequence[ir.Type]) -> Expr:
    """`name` is not negative, at every index."""
    at = [ir.var(f"?i{n}", t) for n, t in enumerate(index)]
    body = ir.le(ir.integer(0), ir.read(name, at, INT))
    return ir.close_binder("all", [(str(x.data), x.type) for x in at], body)
