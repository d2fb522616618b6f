"""One layer, checked: every block understood, every slip in it reported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from spec import ast, ir
from spec.blocks import Blocks, pick
from spec.checked import Asked, Checked, Operation, Reply
from spec.effects import influences
from spec.findings import Slips, near
from spec.hooks import hooks_of
from spec.ir import Expr
from spec.names import define_of
from spec.promises import answer_of, promise_of, question_of
from spec.resolve import kept_items
from spec.scope import Layer, place, wording
from spec.script import call_of, check_recursion, names_in
from spec.source import Span
from spec.terms import Mode, Terms
from spec.types import parameter_types
from spec.writes import Body, is_natural

B = TypeVar("B", bound=ast.Block)


def check(layer: Layer, below: Sequence[Checked], slips: Slips) -> Checked:
    """Check one layer whose names are declared.

    Args:
        below: the checked layers under it, lowest first.
    """
    items = kept_items(layer)
    for symbol in layer.values.values():
        if symbol.kind == "define":
            define_of(layer, symbol, slips, symbol.decl.span)
    blocks = Blocks(layer, slips)
    for update in layer.updates:
        blocks.update(update, layer.updates[update].span)
    questions = {q.name: question_of(layer, q, slips) for q in layer.questions.values()}
    known = {n: a for c in below for n, a in c.questions.items()}
    found = Checked(
        layer=layer,
        below=tuple(c.name for c in below),
        sorts=tuple(s.sort for s in layer.sorts.values()),
        consts=_consts(layer),
        where=_where(layer, slips),
        assumes=tuple(
            _fact(layer, a.cond, "an assumption", slips) for a in _only(items, ast.Assume)),
        states=_states(layer, slips),
        needs=_needs(layer, slips),
        gives=_gives(layer, items, slips),
        operations=_operations(layer, blocks),
        hooks=hooks_of(layer, blocks, items),
        questions=questions,
        promises=_promises(layer, items, {**known, **questions}, slips),
        calls=tuple(call_of(layer, c, slips) for c in layer.actions.values()
                    if isinstance(c, ast.Call)),
        expects=_expects(layer, items, slips),
        doc=layer.file.doc or layer.file.header.doc,
    )
    check_recursion(layer, slips)
    _check_unasked(found, slips)
    return found


def _only(items: Sequence[ast.Item], kind: type[B]) -> list[B]:
    return [i for i in items if isinstance(i, kind)]


# ----------------------------------------------------------- declarations


def _consts(layer: Layer) -> tuple[ir.Const, ...]:
    return tuple(
        ir.Const(s.name, s.shape.index, s.shape.type, s.shape.nat)
        for s in layer.values.values() if s.kind == "const" and s.shape is not None
    )


def _where(layer: Layer, slips: Slips) -> tuple[ir.Fact, ...]:
    return tuple(
        _fact(layer, s.decl.where, "a `where`", slips)
        for s in layer.values.values()
        if isinstance(s.decl, ast.ConstDecl) and s.decl.where is not None
    )


def _fact(layer: Layer, cond: ast.Expr, what: str, slips: Slips) -> ir.Fact:
    terms = Terms(layer, slips, Mode(what, what))
    value = terms.truth(cond)
    _constants_only(terms, "FS095", what, slips)
    return ir.Fact(wording(layer.text, cond), value, layer.name)


def _constants_only(terms: Terms, code: str, what: str, slips: Slips) -> None:
    for ref in terms.seen:
        for x in ir.walk(ref.value):
            symbol = terms.layer.value(str(x.data)) if x.op == "read" else None
            if x.op == "read" and (symbol is None or symbol.kind != "const"):
                slips.error(code, ref.span, f"{what} cannot read `{ref.name}`",
                            "it speaks of constants only, which no step changes")
                break


def _states(layer: Layer, slips: Slips) -> tuple[ir.StateVar, ...]:
    nats = frozenset(
        s.name for x in layer.stack() for s in x.values.values()
        if s.kind == "const" and s.shape is not None and s.shape.nat
    )
    found = []
    for s in layer.values.values():
        if s.kind != "state":
            continue
        assert isinstance(s.decl, ast.StateDecl)
        terms = Terms(layer, slips, Mode("an initial value", "an initial value"))
        before = slips.errors
        if s.shape is None:
            terms.only_check((s.decl.init,))
            continue
        init = terms.value(s.decl.init, s.shape.type)
        _constants_only(terms, "FS094", "an initial value", slips)
        if s.shape.nat and slips.errors == before and not is_natural(init, nats):
            slips.error("FS076", s.decl.init.span, f"`{s.name}` is never negative, but this "
                        "may be", "write a value that cannot be negative, or declare it `int`")
        found.append(ir.StateVar(s.name, s.shape.index, s.shape.type, init, s.shape.nat,
                                 layer.name))
    return tuple(found)


def _needs(layer: Layer, slips: Slips) -> dict[str, Expr]:
    found = {}
    for s in layer.values.values():
        if isinstance(s.decl, ast.Needs) and s.shape is not None:
            terms = Terms(layer, slips, Mode("a need", "a need"))
            found[s.name] = terms.value(s.decl.default, s.shape.type)
            if any(str(x.data).startswith("need ") for x in ir.walk(found[s.name])
                   if x.op == "read"):
                slips.error("FS101", s.decl.default.span, "a need cannot depend on a need",
                            "write the default in terms of the world")
    return found


def _gives(layer: Layer, items: Sequence[ast.Item], slips: Slips) -> dict[str, Expr]:
    found: dict[str, Expr] = {}
    for g in _only(items, ast.Gives):
        symbol = layer.value(g.name)
        terms = Terms(layer, slips, Mode("what a scheme gives", "what a scheme gives"))
        if symbol is None or symbol.kind != "need":
            if not layer.is_broken(g.name):
                needs = [n for x in layer.below for n, s in x.values.items() if s.kind == "need"]
                slips.error("FS057", g.span, f"no module needs `{g.name}`", near(g.name, needs))
            terms.only_check((g.value,))
        elif g.name in found:
            slips.error("FS045", g.span, f"`{g.name}` is given twice")
        elif symbol.shape is not None:
            found[g.name] = terms.value(g.value, symbol.shape.type)
            if any(str(x.data).startswith("need ") for x in ir.walk(found[g.name])
                   if x.op == "read"):
                slips.error("FS101", g.value.span, "what a scheme gives cannot depend on a need",
                            "write it in terms of the counters")
    return found


# ------------------------------------------------------------- operations


def _operations(layer: Layer, blocks: Blocks) -> tuple[Operation, ...]:
    found = []
    for op in layer.actions.values():
        if not isinstance(op, ast.Op):
            continue
        params = parameter_types(layer, op.params, blocks.slips)
        for p, (name, type_) in zip(op.params, params, strict=True):
            if type_ == ir.INT or ir.is_optional(type_):
                blocks.slips.error(
                    "FS071", p.span, f"the parameter `{name}` must be an element of a sort",
                    "runs go through all its values; a number can be counted from elements")
        spans = {p.name: p.span for p in op.params}
        values: dict[str, Expr] = {}
        for name, type_ in params:
            if name in values:
                blocks.slips.error("FS045", spans[name], f"`{name}` stands twice in one list")
            values[name] = ir.var(name, type_)
        body = blocks.body("op", op.clauses, values, op.span, spans)
        _check_world(layer, op.span, body, "an operation", blocks.slips)
        mirrors = tuple(f for m in pick(op.clauses, ast.Mirrors) for f in m.functions)
        over = next((c.reason for c in pick(op.clauses, ast.Overapproximates)), None)
        found.append(Operation(op.name, params, body, layer.name, mirrors, over, op.doc,
                               place(op)))
    return tuple(found)


def _check_world(layer: Layer, span: Span, body: Body, what: str, slips: Slips) -> None:
    """The world cannot depend on what a scheme gives: its invariants hold for every scheme."""
    for e in (body.guard, *(x for w in body.writes for x in (w.hit, w.value))):
        for x in ir.walk(e):
            if x.op == "read" and str(x.data).startswith("need "):
                name = str(x.data).removeprefix("need ")
                slips.error("FS101", span, f"{what} cannot depend on `{name}`, which a scheme "
                            "may give", "questions, what they see, and claims may")


# --------------------------------------------------------------- promises


def _promises(
    layer: Layer, items: Sequence[ast.Item], questions: dict[str, Asked], slips: Slips
) -> tuple[ir.Promise | Reply, ...]:
    found: list[ir.Promise | Reply] = []
    answered: dict[str, ast.Answer] = {}
    for item in items:
        if isinstance(item, ast.Invariant | ast.Claim) and layer.stated.get(item.name) is item:
            promise = promise_of(layer, item, slips)
            if isinstance(item, ast.Invariant) and layer.kind == "module":
                _check_world(layer, item.span, Body(promise.cond), "an invariant of a module",
                             slips)
            found.append(promise)
        elif isinstance(item, ast.Answer):
            if item.question in answered:
                other = answered[item.question]
                slips.error("FS099", item.span, f"`{item.question}` is answered twice",
                            "keep one of the answers", ((other.span, "the other answer"),))
            answered.setdefault(item.question, item)
            reply = answer_of(layer, item, questions, slips)
            found += [] if reply is None else [reply]
    return tuple(found)


def _expects(layer: Layer, items: Sequence[ast.Item], slips: Slips) -> dict[str, str]:
    """Column-0 `expect NAME VERDICT`: claims of modules, and operations that never happen."""
    found: dict[str, str] = {}
    for e in _only(items, ast.Expect):
        claims = {n: c for x in layer.below for n, c in x.stated.items()
                  if isinstance(c, ast.Claim)}
        if e.name in found:
            slips.error("FS045", e.span, f"there are two `expect {e.name}`")
        elif e.name in claims or e.name in layer.op_names():
            verdicts = ("holds", "fails") if e.name in claims else ("never",)
            if e.verdict and e.verdict not in verdicts:
                slips.error("FS056", e.span, f"`{e.name}` cannot be expected to be "
                            f"`{e.verdict}`", "write " + " or ".join(f"`{v}`" for v in verdicts))
            found[e.name] = e.verdict
        elif not layer.is_broken(e.name):
            hint = near(e.name, [*claims, *layer.op_names()])
            if e.name in layer.stated:
                hint = "write the `expect` into the block of the claim itself"
            slips.error("FS056", e.span, f"`{e.name}` is neither a claim of a module nor an "
                        "operation", hint)
    return found


# ------------------------------------------------------------------- idle


def _check_unasked(found: Checked, slips: Slips) -> None:
    """A counter that no promise depends on is maintained for nothing."""
    layer = found.layer
    if layer.kind != "scheme" or slips.errors:
        return
    wanted = [p.value if isinstance(p, Reply) else p.cond for p in found.promises]
    written: dict[str, list[Expr]] = {}
    for body in found.hooks.values():
        for w in body.writes:
            written.setdefault(w.place, []).extend((w.hit, w.value))
    alive = influences([*wanted, *found.gives.values()], written)
    played = {
        name.rpartition(".")[2] for i in layer.file.items if isinstance(i, ast.Scenario)
        for name in names_in(i.body)
    }
    for s in found.states:
        if s.name not in alive | played:
            slips.warning("FS100", layer.values[s.name].decl.span, f"nothing depends on `{s.name}`",
                          "no answer, claim or invariant reads it; take it out, or state "
                          "what it is for")

