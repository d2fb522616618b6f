"""A block as canonical text, clause by clause, so that comments keep their place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from lark import Token

from spec import ast
from spec.expr_text import (
    Flow,
    flow_expr,
    flow_list,
    print_expr,
    show_args,
    show_binder,
    show_stretch,
)
from spec.source import Span

Position = tuple[int, int]
"""Line and column in the source."""

_DANGER_COLUMN = 33
"""Where the text of an error class begins, so that those of a question stand below each other."""


@dataclass(slots=True)
class Unit:
    """Text that starts a line of its own, and where it stands in the source.

    `inner` is how far comments right above are indented; a unit with `joins` goes on in
    the line of the unit before, behind a comma, unless a comment stands between.
    """

    start: Position
    end: Position
    indent: int
    flow: Flow
    inner: int = 1
    joins: str = ""


def cut_units(block: ast.Header | ast.Item, tokens: Sequence[Token]) -> list[Unit]:
    """The units of a block in canonical order; the first is the block's head."""
    writer = _Writer(tokens)
    head = Unit(_start(block.span), _start(block.span), 0, _head(block))
    return [head, *writer.units(block)]


def _start(span: Span) -> Position:
    return span.line, span.column


def _end(span: Span) -> Position:
    return span.end_line, span.end_column


def _unit(span: Span, flow: Flow, indent: int = 1) -> Unit:
    return Unit(_start(span), _end(span), indent, flow, indent)


# -------------------------------------------------------------------- heads


def _head(block: ast.Header | ast.Item) -> Flow:
    """What the first line of a block says."""
    match block:
        case ast.Header():
            return _header(block)
        case ast.SortDecl(name, named):
            return [f"sort {name}", *_names(" named ", named)]
        case ast.RangeDecl(name, low, high):
            return [f"range {name} = {print_expr(low)} .. {print_expr(high)}"]
        case ast.EnumDecl(name, values):
            return [f"enum {name}", *_names(" = ", values)]
        case ast.ConstDecl(name, type_, where):
            tail: Flow = [] if where is None else [0, "where ", *flow_expr(where, 1)]
            return [f"const {name}: {show_type(type_)}", *tail]
        case ast.StateDecl(name, type_, init):
            return [f"state {name}: {show_type(type_)} = ", *flow_expr(init)]
        case ast.Assume(cond):
            return ["assume ", *flow_expr(cond)]
        case ast.Define(name, params, body):
            return [f"define {name}", *_params(params), " = ", *flow_expr(body)]
        case ast.Needs(name, type_, default):
            return [f"needs {name}: {show_type(type_)} = ", *flow_expr(default)]
        case ast.Gives(name, value):
            return [f"gives {name} = ", *flow_expr(value)]
        case ast.Expect(name, verdict):
            return [f"expect {name} {verdict}"]
        case ast.Mutant(names, reason):
            return [*_names("mutant ", names), 0, f'survives "{reason}"']
        case ast.Answer(question, params, value):
            return [f"answer {question}", *_params(params), " = ", *flow_expr(value)]
        case _:
            return _named_head(block)


def _named_head(
    block: ast.Invariant | ast.Claim | ast.Question | ast.Op | ast.On | ast.NamedUpdate
    | ast.Call | ast.Scenario,
) -> Flow:
    match block:
        case ast.Invariant(name):
            return [f"invariant {name}"]
        case ast.Claim(name):
            return [f"claim {name}"]
        case ast.Scenario(name):
            return [f"scenario {name}"]
        case ast.Question(name, params, type_):
            tail = f": {show_type(type_)}" if type_ else ""
            return [f"question {name}", *_params(params), tail]
        case ast.Op(name, params):
            return [f"op {name}", *_params(params)]
        case ast.NamedUpdate(name, params):
            return [f"update {name}", *_params(params)]
        case ast.Call(name, params):
            return [f"call {name}", *_params(params)]
        case ast.On(ops, params):
            # `on clear()` and `on clear` differ where clear takes parameters.
            shown = ["()"] if params == () else _params(params or ())
            return [*_names("on ", ops), *shown]
        case _:
            assert_never(block)


def _header(header: ast.Header) -> Flow:
    over = _names(" over ", header.over)
    return [f"{header.kind} {header.name}", *over, *_names(" with ", header.schemes)]


