"""The evaluator of `spec/eval.py` for large worlds: the same meaning, as Python source.

An expression becomes one Python function; a quantifier over several variables looks at those
values of each that are possible by themselves; and of a table only those rows are computed that
an operation can change.  Nothing is shown on the word of this module:
what it finds is run again by the plain evaluator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import Any, Final

from spec.eval import Env, Evaluator, StepError
from spec.ir import FALSE, LAST, Action, Expr, System, Type, formal, not_, read, rebuild, walk
from spec.trace import State, Table, Value, World

_Function = Callable[..., Any]

_INFIX: Final = {"==": "==", "<": "<", "<=": "<=", "+": "+", "-": "-", "*": "*", "/": "//"}


class QuickEvaluator(Evaluator):
    """Answers as `Evaluator` does, for closed expressions and for steps.

    Args:
        system, world: as there.
    """

    def __init__(self, system: System, world: World) -> None:
        super().__init__(system, world)
        self._functions: dict[tuple[Expr, int], _Function] = {}
        self._listings: dict[tuple[Expr, Type, str], _Function] = {}
        self._initial: State | None = None

    def initial(self) -> State:
        if self._initial is None:
            self._initial = super().initial()
        return self._initial

    def value(self, e: Expr, state: State, env: Env | None = None) -> Value:
        found: Value = self.function(e, 0)(state, env or {})
        return found

    def function(self, e: Expr, formals: int) -> _Function:
        """The expression as a function of state, parameters, and this many formal indices."""
        found = self._functions.get((e, formals))
        if found is None:
            found = self._functions[e, formals] = _Writer(self).function(e, formals)
        return found

    def elements(
        self, name: str, type_: Type, cond: Expr, state: State, env: Env
    ) -> Iterator[int]:
        key = (cond, type_, name)
        run = self._listings.get(key)
        if run is None:
            run = self._listings[key] = _Writer(self).listing(name, type_, cond)
        yield from run(state, env)

    def apply(self, action: Action, state: State, args: Env, enabled: bool = False) -> State:
        """The state after the step; with `enabled` the guard is known to hold.

        Raises:
            StepError: the guard is false, or the step breaks a duty.
        """
        if not enabled and not self.enabled(action, state, args):
            raise StepError("guard", "", f"{action.name} cannot happen here: its guard is false")
        for duty in action.duties:
            if not self.truth(duty.ok, state, args):
                raise StepError(duty.kind, duty.place, f"{action.name} breaks a duty")
        after = dict(state)
        for name, body in action.updates.items():
            index = self.system.state(name).index
            after[name] = self._updated(name, index, body, state, args)
        return after

    def _updated(
        self, name: str, index: tuple[Type, ...], body: Expr, state: State, args: Env
    ) -> Value | Table:
        run = self.function(body, len(index))
        if not index:
            scalar: Value = run(state, args)
            return scalar
        old = state[name]
        assert isinstance(old, dict)
        table = dict(old)
        for at in self._cells(name, index, body, state, args):
            table[at] = run(state, args, *at)
        return table

    def _cells(
        self, name: str, index: tuple[Type, ...], body: Expr, state: State, args: Env
    ) -> Iterator[tuple[int, ...]]:
        """The cells that may change; each once."""
        ranges: list[Sequence[int]] = [range(self.size(t)) for t in index]
        found = rows_changed(name, index, body)
        if found is not None:
            axis, terms = found
            ranges[axis] = sorted({int(self.value(t, state, args) or 0) for t in terms})
        return product(*ranges)


class Evaluators:
    """The evaluator of each world that was asked for; worlds are told apart by identity."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._known: dict[int, QuickEvaluator] = {}

    def of(self, world: World) -> QuickEvaluator:
        found = self._known.get(id(world))
        if found is None:
            # The evaluator holds the world, so no other one gets its id.
            found = self._known[id(world)] = QuickEvaluator(self._system, world)
        return found


@lru_cache(maxsize=4096)
def rows_changed(
    name: str, index: tuple[Type, ...], body: Expr
) -> tuple[int, tuple[Expr, ...]] | None:
    """An axis of a table, and the terms to which its index is equal wherever an update changes
    the table; None if there is none.  Where no such equation holds, the body is the old value.
    """
    formals = [formal(i, t) for i, t in enumerate(index)]
    names = frozenset(str(f.data) for f in formals)
    old = read(name, formals, body.type)
    for axis, this in enumerate(formals):
        equations = {
            e: next(a for a in e.args if a is not this)
            for e in walk(body)
            if e.op == "==" and e.loose == 0 and this in e.args
        }
        terms = tuple(t for t in equations.values() if not t.free & names)
        if len(terms) == len(equations) and _without(body, equations) is old:
            return axis, terms
    return None


def _without(e: Expr, equations: Mapping[Expr, object]) -> Expr:
    if e in equations:
        return FALSE
    return rebuild(e, tuple(_without(a, equations) for a in e.args))


