"""Blocks of clauses (`op`, `on`, `update`) as guards, writes and performed operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeVar

from spec import ast, ir, operators
from spec.ast import Clause
from spec.effects import Listed, check_clashes, check_frame
from spec.findings import Slips, near
from spec.ir import Expr
from spec.names import has
from spec.scope import Layer, Shape, bare
from spec.source import Span
from spec.terms import ALLOWED, Mode, Terms
from spec.types import base, is_range, parameter_types
from spec.writes import Body, Performed, Write

Kind = Literal["op", "on", "update"]
T = TypeVar("T", bound=ast.Node)

_ALLOWED: Final[Mapping[Kind, tuple[type[ast.Node], ...]]] = {
    "op": (ast.Mirrors, ast.Requires, ast.Changes, ast.Performs, ast.Overapproximates,
           ast.Let, ast.Update, ast.Do),
    "on": (ast.Requires, ast.Changes, ast.Let, ast.Update, ast.Do),
    "update": (ast.Changes, ast.Let, ast.Update, ast.Do),
}
_A: Final[Mapping[Kind, str]] = {"op": "an op", "on": "an `on` block", "update": "an update"}


def pick(clauses: Sequence[Clause], kind: type[T]) -> list[T]:
    """The clauses of one kind."""
    return [c for c in clauses if isinstance(c, kind)]


@dataclass(slots=True)
class Blocks:
    """Turns the blocks of one layer into bodies; a named update is worked out once."""

    layer: Layer
    slips: Slips
    _updates: dict[str, Body | None] = field(default_factory=dict)

    def body(
        self, kind: Kind, clauses: Sequence[Clause], params: Mapping[str, Expr], span: Span,
        spans: Mapping[str, Span] | None = None,
    ) -> Body:
        """What a block says.

        Args:
            params: what each parameter stands for.
            span: the block, for the error about a missing `changes`.
            spans: where the parameters are written, where that is known.
        """
        place = Terms(self.layer, self.slips, Mode("an op", "an update"))
        for name, value in params.items():
            place = place.with_local(name, value, (spans or {}).get(name, span))
        return _Block(self, kind, list(clauses), place, span).body()

    def update(self, name: str, span: Span) -> Body | None:
        """A named update; None where it is unknown, broken, or uses itself."""
        if name in self._updates:
            found = self._updates[name]
            if found is None:
                self.slips.error("FS055", span, f"`{name}` is used by itself",
                                 "an update cannot recur")
            return found
        decl = self.layer.updates.get(name)
        if decl is None:
            if not self.layer.is_broken(name):
                self.slips.unknown("FS044", span, name, f"no update is called `{name}`",
                                   near(name, self.layer.updates))
            return None
        self._updates[name] = None
        params = parameter_types(self.layer, decl.params, self.slips)
        values = {n: ir.var(n, t) for n, t in params}
        spans = {p.name: p.span for p in decl.params}
        self._updates[name] = self.body("update", decl.clauses, values, decl.span, spans)
        return self._updates[name]


@dataclass(slots=True)
class _Block:
    """One block under way."""

    blocks: Blocks
    kind: Kind
    clauses: list[Clause]
    place: Terms
    span: Span

    def body(self) -> Body:
        self._check_placement()
        after = "an op" if self.kind == "op" else ALLOWED
        state = self.place.in_mode(Mode(after, "an update of state"))
        for let in pick(self.clauses, ast.Let):
            state = state.with_local(let.name, state.named(let.value), let.span)
        guards = [self._guard(state, r) for r in pick(self.clauses, ast.Requires)]
        own = [w for u in pick(self.clauses, ast.Update) if (w := self._write(state, u))]
        used = [self._do(state, d) for d in pick(self.clauses, ast.Do)]
        done = [w for writes in used for w in writes or ()]
        self._check_frame(state, own, None if None in used else done)
        check_clashes(self.place.layer, [*own, *done], self.place.slips)
        performed = [x for p in pick(self.clauses, ast.Performs) if (x := self._perform(state, p))]
        return Body(ir.and_(*guards), (*own, *done), tuple(performed))

    def _check_placement(self) -> None:
        slips, layer = self.place.slips, self.place.layer
        for c in self.clauses:
            if isinstance(c, ast.Requires) and self.kind != "op" and layer.kind == "scheme":
                slips.error("FS054", c.span, "a scheme cannot restrict the world",
                            "counters do not decide what happens; a `requires` belongs to "
                            "a module")
            elif not isinstance(c, _ALLOWED[self.kind]):
                word = type(c).__name__.lower()
                slips.error("FS053", c.span, f"{_A[self.kind]} cannot have `{word}`")
        self.clauses = [c for c in self.clauses if isinstance(c, _ALLOWED[self.kind])]

    def _guard(self, place: Terms, c: ast.Requires) -> Expr:
        guard = place.in_mode(Mode("a guard", ALLOWED)).truth(c.cond)
        for x in ir.walk(guard):
            if x.op == "read" and str(x.data).endswith("'"):
                place.slips.error("FS088", c.span, "a prime cannot stand in a guard",
                                  "a guard reads the state before the step")
            if x.op == "read" and str(x.data).startswith("answer "):
                self._check_asked(x, c)
        return guard

    def _check_asked(self, asked: Expr, c: ast.Requires) -> None:
        """Without a scheme any answer is possible: it is one more parameter of the step."""
        if asked.loose:
            self.place.slips.error("FS097", c.span, "a question is asked once, not for every "
                                   "element of a quantifier",
                                   "ask with the operation's own parameters")
        elif asked.type != ir.BOOL:
            self.place.slips.error("FS097", c.span, "only a yes-or-no question can be asked in a "
                                   "guard", "a number cannot be any number at all")

    # -------------------------------------------------------------- writes

    def _write(self, place: Terms, u: ast.Update) -> Write | None:
        shape = self._target(u)
        if shape is None or not has(place, u.name, len(shape.index), "index", u.args, u.span):
            return None
        bound: Expr | None = None
        guards: list[Expr] = []
        if u.binder is not None:
            type_, low, high = operators.domain(place, u.binder.domain, self._hint(u, shape))
            bound = place.fresh(u.binder.names[0], type_)
            guards = operators.within(bound, low, high)
            place = place.with_local(u.binder.names[0], bound, u.binder.span)
        args = [place.value(a, t) for a, t in zip(u.args, shape.index, strict=True)]
        if u.when is not None:
            guards.append(place.truth(u.when))
        value = place.value(u.value, shape.type)
        return self._assembled(u, shape, bound, args, guards, value)

    def _assembled(
        self, u: ast.Update, shape: Shape, bound: Expr | None, args: list[Expr],
        guards: list[Expr], value: Expr,
    ) -> Write | None:
        """The write over formal indices: the `for` variable becomes its index's formal."""
        through: dict[str, Expr] = {}
        hits: list[Expr] = []
        shown: list[Expr | None] = []
        for i, (arg, type_) in enumerate(zip(args, shape.index, strict=True)):
            formal = ir.formal(i, type_)
            if arg is bound and not through:
                through[str(arg.data)] = formal
                shown.append(None)
            else:
                hits.append(ir.eq(formal, arg))
                shown.append(arg)
        if bound is not None and not through:
            if bound.type != "!":
                name = str(bound.data).partition(".")[0]
                self.place.slips.error("FS091", u.span, f"`{name}` is not an index of `{u.name}`",
                                       "the variable of `for` must itself be an index of the "
                                       "place that is written")
            return None
        conditional = u.when is not None
        write = Write(u.name, tuple(shown), ir.and_(*hits, *guards), value, conditional, u.span)
        return write.map(lambda e: ir.substitute(e, through))

    def _hint(self, u: ast.Update, shape: Shape) -> ir.Type | None:
        """The range that literals of the `for` must mean, by where its variable stands."""
        assert u.binder is not None
        for a, t in zip(u.args, shape.index, strict=True):
            if bare(a) == ast.Name(u.binder.names[0]) and is_range(self.place.layer, t):
                return base(t)
        return None

    def _target(self, u: ast.Update | ast.Place) -> Shape | None:
        """The shape of the state that is written or listed; None after an error."""
        layer, slips, name = self.place.layer, self.place.slips, u.name
        symbol = None if name in self.place.local else layer.value(name)
        if symbol is not None and symbol.kind == "state":
            if symbol.layer == layer.name:
                return symbol.shape
            slips.error("FS086", u.span, f"`{name}` belongs to {symbol.layer}",
                        f"a block of {layer.name} writes state of {layer.name} only")
        elif symbol is not None or name in self.place.local:
            kind = "parameter" if symbol is None else str(symbol.kind)
            what = {"const": "constant", "enum": "value of an enum"}.get(kind, kind)
            slips.error("FS087", u.span, f"`{name}` is a {what}, not state",
                        "only state changes in a step")
        elif not layer.is_broken(name):
            own = [n for n, s in layer.values.items() if s.kind == "state"]
            slips.unknown("FS040", u.span, name, f"no state is called `{name}`", near(name, own))
        return None

    # ---------------------------------------------------- do, performs, frame

    def _do(self, place: Terms, d: ast.Do) -> tuple[Write, ...] | None:
        """The writes of a named update; None after an error."""
        decl = place.layer.updates.get(d.name)
        body = self.blocks.update(d.name, d.span)
        if decl is None or body is None:
            place.only_check(d.args)
            return None
        params = parameter_types(place.layer, decl.params, Slips())
        if not has(place, d.name, len(params), "argument", d.args, d.span):
            return None
        values = {n: place.value(a, t) for (n, t), a in zip(params, d.args, strict=True)}
        if self.kind == "op" and any(
            x.op == "read" and str(x.data).endswith("'")
            for w in body.writes for e in (w.hit, w.value) for x in ir.walk(e)
        ):
            place.slips.error("FS088", d.span, f"a prime cannot stand in an op, and `{d.name}` "
                              "has one", "only `on` blocks look at the state after the step")
        return tuple(replace(w, span=d.span) for w in body.at(values).writes)

    def _perform(self, place: Terms, p: ast.Performs) -> Performed | None:
        layer = place.layer
        decl = layer.action(p.op)
        if not isinstance(decl, ast.Op):
            unknown_op(layer, p.op, p.span, place.slips)
            place.only_check(p.args)
            return None
        params = parameter_types(layer, decl.params, Slips())
        if not has(place, p.op, len(params), "argument", p.args, p.span):
            return None
        place = place.in_mode(Mode("an op", "the arguments of an operation"))
        return Performed(
            p.op, tuple(place.value(a, t) for a, (_, t) in zip(p.args, params, strict=True)))

    def _check_frame(
        self, place: Terms, own: list[Write], done: list[Write] | None
    ) -> None:
        """`own` and `done` are the writes as far as they were understood."""
        lists = pick(self.clauses, ast.Changes)
        writes = pick(self.clauses, ast.Update)
        if not lists:
            if writes or not pick(self.clauses, ast.Do):
                place.slips.error("FS084", self.span, f"{_A[self.kind]} must say what it changes",
                                  "write `changes PLACE, ...` or `changes nothing`")
            return
        before = place.slips.errors
        listed = [x for c in lists for p in c.places if (x := self._listed(place, p))]
        if len(own) == len(writes) and done is not None and place.slips.errors == before:
            check_frame(listed, own, done, place.slips)

    def _listed(self, place: Terms, p: ast.Place) -> Listed | None:
        shape = self._target(p)
        if shape is None:
            return None
        plain = tuple(a for a in p.args if a is not None)
        if len(p.args) != len(shape.index):
            has(place, p.name, len(shape.index), "index", (ast.NoneLit(),) * len(p.args), p.span)
            place.only_check(plain)
            return None
        return Listed(p.name, tuple(
            None if a is None else place.value(a, t)
            for a, t in zip(p.args, shape.index, strict=True)
        ), p.span)


def unknown_op(layer: Layer, name: str, span: Span, slips: Slips) -> None:
    """Say that there is no such operation, unless its block could not be read."""
    if isinstance(layer.action(name), ast.Call):
        slips.error("FS042", span, f"`{name}` is a call, not an operation",
                    "a call is a procedure over operations; only runs perform it")
    elif not layer.is_broken(name):
        slips.unknown("FS042", span, name, f"no operation is called `{name}`",
                      near(name, layer.op_names()))
