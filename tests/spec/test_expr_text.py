"""Expressions as text: printed ones read back, canonical ones stay."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spec import ast
from spec.format import print_expr
from spec.parse import parse_text


def names() -> st.SearchStrategy[ast.Expr]:
    return st.sampled_from("abcv").map(ast.Name)


def grow(inner: st.SearchStrategy[ast.Expr]) -> st.SearchStrategy[ast.Expr]:
    ops = ["and", "or", "implies", "iff", "==", "<", "+", "-", "*", "/"]
    binders = st.sampled_from(
        [ast.Binder(("v", "w"), ast.SortDomain("Vma")),
         ast.Binder(("p",), ast.RangeDomain(ast.Num(0), ast.Name("c")))]
    )
    args = st.lists(inner, min_size=1, max_size=2).map(tuple)
    primed = st.booleans()
    return st.one_of(
        st.builds(ast.Binary, st.sampled_from(ops), inner, inner),
        st.builds(ast.Unary, st.sampled_from(["not", "-"]), inner),
        st.builds(ast.Paren, inner),
        st.builds(ast.If, inner, inner, inner),
        st.builds(ast.Apply, st.just("f"), args, primed),
        st.builds(ast.Index, st.just("s"), args, primed),
        st.builds(ast.AnswerOf, st.just("q"), args),
        st.builds(
            ast.Quantifier, st.sampled_from(["all", "some", "count"]),
            st.tuples(binders), inner,
        ),
    )


EXPRESSIONS = st.recursive(names() | st.integers(0, 9).map(ast.Num), grow, max_leaves=12)


def bare(e: ast.Expr) -> object:
    """An expression without its parentheses."""
    if isinstance(e, ast.Paren):
        return bare(e.inner)
    if isinstance(e, ast.Binary):
        return e.op, bare(e.left), bare(e.right)
    if isinstance(e, ast.Unary):
        return e.op, bare(e.operand)
    if isinstance(e, ast.If):
        return "if", bare(e.cond), bare(e.then), bare(e.orelse)
    if isinstance(e, ast.Apply | ast.Index):
        return type(e).__name__, e.name, e.primed, *map(bare, e.args)
    if isinstance(e, ast.AnswerOf):
        return e.question, *map(bare, e.args)
    if isinstance(e, ast.Quantifier):
        return e.kind, e.binders, bare(e.body)
    return e


@settings(max_examples=100, deadline=None)
@given(EXPRESSIONS)
def test_printed_expressions_read_back_as_the_same(e: ast.Expr) -> None:
    text = print_expr(e)
    file, problems = parse_text(f"module m\n\ndefine d = {text}\n", "m.fs")
    assert problems == ()
    assert file is not None
    define = file.items[0]
    assert isinstance(define, ast.Define)
    assert bare(define.body) == bare(e)
    assert print_expr(define.body) == text


@pytest.mark.parametrize(
    "text",
    [
        "pte'[v, p] and not (maps'(v) or mapped')",
        "a == count v, w in Vma, p in first .. NR - 1: owner[v] != owner[w]",
        "if id0 == m then max(count0 - n, 0) else -count0",
        "answer(may_reuse, v, p) implies (some w in Vma: w == v)",
        "per_vma.folio_mapped() iff per_vma.mapcount > 0",
        "a - -b * (c / 2)",
    ],
)
def test_canonical_expressions_stay_as_they_are(text: str) -> None:
    define = parse_text(f"module m\n\ndefine d = {text}\n", "m.fs")[0]
    assert define is not None
    assert isinstance(define.items[0], ast.Define)
    assert print_expr(define.items[0].body) == text