class _Writer:
    """Writes one expression as a Python function of `S`, `E` and formal indices."""

    def __init__(self, evaluator: QuickEvaluator) -> None:
        self._evaluator = evaluator
        self._names: dict[str, str] = {}
        self._prelude: list[str] = []
        self._globals: dict[str, Any] = {}

    def function(self, e: Expr, formals: int) -> _Function:
        for i in range(formals):
            self._names[f"%{i}"] = f"i{i}"
        body = self._text(e, ())
        return self._compiled(", ".join(["S", "E", *(f"i{i}" for i in range(formals))]), body)

    def listing(self, name: str, type_: Type, cond: Expr) -> _Function:
        """The elements with a condition in which `name` is free."""
        self._names[name] = "x"
        text = self._text(cond, ())
        domain = f"range({self._evaluator.size(type_)})"
        return self._compiled("S, E", f"(x for x in {domain} if {text})")

    def _compiled(self, params: str, body: str) -> _Function:
        lines = [f"def run({params}):", *self._prelude, f"    return {body}"]
        exec("\n".join(lines), self._globals)
        made: _Function = self._globals["run"]
        return made

    def _text(self, e: Expr, bound: tuple[str, ...]) -> str:
        kids = [*e.args]
        match e.op:
            case "lit":
                return str(self._evaluator.size(e.type) - 1) if e.data == LAST else repr(e.data)
            case "var":
                return self._named("E", str(e.data))
            case "bound":
                assert isinstance(e.data, int)
                return bound[-1 - e.data]
            case "read":
                return self._read(e, bound)
            case "all" | "some" | "count":
                assert isinstance(e.data, tuple)
                return self._quantifier(e.op, e.data, e.args[0], bound)
            case "and" | "or":
                texts = [self._text(k, bound) for k in kids]
                return f"({f' {e.op} '.join(texts)})" if texts else repr(e.op == "and")
            case "not":
                return f"(not {self._text(kids[0], bound)})"
            case "just":
                return self._text(kids[0], bound)
            case "ite":
                cond, then, orelse = (self._text(k, bound) for k in kids)
                return f"({then} if {cond} else {orelse})"
        left, right = (self._text(k, bound) for k in kids)
        return f"({left} {_INFIX[e.op]} {right})"

    def _named(self, where: str, key: str) -> str:
        """A local variable that holds a state or a parameter."""
        known = self._names.get(where + key if where == "S" else key)
        if known is None:
            known = f"{where}{len(self._names)}"
            self._names[where + key if where == "S" else key] = known
            self._prelude.append(f"    {known} = {where}[{key!r}]")
        return known

    def _read(self, e: Expr, bound: tuple[str, ...]) -> str:
        name = str(e.data)
        consts = self._evaluator.world.consts
        if name in consts and not e.args:
            return repr(consts[name])
        if name in consts:
            self._globals[f"C_{name}"] = consts[name]
        table = f"C_{name}" if name in consts else self._named("S", name)
        if not e.args:
            return table
        at = ", ".join(self._text(a, bound) for a in e.args)
        return f"{table}[{at},]" if len(e.args) == 1 else f"{table}[{at}]"

    def _quantifier(
        self, kind: str, types: tuple[Type, ...], body: Expr, bound: tuple[str, ...]
    ) -> str:
        """Over several variables each runs over those values that the parts of the body that
        speak of it alone leave: 512 pages squared are too many."""
        names = tuple(f"b{len(bound) + i}" for i in range(len(types)))
        inside = bound + names
        parts = list(_parts(body, "or" if kind == "all" else "and"))
        loops = ""
        for i, (name, type_) in enumerate(zip(names, types, strict=True)):
            domain = f"range({self._evaluator.size(type_)})"
            own = [p for p in parts if _used(p, len(names)) == {i}] if len(names) > 1 else []
            if own:
                parts = [p for p in parts if p not in own]
                domain = f"[{name} for {name} in {domain} if {self._joined(kind, own, inside)}]"
            loops = f"for D{name} in [{domain}] {loops} for {name} in D{name}"
        text = self._junction(kind, parts, inside)
        return {"all": f"all({text} {loops})", "some": f"any({text} {loops})",
                "count": f"sum(1 {loops} if {text})"}[kind]

    def _junction(self, kind: str, parts: Sequence[Expr], bound: tuple[str, ...]) -> str:
        if not parts:
            return repr(kind != "all")
        word = " or " if kind == "all" else " and "
        return f"({word.join(self._text(p, bound) for p in parts)})"

    def _joined(self, kind: str, parts: Sequence[Expr], bound: tuple[str, ...]) -> str:
        """What leaves a value in its domain."""
        text = self._junction(kind, parts, bound)
        return f"not {text}" if kind == "all" else text


def _parts(e: Expr, op: str) -> Iterator[Expr]:
    """Whose junction by `op` it is: also of `not (a and b)` for `or`."""
    turned = e.op == "not" and e.args[0].op == {"or": "and", "and": "or"}[op]
    if e.op == op:
        for part in e.args:
            yield from _parts(part, op)
    elif turned:
        for part in e.args[0].args:
            yield from _parts(not_(part), op)
    else:
        yield e


def _used(e: Expr, count: int, depth: int = 0) -> set[int]:
    """Which of the innermost `count` bound variables it uses, the outermost being 0."""
    if e.loose <= depth:
        return set()
    if e.op == "bound":
        assert isinstance(e.data, int)
        return {count - 1 - (e.data - depth)} if depth <= e.data < depth + count else set()
    inner = depth + (len(e.data) if isinstance(e.data, tuple) else 0)
    return set().union(*(_used(a, count, inner) for a in e.args))
