"""Scenarios and calls, executed by the evaluator.

A call is a procedure over operations: what a person calls munmap() or fork().  Each
operation it performs is one step of the run and is checked like any other (its guard,
never negative, no clash).  Nothing here is proved and no solver is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from spec import ir
from spec.eval import Evaluator, StepError
from spec.ir import Scenario, Stmt, System, Type
from spec.result import ScenarioFailure, ScenarioResult
from spec.trace import Namer, State, Step, Table, Trace, Value, World

MAX_STEPS = 100_000
"""Operations after which a scenario is stopped: a slip in a call, not a scenario."""


class RunError(Exception):
    """The run cannot go on; carries the failure to report."""

    def __init__(self, failure: ScenarioFailure) -> None:
        super().__init__(failure.text)
        self.failure = failure


@dataclass
class _Run:
    """A run under way: what happened so far."""

    ev: Evaluator
    namer: Namer
    states: list[State]
    steps: list[Step] = field(default_factory=list)
    failures: list[ScenarioFailure] = field(default_factory=list)
    checked: int = 0

    def fail(
        self, why: str, text: str, wanted: str, got: str, where: str
    ) -> ScenarioFailure:
        assert why in ("expectation", "guard", "nat", "clash", "pick", "world")
        return ScenarioFailure(why, len(self.steps), text, wanted, got, where)  # type: ignore[arg-type]


def world_of(system: System, scenario: Scenario) -> World:
    """The world that a scenario describes.

    Constants and sorts that the scenario does not mention get false, 0 and one
    element; the checker has made sure that nothing else depends on them.
    """
    sizes: dict[Type, int] = {}
    scalars: dict[str, Value] = {}
    tables: dict[str, Table] = {}
    for name, at, value in scenario.values:
        assert value.op == "lit" and not isinstance(value.data, str | tuple)
        if at:
            index = tuple(int(i.data) for i in at if isinstance(i.data, int))
            tables.setdefault(name, {})[index] = value.data
        else:
            scalars[name] = value.data
    for sort in system.sorts:
        if sort.kind == "elements":
            sizes[sort.name] = max(1, len(scenario.elements.get(sort.name, ())))
        elif sort.kind == "enum":
            sizes[sort.name] = len(sort.names)
        else:
            size = sort.size if isinstance(sort.size, int) else scalars.get(sort.size or "", 1)
            assert isinstance(size, int)
            sizes[sort.name] = size
    plain = Evaluator(system, World(sizes, {}))
    consts: dict[str, Value | Table] = {}
    for const in system.consts:
        default: Value = False if const.type == ir.BOOL else None if "?" in const.type else 0
        if const.index:
            given = tables.get(const.name, {})
            consts[const.name] = {i: given.get(i, default) for i in plain.indices(const.index)}
        else:
            consts[const.name] = scalars.get(const.name, default)
    return World(sizes, consts)


def run_scenario(system: System, scenario: Scenario, file: str) -> ScenarioResult:
    """Run one scenario against one scheme.

    Args:
        system: the scheme over its modules; `scenario` was lowered against it.
        file: how the file is named in the result.
    """
    world = world_of(system, scenario)
    ev = Evaluator(system, world)
    names = dict(scenario.elements)
    run = _Run(ev, Namer.of(system, names), [ev.initial()])
    for fact in system.where + system.assumes:
        if not ev.truth(fact.cond, {}):
            run.failures.append(
                run.fail("world", fact.text, "a world where it holds", "false", scenario.where)
            )
    if not run.failures:
        try:
            _execute(run, scenario.body, {}, "")
        except RunError as err:
            run.failures.append(err.failure)
    return ScenarioResult(
        file, system.name, scenario.name, not run.failures, len(run.steps), run.checked,
        tuple(run.failures), Trace(world, tuple(run.steps), tuple(run.states)), names,
        scenario.doc, scenario.where,
    )


class Play:
    """A run that is told what happens, one operation or call at a time.

    Args:
        names: how the elements of the world's sorts are called.
        evaluator: another one for this system and world.
    """

    def __init__(
        self, system: System, world: World, names: Mapping[Type, tuple[str, ...]],
        evaluator: Evaluator | None = None,
    ) -> None:
        ev = evaluator or Evaluator(system, world)
        self._run = _Run(ev, Namer.of(system, names), [ev.initial()])

    @property
    def state(self) -> State:
        return self._run.states[-1]

    @property
    def states(self) -> Sequence[State]:
        """The initial state, and the one after each step."""
        return self._run.states

    def perform(self, name: str, values: Sequence[int]) -> tuple[Step, ...]:
        """The steps of an operation or call of the system.

        Raises:
            RunError: it cannot happen here; then nothing has happened.
        """
        run, before = self._run, len(self._run.steps)
        is_call = name in {c.name for c in run.ev.system.calls}
        params = self._params(name)
        env = {f"%{i}": x for i, x in enumerate(values)}
        args = tuple(ir.var(f"%{i}", type_) for i, (_, type_) in enumerate(params))
        try:
            _do(run, ir.DoStep(name, args, is_call, ""), env, "")
        except RunError:
            del run.steps[before:], run.states[before + 1 :]
            raise
        return tuple(run.steps[before:])

    def text(self, name: str, values: Sequence[int]) -> str:
        """As it stands in a scenario, without `call`."""
        return _text(self._run, name, self._params(name), list(values))

    def _params(self, name: str) -> tuple[tuple[str, Type], ...]:
        calls = {c.name: c for c in self._run.ev.system.calls}
        return (calls.get(name) or self._run.ev.system.action(name)).params


def run_scenarios(
    systems: tuple[System, ...], file: str, name: str | None = None
) -> Iterator[ScenarioResult]:
    """Every scenario (or the one named) against every scheme it speaks about."""
    for system in systems:
        for scenario in system.scenarios:
            if name is None or scenario.name == name:
                yield run_scenario(system, scenario, file)


def _execute(run: _Run, body: tuple[Stmt, ...], env: Mapping[str, Value], call: str) -> None:
    scope = dict(env)
    for stmt in body:
        match stmt:
            case ir.DoStep():
                _do(run, stmt, scope, call)
            case ir.Branch(cond, then, orelse):
                _execute(run, then if _truth(run, cond, scope) else orelse, scope, call)
            case ir.Loop(name, type_, cond, inner):
                for x in list(_elements(run, name, type_, cond, scope)):
                    _execute(run, inner, {**scope, name: x}, call)
            case ir.Batches():
                for low, high in _batches(run, stmt, scope):
                    _execute(run, stmt.body, {**scope, stmt.low: low, stmt.high: high}, call)
            case ir.Choose(name, type_, cond, where):
                found = next(_elements(run, name, type_, cond, scope), None)
                if found is None:
                    text = f"pick {name} in {type_}"
                    raise RunError(
                        run.fail("pick", text, "an element", f"no such {type_} is left", where)
                    )
                scope[name] = found
            case ir.Name(name, value):
                scope[name] = run.ev.value(value, run.states[-1], scope)
            case ir.Check():
                _check(run, stmt, scope)


def _truth(run: _Run, cond: ir.Expr, env: Mapping[str, Value]) -> bool:
    return run.ev.truth(cond, run.states[-1], env)


def _elements(
    run: _Run, name: str, type_: Type, cond: ir.Expr, env: Mapping[str, Value]
) -> Iterator[int]:
    return run.ev.elements(name, type_, cond, run.states[-1], env)


def _batches(run: _Run, stmt: ir.Batches, env: Mapping[str, Value]) -> list[tuple[int, int]]:
    """Stretches of neighbours, as long as possible, of the elements with the condition."""
    found: list[tuple[int, int]] = []
    for x in _elements(run, stmt.name, stmt.type, stmt.cond, env):
        if found and found[-1][1] == x - 1:
            found[-1] = (found[-1][0], x)
        else:
            found.append((x, x))
    return found


def _do(run: _Run, stmt: ir.DoStep, env: Mapping[str, Value], call: str) -> None:
    values = [run.ev.value(a, run.states[-1], env) for a in stmt.args]
    if stmt.is_call:
        target = next(c for c in run.ev.system.calls if c.name == stmt.name)
        args = {p: x for (p, _), x in zip(target.params, values, strict=True)}
        _execute(run, target.body, args, call or _text(run, stmt.name, target.params, values))
        return
    action = run.ev.system.action(stmt.name)
    step = Step(
        action.name, {p: int(x or 0) for (p, _), x in zip(action.params, values, strict=True)}, call
    )
    text = _text(run, stmt.name, action.params, values)
    if len(run.steps) >= MAX_STEPS:
        limit = f"at most {MAX_STEPS} steps"
        raise RunError(run.fail("guard", text, limit, "no end in sight", stmt.where))
    try:
        after = run.ev.apply(action, run.states[-1], step.args)
    except StepError as err:
        wanted = {"guard": "a state in which it can happen", "nat": f"{err.place} >= 0"}
        raise RunError(
            run.fail(err.why, text, wanted.get(err.why, "one write"), str(err), stmt.where)
        ) from err
    run.steps.append(step)
    run.states.append(after)


def _text(
    run: _Run, name: str, params: tuple[tuple[str, Type], ...], values: list[Value]
) -> str:
    shown = [run.namer.show(x, t) for (_, t), x in zip(params, values, strict=True)]
    return f"{name}({', '.join(shown)})"


def _check(run: _Run, stmt: ir.Check, env: Mapping[str, Value]) -> None:
    run.checked += 1
    if _truth(run, stmt.cond, env):
        return
    wanted, got = "true", "false"
    if stmt.sides is not None:
        left, right = stmt.sides
        state = run.states[-1]
        got = run.namer.show(run.ev.value(left, state, env), left.type)
        wanted = run.namer.show(run.ev.value(right, state, env), right.type)
    run.failures.append(run.fail("expectation", stmt.text, wanted, got, stmt.where))
