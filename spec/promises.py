"""Invariants, claims, questions and answers of one layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from spec import ast, ir, operators
from spec.checked import Asked, Danger, Reply
from spec.effects import check_honest
from spec.findings import Slips, near
from spec.ir import BOOL, Expr
from spec.names import question_type, unknown_question
from spec.scope import Layer, bare, place, wording
from spec.terms import ALLOWED, Mode, Terms
from spec.types import ERROR, is_poison, is_upper_end, parameter_types

MAX_WATCH: Final = 4
_COMPARISONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">="})
_VERDICTS: Final[Mapping[str, Literal["exact", "safe", "unsafe"]]] = {
    "exact": "exact", "safe": "safe", "unsafe": "unsafe",
}
_LOGIC: Final = frozenset({"and", "or", "implies", "iff"})


def promise_of(layer: Layer, decl: ast.Invariant | ast.Claim, slips: Slips) -> ir.Promise:
    """An invariant or claim; where there are slips, the result is of no use."""
    kind: Literal["invariant", "claim"] = (
        "claim" if isinstance(decl, ast.Claim) else "invariant")
    a_kind = "an invariant" if kind == "invariant" else "a claim"
    may_ask = kind == "claim" and layer.kind == "scheme"
    mode = Mode(a_kind, ALLOWED if may_ask else f"{a_kind} of a {layer.kind}")
    before = slips.errors
    terms = Terms(layer, slips, mode)
    cond = terms.truth(decl.cond)
    premise: Expr | None = None
    watch: tuple[ir.Watch, ...] = ()
    if slips.errors == before:
        premise = _premise(layer, decl.cond, mode)
        watch = _watch(layer, decl.cond, mode)
    expect: Literal["holds", "fails"] = "fails" if decl.expect == "fails" else "holds"
    return ir.Promise(
        kind, decl.name, cond, expect, layer.name, premise, wording(layer.text, decl.cond),
        decl.doc, place(decl),
        binder_names(tuple(n for b in _outer(decl.cond)[0] for n in b.names), cond), watch,
    )


def _outer(e: ast.Expr) -> tuple[tuple[ast.Binder, ...], ast.Expr]:
    """The binders of the outermost `all`s, and what is under them."""
    binders: tuple[ast.Binder, ...] = ()
    inner = bare(e)
    while isinstance(inner, ast.Quantifier) and inner.kind == "all":
        binders += inner.binders
        inner = bare(inner.body)
    return binders, inner


def _premise(layer: Layer, e: ast.Expr, mode: Mode) -> Expr | None:
    """For `all ...: A implies B`, that A is possible."""
    binders, inner = _outer(e)
    if not (isinstance(inner, ast.Binary) and inner.op == "implies"):
        return None
    some: ast.Expr = ast.Quantifier("some", binders, inner.left) if binders else inner.left
    return Terms(layer, Slips(), mode).truth(some)


def binder_names(known: tuple[str, ...], cond: Expr) -> tuple[str, ...]:
    """A name for each of the outermost `all` variables: those known, then new ones for
    what an expanded define has brought."""
    if cond.op != "all":
        return ()
    assert isinstance(cond.data, tuple)
    names = list(known[: len(cond.data)])
    for type_ in cond.data[len(names) :]:
        stem, n = type_[:1].lower(), 1
        while (name := stem if n == 1 else f"{stem}{n}") in names:
            n += 1
        names.append(name)
    return tuple(names)


# ------------------------------------------------------------------ watch


def _watch(layer: Layer, e: ast.Expr, mode: Mode) -> tuple[ir.Watch, ...]:
    """Parts of a promise worth showing beside a run."""
    binders, inner = _outer(e)
    terms = Terms(layer, Slips(), mode)
    for b in binders:
        type_, _, _ = operators.domain(terms, b.domain)
        for name in b.names:
            terms = terms.knowing(name, ir.var(name, type_))
    found: dict[Expr, str] = {}
    for part in _parts(layer, inner):
        value = terms.infer(part)
        if value.op not in ("lit", "var") and value.type != ERROR:
            found.setdefault(value, wording(layer.text, part))
    return tuple(ir.Watch(text, value) for value, text in found.items())[:MAX_WATCH]


def _parts(layer: Layer, e: ast.Expr) -> list[ast.Expr]:
    """Both sides of comparisons, and the atoms of logic; no literals."""
    match bare(e):
        case ast.Num() | ast.Bool() | ast.NoneLit():
            return []
        case ast.Unary("not", operand):
            return _parts(layer, operand)
        case ast.Binary(op, left, right) if op in _LOGIC:
            return [*_parts(layer, left), *_parts(layer, right)]
        case ast.Binary(op, left, right) if op in _COMPARISONS:
            return [x for s in (left, right) for x in _side(layer, s)]
        case other:
            return [other]


def _side(layer: Layer, e: ast.Expr) -> list[ast.Expr]:
    inner = bare(e)
    literal = isinstance(inner, ast.Num | ast.Bool | ast.NoneLit) or is_upper_end(layer, inner)
    return [] if literal else [inner]


# -------------------------------------------------------------- questions


def question_of(layer: Layer, q: ast.Question, slips: Slips) -> Asked:
    """A question of a module."""
    mode = Mode("a question", "a question")
    params = parameter_types(layer, q.params, slips)
    terms = Terms(layer, slips, mode)
    for p, (name, type_) in zip(q.params, params, strict=True):
        if type_ in (ir.INT, BOOL) or ir.is_optional(type_):
            slips.error("FS071", p.span, f"the parameter `{name}` must be an element of a sort",
                        "a promise is made for all values of it")
        terms = terms.with_local(name, ir.var(name, type_), p.span)
    kind = question_type(layer, q, slips)
    asked = ir.TRUE if q.asked is None else terms.truth(q.asked)
    truth = terms.value(q.truth, kind)
    for s in q.sees:
        _check_seen(terms, s)
    default = None if q.default is None else terms.value(q.default, kind)
    wrong = terms.knowing("truth", ir.var("truth", kind)).knowing("answer", ir.var("answer", kind))
    dangers: dict[str, Danger] = {}
    for c in q.classes:
        if c.kind in dangers:
            slips.error("FS102", c.span, f"there are two `{c.kind}` lines",
                        "a question has one of each; join them with `or`")
        dangers[c.kind] = Danger(c.kind, wrong.truth(c.cond), wording(layer.text, c.cond), c.danger)
    return Asked(q.name, params, kind, truth, asked, tuple(dangers.values()), q.sees, default,
                 wording(layer.text, q.truth))


def _check_seen(terms: Terms, e: ast.Expr) -> None:
    """A name that nobody has declared so far may come from a layer above, unless it is
    close to one that is there."""
    inner = bare(e)
    if isinstance(inner, ast.Name) and terms.layer.value(inner.id) is None:
        if near(inner.id, [*terms.layer.value_names(), *terms.local]):
            terms.infer(e)
        return
    terms.infer(e)


def _seen(terms: Terms, asked: Asked) -> list[Expr]:
    """What the question sees, as far as the layers of the scheme have it."""
    quiet = Terms(terms.layer, Slips(), terms.mode)
    for name, type_ in asked.params:
        quiet = quiet.knowing(name, ir.var(name, type_))
    return [x for e in asked.sees if not is_poison(x := quiet.infer(e))]


def answer_of(
    layer: Layer, decl: ast.Answer, questions: dict[str, Asked], slips: Slips
) -> Reply | None:
    """A scheme's answer; None where there is no such question."""
    asked = questions.get(decl.question)
    if asked is None:
        unknown_question(layer, decl.question, decl.span, slips)
        return None
    terms = Terms(layer, slips, Mode("an answer", "an answer"))
    if len(decl.params) != len(asked.params):
        wanted = ", ".join(name for name, _ in asked.params)
        slips.error("FS061", decl.span, f"`{decl.question}` has {len(asked.params) or 'no'} "
                    f"parameters, here are {len(decl.params) or 'none'}",
                    f"write `answer {decl.question}" + (f"({wanted})`" if wanted else "`"))
        return None
    for p, (name, type_) in zip(decl.params, asked.params, strict=True):
        terms = terms.with_local(p.name, ir.var(name, type_), p.span)
    value = terms.value(decl.value, asked.type)
    sizes = frozenset(str(s.sort.size) for s in layer.ranges())
    check_honest(layer, terms.seen, _seen(terms, asked), sizes, slips)
    verdict = _VERDICTS.get(decl.expect or "")
    return Reply(decl.question, value, verdict, wording(layer.text, decl.value), decl.doc,
                 place(decl))
