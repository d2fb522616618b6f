"""Random small obligations, and their truth by looking at every small state."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import product

from hypothesis import strategies as st

from solver.obligations import Obligation
from spec import ir
from spec.eval import Evaluator
from spec.ir import BOOL, INT, Expr, Type
from spec.trace import State, Table, Value, World

T, R, E = "Thing", "Place", "Color"
SORTS = (
    ir.Sort(T, "elements"), ir.Sort(R, "range", (), "NR"), ir.Sort(E, "enum", ("red", "green")))
NR = ir.read("NR", (), INT)
CONSTS = (
    ir.Const("NR", (), INT, nat=True), ir.Const("k", (), T), ir.Const("kind", (T,), T),
)
FACTS = (ir.Fact("NR >= 1", ir.le(ir.integer(1), NR)),)
STATES = (
    ir.StateVar("p", (T,), BOOL, ir.FALSE),
    ir.StateVar("g", (T, R), BOOL, ir.FALSE),
    ir.StateVar("b", (), BOOL, ir.FALSE),
    ir.StateVar("n", (), INT, ir.integer(0)),
    ir.StateVar("c", (R,), INT, ir.integer(0)),
    ir.StateVar("o", (), T + "?", ir.lit(None, T + "?")),
    ir.StateVar("e", (T,), E, ir.lit(0, E)),
)
SYSTEM = ir.System(
    "random", "module", ("random",), SORTS, CONSTS, FACTS, (), STATES, (), ())
Scope = tuple[tuple[str, Type], ...]


class Exprs:
    """Draws expressions; `scope` are the bound variables that may be used."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self._names = 0

    def pick(self, n: int) -> int:
        return self.draw(st.integers(0, n - 1))

    def binder(self, *types: Type) -> Scope:
        made = []
        for t in types:
            self._names += 1
            made.append((f"x{self._names}", t))
        return tuple(made)

    def element(self, type_: Type, scope: Scope) -> Expr:
        known = [ir.var(n, t) for n, t in scope if t == type_]
        if type_ == R:
            known += [ir.lit(0, R), ir.lit(ir.LAST, R), ir.read("$r", (), R)]
        else:
            known += [ir.read("k", (), T), ir.read("$t", (), T)]
            known += [ir.read("kind", (known[0],), T)]
        return known[self.pick(len(known))]

    def cond(self, scope: Scope, depth: int) -> Expr:
        if depth <= 0:
            return self.atom(scope)
        match self.pick(8):
            case 0:
                return ir.not_(self.cond(scope, depth - 1))
            case 1:
                return ir.and_(self.cond(scope, depth - 1), self.cond(scope, depth - 1))
            case 2:
                return ir.or_(self.cond(scope, depth - 1), self.cond(scope, depth - 1))
            case 3 | 4:
                kind = ("all", "some")[self.pick(2)]
                names = self.binder((T, R)[self.pick(2)])
                return ir.close_binder(kind, names, self.cond(scope + names, depth - 1))
            case 5 | 6:
                op = (ir.eq, ir.le, ir.lt)[self.pick(3)]
                return op(self.number(scope, depth - 1), self.number(scope, depth - 1))
            case _:
                return self.atom(scope)

    def atom(self, scope: Scope) -> Expr:
        thing, place = self.element(T, scope), self.element(R, scope)
        match self.pick(8):
            case 0 | 1:
                return ir.read("p", (thing,), BOOL)
            case 2 | 3:
                return ir.read("g", (thing, place), BOOL)
            case 4:
                return ir.eq(thing, self.element(T, scope))
            case 5:
                return (ir.le, ir.lt)[self.pick(2)](place, self.element(R, scope))
            case 6:
                other = ir.just(thing) if self.pick(2) else ir.lit(None, T + "?")
                return ir.eq(ir.read("o", (), T + "?"), other)
            case _:
                return ir.eq(ir.read("e", (thing,), E), ir.lit(self.pick(2), E))

    def number(self, scope: Scope, depth: int) -> Expr:
        match self.pick(6 if depth > 0 else 3):
            case 0:
                return ir.integer(self.pick(3))
            case 1:
                return ir.read("n", (), INT)
            case 2:
                return (NR, ir.read("c", (self.element(R, scope),), INT))[self.pick(2)]
            case 3:
                op = "+-"[self.pick(2)]
                return ir.arith(op, self.number(scope, depth - 1), self.number(scope, depth - 1))
            case _:
                names = self.binder(*((T,), (R,), (T, R))[self.pick(3)])
                return ir.close_binder("count", names, self.cond(scope + names, depth - 1))

    def change(self) -> dict[str, Expr]:
        """An update of `p`, of `g` or of both, at a parameter."""
        thing, place = ir.formal(0, T), ir.formal(1, R)
        here, there = ir.eq(thing, ir.read("$t", (), T)), ir.read("$r", (), R)
        before_p = ir.read("p", (thing,), BOOL)
        before_g = ir.read("g", (thing, place), BOOL)
        value = (ir.TRUE, ir.FALSE)[self.pick(2)]
        where = (ir.eq(place, there), ir.le(there, place), ir.TRUE)[self.pick(3)]
        changes = {
            "p": ir.ite(here, value, before_p),
            "g": ir.ite(ir.and_(here, where), value, before_g),
        }
        drop = (None, "p", "g")[self.pick(3)]
        return {k: v for k, v in changes.items() if k != drop}


