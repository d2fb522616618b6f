"""Is a System what spec/ir.py promises: closed, typed, total, without sugar?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from spec import ir
from spec.ir import BOOL, INT, Expr, Type
from spec.script import expressions


def faults(system: ir.System) -> list[str]:
    """Everything that is wrong with the system; an empty list for a good one."""
    check = _Check(system)
    for v in system.states:
        check.expr(v.init, v.type, _formals(v.index), f"init of {v.name}")
    for fact in system.where + system.assumes:
        check.expr(fact.cond, BOOL, {}, fact.text)
    for action in system.actions:
        check.action(action)
    for p in system.promises:
        check.promise(p)
    for call in system.calls:
        check.body(call.body, dict(call.params), call.name)
    for scenario in system.scenarios:
        check.body(scenario.body, {}, scenario.name)
    check.unique("states", [s.name for s in system.states] + [c.name for c in system.consts])
    check.unique("actions", [a.name for a in system.actions])
    check.unique("promises", [p.name for p in system.promises])
    return check.found


def _formals(index: tuple[Type, ...]) -> dict[str, Type]:
    return {f"%{i}": t for i, t in enumerate(index)}


class _Check:
    def __init__(self, system: ir.System) -> None:
        self.system = system
        self.found: list[str] = []
        self.places: dict[str, tuple[tuple[Type, ...], Type]] = {
            **{c.name: (c.index, c.type) for c in system.consts},
            **{s.name: (s.index, s.type) for s in system.states},
        }
        self.sorts = {s.name: s for s in system.sorts}

    def unique(self, what: str, names: Iterable[str]) -> None:
        seen: set[str] = set()
        for n in names:
            if n in seen:
                self.found.append(f"{what}: {n} twice")
            seen.add(n)

    def action(self, a: ir.Action) -> None:
        params = dict(a.params)
        self.expr(a.guard, BOOL, params, f"guard of {a.name}")
        for name, body in a.updates.items():
            index, type_ = self.places[name]
            self.expr(body, type_, {**params, **_formals(index)}, f"{a.name}: {name}")
        for duty in a.duties:
            self.expr(duty.ok, BOOL, params, f"duty {duty.kind} of {a.name}")
        for _, type_ in a.params:
            if type_ != BOOL and type_ not in self.sorts:
                self.found.append(f"{a.name}: a parameter of type {type_}")

    def promise(self, p: ir.Promise) -> None:
        self.expr(p.cond, BOOL, {}, p.name)
        if p.premise is not None:
            self.expr(p.premise, BOOL, {}, f"premise of {p.name}")
        types = p.cond.data if p.cond.op == "all" else ()
        assert isinstance(types, tuple)
        if len(types) != len(p.binders):
            self.found.append(f"{p.name}: binders {p.binders} for {types}")
        outer = dict(zip(p.binders, types, strict=False))
        for w in p.watch:
            self.expr(w.value, w.value.type, outer, f"watch of {p.name}")

    def body(self, body: Iterable[ir.Stmt], known: Mapping[str, Type], where: str) -> None:
        for e in expressions(body):
            self.expr(e, e.type, None, where)

    def expr(
        self, e: Expr, type_: Type, free: Mapping[str, Type] | None, where: str
    ) -> None:
        if e.type != type_:
            self.found.append(f"{where}: {e.type}, not {type_}")
        if e.loose:
            self.found.append(f"{where}: a loose variable")
        if free is not None and not e.free <= set(free):
            self.found.append(f"{where}: free {sorted(e.free - set(free))}")
        for x in ir.walk(e):
            self.found += [f"{where}: {fault}" for fault in self.node(x)]

    def node(self, x: Expr) -> Iterator[str]:
        types = [a.type for a in x.args]
        match x.op:
            case "read":
                if x.data not in self.places:
                    yield f"reads {x.data}"
                elif self.places[str(x.data)] != (tuple(types), x.type):
                    yield f"reads {x.data} at {types} as {x.type}"
            case "not" | "and" | "or":
                if set(types) != {BOOL} or x.type != BOOL:
                    yield f"{x.op} of {types}"
            case "==":
                if types[0] != types[1]:
                    yield f"== of {types}"
            case "<" | "<=":
                sort = self.sorts.get(types[0])
                if types[0] != types[1] or (types[0] != INT and (
                    sort is None or sort.kind != "range"
                )):
                    yield f"{x.op} of {types}"
            case "+" | "-" | "*" | "/":
                if types != [INT, INT]:
                    yield f"{x.op} of {types}"
            case "ite":
                if types != [BOOL, x.type, x.type]:
                    yield f"ite of {types}"
            case "all" | "some" | "count":
                assert isinstance(x.data, tuple)
                if types != [BOOL] or any(t not in self.sorts for t in x.data):
                    yield f"{x.op} over {x.data}"
            case "var":
                if x.type.rstrip("?") not in (BOOL, INT, *self.sorts):
                    yield f"a variable of type {x.type}"
