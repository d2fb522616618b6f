"""The meaning of the IR, executed: expressions, initial states, steps.

No solver is used here.  Every counterexample of every method is replayed by this
module before it is shown, so it is kept plain: an expression becomes nested Python
functions over (state, parameters, bound variables), nothing is optimised away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any

from spec.ir import LAST, Action, Expr, System, Type
from spec.result import InternalError
from spec.trace import State, Step, Table, Trace, Value, World

Env = Mapping[str, Value]
_Run = Callable[[State, Env, tuple[int, ...]], Any]


class StepError(Exception):
    """A step that cannot be taken: `why` is `guard`, `nat` or `clash`."""

    def __init__(self, why: str, place: str, message: str) -> None:
        super().__init__(message)
        self.why = why
        self.place = place


class Evaluator:
    """The system in one world.

    Args:
        system: any valid System.
        world: sizes for every sort and values for every constant of the system.
    """

    def __init__(self, system: System, world: World) -> None:
        self.system = system
        self.world = world
        self._sizes = {"Bool": 2, **world.sizes}
        for sort in system.sorts:
            if sort.kind == "enum":
                self._sizes.setdefault(sort.name, len(sort.names))
        self._compiled: dict[Expr, _Run] = {}

    # ------------------------------------------------------- expressions

    def value(self, e: Expr, state: State, env: Env | None = None) -> Value:
        """The value of a closed expression; `env` gives its free variables."""
        found: Value = self._compile(e)(state, env or {}, ())
        return found

    def truth(self, e: Expr, state: State, env: Env | None = None) -> bool:
        return bool(self.value(e, state, env))

    def size(self, type_: Type) -> int:
        return self._sizes[type_]

    def elements(
        self, name: str, type_: Type, cond: Expr, state: State, env: Env
    ) -> Iterator[int]:
        """The elements of a sort with a condition in which `name` is free, in order."""
        inner = dict(env)
        for x in range(self.size(type_)):
            inner[name] = x
            if self.truth(cond, state, inner):
                yield x

    def _compile(self, e: Expr) -> _Run:
        found = self._compiled.get(e)
        if found is None:
            found = self._compiled[e] = self._translate(e)
        return found

    def _translate(self, e: Expr) -> _Run:
        match e.op:
            case "lit":
                constant: Value
                if e.data == LAST:
                    constant = self._sizes[e.type] - 1
                else:
                    assert not isinstance(e.data, str | tuple)
                    constant = e.data
                return lambda s, env, b: constant
            case "var":
                name = str(e.data)
                return lambda s, env, b: env[name]
            case "bound":
                assert isinstance(e.data, int)
                back = -1 - e.data
                return lambda s, env, b: b[back]
            case "read":
                return self._translate_read(e)
            case "all" | "some" | "count":
                return self._translate_quantifier(e)
            case _:
                return self._translate_operation(e)

    def _translate_read(self, e: Expr) -> _Run:
        name = str(e.data)
        fixed = self.world.consts.get(name)
        if name in self.world.consts and not e.args:
            assert not isinstance(fixed, dict)
            return lambda s, env, b: fixed
        kids = [self._compile(a) for a in e.args]
        if isinstance(fixed, dict):
            table = fixed
            return lambda s, env, b: table[tuple(k(s, env, b) for k in kids)]
        return self._translate_state_read(name, kids)

    @staticmethod
    def _translate_state_read(name: str, kids: list[_Run]) -> _Run:
        def table_of(s: State) -> Table:
            found = s[name]
            assert isinstance(found, dict)
            return found

        if not kids:
            return lambda s, env, b: s[name]
        if len(kids) == 1:
            one = kids[0]
            return lambda s, env, b: table_of(s)[(one(s, env, b),)]
        if len(kids) == 2:
            k0, k1 = kids
            return lambda s, env, b: table_of(s)[k0(s, env, b), k1(s, env, b)]
        return lambda s, env, b: table_of(s)[tuple(k(s, env, b) for k in kids)]

    def _translate_quantifier(self, e: Expr) -> _Run:
        assert isinstance(e.data, tuple)
        sizes = [range(self._sizes[t]) for t in e.data]
        body = self._compile(e.args[0])
        if e.op == "all":
            return lambda s, env, b: all(body(s, env, b + t) for t in product(*sizes))
        if e.op == "some":
            return lambda s, env, b: any(body(s, env, b + t) for t in product(*sizes))
        return lambda s, env, b: sum(1 for t in product(*sizes) if body(s, env, b + t))

    def _translate_operation(self, e: Expr) -> _Run:
        kids = [self._compile(a) for a in e.args]
        match e.op:
            case "and" | "or":
                return self._translate_junction(e.op, kids)
            case "not":
                only = kids[0]
                return lambda s, env, b: not only(s, env, b)
            case "just":
                return kids[0]
            case "ite":
                c, t, f = kids
                return lambda s, env, b: t(s, env, b) if c(s, env, b) else f(s, env, b)
        x, y = kids
        match e.op:
            case "==":
                return lambda s, env, b: x(s, env, b) == y(s, env, b)
            case "<":
                return lambda s, env, b: x(s, env, b) < y(s, env, b)
            case "<=":
                return lambda s, env, b: x(s, env, b) <= y(s, env, b)
            case "+":
                return lambda s, env, b: x(s, env, b) + y(s, env, b)
            case "-":
                return lambda s, env, b: x(s, env, b) - y(s, env, b)
            case "*":
                return lambda s, env, b: x(s, env, b) * y(s, env, b)
            case "/":
                return lambda s, env, b: x(s, env, b) // y(s, env, b)
        raise InternalError(f"no such operation: {e.op}")

    def _translate_junction(self, op: str, kids: list[_Run]) -> _Run:
        """Two at a time: a run over 512 pages spends most of its time here."""
        if not kids:
            return lambda s, env, b: op == "and"
        if len(kids) == 1:
            return kids[0]
        middle = len(kids) // 2
        x, y = (self._translate_junction(op, half) for half in (kids[:middle], kids[middle:]))
        if op == "and":
            return lambda s, env, b: x(s, env, b) and y(s, env, b)
        return lambda s, env, b: x(s, env, b) or y(s, env, b)

    # ------------------------------------------------------------- steps

    def indices(self, index: tuple[Type, ...]) -> list[tuple[int, ...]]:
        return list(product(*(range(self._sizes[t]) for t in index)))

    def initial(self) -> State:
        """The one initial state of this world."""
        state: State = {}
        for v in self.system.states:
            state[v.name] = self._table(v.index, v.init, {}, {})
        return state

    def _table(
        self, index: tuple[Type, ...], body: Expr, state: State, env: Env
    ) -> Value | Table:
        run = self._compile(body)
        if not index:
            scalar: Value = run(state, env, ())
            return scalar
        table: Table = {}
        inner = dict(env)
        for at in self.indices(index):
            for i, x in enumerate(at):
                inner[f"%{i}"] = x
            table[at] = run(state, inner, ())
        return table

    def world_is_allowed(self) -> bool:
        """Do the constants satisfy every `where` and `assume`?"""
        return all(self.truth(f.cond, {}) for f in self.system.where + self.system.assumes)

    def enabled(self, action: Action, state: State, args: Env) -> bool:
        return self.truth(action.guard, state, args)

    def apply(self, action: Action, state: State, args: Env) -> State:
        """The state after the step.

        Raises:
            StepError: the guard is false, or the step breaks a duty.
        """
        if not self.enabled(action, state, args):
            raise StepError("guard", "", f"{action.name} cannot happen here: its guard is false")
        for duty in action.duties:
            if not self.truth(duty.ok, state, args):
                what = "becomes negative" if duty.kind == "nat" else "is written twice"
                raise StepError(duty.kind, duty.place, f"{action.name}: {duty.place} {what}")
        after = dict(state)
        for name, body in action.updates.items():
            after[name] = self._table(self.system.state(name).index, body, state, args)
        return after


def replay(system: System, world: World, steps: tuple[Step, ...]) -> Trace:
    """The run from the initial state; a last step that breaks a duty ends it.

    Raises:
        InternalError: the world is not allowed, or a step's guard is false.
    """
    ev = Evaluator(system, world)
    if not ev.world_is_allowed():
        raise InternalError("a run starts in a world that its own assumptions exclude")
    states = [ev.initial()]
    for i, step in enumerate(steps):
        try:
            states.append(ev.apply(system.action(step.action), states[-1], step.args))
        except StepError as err:
            if err.why == "guard" or i + 1 != len(steps):
                raise InternalError(f"step {i + 1} of a run does not replay: {err}") from err
    return Trace(world, steps, tuple(states))