@st.composite
def obligations(draw: st.DrawFn) -> Obligation:
    """Mostly steps: a condition, what a change makes of it, and a guess at the difference."""
    exprs = Exprs(draw)
    known = [exprs.cond((), 2) for _ in range(exprs.pick(3))]
    match exprs.pick(7):
        case 4:
            goal, extra = _pigeons(exprs)
            known += extra
        case 0:
            goal = exprs.cond((), 3)
        case 1:
            goal = _threshold(exprs)
        case 2:
            goal = _inclusion(exprs)
        case 3:
            kept = exprs.cond((), 3)
            known.append(kept)
            goal = ir.replace_reads(kept, exprs.change())
        case _:
            goal = _difference(exprs)
    hypotheses = tuple((f"h{i}", e) for i, e in enumerate(known))
    facts = tuple((f.text, f.cond) for f in FACTS)
    return Obligation("random", "step", None, "random", (*facts, *hypotheses), goal)


def _difference(exprs: Exprs) -> Expr:
    """`count after == count before + change at the parameter`, perhaps with a slip."""
    change = exprs.change()
    names = exprs.binder(*((T,), (R,), (T, R))[exprs.pick(3)])
    body = exprs.cond(names, 2)
    before = ir.close_binder("count", names, body)
    after = ir.replace_reads(before, change)
    at = {n: ir.read("$t", (), T) for n, t in names if t == T}
    rest = [(n, t) for n, t in names if t == R] if at else list(names)
    here = ir.substitute(body, at)
    then = ir.replace_reads(here, change) if exprs.pick(4) else here
    difference = ir.sub(
        ir.close_binder("count", rest, then), ir.close_binder("count", rest, here))
    by = (ir.integer(0), ir.integer(0), ir.integer(1))[exprs.pick(3)]
    op = (ir.eq, ir.eq, ir.le)[exprs.pick(3)]
    return op(after, ir.add(ir.add(before, difference), by))


def _threshold(exprs: Exprs) -> Expr:
    """What a count of 0, 1, 2 says of its points, perhaps with a slip."""
    names = exprs.binder(*((T,), (R,), (T, R))[exprs.pick(3)])
    twice = exprs.binder(*(t for _, t in names))
    body = exprs.cond(names, 1)
    other = ir.substitute(
        body, {n: ir.var(m, t) for (n, t), (m, _) in zip(names, twice, strict=True)})
    same = ir.and_(*(
        ir.eq(ir.var(n, t), ir.var(m, t)) for (n, t), (m, _) in zip(names, twice, strict=True)))
    number = ir.close_binder("count", names, body)
    some = ir.close_binder("some", names, body)
    unique = ir.close_binder("all", names + twice, ir.implies(ir.and_(body, other), same))
    k = ir.integer(exprs.pick(3))
    left = (ir.le(number, k), ir.lt(k, number), ir.eq(number, k))[exprs.pick(3)]
    right = (some, unique, ir.not_(unique), ir.not_(some))[exprs.pick(4)]
    return (ir.implies(left, right), ir.implies(right, left), ir.eq(left, right))[exprs.pick(3)]


def _pigeons(exprs: Exprs) -> tuple[Expr, list[Expr]]:
    """More pairs than places need two things; perhaps where that does not follow."""
    (t, r), (u, s) = (exprs.binder(T, R) for _ in range(2))
    body = exprs.cond((t, r), 1)
    places = {r[0]: ir.var(*s)}
    things = {t[0]: ir.var(*u)}
    pairs = ir.close_binder("count", [t, r], body)
    two_things = ir.close_binder("some", [t, u], ir.and_(
        ir.not_(ir.eq(ir.var(*t), ir.var(*u))), ir.close_binder("some", [r], body),
        ir.close_binder("some", [r], ir.substitute(body, things))))
    two_places = ir.close_binder("some", [r, s], ir.and_(
        ir.lt(ir.var(*r), ir.var(*s)), ir.close_binder("some", [t], body),
        ir.close_binder("some", [t], ir.substitute(body, places))))
    once = ir.close_binder("all", [t, u, r], ir.implies(
        ir.and_(body, ir.substitute(body, things)), ir.eq(ir.var(*t), ir.var(*u))))
    some_thing = ir.close_binder("count", [r], ir.close_binder("some", [t], body))
    some_place = ir.close_binder("count", [t], ir.close_binder("some", [r], body))
    extra = [once] if exprs.pick(2) else []
    more = (ir.lt(NR, pairs), ir.le(NR, pairs), ir.lt(some_thing, pairs))[exprs.pick(3)]
    goal = (
        ir.implies(more, (two_things, two_places)[exprs.pick(2)]),
        ir.le(pairs, (NR, some_thing)[exprs.pick(2)]),
        ir.le(some_thing, (pairs, some_place)[exprs.pick(2)]),
    )[exprs.pick(3)]
    return goal, extra


