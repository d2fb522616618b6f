"""Expressions as text: on one line, or with the places where a long line may break."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from spec import ast

Flow = list[str | int]
"""Text, and between its parts where it may break: a number is a space or a new line.
Lines break at the smallest numbers first."""

WIDTH = 100
TAB = 8

_ATOM, _SIGN, _PRODUCT, _SUM, _COMPARE, _NOT, _LOGIC, _ARROW = 8, 7, 6, 5, 4, 3, 2, 1
_LEVELS = {
    **dict.fromkeys(("*", "/"), _PRODUCT),
    **dict.fromkeys(("+", "-"), _SUM),
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), _COMPARE),
    **dict.fromkeys(("and", "or"), _LOGIC),
    **dict.fromkeys(("implies", "iff"), _ARROW),
}


def print_expr(e: ast.Expr) -> str:
    """The canonical text of an expression on one line.

    Parentheses are those of the tree, and those that a tree made by hand would need.
    """
    return one_line(flow_expr(e))


def flow_expr(e: ast.Expr, depth: int = 0) -> Flow:
    """The canonical text of an expression; its outermost breaks have the number `depth`."""
    return _flow(e, depth, 0, True)


def flow_list(parts: Sequence[Flow | str], depth: int = 0) -> Flow:
    """Parts with commas, a break behind each comma."""
    flow: Flow = []
    for i, part in enumerate(parts):
        flow += [part] if isinstance(part, str) else part
        if i < len(parts) - 1:
            flow += [",", depth]
    return flow


def show_args(args: Sequence[ast.Expr]) -> str:
    return ", ".join(print_expr(a) for a in args)


def show_binder(binder: ast.Binder) -> str:
    """`v, w in Vma`, `p in first .. last`."""
    domain = binder.domain
    if isinstance(domain, ast.SortDomain):
        values = domain.sort
    else:
        values = show_stretch(domain.low, domain.high)
    return f"{', '.join(binder.names)} in {values}"


def show_stretch(low: ast.Expr, high: ast.Expr) -> str:
    """`first .. last`."""
    return f"{_closed(low, _SUM)} .. {_closed(high, _SUM)}"


def _closed(e: ast.Expr, level: int) -> str:
    return one_line(_flow(e, 0, level, False))


# ---------------------------------------------------------------- one node


def _level(e: ast.Expr) -> int:
    if isinstance(e, ast.Binary):
        return _LEVELS[e.op]
    if isinstance(e, ast.Unary):
        return _NOT if e.op == "not" else _SIGN
    return _ATOM


def _flow(e: ast.Expr, depth: int, level: int, last: bool) -> Flow:
    """`level` is what the context binds, `last` whether nothing of it stands behind `e`."""
    greedy = isinstance(e, ast.Quantifier | ast.If)
    if _level(e) < level or (greedy and not last):
        return ["(", *_flow(e, depth, 0, True), ")"]
    match e:
        case ast.Name(name, primed):
            return [_primed(name, primed)]
        case ast.Num(value):
            return [str(value)]
        case ast.Bool(value):
            return ["true" if value else "false"]
        case ast.NoneLit():
            return ["none"]
        case ast.Paren(inner):
            return ["(", *_flow(inner, depth, 0, True), ")"]
        case ast.Apply(name, args, primed):
            return [_primed(name, primed), "(", *_args(args, depth), ")"]
        case ast.Index(name, args, primed):
            return [_primed(name, primed), "[", *_args(args, depth), "]"]
        case ast.AnswerOf(question, args):
            return ["answer(", question, *_tail(args, depth), ")"]
        case ast.Unary(op, operand):
            return _unary(op, operand, depth, last)
        case ast.Binary():
            return _binary(e, depth, last)
        case ast.If():
            return _if(e, depth)
        case ast.Quantifier():
            head = f"{e.kind} {', '.join(show_binder(b) for b in e.binders)}:"
            return [head, depth, *_flow(e.body, depth + 1, 0, True)]
        case _:
            assert_never(e)


def _primed(name: str, primed: bool) -> str:
    return name + "'" if primed else name


def _args(args: Sequence[ast.Expr], depth: int) -> Flow:
    flow: Flow = []
    for i, arg in enumerate(args):
        flow += [", "] if i else []
        flow += _flow(arg, depth + 1, 0, True)
    return flow


def _tail(args: Sequence[ast.Expr], depth: int) -> Flow:
    return [", ", *_args(args, depth)] if args else []


def _unary(op: str, operand: ast.Expr, depth: int, last: bool) -> Flow:
    if op == "not":
        return ["not ", *_flow(operand, depth, _NOT, last)]
    nested = isinstance(operand, ast.Unary) and operand.op == "-"
    return ["- " if nested else "-", *_flow(operand, depth, _SIGN, last)]


def _binary(e: ast.Binary, depth: int, last: bool) -> Flow:
    level = _LEVELS[e.op]
    chained = isinstance(e.left, ast.Binary) and e.left.op == e.op
    associates = level in (_SUM, _PRODUCT) or (level == _LOGIC and chained)
    inner = depth if level == _LOGIC and chained else depth + 1
    left = _flow(e.left, inner, level if associates else level + 1, False)
    right = _flow(e.right, depth + 1, level + 1, last)
    if level in (_LOGIC, _ARROW):
        return [*left, " " + e.op, depth, *right]
    return [*left, f" {e.op} ", *right]


def _if(e: ast.If, depth: int) -> Flow:
    cond = _flow(e.cond, depth + 1, 0, True)
    then = _flow(e.then, depth + 1, 0, True)
    chain = isinstance(e.orelse, ast.If)
    orelse = _flow(e.orelse, depth if chain else depth + 1, 0, True)
    return ["if ", *cond, " then ", *then, depth, "else ", *orelse]


# ------------------------------------------------------------------ layout


def one_line(flow: Flow) -> str:
    return "".join(" " if isinstance(part, int) else part for part in flow)


def lay_out(flow: Flow, indent: int) -> list[str]:
    """Lines of at most WIDTH columns where the breaks allow it, `indent` tabs to the left.

    All but the first line of a break have one more tab.
    """
    text = one_line(flow)
    breaks = [part for part in flow if isinstance(part, int)]
    if _fits(text, indent) or not breaks:
        return ["\t" * indent + text]
    lines: list[str] = []
    line: Flow = []
    for part in _split(flow, min(breaks)):
        here = indent + (1 if lines else 0)
        if line and not _fits(one_line([*line, min(breaks), *part]), here):
            lines += lay_out(line, here)
            line = part
        else:
            line = [*line, min(breaks), *part] if line else part
    return lines + lay_out(line, indent + (1 if lines else 0))


def _fits(text: str, indent: int) -> bool:
    return indent * TAB + len(text) <= WIDTH


def _split(flow: Flow, depth: int) -> list[Flow]:
    parts: list[Flow] = [[]]
    for part in flow:
        if part == depth and isinstance(part, int):
            parts.append([])
        else:
            parts[-1].append(part)
    return parts
