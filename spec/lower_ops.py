"""Operations with all their `on` blocks, fused to actions of the IR."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from spec import ir
from spec.checked import Checked, Operation
from spec.ir import BOOL, Expr, Type
from spec.writes import Body, Write, clash_duties, combine, nat_duties, untouched

Settle = Callable[[Expr], Expr]


@dataclass(frozen=True, slots=True)
class Part:
    """What one layer says about the step."""

    layer: str
    body: Body


@dataclass(frozen=True, slots=True)
class Fuser:
    """Fuses operations over one stack of layers, lowest first.

    `settle` replaces what a scheme gives and answers; with `open_answers` no scheme is
    there, and every answer is a parameter of the action.
    """

    stack: Sequence[Checked]
    settle: Settle
    open_answers: bool

    def action(self, op: Operation) -> ir.Action:
        """One step: the operation, what it performs, and every `on` block."""
        parts = list(self._parts(op, {n: ir.var(n, t) for n, t in op.params}))
        guard = ir.and_(*(p.body.guard for p in parts))
        params = op.params
        if self.open_answers:
            guard, extra = _answers_as_parameters(guard, params)
            params += extra
        updates: dict[str, Expr] = {}
        duties: list[ir.Duty] = []
        for layer in self.stack:
            writes = [w for p in parts if p.layer == layer.name for w in p.body.writes]
            if writes:
                self._update(layer, writes, updates, duties)
        mirrors = op.mirrors
        return ir.Action(
            op.name, params, self.settle(guard), updates, tuple(dict.fromkeys(duties)), mirrors,
            op.layer, op.overapproximates,
        )

    def _parts(self, op: Operation, values: Mapping[str, Expr]) -> Iterator[Part]:
        body = op.body.at(values)
        yield Part(op.layer, body)
        for layer in self.stack:
            if op.name in layer.hooks:
                yield Part(layer.name, layer.hooks[op.name].at(values))
        for p in body.performs:
            other = self._operation(p.op)
            names = [name for name, _ in other.params]
            yield from self._parts(other, dict(zip(names, p.args, strict=True)))

    def _operation(self, name: str) -> Operation:
        return next(o for layer in self.stack for o in layer.operations if o.name == name)

    def _update(
        self, layer: Checked, writes: list[Write], updates: dict[str, Expr],
        duties: list[ir.Duty],
    ) -> None:
        """Add the layer's updates; those of the layers below are there already."""
        after = self._after(layer, updates)
        ready = [w.map(lambda e: self.settle(ir.replace_reads(e, after))) for w in writes]
        for state in layer.states:
            mine = [w for w in ready if w.place == state.name and w.hit is not ir.FALSE]
            body = combine(state, mine)
            if body is not untouched(state):
                updates[state.name] = body
            duties += clash_duties(state, mine)
            duties += nat_duties(state, mine, self._nats())

    def _after(self, layer: Checked, updates: Mapping[str, Expr]) -> dict[str, Expr]:
        """What the primed states of the layers below mean."""
        below = set(layer.below)
        return {
            f"{s.name}'": updates.get(s.name, untouched(s))
            for c in self.stack if c.name in below for s in c.states
        }

    def _nats(self) -> frozenset[str]:
        states = [s.name for c in self.stack for s in c.states if s.nat]
        return frozenset(states + [k.name for c in self.stack for k in c.consts if k.nat])


def _answers_as_parameters(
    guard: Expr, params: tuple[tuple[str, Type], ...]
) -> tuple[Expr, tuple[tuple[str, Type], ...]]:
    """Every answer that the guard asks for becomes a parameter: any answer will do."""
    asked = [x for x in ir.walk(guard) if x.op == "read" and str(x.data).startswith("answer ")]
    taken = {name for name, _ in params}
    values: dict[Expr, Expr] = {}
    for x in asked:
        stem = str(x.data).replace(" ", "_")
        name, n = stem, 1
        while name in taken:
            n += 1
            name = f"{stem}_{n}"
        taken.add(name)
        values[x] = ir.var(name, BOOL)
    return _replaced(guard, values), tuple((str(v.data), BOOL) for v in values.values())


def _replaced(e: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """Closed subterms replaced by closed terms."""
    if e in values:
        return values[e]
    return ir.rebuild(e, tuple(_replaced(a, values) for a in e.args))
