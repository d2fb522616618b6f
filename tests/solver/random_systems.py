"""Random small systems, and what brute force says of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product

from hypothesis import strategies as st

from spec import ir
from spec.eval import Evaluator, StepError
from spec.ir import BOOL, INT, Expr, System
from spec.trace import State, Table, World
from tests.solver.random_obligations import NR, SYSTEM, Exprs, R, T

N = ir.read("n", (), INT)
PARAMS = (("t", T), ("r", R))


def as_parameters(e: Expr) -> Expr:
    return ir.replace_reads(e, {f"${n}": ir.var(n, t) for n, t in PARAMS})


@st.composite
def systems(draw: st.DrawFn) -> System:
    """A counter beside a relation, two or three actions, and guesses at what holds."""
    exprs = Exprs(draw)
    nat = exprs.pick(2) == 0
    actions = tuple(_action(exprs, i, nat) for i in range(2 + exprs.pick(2)))
    promises = [_guess(exprs, "invariant", f"i{i}") for i in range(1 + exprs.pick(3))]
    promises += [_guess(exprs, "claim", f"c{i}") for i in range(1 + exprs.pick(2))]
    states = tuple(replace(s, nat=nat) if s.name == "n" else s for s in SYSTEM.states)
    return replace(SYSTEM, states=states, actions=actions, promises=tuple(promises))


def _action(exprs: Exprs, i: int, nat: bool) -> ir.Action:
    guard = ir.and_(*(exprs.cond((), 1) for _ in range(exprs.pick(3))))
    change = exprs.change()
    if exprs.pick(3):
        change["n"] = _counted(exprs, change)
    duties = [ir.Duty("nat", "n", ir.le(ir.integer(0), change["n"]))] if "n" in change else []
    made = {k: as_parameters(v) for k, v in change.items()}
    return ir.Action(
        f"a{i}", PARAMS, as_parameters(guard), made,
        tuple(replace(d, ok=as_parameters(d.ok)) for d in duties) if nat else (),
    )


def _counted(exprs: Exprs, change: dict[str, Expr]) -> Expr:
    """The counter follows what it might count, or does something else."""
    here = ir.read("p", (ir.read("$t", (), T),), BOOL)
    if "p" in change and exprs.pick(3):
        there = ir.replace_reads(here, change)
        one, zero = ir.integer(1), ir.integer(0)
        return ir.sub(ir.add(N, ir.ite(there, one, zero)), ir.ite(here, one, zero))
    by = (ir.integer(1), ir.integer(-1), ir.ite(here, ir.integer(1), ir.integer(0)))
    return ir.add(N, by[exprs.pick(3)])


def _guess(exprs: Exprs, kind: ir.PromiseKind, name: str) -> ir.Promise:
    x = ir.var("x", T)
    things = ir.close_binder("count", [("x", T)], ir.read("p", (x,), BOOL))
    some = ir.close_binder("some", [("x", T)], ir.read("p", (x,), BOOL))
    guesses = (
        ir.eq(N, things),
        ir.le(things, N),
        ir.eq(ir.lt(ir.integer(0), N), some),
        ir.le(ir.integer(0), N),
        ir.le(things, NR),
        exprs.cond((), 2),
    )
    cond = guesses[exprs.pick(len(guesses))]
    cond = ir.replace_reads(cond, {
        "$t": ir.read("k", (), T), "$r": ir.lit(0, R)})
    return ir.Promise(kind, name, cond, None, "random")


# ---------------------------------------------------------------- by force


def worlds() -> Iterator[World]:
    for things, places in ((1, 1), (2, 1), (1, 2), (2, 2)):
        for k in range(things):
            for kinds in islice(product(range(things), repeat=things), 3):
                kind: Table = {(i,): v for i, v in enumerate(kinds)}
                yield World({T: things, R: places, "Color": 2}, {
                    "NR": places, "k": k, "kind": kind})


def reachable(ev: Evaluator, most: int) -> list[State]:
    """The states of one world, breadth first."""
    start = ev.initial()
    seen = {repr(start)}
    found = [start]
    for state in found:
        if len(found) >= most:
            break
        for action, args in steps(ev):
            if not ev.enabled(action, state, args):
                continue
            try:
                after = ev.apply(action, state, args)
            except StepError:
                continue
            if repr(after) not in seen:
                seen.add(repr(after))
                found.append(after)
    return found


def steps(ev: Evaluator) -> Iterator[tuple[ir.Action, dict[str, int]]]:
    for action in ev.system.actions:
        for t, r in product(range(ev.size(T)), range(ev.size(R))):
            yield action, {"t": t, "r": r}


def breaks_a_duty(ev: Evaluator, state: State) -> bool:
    return any(
        ev.enabled(a, state, args) and not all(ev.truth(d.ok, state, args) for d in a.duties)
        for a, args in steps(ev)
    )
