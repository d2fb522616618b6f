"""What a solver is given: SMT-LIB that depends on the question alone."""

from __future__ import annotations

import pytest

from solver.encode import Script, order_axioms
from solver.session import Session
from spec import ir
from spec.ir import BOOL, INT, Expr
from tests.solver import systems
from tests.solver.systems import PAGE, every, some, v

SYSTEM = systems.per_vma()
P, Q = v("p", PAGE), v("q", PAGE)


def script() -> Script:
    return Script({BOOL: 2}, order_axioms(SYSTEM))


def answer(*formulas: Expr) -> str:
    made = script()
    for f in formulas:
        made.add(f)
    made.add_orders()
    with Session(made.text()) as session:
        return session.check((), 100_000).answer


def test_the_text_of_a_formula() -> None:
    made = script()
    made.add(every([("p", PAGE)], ir.read("full", (P,), BOOL)))
    assert made.text().splitlines() == [
        "(declare-sort s.Page 0)",
        "(declare-fun u.full (s.Page) Bool)",
        "(assert (forall ((b0 s.Page)) (u.full b0)))",
    ]


def test_cards_are_numbered_by_first_use() -> None:
    one, two = script(), script()
    one.add(ir.le(ir.read("card!7", (), INT), ir.read("card!3", (), INT)))
    two.add(ir.le(ir.read("card!0", (), INT), ir.read("card!9", (), INT)))
    assert one.text() == two.text()


def test_a_long_closed_term_is_written_once() -> None:
    parts = [ir.read(f"a_rather_long_name_{i}", (), INT) for i in range(8)]
    total = parts[0]
    for part in parts[1:]:
        total = ir.add(total, part)
    made = script()
    made.add(ir.lt(ir.integer(0), total))
    made.add(ir.lt(total, ir.integer(-3)))
    text = made.text()
    assert text.count("a_rather_long_name_7 ") <= 2
    assert "(- 3)" in text


@pytest.mark.parametrize("name", ["select", "mod", "abs", "store", "distinct", "xor", "let"])
def test_no_name_is_a_word_of_the_solver(name: str) -> None:
    """A state may be called `select`: it is a place like any other."""
    place = ir.read(name, (), INT)
    assert answer(ir.eq(place, ir.integer(3))) == "sat"
    thing = ir.read("x", (), "Array")
    assert answer(ir.read(name, (thing,), BOOL)) == "sat"


def test_the_order_of_a_range_is_linear_with_ends() -> None:
    first, last = ir.lit(0, PAGE), ir.lit(ir.LAST, PAGE)
    below = ir.node("<=", (P, last), BOOL)
    assert answer(ir.not_(every([("p", PAGE)], below))) == "unsat"
    assert answer(ir.lt(last, first)) == "unsat"
    a, b, c = (ir.read(n, (), PAGE) for n in "abc")
    assert answer(ir.lt(a, b), ir.lt(b, c), ir.le(c, a)) == "unsat"
    assert answer(ir.lt(a, b), ir.lt(b, c), ir.le(a, c)) == "sat"
    assert answer(ir.not_(some([("p", PAGE), ("q", PAGE)], ir.lt(P, Q)))) == "sat"


def test_flags_switch_formulas_and_tell_what_was_needed() -> None:
    made = script()
    x = ir.read("x", (), INT)
    made.add_if("f!0", ir.lt(x, ir.integer(0)))
    made.add_if("f!1", ir.lt(ir.integer(0), x))
    made.add_if("f!2", ir.lt(ir.integer(5), ir.read("y", (), INT)))
    with Session(made.text()) as session:
        assert session.check(["f!0", "f!2"]).answer == "sat"
        reply = session.check(["f!0", "f!1", "f!2"])
        assert (reply.answer, reply.core) == ("unsat", ("f!0", "f!1"))
        assert session.check(["f!0", "-f!1"]).answer == "sat"


def test_models_are_read_by_flags_and_can_be_forbidden() -> None:
    made = script()
    made.define("f!0", ir.read("a", (), BOOL))
    made.define("f!1", ir.not_(ir.read("a", (), BOOL)))
    found = set()
    with Session(made.text()) as session:
        while session.check().answer == "sat":
            found.add(session.truths(["f!0", "f!1"]))
            session.forbid(["f!0", "f!1"], session.truths(["f!0", "f!1"]))
    assert found == {(True, False), (False, True)}


def test_effort_is_counted_per_question_and_the_same_each_time() -> None:
    def costs() -> list[int]:
        made = script()
        made.add(every([("p", PAGE)], ir.read("full", (P,), BOOL)))
        made.add(some([("p", PAGE)], ir.not_(ir.read("full", (P,), BOOL))))
        with Session(made.text()) as session:
            return [session.check().rlimit for _ in range(2)]

    first = costs()
    assert first == costs()
    assert first[0] > 0
