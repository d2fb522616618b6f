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
from functools import cache
from itertools import product

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
        self._outlines = [Outline.of(system, a) for a in actions]

    def slice_for(self, questions: Iterable[str]) -> Slice:
        """The smallest slice that keeps these states and constants."""
        kept = set(questions)
        grown = True
        while grown:
            before = len(kept)
            for outline, guard in self._acting(kept):
                kept |= reads_of(guard) | outline.reads(kept)
            for name in [n for n in self._states if n in kept]:
                kept |= reads_of([self._states[name].init])
            grown = len(kept) > before
        return self._cut(kept)

    def union(self, a: Slice, b: Slice) -> Slice:
        """The smallest slice with both."""
        return self.slice_for({*a.states, *a.consts, *b.states, *b.consts})

    def _acting(self, kept: set[str]) -> list[tuple[Outline, list[Expr]]]:
        """The actions of the slice, each with the parts of its guard that count there."""
        acting = [o for o in self._outlines if o.touches(kept)]
        acting = [o for i, o in enumerate(acting) if not self._is_spared(o, acting[:i], kept)]
        written = {name for o in acting for name in o.written}
        return [
            (o, [c for c in o.guard if not self._stays_true(c, kept, written)]) for o in acting
        ]

    def _stays_true(self, part: Expr, kept: set[str], written: set[str]) -> bool:
        """Is the part of a guard true for as long as some state that nothing here
        writes has its first value?"""
        return any(
            name in self._states and name not in kept and name not in written
            and _true_at_first(part, self._states[name])
            for name in reads_of([part])
        )

    def _is_spared(self, o: Outline, earlier: Sequence[Outline], kept: set[str]) -> bool:
        """Does an action of a lower layer do to the kept states what this one does,
        whenever this one can?  Only where that spares states."""
        if reads_of(o.guard) | o.reads(kept) <= kept:
            return False
        return any(x.layer != o.layer and x.does_as(o, kept) for x in earlier)

    def _cut(self, kept: set[str]) -> Slice:
        states = tuple(s.name for s in self.system.states if s.name in kept)
        consts = tuple(c.name for c in self.system.consts if c.name in kept)
        actions = []
        for outline, guard in self._acting(kept):
            a = outline.action
            updates = {n: a.updates[n] for n in outline.written if n in kept}
            duties = tuple(d for d in a.duties if d.place in kept)
            actions.append(Action(a.name, a.params, ir.and_(*guard), updates, duties))
        return Slice(states, consts, tuple(actions))


@cache
def _true_at_first(part: Expr, state: ir.StateVar) -> bool:
    return ir.replace_reads(part, {state.name: state.init}) is ir.TRUE


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """What an action looks at and writes: `guard` its conjuncts, `written` the states
    that it does not leave as they are."""

    action: Action
    layer: str
    guard: tuple[Expr, ...]
    written: tuple[str, ...]

    @staticmethod
    def of(system: System, action: Action) -> Outline:
        written = tuple(s.name for s in system.states if not is_frame(action, s))
        parts = action.guard.args if action.guard.op == "and" else (action.guard,)
        return Outline(action, action.layer, parts, written)

    def touches(self, kept: set[str]) -> bool:
        """Does it write a kept state, or have a duty about one?"""
        return any(n in kept for n in self.written) or any(
            d.place in kept for d in self.action.duties)

    def reads(self, kept: set[str]) -> frozenset[str]:
        """What its updates of kept states, and its duties about them, read."""
        a = self.action
        return reads_of([
            *(a.updates[n] for n in self.written if n in kept),
            *(d.ok for d in a.duties if d.place in kept),
        ])

    def does_as(self, other: Outline, kept: set[str]) -> bool:
        """With some of the other's arguments, is every step of the other, as far as the
        kept states go, one of this?  Decided by what the expressions are, so a no may
        be wrong."""
        mine = self._effect({}, kept)
        theirs = other._effect({}, kept)
        if mine.keys() != theirs.keys():
            return False
        types = dict(other.action.params)
        choices = [[n for n, t in types.items() if t == wanted]
                   for _, wanted in self.action.params]
        for names in product(*choices):
            values = {
                formal: ir.var(name, type_)
                for (formal, type_), name in zip(self.action.params, names, strict=True)
            }
            guard = {ir.substitute(c, values) for c in self.guard} - {ir.TRUE}
            if self._effect(values, kept) == theirs and guard <= set(other.guard):
                return True
        return False

    def _effect(self, values: Mapping[str, Expr], kept: set[str]) -> dict[object, Expr]:
        """Updates of kept states by name, duties about them by kind and place."""
        a = self.action
        found: dict[object, Expr] = {n: a.updates[n] for n in self.written if n in kept}
        for i, d in enumerate(x for x in a.duties if x.place in kept):
            found[d.kind, d.place, i] = d.ok
        return {key: ir.substitute(e, values) for key, e in found.items()}
