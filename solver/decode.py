"""From the values of a model to a run, which is believed only after replay.

The evaluator knows nothing of the solver: hypotheses, guard, step and goal are computed
again from the world and the state alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from solver.obligations import Obligation
from spec import ir
from spec.eval import Evaluator, StepError
from spec.ir import Action, Expr, System
from spec.result import InternalError
from spec.trace import State, Step, Table, Trace, Value, World

Cell = tuple[str, tuple[int, ...]]
"""A place or constant at an index."""


@dataclass
class Picture:
    """Values of constants, of states before the step, and of the action's arguments."""

    sizes: Mapping[str, int]
    cells: dict[Cell, Value] = field(default_factory=dict)
    args: dict[str, int] = field(default_factory=dict)

    def world(self, system: System) -> World:
        consts = {c.name: self._table(c.name, c.index, system) for c in system.consts}
        return World(dict(self.sizes), consts)

    def state(self, system: System) -> State:
        return {s.name: self._table(s.name, s.index, system) for s in system.states}

    def _table(self, name: str, index: tuple[str, ...], system: System) -> Value | Table:
        if not index:
            return self.cells[name, ()]
        return {at: v for (n, at), v in self.cells.items() if n == name}


def replayed(picture: Picture, system: System, obligation: Obligation) -> Trace:
    """The run of one step (of none for `init`) that the picture shows.

    Raises:
        InternalError: the evaluator does not agree that this breaks the obligation.
    """
    world = picture.world(system)
    ev = Evaluator(system, world)
    if not ev.world_is_allowed():
        raise _disagrees(obligation, "the world is not allowed")
    if obligation.action is None:
        state = ev.initial() if obligation.kind == "init" else picture.state(system)
        _expect_true(ev, obligation, None, state, {})
        _expect_false(ev, obligation, obligation.goal, state, {})
        return Trace(world, (), (state,))
    return _step(picture, ev, system, obligation)


def _step(
    picture: Picture, ev: Evaluator, system: System, obligation: Obligation
) -> Trace:
    action = system.action(str(obligation.action))
    state = picture.state(system)
    _expect_true(ev, obligation, action, state, picture.args)
    _expect_false(ev, obligation, unnamed(obligation.goal, action), state, picture.args)
    states = [state]
    try:
        states.append(ev.apply(action, state, picture.args))
    except StepError as err:
        if err.why == "guard" or obligation.kind == "step":
            raise _disagrees(obligation, str(err)) from err
    return Trace(ev.world, (Step(action.name, dict(picture.args)),), tuple(states))


def _expect_true(
    ev: Evaluator, obligation: Obligation, action: Action | None, state: State,
    args: Mapping[str, int],
) -> None:
    for label, cond in obligation.hypotheses:
        if not ev.truth(unnamed(cond, action) if action else cond, state, args):
            raise _disagrees(obligation, f"{label} is false before the step")


def _expect_false(
    ev: Evaluator, obligation: Obligation, goal: Expr, state: State, args: Mapping[str, int]
) -> None:
    if ev.truth(goal, state, args):
        raise _disagrees(obligation, "the goal is true")


def _disagrees(obligation: Obligation, why: str) -> InternalError:
    return InternalError(f"a model of {obligation.name} does not replay: {why}")


def unnamed(e: Expr, action: Action) -> Expr:
    """Parameters as variables again, as the evaluator wants them."""
    return ir.replace_reads(e, {f"${n}": ir.var(n, t) for n, t in action.params})
