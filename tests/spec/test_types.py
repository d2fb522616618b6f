"""Expressions: typed, and said in the few operations of the IR."""

from __future__ import annotations

import pytest

from spec.ir_text import show_expr
from tests.spec.texts import MODULE, codes, invariant, slips

NUMBERS = "state x: int = 0\nstate y: int = 0\nstate last: Page? = none\n"


def shown(cond: str) -> str:
    return show_expr(invariant(cond, NUMBERS))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("x != y", "(not (== (x:Int) (y:Int)))"),
        ("x > y", "(< (y:Int) (x:Int))"),
        ("x >= y", "(<= (y:Int) (x:Int))"),
        ("mapped iff anon", "(== (some ((v0 Vma) (p0 Page)) (pte:Bool v0 p0)) (anon:Bool))"),
        ("anon implies x == 0", "(or (not (anon:Bool)) (== (x:Int) 0))"),
        ("-x == y", "(== (- 0 (x:Int)) (y:Int))"),
        ("min(x, y) == 0", "(== (ite (<= (x:Int) (y:Int)) (x:Int) (y:Int)) 0)"),
        ("max(x, y) == 0", "(== (ite (<= (x:Int) (y:Int)) (y:Int) (x:Int)) 0)"),
        ("x / 2 == y", "(== (/ (x:Int) 2) (y:Int))"),
        ("x / y == 1", "(== (ite (== (y:Int) 0) 0 (/ (x:Int) (y:Int))) 1)"),
        ("(if anon then x else y) == 0", "(== (ite (anon:Bool) (x:Int) (y:Int)) 0)"),
        ("NR - 1 == x", "(== (- (NR:Int) 1) (x:Int))"),
    ],
)
def test_operators_become_the_few_of_the_ir(written: str, meant: str) -> None:
    assert shown(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("some v in Vma: pte[v, 0]", "(some ((v0 Vma)) (pte:Bool v0 (lit Page 0)))"),
        ("some v in Vma: pte[v, NR - 1]", "(some ((v0 Vma)) (pte:Bool v0 (lit Page last)))"),
        ("some p in Page: 0 < p", "(some ((p0 Page)) (< (lit Page 0) p0))"),
        ("some p in Page: p == (NR - 1)", "(some ((p0 Page)) (== p0 (lit Page last)))"),
        ("last == 0", "(== (last:Page?) (just (lit Page 0)))"),
    ],
)
def test_zero_and_the_upper_end_are_the_first_and_the_last_page(written: str, meant: str) -> None:
    assert shown(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("all p in 0 .. NR - 1: p == p or anon", "true"),
        (
            "all v in Vma, p in Page: all q in 0 .. p: pte[v, q]",
            "(all ((v0 Vma) (p0 Page) (p1 Page)) (or (not (<= p1 p0)) (pte:Bool v0 p1)))",
        ),
        (
            "x == count v in Vma, p in 0 .. NR - 1: pte[v, p]",
            "(== (x:Int) (count ((v0 Vma) (p0 Page)) (pte:Bool v0 p0)))",
        ),
        (
            "some p in Page: x == count q in p .. NR - 1: true",
            "(some ((p0 Page)) (== (x:Int) (count ((p1 Page)) (<= p0 p1))))",
        ),
    ],
)
def test_the_ends_of_a_stretch_are_guards_unless_they_are_always_true(
    written: str, meant: str
) -> None:
    assert shown(written) == meant


def test_an_element_is_lifted_where_it_meets_an_optional_value() -> None:
    assert shown("some v in Vma: latest == owner[v]") == (
        "(some ((v0 Vma)) (== (latest:Mm?) (just (owner:Mm v0))))"
    )
    assert shown("latest == none") == "(== (latest:Mm?) (lit Mm? none))"


def test_a_conditional_with_none_is_optional() -> None:
    assert shown("some v in Vma: latest == (if anon then owner[v] else none)") == (
        "(some ((v0 Vma)) (== (latest:Mm?) "
        "(ite (anon:Bool) (just (owner:Mm v0)) (lit Mm? none))))"
    )


def test_defines_are_written_out_wherever_they_stand() -> None:
    text = "define both(v: Vma) = maps(v) and later(v)\ndefine later(v: Vma) = pte[v, NR - 1]\n"
    assert show_expr(invariant("all w in Vma: not both(w)", text)) == (
        "(all ((v0 Vma)) (not (and (some ((p0 Page)) (pte:Bool v0 p0)) "
        "(pte:Bool v0 (lit Page last)))))"
    )


def test_values_of_an_enum_are_positions() -> None:
    text = "enum Mode = idle, busy\nstate mode: Mode = idle\n"
    assert show_expr(invariant("mode == busy", text)) == "(== (mode:Mode) (lit Mode 1))"


def test_binders_keep_their_own_variables_when_arguments_have_the_same_names() -> None:
    text = "define near(v: Vma, p: Page) = some q in Page: q < p and pte[v, q]\n"
    assert show_expr(invariant("some v in Vma, q in Page: near(v, q)", text)) == (
        "(some ((v0 Vma) (p0 Page) (p1 Page)) (and (< p1 p0) (pte:Bool v0 p1)))"
    )


@pytest.mark.parametrize("wrong", ["1 + true", "maps(1)", "not 1", "if 1 then 2 else 3"])
def test_a_slip_inside_an_expression_is_said_once(wrong: str) -> None:
    assert len(codes(f"{MODULE}invariant here\n\t({wrong}) == ({wrong})\n")) <= 2


def test_an_error_in_one_side_says_nothing_of_the_other() -> None:
    found = slips(MODULE + "invariant here\n\tnobody == none or nobody[1] == 2 or nobody(0) > 0\n")
    assert [d.code for d in found] == ["FS040"]
