"""The changes of expressions: one function for each kind of slip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from spec import ast
from spec.ast import Expr
from spec.mutants.rewriting import Change, Rule, bare, both, everywhere, negated, replaced
from spec.mutants.surroundings import Stretch, Surroundings

_NEXT: Final = {">": ">=", ">=": ">", "<": "<=", "<=": "<"}
_FIRST, _LAST = "first_only", "last_only"
PMD: Final = "pmd"
"""What the world calls the entries that map a folio as a whole."""


def off_by_one(e: Expr) -> Iterator[Change]:
    """A number one larger or smaller, a comparison that takes its border in or leaves it out."""
    match e:
        case ast.Num(value):
            yield "off_by_one", replace(e, value=value + 1)
            yield "off_by_one", replace(e, value=value - 1) if value else ast.Unary(
                "-", ast.Num(1), span=e.span)
        case ast.Binary(op) if op in _NEXT:
            yield "off_by_one", replace(e, op=_NEXT[op])
        case _:
            pass


def drop_part(e: Expr) -> Iterator[Change]:
    """One of the parts of `and`, `or`, a sum, `min` or `max` is forgotten."""
    match e:
        case ast.Binary(op, left, right) if op in ("and", "or", "+"):
            yield "drop_part", left
            yield "drop_part", right
        case ast.Binary("-", left, _):
            yield "drop_part", left
        case ast.Apply("min" | "max", args) if len(args) == 2:
            yield "drop_part", args[0]
            yield "drop_part", args[1]
        case _:
            pass


def branches(e: Expr) -> Iterator[Change]:
    """One branch of an `if` always, or each in place of the other."""
    if isinstance(e, ast.If):
        yield "always_then", e.then
        yield "always_else", e.orelse
        yield "negate_if", replace(e, cond=negated(e.cond))


def swap_time(around: Surroundings) -> Rule:
    """The world before the step is read for the world after it, or the other way round."""

    def rule(e: Expr) -> Iterator[Change]:
        if isinstance(e, ast.Name | ast.Apply | ast.Index):
            name = e.id if isinstance(e, ast.Name) else e.name
            if around.moves(name):
                yield "before" if e.primed else "after", replace(e, primed=not e.primed)

    return rule


def one_end(around: Surroundings) -> Rule:
    """A stretch is taken for one of its ends, or an end is left out."""

    def rule(e: Expr) -> Iterator[Change]:
        if not isinstance(e, ast.Quantifier):
            return
        for i, binder in enumerate(e.binders):
            for word, made, cond in shorter(binder, around):
                binders = (*e.binders[:i], made, *e.binders[i + 1 :])
                body = e.body if cond is None else both(cond, e.body)
                yield word, replace(e, binders=binders, body=body)

    return rule


def shorter(
    binder: ast.Binder, around: Surroundings
) -> Iterator[tuple[str, ast.Binder, Expr | None]]:
    """The binder over one end, or over all but one end: then with what its variable has to
    satisfy, as pages have no arithmetic."""
    domain = binder.domain
    if isinstance(domain, ast.SortDomain):
        decl = around.ranges.get(domain.sort)
        if decl is None:
            return
        low, high = decl.low, decl.high
    else:
        low, high = domain.low, domain.high
    if low == high or len(binder.names) != 1:
        return
    name = ast.Name(binder.names[0])
    for word, end in ((_FIRST, low), (_LAST, high)):
        yield word, replace(binder, domain=ast.RangeDomain(end, end, span=domain.span)), None
    if isinstance(domain, ast.RangeDomain):
        yield "skip_first", binder, ast.Binary("<", low, name)
        yield "skip_last", binder, ast.Binary("<", name, high)


# ------------------------------------------------------- what is counted


def other_count(around: Surroundings, stretch: Stretch | None) -> Rule:
    """Pages are counted for VMAs, or VMAs for pages.

    Args:
        stretch: what pages the operation is about; then 1 for all of them, and the other
            way round, is such a slip, too.
    """

    def rule(e: Expr) -> Iterator[Change]:
        match e:
            case ast.Quantifier("count", binders, body):
                yield from _unfold_some(e, around)
                yield from _fold_last(e, around)
                if len(binders) == 1 and _is_paged(binders[0], around) and _is_all(body):
                    yield "vmas_for_pages", ast.Num(1)
            case ast.Num(1) if stretch is not None:
                pages = ast.RangeDomain(ast.Name(stretch.low), ast.Name(stretch.high))
                yield "pages_for_vmas", ast.Quantifier(
                    "count", (ast.Binder((stretch.free,), pages),), ast.Bool(True))
            case _:
                pass

    return rule


def _is_all(body: Expr) -> bool:
    return bare(body) == ast.Bool(True)


def _is_paged(binder: ast.Binder, around: Surroundings) -> bool:
    domain = binder.domain
    return isinstance(domain, ast.RangeDomain) or domain.sort in around.ranges


def _unfold_some(e: ast.Quantifier, around: Surroundings) -> Iterator[Change]:
    """`count v in Vma: maps(v)`, with `maps(v)` some page: pairs of VMA and page."""
    inner = bare(e.body)
    if isinstance(inner, ast.Apply | ast.Name):
        unfolded = around.unfolded(inner)
        inner = inner if unfolded is None else bare(unfolded)
    if isinstance(inner, ast.Quantifier) and inner.kind == "some":
        taken = {n for b in e.binders for n in b.names}
        if not taken & {n for b in inner.binders for n in b.names}:
            yield "pages_for_vmas", replace(
                e, binders=(*e.binders, *inner.binders), body=inner.body)


def _fold_last(e: ast.Quantifier, around: Surroundings) -> Iterator[Change]:
    """`count v in Vma, p in Page: pte[v, p]`: the VMAs with some such page."""
    *first, last = e.binders
    if first and _is_paged(last, around) and not all(_is_paged(b, around) for b in first):
        yield "vmas_for_pages", replace(
            e, binders=tuple(first), body=ast.Quantifier("some", (last,), e.body))


# ----------------------------------------------------------- PMD entries


def forget_pmd(around: Surroundings) -> Rule:
    """PMD entries are not looked at where PTEs are."""

    def rule(e: Expr) -> Iterator[Change]:
        match e:
            case ast.Index(name) if name == PMD and PMD in around.states:
                yield "forget_pmd", ast.Bool(False)
            case ast.Apply(name) | ast.Name(name) if around.leans_on(name, PMD):
                made = without_pmd(e, around)
                if made is not None:
                    yield "forget_pmd", made
            case _:
                pass

    return rule


def without_pmd(e: Expr, around: Surroundings) -> Expr | None:
    """The expression written out as far as definitions look at PMD entries, those left
    out; None where it cannot be written so."""
    failed = False

    def instead(x: Expr) -> Expr | None:
        nonlocal failed
        match x:
            case ast.Index(name) if name == PMD:
                return ast.Bool(False)
            case ast.Binary("or", left, right):
                kept = [replaced(s, instead) for s in (left, right)]
                rest = [k for k in kept if bare(k) != ast.Bool(False)]
                if len(rest) == 2:
                    return replace(x, left=rest[0], right=rest[1])
                return rest[0] if rest else ast.Bool(False)
            case ast.Apply(name) | ast.Name(name) if around.leans_on(name, PMD):
                unfolded = around.unfolded(x)
                if unfolded is None:
                    failed = True
                    return x
                return replaced(unfolded, instead)
            case _:
                return None

    made = replaced(e, instead)
    return None if failed else made


# ---------------------------------------------------------------- together


def changes(
    e: Expr, around: Surroundings, stretch: Stretch | None = None, *, in_step: bool = True
) -> Iterator[Change]:
    """Every change of an expression, kind after kind.

    Args:
        in_step: it belongs to a step, so that it may look at the world after it.
    """
    rules: list[Rule] = [
        off_by_one, drop_part, branches, one_end(around), other_count(around, stretch),
    ]
    if in_step:
        rules += [swap_time(around), forget_pmd(around)]
    for rule in rules:
        yield from everywhere(e, rule)
