"""Conditions of the IR as people would write them."""

from __future__ import annotations

import pytest

from spec import ir
from spec.ir import BOOL, INT, Expr
from spec.ir_words import words

V, W, P, M = ir.var("v", "Vma"), ir.var("w", "Vma"), ir.var("p", "Page"), ir.var("m", "Mm")
N, ONE = ir.read("n", (), INT), ir.integer(1)
FIRST = ir.read("$first", (), "Page")


def pte(v: Expr, p: Expr) -> Expr:
    return ir.read("pte", (v, p), BOOL)


def live(v: Expr) -> Expr:
    return ir.read("live", (v,), BOOL)


def bound(kind: str, body: Expr, *names: tuple[str, str]) -> Expr:
    return ir.close_binder(kind, names, body)


@pytest.mark.parametrize(
    ("e", "text"),
    [
        (pte(V, FIRST), "pte[v, first]"),
        (ir.not_(live(V)), "not live[v]"),
        (ir.not_(ir.eq(V, W)), "v != w"),
        (ir.and_(live(V), ir.lt(N, ONE)), "live[v] and n < 1"),
        (ir.or_(live(V), live(W)), "live[v] or live[w]"),
        (ir.implies(live(V), live(W)), "live[v] implies live[w]"),
        (ir.or_(ir.not_(live(V)), ir.not_(live(W))), "not (live[v] and live[w])"),
        (ir.eq(live(V), live(W)), "live[v] iff live[w]"),
        (ir.eq(N, ir.add(ir.sub(N, ONE), N)), "n == ((n - 1) + n)"),
        (ir.ite(live(V), N, ONE), "if live[v] then n else 1"),
        (ir.eq(ir.read("id", (), "Mm?"), ir.just(M)), "id == m"),
        (ir.eq(ir.read("id", (), "Mm?"), ir.lit(None, "Mm?")), "id == none"),
        (ir.le(P, ir.lit(ir.LAST, "Page")), "true"),
        (ir.eq(P, ir.lit(ir.LAST, "Page")), "p == the last Page"),
        (bound("all", live(V), ("v", "Vma")), "all v in Vma: live[v]"),
        (bound("count", pte(V, P), ("v", "Vma"), ("p", "Page")),
         "count v in Vma, p in Page: pte[v, p]"),
        (bound("some", ir.and_(live(V), live(W)), ("v", "Vma"), ("w", "Vma")),
         "some v, w in Vma: live[v] and live[w]"),
        (bound("all", ir.implies(live(V), bound("some", pte(V, P), ("p", "Page"))), ("v", "Vma")),
         "all v in Vma: live[v] implies (some p in Page: pte[v, p])"),
    ],
)
def test_words(e: Expr, text: str) -> None:
    assert words(e) == text


def test_no_two_binders_have_one_name() -> None:
    e = live(V)
    for name in ("x", "y", "z", "v"):
        e = bound("some", ir.and_(e, live(ir.var(name, "Vma"))), (name, "Vma"))
    shown = words(e)
    names = [binder.split()[-1] for binder in shown.split(" in Vma")[:-1]]
    assert len(set(names)) == len(names) == shown.count(" in Vma")
