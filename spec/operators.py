"""Operators, `if`, quantifiers and the domains of binders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spec import ast, ir
from spec.findings import near
from spec.ir import BOOL, INT, Expr, Type
from spec.scope import bare
from spec.source import Span
from spec.types import (
    ERROR,
    align,
    base,
    describe,
    fit,
    is_flexible,
    is_range,
    is_upper_end,
    poison,
)

if TYPE_CHECKING:
    from spec.terms import Terms

_ORDER: Final = frozenset({"<", "<=", ">", ">="})
_ZERO: Final = ir.integer(0)


def unary(place: Terms, e: ast.Unary) -> Expr:
    """`not x` and `-x`."""
    if e.op == "not":
        return ir.not_(place.truth(e.operand))
    operand = _operand(place, e.operand)
    return poison() if operand.type == ERROR else ir.sub(_ZERO, operand)


def binary(place: Terms, e: ast.Binary, hint: Type | None) -> Expr:
    """Logic, comparisons and arithmetic."""
    match e.op:
        case "and":
            return ir.and_(place.truth(e.left), place.truth(e.right))
        case "or":
            return ir.or_(place.truth(e.left), place.truth(e.right))
        case "implies":
            return ir.implies(place.truth(e.left), place.truth(e.right))
        case "iff":
            return ir.eq(place.truth(e.left), place.truth(e.right))
        case "+" | "-" | "*" | "/":
            return _arithmetic(place, e, hint)
        case _:
            return _compare(place, e)


def _arithmetic(place: Terms, e: ast.Binary, hint: Type | None) -> Expr:
    if hint is not None and is_upper_end(place.layer, e, base(hint)):
        return ir.lit(ir.LAST, base(hint))
    left, right = _operand(place, e.left), _operand(place, e.right)
    if ERROR in (left.type, right.type):
        return poison()
    if e.op != "/":
        return ir.arith(e.op, left, right)
    if right is _ZERO:
        place.slips.error("FS070", e.right.span, "division by zero",
                          "divide by a number other than 0")
        return poison(INT)
    quotient = ir.arith("/", left, right)
    # x / 0 is 0, so that every expression has a value in every state.
    return quotient if right.op == "lit" else ir.ite(ir.eq(right, _ZERO), _ZERO, quotient)


def _operand(place: Terms, e: ast.Expr) -> Expr:
    x = place.infer(e, INT)
    if x.type in (INT, ERROR):
        return x
    if x.type == BOOL:
        fit(x, INT, e.span, place.layer, place.slips)
        return poison()
    place.slips.error("FS065", e.span, f"there is no arithmetic on {describe(x.type)}",
                      "numbers come from `count` and from states of type nat or int")
    return poison()


def pair(
    place: Terms, left: ast.Expr, right: ast.Expr, span: Span, hint: Type | None = None
) -> tuple[Expr, Expr] | None:
    """Two values that must have one type, each telling the other; None after an error."""
    if is_flexible(place.layer, left):
        y = place.infer(right, hint)
        x = _told(place, left, hint, y.type)
    else:
        x = place.infer(left, hint)
        y = _told(place, right, hint, x.type)
    return align(x, y, span, place.layer, place.slips)


def _told(place: Terms, e: ast.Expr, hint: Type | None, known: Type) -> Expr:
    """The value of an expression whose neighbour's type is known."""
    if known == ERROR:
        place.only_check((e,))
        return poison()
    return place.infer(e, hint if hint == ir.optional(known) else known)


def _compare(place: Terms, e: ast.Binary) -> Expr:
    both = pair(place, e.left, e.right, e.span)
    if both is None:
        return poison(BOOL)
    x, y = both
    if e.op in _ORDER and not _is_ordered(place, x.type, e.span):
        return poison(BOOL)
    match e.op:
        case "==":
            return ir.eq(x, y)
        case "!=":
            return ir.not_(ir.eq(x, y))
        case "<":
            return ir.lt(x, y)
        case "<=":
            return ir.le(x, y)
        case ">":
            return ir.lt(y, x)
        case _:
            return ir.le(y, x)


def _is_ordered(place: Terms, type_: Type, span: Span) -> bool:
    if type_ == INT or (is_range(place.layer, type_) and not ir.is_optional(type_)):
        return True
    place.slips.error("FS066", span, f"{describe(type_)} has no order",
                      "only numbers and elements of a range can be compared with `<`")
    return False


