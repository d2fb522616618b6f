"""Expressions with one place changed, and what such changes share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from spec import ast
from spec.ast import Expr

Change = tuple[str, Expr]
"""What was done, in a word, and the expression after it."""

Rule = Callable[[Expr], Iterator[Change]]
"""The changes of one node, without looking below it."""

_PLAIN = (ast.Name, ast.Num, ast.Bool, ast.NoneLit, ast.Paren, ast.Apply, ast.Index, ast.AnswerOf)
_TRUTHS = frozenset({
    "and", "or", "implies", "iff", "==", "!=", "<", "<=", ">", ">=",
})


def everywhere(e: Expr, rule: Rule) -> Iterator[Change]:
    """Every expression that differs from `e` at one node by a change of the rule, in the
    order of the text."""
    yield from rule(e)
    match e:
        case ast.Paren(inner):
            for word, made in everywhere(inner, rule):
                yield word, made if isinstance(made, _PLAIN) else replace(e, inner=made)
        case ast.Apply() | ast.Index() | ast.AnswerOf():
            for word, args in in_each(e.args, rule):
                yield word, replace(e, args=args)
        case ast.Unary(_, operand):
            for word, made in everywhere(operand, rule):
                yield word, replace(e, operand=made)
        case ast.Binary(_, left, right):
            for word, made in everywhere(left, rule):
                yield word, replace(e, left=made)
            for word, made in everywhere(right, rule):
                yield word, replace(e, right=made)
        case ast.If():
            yield from _in_if(e, rule)
        case ast.Quantifier():
            yield from _in_quantifier(e, rule)
        case _:
            pass


def _in_if(e: ast.If, rule: Rule) -> Iterator[Change]:
    for word, made in everywhere(e.cond, rule):
        yield word, replace(e, cond=made)
    for word, made in everywhere(e.then, rule):
        yield word, replace(e, then=made)
    for word, made in everywhere(e.orelse, rule):
        yield word, replace(e, orelse=made)


def _in_quantifier(e: ast.Quantifier, rule: Rule) -> Iterator[Change]:
    for i, binder in enumerate(e.binders):
        if isinstance(binder.domain, ast.RangeDomain):
            ends = (binder.domain.low, binder.domain.high)
            for word, (low, high) in in_each(ends, rule):
                domain = replace(binder.domain, low=low, high=high)
                binders = (*e.binders[:i], replace(binder, domain=domain), *e.binders[i + 1 :])
                yield word, replace(e, binders=binders)
    for word, made in everywhere(e.body, rule):
        yield word, replace(e, body=made)


def in_each(
    args: Sequence[Expr], rule: Rule
) -> Iterator[tuple[str, tuple[Expr, ...]]]:
    """The arguments with a change in one of them."""
    for i, arg in enumerate(args):
        for word, made in everywhere(arg, rule):
            yield word, (*args[:i], made, *args[i + 1 :])


def replaced(e: Expr, instead: Callable[[Expr], Expr | None]) -> Expr:
    """Every node for which `instead` has something else is that, from the top down."""
    found = instead(e)
    if found is not None:
        return found

    def go(x: Expr) -> Expr:
        return replaced(x, instead)

    match e:
        case ast.Paren(inner):
            return replace(e, inner=go(inner))
        case ast.Apply(_, args) | ast.Index(_, args) | ast.AnswerOf(_, args):
            return replace(e, args=tuple(go(a) for a in args))
        case ast.Unary(_, operand):
            return replace(e, operand=go(operand))
        case ast.Binary(_, left, right):
            return replace(e, left=go(left), right=go(right))
        case ast.If(cond, then, orelse):
            return replace(e, cond=go(cond), then=go(then), orelse=go(orelse))
        case ast.Quantifier(_, binders, body):
            return replace(e, binders=tuple(_ends(b, go) for b in binders), body=go(body))
        case _:
            return e


def _ends(binder: ast.Binder, go: Callable[[Expr], Expr]) -> ast.Binder:
    domain = binder.domain
    if isinstance(domain, ast.SortDomain):
        return binder
    return replace(binder, domain=replace(domain, low=go(domain.low), high=go(domain.high)))


def nodes(e: Expr) -> Iterator[Expr]:
    """Every node, parents first."""
    found: list[Expr] = []

    def keep(x: Expr) -> None:
        found.append(x)

    replaced(e, keep)
    yield from found


# ------------------------------------------------------------------ conditions


def bare(e: Expr) -> Expr:
    """The expression without the parentheses around it."""
    while isinstance(e, ast.Paren):
        e = e.inner
    return e


def negated(e: Expr) -> Expr:
    """The opposite, without two `not` in a row."""
    inner = bare(e)
    if isinstance(inner, ast.Unary) and inner.op == "not":
        return inner.operand
    if isinstance(inner, ast.Bool):
        return replace(inner, value=not inner.value)
    if isinstance(inner, ast.Binary) and inner.op in ("==", "!="):
        return replace(inner, op="!=" if inner.op == "==" else "==")
    return ast.Unary("not", inner if isinstance(inner, _PLAIN) else ast.Paren(inner))


def may_be_truth(e: Expr) -> bool:
    """Can it be true or false, as far as its form tells?"""
    match bare(e):
        case ast.Binary(op):
            return op in _TRUTHS
        case ast.Unary(op):
            return op == "not"
        case ast.Quantifier(kind):
            return kind != "count"
        case ast.Num() | ast.NoneLit() | ast.If():
            return False
        case _:
            return True


def both(a: Expr, b: Expr | None) -> Expr:
    """`a and b`; `a` alone where there is no `b`."""
    if b is None or bare(b) == ast.Bool(True):
        return a
    inner = bare(b)
    if isinstance(inner, ast.Binary) and inner.op == "or":
        b = ast.Paren(inner)
    return ast.Binary("and", a, b)
