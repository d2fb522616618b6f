"""Which state can influence a question: the cone of influence (docs/trust.md, section 5).

A slice keeps the states that a question reads, and with each kept state everything
that the actions writing it look at: their guards, the written values, and the duties
*about kept states*.  Duties about other states are left out, which can only add runs;
a run found in a slice is therefore replayed in the whole system, and if it breaks a
duty that was left out, the slice is widened by that place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from spec import ir
from spec.ir import Action, Duty, Expr, System


@dataclass(frozen=True, slots=True)
class Slice:
    """Names of the kept states and constants, in the system's order; `actions` have
    only the updates and duties of kept states."""

    states: tuple[str, ...]
    consts: tuple[str, ...]
    actions: tuple[Action, ...]

    def is_exact(self, system: System) -> bool:
        """Are all duties of its actions about kept states?"""
        return all(
            d.place in self.states for a in self.actions for d in system.action(a.name).duties
        )


def reads_of(exprs: Iterable[Expr]) -> frozenset[str]:
    """Names of the states and constants that the expressions read."""
    return frozenset(str(x.data) for e in exprs for x in ir.walk(e) if x.op == "read")


def is_frame(action: Action, state: ir.StateVar) -> bool:
    """Does the action leave the state as it is?"""
    body = action.updates.get(state.name)
    return body is None or body is unchanged(state)


def unchanged(state: ir.StateVar) -> Expr:
    """The update that writes back what is there."""
    formals = [ir.formal(i, t) for i, t in enumerate(state.index)]
    return ir.read(state.name, formals, state.type)


def duty_key(duty: Duty) -> str:
    """`nat:mapcount`: the name under which a duty is decided."""
    return f"{duty.kind}:{duty.place}"


def duty_keys(system: System) -> tuple[str, ...]:
    """Every duty of the system by name, in the order of the states."""
    order = {s.name: i for i, s in enumerate(system.states)}
    found = {duty_key(d): d.place for a in system.actions for d in a.duties}
    return tuple(sorted(found, key=lambda k: (order.get(found[k], len(order)), k)))


class Slicer:
    """Slices of one system.

    Args:
        actions: the actions that may happen (all of the system's, or fewer).
    """

    def __init__(self, system: System, actions: Sequence[Action]) -> None:
        self.system = system
        self.actions = actions
        self._states = {s.name: s for s in system.states}
        self._needs = [self._requirements(a) for a in actions]

    def _requirements(self, action: Action) -> Mapping[str, frozenset[str]]:
        """For each state the action writes, or has a duty about: what must be kept if
        that state is."""
        guard = reads_of([action.guard])
        found: dict[str, frozenset[str]] = {}
        for name, body in action.updates.items():
            if not is_frame(action, self._states[name]):
                found[name] = guard | reads_of([body])
        for d in action.duties:
            found[d.place] = found.get(d.place, guard) | reads_of([d.ok])
        return found

    def slice_for(self, questions: Iterable[str]) -> Slice:
        """The smallest slice that keeps these states and constants."""
        kept = set(questions)
        grown = True
        while grown:
            before = len(kept)
            for needs in self._needs:
                for name, reads in needs.items():
                    if name in kept:
                        kept |= reads
            for name in [n for n in self._states if n in kept]:
                kept |= reads_of([self._states[name].init])
            grown = len(kept) > before
        return self._cut(kept)

    def union(self, a: Slice, b: Slice) -> Slice:
        """The smallest slice with both."""
        return self._cut({*a.states, *a.consts, *b.states, *b.consts})

    def _cut(self, kept: set[str]) -> Slice:
        states = tuple(s.name for s in self.system.states if s.name in kept)
        consts = tuple(c.name for c in self.system.consts if c.name in kept)
        actions = []
        for action, needs in zip(self.actions, self._needs, strict=True):
            updates = {n: e for n, e in action.updates.items() if n in needs and n in kept}
            duties = tuple(d for d in action.duties if d.place in kept)
            if updates or duties:
                actions.append(_restricted(action, updates, duties))
        return Slice(states, consts, tuple(actions))


def _restricted(
    action: Action, updates: Mapping[str, Expr], duties: tuple[Duty, ...]
) -> Action:
    return Action(action.name, action.params, action.guard, dict(updates), duties)
