"""Small systems with known verdicts, built by hand."""

from __future__ import annotations

from spec import ir
from spec.ir import BOOL, INT
from tests.solver.systems import MM, Write, action, at, count, every, v


def ring() -> ir.System:
    """One token goes round three rooms; that it never gets outside fails in 2 steps."""
    room = ir.Sort("Room", "enum", ("hall", "kitchen", "garden"))
    states = (ir.StateVar("at", (), "Room", ir.lit(0, "Room")),)
    token = ir.read("at", (), "Room")
    moves = [
        action(states, f"leave_{room.names[i]}", (), [ir.eq(token, ir.lit(i, "Room"))],
               [Write("at", ir.TRUE, ir.lit((i + 1) % 3, "Room"))])
        for i in range(3)
    ]
    never = ir.Promise(
        "claim", "never_outside", ir.not_(ir.eq(token, ir.lit(2, "Room"))), "fails", "ring")
    return ir.System(
        "ring", "module", ("ring",), (room,), (), (), (), states, tuple(moves), (never,))


def semaphore(size_claimed: int = 2) -> ir.System:
    """Threads take and give a slot; `held` counts them.  `held <= size_claimed` fails
    in `size_claimed + 1` steps, `held == count of holders` holds."""
    t = v("t", "Thread")
    sort = ir.Sort("Thread", "elements")
    states = (
        ir.StateVar("holds", ("Thread",), BOOL, ir.FALSE),
        ir.StateVar("held", (), INT, ir.integer(0), nat=True),
    )
    holds = ir.read("holds", (t,), BOOL)
    held = ir.read("held", (), INT)
    moves = (
        action(states, "take", [("t", "Thread")], [ir.not_(holds)],
               [Write("holds", at(t), ir.TRUE),
                Write("held", ir.TRUE, ir.add(held, ir.integer(1)))]),
        action(states, "give", [("t", "Thread")], [holds],
               [Write("holds", at(t), ir.FALSE),
                Write("held", ir.TRUE, ir.sub(held, ir.integer(1)))]),
    )
    exact = ir.eq(held, count([("t", "Thread")], holds))
    promises = (
        ir.Promise("invariant", "held_is_exact", exact, "holds", "semaphore"),
        ir.Promise("claim", "bounded", ir.le(held, ir.integer(size_claimed)), "fails", "semaphore"),
    )
    return ir.System(
        "semaphore", "module", ("semaphore",), (sort,), (), (), (), states, moves, promises)


def slot() -> ir.System:
    """An optional owner: `take(m)` when empty, `drop` by the owner, `steal(m)` for all.

    `owner_waits_not` (the owner is never marked waiting) holds without stealing by
    a waiter; it fails in 2 steps: wait(a), steal(a).
    """
    mm = "Mm?"
    m = v("m", MM)
    states = (
        ir.StateVar("id", (), mm, ir.lit(None, mm)),
        ir.StateVar("waits", (MM,), BOOL, ir.FALSE),
    )
    id_ = ir.read("id", (), mm)
    waits = ir.read("waits", (m,), BOOL)
    none = ir.lit(None, mm)
    moves = (
        action(states, "take", [("m", MM)], [ir.eq(id_, none), ir.not_(waits)],
               [Write("id", ir.TRUE, ir.just(m))]),
        action(states, "drop", (), [ir.not_(ir.eq(id_, none))], [Write("id", ir.TRUE, none)]),
        action(states, "wait", [("m", MM)], [ir.not_(ir.eq(id_, ir.just(m)))],
               [Write("waits", at(m), ir.TRUE)]),
        action(states, "steal", [("m", MM)], [], [Write("id", ir.TRUE, ir.just(m))]),
    )
    cond = every([("m", MM)], ir.not_(ir.and_(ir.eq(id_, ir.just(m)), waits)))
    promises = (ir.Promise("claim", "owner_waits_not", cond, "fails", "slot"),)
    return ir.System(
        "slot", "module", ("slot",), (ir.Sort(MM, "elements", ("A", "B")),), (), (), (),
        states, moves, promises)


def toys() -> tuple[ir.System, ...]:
    return (ring(), semaphore(), slot())