def conditional(place: Terms, e: ast.If, hint: Type | None) -> Expr:
    """`if c then x else y`; an optional branch makes the whole optional."""
    cond = place.truth(e.cond)
    both = pair(place, e.then, e.orelse, e.span, hint)
    return poison() if both is None else ir.ite(cond, *both)


def extreme(place: Terms, e: ast.Apply, hint: Type | None) -> Expr:
    """`min` and `max` of two values or more."""
    if len(e.args) < 2 or e.primed:
        place.slips.error("FS061", e.span, f"`{e.name}` takes two values or more")
        place.only_check(e.args)
        return poison()
    values: list[Expr] = []
    for left, right in zip(e.args, e.args[1:], strict=False):
        both = pair(place, left, right, e.span, hint)
        if both is None or not _is_ordered(place, both[0].type, e.span):
            return poison()
        values = [*both] if not values else [*values, both[1]]
    found = values[0]
    for x in values[1:]:
        smaller, larger = (found, x) if e.name == "min" else (x, found)
        found = ir.ite(ir.le(found, x), smaller, larger)
    return found


# ---------------------------------------------------------------- binders


def quantifier(place: Terms, e: ast.Quantifier) -> Expr:
    """`all`, `some` and `count`; the ends of a range become a guard of the body."""
    inner, names, guards = bind(place, e.binders)
    body = inner.truth(e.body)
    if e.kind == "all":
        return ir.close_binder("all", names, ir.implies(ir.and_(*guards), body))
    return ir.close_binder(e.kind, names, ir.and_(*guards, body))


def bind(
    place: Terms, binders: tuple[ast.Binder, ...]
) -> tuple[Terms, list[tuple[str, Type]], list[Expr]]:
    """The place inside the binders, the bound variables, and their guards."""
    names: list[tuple[str, Type]] = []
    guards: list[Expr] = []
    inner = place
    for b in binders:
        type_, low, high = domain(inner, b.domain)
        for name in b.names:
            x = place.fresh(name, type_)
            names.append((str(x.data), type_))
            inner = inner.with_local(name, x, b.span)
            guards += within(x, low, high)
    return inner, names, guards


def within(x: Expr, low: Expr | None, high: Expr | None) -> list[Expr]:
    """The guards of `x in low .. high`; none for a whole sort."""
    if low is None or high is None:
        return []
    return [ir.le(low, x), ir.le(x, high)]


def domain(
    place: Terms, d: ast.Domain, hint: Type | None = None
) -> tuple[Type, Expr | None, Expr | None]:
    """The sort of a domain and, for `a .. b`, both ends; ERROR after an error."""
    layer = place.layer
    if isinstance(d, ast.SortDomain):
        return _sort_domain(place, d), None, None
    if hint is None and is_flexible(layer, d.low) and is_flexible(layer, d.high):
        hint = _only_range(place, d)
        if hint is None:
            return ERROR, None, None
    both = pair(place, d.low, d.high, d.span, hint)
    if both is None:
        return ERROR, None, None
    type_ = both[0].type
    if is_range(layer, type_) and not ir.is_optional(type_):
        return type_, *both
    place.slips.error("FS067", d.span, f"`..` runs over a range, this is {describe(type_)}",
                      "declare one: `range Page = 0 .. NR - 1`")
    return ERROR, None, None


def _sort_domain(place: Terms, d: ast.SortDomain) -> Type:
    if d.sort in ("bool", "nat", "int"):
        place.slips.error("FS067", d.span, f"one cannot go through all of `{d.sort}`",
                          "only sorts, ranges and enums have elements to go through")
        return ERROR
    if place.layer.sort(d.sort) is not None:
        return d.sort
    if not place.layer.is_broken(d.sort):
        place.slips.unknown("FS041", d.span, d.sort, f"no sort is called `{d.sort}`",
                            near(d.sort, place.layer.sort_names()))
    return ERROR


def _only_range(place: Terms, d: ast.RangeDomain) -> Type | None:
    """The range meant by `0 .. NR - 1`, where literals alone must tell."""
    known = list(place.layer.ranges())
    found = [s for s in known if s.high == bare(d.high)] or known
    if len(found) == 1:
        return found[0].sort.name
    several = " or ".join(s.sort.name for s in found)
    place.slips.error("FS075", d.span, "nothing tells of which range these ends are",
                      f"it could be {several}: write the name of the range" if several
                      else "no range is declared: `range Page = 0 .. NR - 1`")
    return None
