"""What the parser says of slips, and how much of the file a slip spoils."""

from __future__ import annotations

import pytest

from spec import ast
from spec.ast import Binary, Unary
from spec.parse import MAX_PROBLEMS, parse_text
from tests.spec.test_parse import a, b, c, codes, parse


def test_one_slip_spoils_one_block() -> None:
    file, problems = parse("define d = (a\n\ndefine e = b\n\ndefine f = &\n\nassume c")
    assert [d.code for d in problems] == ["FS013", "FS033"]
    assert file.items == (ast.Define("e", (), b), ast.Assume(c))


def test_c_habits_are_read_as_they_were_meant() -> None:
    file, problems = parse("define d = !a && b = c;")
    assert [d.code for d in problems] == ["FS017", "FS017", "FS018", "FS020"]
    assert file.items == (
        ast.Define("d", (), Binary("and", Unary("not", a), Binary("==", b, c))),
    )


def test_c_habit_made_twice_on_a_line_is_told_once() -> None:
    assert codes("define d = a && b && c\ndefine e = a &&\n\tb && c") == ["FS017"] * 3


def test_lost_indentation_is_one_slip() -> None:
    assert codes("op f\nrequires a\nchanges b\nb := 1\n\nassume c") == ["FS010"]
    assert codes("answer q = a\nexpect exact") == ["FS010"]


def test_claim_of_a_scheme_needs_an_expectation_and_one_of_a_module_does_not() -> None:
    assert codes("claim i\n\ta", "scheme m over n") == ["FS030"]
    assert codes("claim i\n\ta", "module m over n") == []


def test_misspelt_header_is_one_slip() -> None:
    for text in ("modul m\n", "\tmodule m\n", "module\n", "module m over\n"):
        file, problems = parse_text(text, "m.fs")
        assert file is None
        assert len(problems) == 1


@pytest.mark.parametrize(
    "text",
    [
        "(" * 500 + "a" + ")" * 500,
        "[" * 5000,
        "not " * 2000 + "a",
        "- " * 2000 + "1",
        "a + " * 2000 + "a",
        "if a then b else " * 2000 + "c",
        "all v in Vma: " * 2000 + "a",
    ],
)
def test_deep_nesting_is_an_error_and_no_crash(text: str) -> None:
    assert len(codes(f"define d = {text}")) == 1


def test_nested_statements_are_limited_too() -> None:
    deep = "if a then " * 500 + "x() " + "end " * 500
    assert codes(f"call f {deep}") == ["FS032"]


def test_absurdly_large_block_is_refused() -> None:
    assert codes("define d = a" + " and a" * 10_000) == ["FS005"]


def test_number_of_errors_is_bounded() -> None:
    assert len(codes("x\n" * 10_000)) == MAX_PROBLEMS


def test_messages_stay_short() -> None:
    long = "x" * 10_000
    for text in (long, f"define {long}", f'define d "{long}"', f"define d = {'9' * 10_000}"):
        for problem in parse(text)[1]:
            assert len(problem.message) < 200