def _inclusion(exprs: Exprs) -> Expr:
    """Sums and bounds of counts that overlap, perhaps with a slip."""
    names = exprs.binder(*((T,), (R,), (T, R))[exprs.pick(3)])
    a, b = exprs.cond(names, 1), exprs.cond(names, 1)

    def number(e: Expr) -> Expr:
        return ir.close_binder("count", names, e)

    either, both = number(ir.or_(a, b)), number(ir.and_(a, b))
    parts = [number(a), number(b), both, number(ir.and_(a, ir.not_(b)))]
    pairs = [
        (ir.add(either, both), ir.add(parts[0], parts[1])),
        (parts[0], ir.add(both, parts[3])),
        (either, ir.add(parts[exprs.pick(4)], parts[exprs.pick(4)])),
        (number(a), (NR, either, both)[exprs.pick(3)]),
    ]
    left, right = pairs[exprs.pick(4)]
    return (ir.eq, ir.le, ir.le)[exprs.pick(3)](left, right)


# ------------------------------------------------------------------- truth


def broken_in(obligation: Obligation, samples: int = 200) -> World | None:
    """A small world with a state where the hypotheses hold and the goal does not."""
    used = {
        str(x.data)
        for e in (*(c for _, c in obligation.hypotheses), obligation.goal)
        for x in ir.walk(e)
        if x.op == "read"
    }
    for things, places in ((1, 1), (2, 1), (1, 2)):
        for world, state in _all(things, places, used):
            if _breaks(obligation, world, state):
                return world
    rng = random.Random(0)
    for things, places in ((2, 2), (3, 1), (3, 2), (1, 3), (4, 3)):
        for _ in range(samples):
            world, state = some_state(things, places, rng)
            if _breaks(obligation, world, state):
                return world
    return None


def _breaks(obligation: Obligation, world: World, state: State) -> bool:
    ev = Evaluator(SYSTEM, world)
    known = all(ev.truth(cond, state) for _, cond in obligation.hypotheses)
    return known and not ev.truth(obligation.goal, state)


_PARAMETERS: Sequence[tuple[str, tuple[Type, ...], Type]] = (("$t", (), T), ("$r", (), R))


def _places() -> list[tuple[str, tuple[Type, ...], Type]]:
    consts = [(c.name, c.index, c.type) for c in CONSTS if c.name != "NR"]
    return [*consts, *_PARAMETERS, *((s.name, s.index, s.type) for s in STATES)]


def _values(type_: Type, sizes: dict[Type, int]) -> list[Value]:
    if type_ == BOOL:
        return [False, True]
    if type_ == INT:
        return [-1, 0, 1, 2]
    if type_.endswith("?"):
        return [None, *range(sizes[type_[:-1]])]
    return list(range(sizes[type_]))


def _world(sizes: dict[Type, int], tables: dict[str, Value | Table]) -> tuple[World, State]:
    names = {s.name for s in STATES}
    consts = {n: t for n, t in tables.items() if n not in names}
    state = {n: t for n, t in tables.items() if n in names}
    return World(sizes, {"NR": sizes[R], **consts}), state


def _all(things: int, places: int, used: set[str]) -> Iterator[tuple[World, State]]:
    sizes = {T: things, R: places, E: 2}
    choices: list[list[Value | Table]] = []
    names = []
    for name, index, type_ in _places():
        cells = list(product(*(range(sizes[t]) for t in index)))
        values = _values(type_, sizes)
        every = product(values, repeat=len(cells)) if name in used else [values[:1] * len(cells)]
        tables: list[Value | Table] = [
            dict(zip(cells, v, strict=True)) if index else v[0] for v in every
        ]
        names.append(name)
        choices.append(tables)
    for chosen in product(*choices):
        yield _world(sizes, dict(zip(names, chosen, strict=True)))


def some_state(things: int, places: int, rng: random.Random) -> tuple[World, State]:
    sizes = {T: things, R: places, E: 2}
    tables: dict[str, Value | Table] = {}
    for name, index, type_ in _places():
        values = _values(type_, sizes)
        cells = product(*(range(sizes[t]) for t in index))
        drawn: Table = {cell: rng.choice(values) for cell in cells}
        tables[name] = drawn if index else drawn[()]
    return _world(sizes, tables)
