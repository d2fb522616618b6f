"""Checked layers put on each other: one closed system for a scheme, or for a module.

The steps, in the order in which `system_of` takes them:

1. what the scheme gives and answers, or the defaults, replaces what modules left open;
2. each operation is fused with its `on` blocks (spec/lower_ops.py);
3. invariants, claims and answers become promises, an answer one for each error class.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from spec import ir
from spec.checked import Asked, Checked, Danger, Reply
from spec.ir import Expr
from spec.lower_ops import Fuser, Settle
from spec.promises import binder_names
from spec.scope import Layer
from spec.script import expressions, map_statements
from spec.writes import formals

Expectation = Literal["holds", "fails"] | None


def system_of(
    stack: Sequence[Checked], scenarios: Sequence[ir.Scenario] = (),
    more_calls: Sequence[ir.Call] = (),
) -> ir.System:
    """The system of the topmost layer.

    Args:
        stack: checked layers without slips, lowest first.
        scenarios: with `more_calls`, what a scenarios file adds.
    """
    top = stack[-1]
    is_module = top.layer.kind != "scheme"
    settle = settle_by(stack)
    fuser = Fuser(stack, settle, is_module)
    calls = [c for layer in stack for c in layer.calls] + list(more_calls)
    return ir.System(
        name=top.name,
        kind="module" if is_module else "scheme",
        layers=tuple(c.name for c in stack),
        sorts=tuple(s for c in stack for s in c.sorts),
        consts=tuple(x for c in stack for x in c.consts),
        where=tuple(f for c in stack for f in c.where),
        assumes=tuple(f for c in stack for f in c.assumes),
        states=tuple(s for c in stack for s in c.states),
        actions=tuple(fuser.action(op) for c in stack for op in c.operations),
        promises=tuple(_promises(stack, settle)),
        answers=tuple(_answered(stack, settle)),
        calls=tuple(_settled_call(c, settle) for c in calls if not _is_open(c, settle)),
        scenarios=tuple(_settled_scenario(s, settle) for s in scenarios),
        expects={n: v for n, v in top.expects.items() if v == "never"},
        doc=top.doc,
    )


# ----------------------------------------------------------------- settle


def settle_by(stack: Sequence[Checked]) -> Settle:
    """A function that replaces needs and answers by what the topmost layer says."""
    top = stack[-1]
    needs = {n: e for c in stack for n, e in c.needs.items()} | dict(top.gives)
    given = {f"need {n}": e for n, e in needs.items()}
    replies = top.replies()
    answers: dict[str, Expr] = {}
    for layer in stack:
        for question in layer.questions.values():
            value = (replies[question.name].value if question.name in replies
                     else question.default)
            if value is not None:
                names = [name for name, _ in question.params]
                at = formals([t for _, t in question.params])
                body = ir.substitute(value, dict(zip(names, at, strict=True)))
                answers[f"answer {question.name}"] = ir.replace_reads(body, given)
    table = {**given, **answers}
    return lambda e: ir.replace_reads(e, table)


def _is_open(call: ir.Call, settle: Settle) -> bool:
    """Does the call ask what nobody answers?"""
    return any(
        x.op == "read" and str(x.data).startswith("answer ")
        for e in expressions(call.body) for x in ir.walk(settle(e))
    )


def _settled_call(call: ir.Call, settle: Settle) -> ir.Call:
    return ir.Call(call.name, call.params, call.mirrors, map_statements(call.body, settle),
                   call.doc)


def _settled_scenario(s: ir.Scenario, settle: Settle) -> ir.Scenario:
    return ir.Scenario(s.name, s.elements, s.values, map_statements(s.body, settle), s.doc,
                       s.where)


# --------------------------------------------------------------- promises


def _promises(stack: Sequence[Checked], settle: Settle) -> Iterator[ir.Promise]:
    top = stack[-1]
    questions = {n: q for c in stack for n, q in c.questions.items()}
    for layer in stack:
        for p in layer.promises:
            if isinstance(p, Reply):
                asked = questions[p.question]
                for danger in asked.dangers:
                    yield _class_promise(p, asked, danger, top.name, settle)
            elif p.kind == "invariant" or _is_claimed(p, layer.layer, top):
                yield _settled(p, top, settle)


def _is_claimed(p: ir.Promise, layer: Layer, top: Checked) -> bool:
    """A module's claim is about every scheme over it; about the module itself only where
    the module says what it expects."""
    if top.layer.kind == "scheme":
        return True
    return layer is top.layer and layer.stated[p.name].expect is not None


def _settled(p: ir.Promise, top: Checked, settle: Settle) -> ir.Promise:
    expect: Expectation = p.expect
    if p.layer != top.name and p.name in top.expects:
        expect = "fails" if top.expects[p.name] == "fails" else "holds"
    cond = settle(p.cond)
    binders = binder_names(p.binders, cond)
    watch = tuple(ir.Watch(w.text, settle(w.value)) for w in p.watch)
    return ir.Promise(
        p.kind, p.name, cond, expect, p.layer,
        None if p.premise is None else settle(p.premise),
        p.text, p.doc, p.where, binders,
        tuple(w for w in watch if w.value.free <= set(binders)),
    )


def _error(reply: Reply, asked: Asked, danger: Danger, settle: Settle) -> Expr:
    """When the answer errs in this way, over the question's parameters."""
    return settle(ir.substitute(danger.cond, {"answer": reply.value, "truth": asked.truth}))


def _class_promise(
    reply: Reply, asked: Asked, danger: Danger, scheme: str, settle: Settle
) -> ir.Promise:
    """Asked in its situation, the answer never errs in this way."""
    situation = settle(asked.asked)
    never = ir.implies(situation, ir.not_(_error(reply, asked, danger, settle)))
    cond = ir.close_binder("all", asked.params, never)
    premise = ir.close_binder("some", asked.params, situation)
    binders = binder_names(tuple(n for n, _ in asked.params), cond)
    watch: dict[Expr, str] = {}
    for value, text in ((reply.value, reply.text), (asked.truth, asked.truth_text)):
        if value.op != "lit" and value.free <= set(binders):
            watch.setdefault(settle(value), text)
    return ir.Promise(
        "answer_class", f"{asked.name}.{danger.kind}", cond, _expected(reply, danger), scheme,
        None if premise is ir.TRUE else premise, f"never: {danger.text} ({danger.danger})",
        reply.doc, reply.where, binders,
        tuple(ir.Watch(text, value) for value, text in watch.items()),
    )


def _expected(reply: Reply, danger: Danger) -> Expectation:
    match reply.expect, danger.kind:
        case "exact", _:
            return "holds"
        case "safe", "unsafe":
            return "holds"
        case "safe", "slow":
            return "fails"
        case "unsafe", "unsafe":
            return "fails"
        case _:
            return None


def _answered(stack: Sequence[Checked], settle: Settle) -> Iterator[ir.Answered]:
    questions = {n: q for c in stack for n, q in c.questions.items()}
    for name, reply in stack[-1].replies().items():
        asked = questions[name]
        classes = tuple(
            (d.kind, _error(reply, asked, d, settle), d.danger) for d in asked.dangers)
        yield ir.Answered(
            name, asked.params, asked.type, settle(reply.value), settle(asked.truth),
            settle(asked.asked), classes, reply.expect, reply.doc, reply.where,
        )
