"""Statements of calls and scenarios: from what the author wrote to the IR's statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass

from spec import ast, ir, operators
from spec.findings import Slips, near
from spec.ir import Expr, Type
from spec.names import has
from spec.scope import Layer, bare, place, wording
from spec.terms import ALLOWED, Mode, Terms
from spec.types import ERROR, describe, is_range, parameter_types


def call_of(layer: Layer, decl: ast.Call, slips: Slips) -> ir.Call:
    """A call; its parameters are free variables of its statements."""
    terms = Terms(layer, slips, Mode("a call", ALLOWED, True))
    params = parameter_types(layer, decl.params, slips)
    for p, (name, type_) in zip(decl.params, params, strict=True):
        if type_ == ir.INT or ir.is_optional(type_):
            slips.error("FS071", p.span, f"the parameter `{name}` must be an element of a sort")
        terms = terms.with_local(name, ir.var(name, type_), p.span)
    body = statements(terms, decl.body, layer.text)
    return ir.Call(decl.name, params, decl.mirrors, body, decl.doc)


def statements(terms: Terms, body: Sequence[ast.Stmt], text: str) -> tuple[ir.Stmt, ...]:
    """Statements in a row; names of `pick` and `let` are known to those behind them.

    Args:
        text: the source in which the statements stand.
    """
    found: list[ir.Stmt] = []
    for s in body:
        match s:
            case ast.Step():
                found += _step(terms, s)
            case ast.IfStmt(cond, then, orelse):
                found.append(ir.Branch(
                    terms.truth(cond), statements(terms, then, text),
                    statements(terms, orelse, text)))
            case ast.ForEach(binder, where, inner):
                inside, name, type_, guard = _binder(terms, binder, where)
                found.append(ir.Loop(name, type_, guard, statements(inside, inner, text)))
            case ast.ForBatch():
                found.append(_batches(terms, s, text))
            case ast.Pick(binder, where):
                terms, name, type_, guard = _binder(terms, binder, where)
                found.append(ir.Choose(name, type_, guard, place(s)))
            case ast.LetStmt(name, value):
                known = terms.infer(value)
                terms = terms.with_local(name, ir.var(name, known.type), s.span)
                found.append(ir.Name(name, known))
            case ast.ExpectStmt(conds):
                found += [check(terms, c, text) for c in conds]
    return tuple(found)


def check(terms: Terms, cond: ast.Expr, text: str) -> ir.Check:
    """One condition of an `expect`."""
    sides = None
    inner = bare(cond)
    if isinstance(inner, ast.Binary) and inner.op == "==":
        sides = operators.pair(terms, inner.left, inner.right, inner.span)
    return ir.Check(wording(text, cond), terms.truth(cond), sides, place(cond))


def _step(terms: Terms, s: ast.Step) -> list[ir.Stmt]:
    layer, slips = terms.layer, terms.slips
    decl = layer.action(s.name)
    if decl is None:
        if not layer.is_broken(s.name):
            known = layer.call_names() if s.is_call else layer.op_names()
            what = "call" if s.is_call else "operation"
            slips.unknown("FS042", s.span, s.name, f"no {what} is called `{s.name}`",
                          near(s.name, known))
        terms.only_check(s.args)
        return []
    if isinstance(decl, ast.Call) != s.is_call:
        what, how = ("an operation", "without") if s.is_call else ("a call", "with")
        slips.error("FS114", s.span, f"`{s.name}` is {what}", f"write it {how} `call` in front")
        return []
    params = parameter_types(layer, decl.params, Slips())
    if not has(terms, s.name, len(params), "argument", s.args, s.span):
        return []
    args = tuple(terms.value(a, t) for a, (_, t) in zip(s.args, params, strict=True))
    return [ir.DoStep(s.name, args, s.is_call, place(s))]


def _binder(
    terms: Terms, b: ast.Binder, where: ast.Expr | None
) -> tuple[Terms, str, Type, Expr]:
    """The place inside, the variable, its sort, and the condition on it."""
    type_, low, high = operators.domain(terms, b.domain)
    name = b.names[0]
    x = ir.var(name, type_)
    inside = terms.with_local(name, x, b.span)
    guards = operators.within(x, low, high)
    if where is not None:
        guards.append(inside.truth(where))
    return inside, name, type_, ir.and_(*guards)


def _batches(terms: Terms, s: ast.ForBatch, text: str) -> ir.Stmt:
    _, name, type_, guard = _binder(terms, s.binder, s.where)
    if type_ != ERROR and not is_range(terms.layer, type_):
        terms.slips.error("FS066", s.binder.span, f"{describe(type_)} has no neighbours",
                          "only a range has stretches of neighbours")
    inside = terms
    for end in (s.low, s.high):
        inside = inside.with_local(end, ir.var(end, type_), s.span)
    return ir.Batches(s.low, s.high, name, type_, guard, statements(inside, s.body, text))


# -------------------------------------------------------------- recursion


def check_recursion(layer: Layer, slips: Slips) -> None:
    """No call performs itself, and no operation either, not even by others."""
    for decl in layer.actions.values():
        if decl.name in _reached(layer, decl):
            code, what = ("FS119", "call") if isinstance(decl, ast.Call) else ("FS092", "operation")
            slips.error(code, decl.span, f"the {what} `{decl.name}` performs itself",
                        "the steps of one must be finitely many")


def _reached(layer: Layer, start: ast.Op | ast.Call) -> frozenset[str]:
    found: set[str] = set()
    work = [start]
    while work:
        for name in _performed(work.pop()):
            decl = layer.actions.get(name)
            if name not in found and decl is not None:
                found.add(name)
                work.append(decl)
    return frozenset(found)


def _performed(decl: ast.Op | ast.Call) -> Iterator[str]:
    if isinstance(decl, ast.Op):
        yield from (c.op for c in decl.clauses if isinstance(c, ast.Performs))
    else:
        yield from (s.name for s in all_statements(decl.body) if isinstance(s, ast.Step))


def all_statements(body: Iterable[ast.Stmt]) -> Iterator[ast.Stmt]:
    """Every statement, also those inside others."""
    for s in body:
        yield s
        match s:
            case ast.IfStmt(_, then, orelse):
                yield from all_statements((*then, *orelse))
            case ast.ForEach(body=inner) | ast.ForBatch(body=inner):
                yield from all_statements(inner)


# ---------------------------------------------------------------- changes


def map_statements(
    body: Iterable[ir.Stmt], change: Callable[[Expr], Expr]
) -> tuple[ir.Stmt, ...]:
    """The same statements with every expression changed."""
    return tuple(_map(s, change) for s in body)


def _map(s: ir.Stmt, change: Callable[[Expr], Expr]) -> ir.Stmt:
    match s:
        case ir.DoStep(name, args, is_call, where):
            return ir.DoStep(name, tuple(change(a) for a in args), is_call, where)
        case ir.Branch(cond, then, orelse):
            return ir.Branch(change(cond), map_statements(then, change),
                             map_statements(orelse, change))
        case ir.Loop(name, type_, cond, body):
            return ir.Loop(name, type_, change(cond), map_statements(body, change))
        case ir.Batches(low, high, name, type_, cond, body):
            return ir.Batches(low, high, name, type_, change(cond), map_statements(body, change))
        case ir.Choose(name, type_, cond, where):
            return ir.Choose(name, type_, change(cond), where)
        case ir.Name(name, value):
            return ir.Name(name, change(value))
        case ir.Check(text, cond, sides, where):
            both = None if sides is None else (change(sides[0]), change(sides[1]))
            return ir.Check(text, change(cond), both, where)


def expressions(body: Iterable[ir.Stmt]) -> list[Expr]:
    """Every expression in the statements."""
    found: list[Expr] = []

    def note(e: Expr) -> Expr:
        found.append(e)
        return e

    map_statements(body, note)
    return found


def steps(body: Iterable[ir.Stmt]) -> Iterator[ir.DoStep]:
    """Every operation or call that the statements perform."""
    for s in body:
        match s:
            case ir.DoStep():
                yield s
            case ir.Branch(_, then, orelse):
                yield from steps((*then, *orelse))
            case ir.Loop(body=inner) | ir.Batches(body=inner):
                yield from steps(inner)


def schemes_named(node: object) -> frozenset[str]:
    """The schemes whose names stand before a dot, anywhere below a node."""
    return frozenset(n.rpartition(".")[0] for n in names_in(node) if "." in n)


def names_in(node: object) -> frozenset[str]:
    """Every name that is used in an expression, anywhere below a node."""
    found: set[str] = set()
    work = [node]
    while work:
        x = work.pop()
        if isinstance(x, tuple):
            work += x
        elif isinstance(x, ast.Node) and is_dataclass(x):
            if isinstance(x, ast.Name):
                found.add(x.id)
            elif isinstance(x, ast.Apply | ast.Index):
                found.add(x.name)
            work += [getattr(x, f.name) for f in fields(x) if f.name != "span"]
    return frozenset(found)

