"""Updates of state: single writes, their union to total functions, and their duties.

A write speaks of the formal indices of its place: `hit` says at which indices it
applies, `value` what stands there afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from spec import ir
from spec.ir import FALSE, Expr, Type
from spec.source import NOWHERE, Span


@dataclass(frozen=True, slots=True)
class Write:
    """`place[args] := value for ... when ...`.

    `args` are the indices as written, None where a `for` goes through them; with
    `conditional`, a `when` stands behind the write.
    """

    place: str
    args: tuple[Expr | None, ...]
    hit: Expr
    value: Expr
    conditional: bool = False
    span: Span = NOWHERE

    def map(self, change: Callable[[Expr], Expr]) -> Write:
        """The same write with every expression changed."""
        args = tuple(None if a is None else change(a) for a in self.args)
        return replace(self, args=args, hit=change(self.hit), value=change(self.value))


@dataclass(frozen=True, slots=True)
class Performed:
    """`performs op(args)`."""

    op: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """What a block of clauses says: a guard, writes, operations it performs."""

    guard: Expr = ir.TRUE
    writes: tuple[Write, ...] = ()
    performs: tuple[Performed, ...] = ()

    def at(self, values: Mapping[str, Expr]) -> Body:
        """The body with these values for its parameters."""
        def change(e: Expr) -> Expr:
            return ir.substitute(e, values)

        return Body(
            change(self.guard),
            tuple(w.map(change) for w in self.writes),
            tuple(Performed(p.op, tuple(change(a) for a in p.args)) for p in self.performs),
        )


def formals(index: Sequence[Type]) -> list[Expr]:
    return [ir.formal(i, t) for i, t in enumerate(index)]


def untouched(state: ir.StateVar) -> Expr:
    """The update body that leaves the state as it is."""
    return ir.read(state.name, formals(state.index), state.type)


def combine(state: ir.StateVar, writes: Sequence[Write]) -> Expr:
    """The new value at the formal indices after all these writes, the old one elsewhere."""
    body = untouched(state)
    for w in reversed(writes):
        body = ir.ite(w.hit, w.value, body)
    return body


def overlap(index: Sequence[Type], a: Write, b: Write) -> Expr:
    """When do both writes apply at one index?"""
    hit, _, left = _one_point(ir.and_(a.hit, b.hit), FALSE, index)
    return ir.close_binder("some", left, hit)


def clash_duties(state: ir.StateVar, writes: Sequence[Write]) -> list[ir.Duty]:
    """No two of the writes may apply at one index."""
    found = []
    for a, b in combinations(writes, 2):
        both = overlap(state.index, a, b)
        if both is not FALSE:
            found.append(ir.Duty("clash", state.name, ir.not_(both), state.layer))
    return found


def nat_duties(
    state: ir.StateVar, writes: Sequence[Write], nats: frozenset[str]
) -> list[ir.Duty]:
    """Each written value must not be negative; `nats` are the places that never are."""
    found = []
    for w in writes:
        if state.nat and not is_natural(w.value, nats):
            hit, value, left = _one_point(w.hit, w.value, state.index)
            ok = ir.implies(hit, ir.le(ir.integer(0), value))
            found.append(ir.Duty("nat", state.name, ir.close_binder("all", left, ok), state.layer))
    return list(dict.fromkeys(found))


def is_natural(e: Expr, nats: frozenset[str]) -> bool:
    """Can the number not be negative, by its form alone?"""
    match e.op:
        case "lit":
            return isinstance(e.data, int) and e.data >= 0
        case "count":
            return True
        case "read":
            return e.data in nats
        case "+" | "*":
            return all(is_natural(a, nats) for a in e.args)
        case "/":
            return is_natural(e.args[0], nats) and is_natural(e.args[1], nats)
        case "ite":
            cond, then, orelse = e.args
            kept = is_natural(then, nats), is_natural(orelse, nats)
            return all(kept) or (any(kept) and cond is ir.le(orelse, then))
        case _:
            return False


def _one_point(
    hit: Expr, value: Expr, index: Sequence[Type]
) -> tuple[Expr, Expr, list[tuple[str, Type]]]:
    """Replace formals that the condition equates with a term; the others are returned."""
    left = [(str(f.data), f.type) for f in formals(index)]
    for name, _ in left:
        term = _equated(hit, name)
        if term is not None:
            hit, value = (ir.substitute(e, {name: term}) for e in (hit, value))
    used = hit.free | value.free
    return hit, value, [(n, t) for n, t in left if n in used]


def _equated(cond: Expr, name: str) -> Expr | None:
    """A term that every index with the condition is equal to."""
    for part in cond.args if cond.op == "and" else (cond,):
        if part.op == "==":
            for x, y in (part.args, part.args[::-1]):
                if x.op == "var" and x.data == name and name not in y.free:
                    return y
    return None


def is_same_place(a: Write, b: Write) -> bool:
    """Do both writes always apply, and at one place?"""
    return a.place == b.place and not a.conditional and not b.conditional and a.hit is b.hit