def _names(word: str, names: Sequence[str]) -> Flow:
    return [word, *flow_list(names)] if names else []


def _params(params: Sequence[ast.Param]) -> Flow:
    if not params:
        return []
    shown = [p.name + (f": {show_type(p.type)}" if p.type else "") for p in params]
    return ["(", *flow_list(shown), ")"]


def show_type(type_: ast.TypeExpr) -> str:
    """`[Vma, Page] Mm?`."""
    index = f"[{', '.join(type_.index)}] " if type_.index else ""
    return index + type_.name + ("?" if type_.optional else "")


# -------------------------------------------------------------------- units


class _Writer:
    """Knows where the words stand that have no node of their own."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._places = [(str(t), (t.line, t.column)) for t in tokens]

    def _word(self, word: str, after: Position) -> Position:
        """Where `word` stands next; the end of `after` if it was left out."""
        return next((at for text, at in self._places if text == word and at >= after), after)

    def _last(self, word: str, otherwise: Position) -> Position:
        return next((at for text, at in reversed(self._places) if text == word), otherwise)

    def units(self, block: ast.Header | ast.Item) -> list[Unit]:
        match block:
            case ast.Invariant(_, cond, expect) | ast.Claim(_, cond, expect):
                return [_unit(cond.span, flow_expr(cond)), *self._expect(block.span, expect)]
            case ast.Answer(_, _, _, expect):
                return self._expect(block.span, expect)
            case ast.Question():
                return list(_question(block))
            case ast.Op() | ast.On() | ast.NamedUpdate():
                return [_unit(c.span, _clause(c)) for c in block.clauses]
            case ast.Call():
                mirrors = []
                if block.mirrors:
                    at = self._word("mirrors", _start(block.span))
                    mirrors.append(Unit(at, at, 1, _names("mirrors ", block.mirrors)))
                return [*mirrors, *self._statements(block.body, 1)]
            case ast.Scenario():
                return [*_world(block.world), *self._statements(block.body, 1)]
            case _:
                return []

    def _expect(self, span: Span, expect: str | None) -> list[Unit]:
        if expect is None:
            return []
        return [Unit(self._last("expect", _end(span)), _end(span), 1, [f"expect {expect}"])]

    def _statements(self, body: Sequence[ast.Stmt], indent: int) -> Iterator[Unit]:
        for stmt in body:
            match stmt:
                case ast.IfStmt():
                    yield from self._if(stmt, indent)
                case ast.ForEach() | ast.ForBatch():
                    yield from self._for(stmt, indent)
                case _:
                    yield _unit(stmt.span, _statement(stmt), indent)

    def _if(self, stmt: ast.IfStmt, indent: int) -> Iterator[Unit]:
        cond = stmt.cond.span
        flow: Flow = ["if ", *flow_expr(stmt.cond), " then"]
        yield Unit(_start(stmt.span), _end(cond), indent, flow, indent)
        yield from self._statements(stmt.then, indent + 1)
        if stmt.orelse:
            at = self._word("else", _end(stmt.then[-1].span if stmt.then else cond))
            yield Unit(at, at, indent, ["else"], indent + 1)
            yield from self._statements(stmt.orelse, indent + 1)
        yield _end_unit(stmt.span, indent)

    def _for(self, stmt: ast.ForEach | ast.ForBatch, indent: int) -> Iterator[Unit]:
        what = "each" if isinstance(stmt, ast.ForEach) else f"batch {stmt.low} .. {stmt.high} of"
        flow: Flow = [f"for {what} {show_binder(stmt.binder)}"]
        if stmt.where is not None:
            flow += [0, "where ", *flow_expr(stmt.where, 1)]
        last = stmt.binder.span if stmt.where is None else stmt.where.span
        yield Unit(_start(stmt.span), _end(last), indent, [*flow, " do"], indent)
        yield from self._statements(stmt.body, indent + 1)
        yield _end_unit(stmt.span, indent)


def _end_unit(span: Span, indent: int) -> Unit:
    line, column = _end(span)
    return Unit((line, column - len("end")), (line, column), indent, ["end"], indent + 1)


def _question(question: ast.Question) -> Iterator[Unit]:
    if question.asked is not None:
        yield _unit(question.asked.span, ["asked when ", *flow_expr(question.asked)])
    if question.sees:
        span = question.sees[0].span.to(question.sees[-1].span)
        yield _unit(span, ["sees ", *_exprs(question.sees)])
    if question.default is not None:
        yield _unit(question.default.span, ["default ", *flow_expr(question.default)])
    yield _unit(question.truth.span, ["truth ", *flow_expr(question.truth)])
    for wrong in question.classes:
        head = f"{wrong.kind:6} {print_expr(wrong.cond)}"
        yield _unit(wrong.span, [f'{head:{_DANGER_COLUMN - 1}} "{wrong.danger}"'])


def _world(items: Sequence[ast.WorldItem]) -> Iterator[Unit]:
    before: ast.WorldItem | None = None
    for item in items:
        if isinstance(item, ast.WorldElems):
            within = f" in {item.within}" if item.within else ""
            names = (n if isinstance(n, str) else f"{n.first} .. {n.last}" for n in item.names)
            text = f"{item.sort} {', '.join(names)}{within}"
        else:
            text = _world_value(item)
        unit = _unit(item.span, ["world ", text])
        # A bare name behind `Vma a` would name one more Vma.
        grows = isinstance(before, ast.WorldElems) and before.within is None
        if before is not None and not (grows and text.isidentifier()):
            unit.joins = text
        yield unit
        before = item


def _world_value(item: ast.WorldSet) -> str:
    place = item.name
    if item.args:
        place += f"[{', '.join('*' if a is None else _plain(a) for a in item.args)}]"
    if isinstance(item.value, ast.Bool):
        return place if item.value.value else f"not {place}"
    return f"{place} = {_plain(item.value)}"


def _plain(value: ast.Expr | ast.Stretch) -> str:
    if isinstance(value, ast.Stretch):
        return show_stretch(value.low, value.high)
    return print_expr(value)


# ------------------------------------------------------ clauses, statements


def _exprs(exprs: Sequence[ast.Expr]) -> Flow:
    return flow_list([flow_expr(e, 1) for e in exprs])


def _use(name: str, args: Sequence[ast.Expr]) -> str:
    return f"{name}({show_args(args)})" if args else name


def _clause(clause: ast.Clause) -> Flow:
    match clause:
        case ast.Mirrors(functions):
            return _names("mirrors ", functions)
        case ast.Requires(cond):
            return ["requires ", *flow_expr(cond)]
        case ast.Changes(places):
            return _names("changes ", [_place(p) for p in places]) or ["changes nothing"]
        case ast.Performs(op, args):
            return [f"performs {_use(op, args)}"]
        case ast.Overapproximates(reason):
            return [f'overapproximates "{reason}"']
        case ast.Let(name, value):
            return [f"let {name} = ", *flow_expr(value)]
        case ast.Update():
            return _update(clause)
        case ast.Do(name, args):
            return [f"do {_use(name, args)}"]
        case _:
            assert_never(clause)


def _place(place: ast.Place) -> str:
    shown = ["*" if a is None else print_expr(a) for a in place.args]
    return place.name + (f"[{', '.join(shown)}]" if shown else "")


def _update(update: ast.Update) -> Flow:
    place = update.name + (f"[{show_args(update.args)}]" if update.args else "")
    flow: Flow = [f"{place} := ", *flow_expr(update.value, 1)]
    if update.binder is not None:
        flow += [0, f"for {show_binder(update.binder)}"]
    if update.when is not None:
        flow += [0, "when ", *flow_expr(update.when, 1)]
    return flow


def _statement(
    stmt: ast.Step | ast.Pick | ast.LetStmt | ast.ExpectStmt,
) -> Flow:
    match stmt:
        case ast.Step(name, args, is_call):
            return [f"{'call ' if is_call else ''}{name}({show_args(args)})"]
        case ast.Pick(binder, where):
            return [f"pick {show_binder(binder)}", 0, "where ", *flow_expr(where, 1)]
        case ast.LetStmt(name, value):
            return [f"let {name} = ", *flow_expr(value)]
        case ast.ExpectStmt(conds):
            return ["expect ", *_exprs(conds)]
        case _:
            assert_never(stmt)
