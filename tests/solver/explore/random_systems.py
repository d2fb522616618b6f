"""Small systems made at random: two sorts, a range, an enum, optional values, counters.

Everything an update, a guard or a promise can say is drawn; nothing is meant to make
sense.  A system depends on its seed alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from spec import ir
from spec.ir import BOOL, INT, Expr, StateVar, System, Type
from tests.solver.systems import Write, updates

A, B, P, COLOUR = "A", "B", "P", "Colour"
SORTS = (
    ir.Sort(A, "elements"),
    ir.Sort(B, "elements"),
    ir.Sort(P, "range", (), "N"),
    ir.Sort(COLOUR, "enum", ("red", "green", "blue")),
)
CONSTS = (
    ir.Const("N", (), INT, nat=True),
    ir.Const("flag", (), BOOL),
    ir.Const("home", (A,), B),
    ir.Const("wide", (P,), BOOL),
    ir.Const("boss", (), "A?"),
)
SHAPES: tuple[tuple[tuple[Type, ...], Type], ...] = (
    ((), BOOL), ((A,), BOOL), ((A, P), BOOL), ((P,), BOOL), ((A, B), BOOL), ((P, A), BOOL),
    ((A, A), BOOL), ((), INT), ((A,), INT), ((P,), INT), ((B,), BOOL), ((), "A?"), ((), "B?"),
    ((A,), "B?"), ((), COLOUR), ((A,), COLOUR), ((), "P?"), ((B,), P), ((P, P), BOOL), ((B,), INT),
    ((A,), BOOL), ((A, P), BOOL), ((), INT),
)
Variables = Sequence[tuple[str, Type]]


class Maker:
    """Draws one system.

    Args:
        consts: which constants its expressions may read.
    """

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.consts = [c for c in CONSTS[1:] if self.random.random() < 0.5]
        self.states: tuple[StateVar, ...] = ()

    def chance(self, of: float) -> bool:
        return self.random.random() < of

    # ---------------------------------------------------------- expressions

    def expr(self, t: Type, scope: Variables, depth: int) -> Expr:
        """An expression of type `t` over the variables in scope."""
        here = [ir.var(n, x) for n, x in scope if x == t]
        if here and self.chance(0.8 if depth <= 0 else 0.4):
            return self.random.choice(here)
        if self.chance(0.5) and (found := self.read(t, scope, depth)) is not None:
            return found
        if t == BOOL:
            return self.truth(scope, depth)
        if t == INT:
            return self.number(scope, depth)
        if t == COLOUR:
            return ir.lit(self.random.randrange(3), COLOUR)
        if t == P:
            return ir.lit(self.random.choice([0, ir.LAST]), P)
        if t.endswith("?"):
            base = t[:-1]
            if base == P or any(x == base for _, x in scope):
                return ir.just(self.expr(base, scope, depth - 1))
            return ir.lit(None, t)
        return self.random.choice(here)

    def read(self, t: Type, scope: Variables, depth: int) -> Expr | None:
        """A state variable or constant of this type, at indices that can be said."""
        known = {x for _, x in scope} | {P, COLOUR, BOOL}
        options = [
            (n, index) for n, index, type_ in (
                *((s.name, s.index, s.type) for s in self.states),
                *((c.name, c.index, c.type) for c in self.consts),
            )
            if type_ == t and set(index) <= known
        ]
        if not options:
            return None
        name, index = self.random.choice(options)
        return ir.read(name, [self.expr(i, scope, min(depth, 1) - 1) for i in index], t)

    def truth(self, scope: Variables, depth: int) -> Expr:
        if depth <= 0:
            return self.read(BOOL, scope, 0) or ir.lit(self.chance(0.5), BOOL)
        kind = self.random.choice(["not", "and", "or", "quantifier", "quantifier", "compare"])
        if kind == "not":
            return ir.not_(self.expr(BOOL, scope, depth - 1))
        if kind == "and":
            return ir.and_(*(self.expr(BOOL, scope, depth - 1) for _ in range(2)))
        if kind == "or":
            return ir.or_(*(self.expr(BOOL, scope, depth - 1) for _ in range(2)))
        if kind == "quantifier":
            return self.bound(self.random.choice(["all", "some"]), scope, depth)
        return self.comparison(scope, depth)

    def comparison(self, scope: Variables, depth: int) -> Expr:
        types = [BOOL, INT, INT, COLOUR, P, "A?", "B?", "P?", *(x for _, x in scope)]
        t = self.random.choice(types)
        a, b = (self.expr(t, scope, depth - 1) for _ in range(2))
        if t in (INT, P):
            return self.random.choice([ir.eq, ir.le, ir.lt])(a, b)
        return ir.eq(a, b)

    def number(self, scope: Variables, depth: int) -> Expr:
        if depth <= 0 or self.chance(0.3):
            return self.read(INT, scope, 0) or ir.integer(self.random.randrange(3))
        kind = self.random.choice(["N", "+", "+", "-", "/", "*", "ite", "count", "count"])
        if kind == "N":
            return ir.read("N", (), INT)
        if kind == "count":
            return self.bound("count", scope, depth)
        a, b = (self.expr(INT, scope, depth - 1) for _ in range(2))
        if kind == "ite":
            return ir.ite(self.expr(BOOL, scope, depth - 1), a, b)
        return ir.arith(kind, a, ir.integer(2) if kind in "*/" else b)

    def bound(self, kind: str, scope: Variables, depth: int) -> Expr:
        names = [
            (f"x{len(scope) + i}", self.random.choice([A, A, B, P, P]))
            for i in range(1 + self.chance(0.3))
        ]
        return ir.close_binder(kind, names, self.expr(BOOL, [*scope, *names], depth - 1))

    # -------------------------------------------------------------- systems

    def system(self) -> System:
        """A system with a few promises, each of which may hold or fail."""
        self.states = tuple(self.state(i) for i in range(self.random.randrange(2, 5)))
        actions = tuple(self.action(f"act{i}") for i in range(self.random.randrange(1, 4)))
        if self.chance(0.4):
            actions = self.layered(actions)
        where = [ir.Fact("N >= 1", ir.le(ir.integer(1), ir.read("N", (), INT)))]
        promises = tuple(
            ir.Promise("claim", f"claim{i}", self.expr(BOOL, [], 4), None, "random")
            for i in range(12)
        )
        states, self.states = self.states, ()
        if self.chance(0.3):
            where.append(ir.Fact("drawn", self.expr(BOOL, [], 3)))
        return System(
            "random", "module", ("random",), SORTS, CONSTS, tuple(where), (), states, actions,
            promises,
        )

    def layered(self, actions: tuple[ir.Action, ...]) -> tuple[ir.Action, ...]:
        """With a layer above: something is held, which forbids some steps below, and some
        step happens once more on a condition, and may let go."""
        held = StateVar("held", (A,), BOOL, ir.FALSE)
        holder = ir.var("p", A)
        takes = ir.Action("hold", (("p", A),), self.expr(BOOL, [("p", A)], 2), updates(
            [held], [Write("held", ir.eq(ir.formal(0, A), holder), ir.TRUE)]))
        holds = ir.close_binder(
            "count", [("h", A)], ir.read("held", (ir.var("h", A),), BOOL))
        free = ir.eq(holds, ir.integer(0))
        self.states = (*self.states, held)
        found = [
            replace(a, guard=ir.and_(a.guard, ir.or_(free, self.expr(BOOL, a.params, 2))))
            if self.chance(0.6) else a
            for a in actions
        ]
        below = self.random.choice(found)
        extra = self.expr(BOOL, below.params, 2)
        lets_go = updates([held], [Write("held", ir.TRUE, ir.FALSE)])
        again = replace(below, name="again", layer="above", guard=ir.and_(below.guard, extra),
                        updates={**below.updates, **(lets_go if self.chance(0.5) else {})})
        return (*found, takes, again)

    def state(self, number: int) -> StateVar:
        index, t = self.random.choice(SHAPES)
        formals = [(f"%{k}", x) for k, x in enumerate(index)]
        nat = t == INT and self.chance(0.7)
        init = ir.integer(0) if t == INT else self.expr(t, formals, self.random.randrange(2))
        return StateVar(f"s{number}", index, t, init, nat)

    def action(self, name: str) -> ir.Action:
        sorts = [self.random.choice([A, A, B, P]) for _ in range(self.random.randrange(4))]
        params = tuple((f"p{i}", t) for i, t in enumerate(sorts))
        guard = ir.TRUE if self.chance(0.2) else self.expr(BOOL, params, 3)
        chosen = self.random.sample(self.states, min(len(self.states), self.random.randrange(1, 4)))
        writes = [self.write(s, params) for s in chosen for _ in range(1 + self.chance(0.3))]
        made = updates(self.states, writes)
        return ir.Action(name, params, guard, made, tuple(self.duties(chosen, made)))

    def duties(self, chosen: Sequence[StateVar], made: dict[str, Expr]) -> list[ir.Duty]:
        found = []
        for s in chosen:
            formals = [(f"f{k}", x) for k, x in enumerate(s.index)]
            if s.type == INT and s.nat:
                at = {f"%{k}": ir.var(n, x) for k, (n, x) in enumerate(formals)}
                value = ir.substitute(made[s.name], at)
                ok = ir.close_binder("all", formals, ir.le(ir.integer(0), value))
                found.append(ir.Duty("nat", s.name, ok))
        return found

    def write(self, s: StateVar, params: Variables) -> Write:
        """`s[t, *] := value when cond`, with formals where an index is left open."""
        formals = [(f"%{k}", x) for k, x in enumerate(s.index)]
        places = []
        for k, sort in enumerate(s.index):
            here = [n for n, x in params if x == sort]
            if here and self.chance(0.8):
                term = ir.var(self.random.choice(here), sort)
                places.append(ir.eq(ir.formal(k, sort), term))
            elif params and self.chance(0.3) and (at := self.read(sort, params, 1)) is not None:
                places.append(ir.eq(ir.formal(k, sort), at))
        every = [*params, *formals]
        when = self.expr(BOOL, every, 2) if self.chance(0.5) else ir.TRUE
        return Write(s.name, ir.and_(*places, when), self.expr(s.type, every, 2))


def random_system(seed: int) -> System:
    """The system of this seed."""
    return Maker(seed).system()
