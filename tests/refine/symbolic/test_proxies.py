"""Terms do what ints and bools do."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from refine.symbolic.arithmetic import Term
from refine.symbolic.asking import Unfollowable
from refine.symbolic.proxies import SBool, SInt, is_symbolic
from tests.refine.symbolic.running import Ground

Operation = Callable[..., Any]
CTX = z3.Context()
BINARY: tuple[Operation, ...] = (
    operator.add, operator.sub, operator.mul, operator.floordiv, operator.mod, divmod,
    operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift,
    operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne,
    operator.truediv, min, max,
)
UNARY: tuple[Operation, ...] = (
    operator.neg, operator.pos, operator.invert, abs, bool, int, str, hash, round, float,
    operator.index, operator.not_, math.floor, "{:+}".format, int.__class__,
)
INTS = st.integers(-70, 70) | st.sampled_from([-(2**31), 2**31 - 1, 2**31, 2**63, -(2**63) - 1])
VALUES = INTS | st.booleans()


def outcome(do: Callable[[], Any]) -> Any:
    """A result with its type, or the exception."""
    try:
        found = do()
    except (ArithmeticError, ValueError, TypeError) as err:
        return type(err)
    return [(type(x), x) for x in (found if isinstance(found, tuple) else (found,))]


def evaluated(value: Any, name: str, given: int | bool) -> Any:
    """A term with a value put in, without an engine."""
    if isinstance(value, tuple) and not is_symbolic(value):
        return tuple(evaluated(x, name, given) for x in value)
    if type(value) not in (SInt, SBool):
        return value
    e = value.e if type(value) is SBool else value.term.e
    put = (z3.Bool(name, CTX), z3.BoolVal(given, CTX)) if isinstance(given, bool) else (
        z3.Int(name, CTX), z3.IntVal(given, CTX))
    plain = z3.simplify(z3.substitute(e, put))
    if type(value) is SBool:
        return z3.is_true(plain)
    low, high = value.term.low, value.term.high
    found = plain.as_long()
    assert (low is None or low <= found) and (high is None or found <= high)
    return found


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(BINARY[:17]), VALUES, VALUES, st.booleans(), st.integers(0, 9),
       st.integers(0, 9))
def test_one_term_and_one_value(
    op: Operation, a: int, b: int, swapped: bool, below: int, above: int
) -> None:
    """With bounds that hold, and with none."""
    for bounds in ((None, None), (a - below, a + above)):
        proxy: Any = SBool(z3.Bool("a", CTX)) if isinstance(a, bool) else SInt(
            Term(z3.Int("a", CTX), *bounds))
        if op in (operator.lshift, operator.rshift):
            b = b % 20
        if op in (operator.floordiv, operator.mod, divmod, operator.lshift,
                  operator.rshift) and swapped:
            continue
        pair, plain = ((b, proxy), (b, a)) if swapped else ((proxy, b), (a, b))
        got = outcome(lambda pair=pair: evaluated(op(*pair), "a", a))
        assert got == outcome(lambda plain=plain: op(*plain)), (op, plain)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(BINARY), st.integers(-9, 9), st.integers(-9, 9), st.booleans())
def test_two_terms(op: Operation, a: int, b: int, bounded: bool) -> None:
    """Each is one number, and nobody but the solver knows."""
    ground = Ground()
    x, y = (ground.number(n, v - 1, v + 1, bounded) for n, v in (("x", a), ("y", b)))
    ground.solver.add(x.term.e == a, y.term.e == b)
    found = {repr(outcome(lambda r=r: r)) for r, _ in ground.results(
        lambda: tuple(r.__index__() if type(r) is SInt else bool(r) if type(r) is SBool else r
                      for r in _listed(op(x, y))))}
    plain = outcome(lambda: tuple(_listed(op(a, b))))
    assert found == {repr(plain if isinstance(plain, list) else outcome(lambda: plain))}


def _listed(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) and not is_symbolic(value) else (value,)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(UNARY), st.integers(-9, 9) | st.booleans())
def test_one_term(op: Operation, a: int) -> None:
    ground = Ground()
    if isinstance(a, bool):
        x = ground.truth("x")
        ground.solver.add(x.e == a)
    else:
        x = ground.number("x", -10, 10)
        ground.solver.add(x.term.e == a)
    if op is int.__class__:
        assert x.__class__ is type(a)
        return
    assert [outcome(lambda r=r: r) for r, _ in ground.results(lambda: op(x))] == [
        outcome(lambda: op(a))]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(BINARY[6:9] + BINARY[11:17]), st.booleans(), st.booleans())
def test_two_truth_values(op: Operation, a: bool, b: bool) -> None:
    ground = Ground()
    x, y = ground.truth("x"), ground.truth("y")
    ground.solver.add(x.e == a, y.e == b)
    for left, right in ((x, y), (x, b), (a, y)):
        [(got, _)] = ground.results(lambda left=left, right=right: op(left, right))
        assert got is op(a, b)


def test_a_term_is_an_int_to_all_that_asks() -> None:
    ground = Ground()
    x, flag = ground.number("x", 2, 2, bounded=False), ground.truth("flag")
    ground.solver.add(flag.e)

    def look() -> tuple[Any, ...]:
        return (
            isinstance(x, int), isinstance(x, bool), isinstance(flag, bool), x == "2", x is None,
            [10, 20, 30][x], "ab" * x, x in {1, 2}, {2: "two"}[x], f"{x:03}", f"{flag}",
            x.bit_length(), x + 0.5, x == Fraction(2), list(range(x)), sum([x, x, flag]),
            sorted([3, x, 1])[1] == 2, hasattr(x, "real"), hasattr(x, "append"), -flag, ~flag,
            pow(x, 5), 7 // x, 1 << x, [0, 1, 2, 3][:x], max(x, 1) == 2, [x, 5].index(5),
            x in range(5),
        )

    expected = (
        True, False, True, False, False, 30, "abab", True, "two", "002", "True", 2, 2.5, True,
        [0, 1], 5, True, True, False, -1, -2, 32, 3, 4, [0, 1], True, 1, True)
    seen: list[Any] = []
    ground.engine.explore(lambda: seen.append(
        tuple(v.__index__() if type(v) is SInt else bool(v) if type(v) is SBool else v
              for v in look())))
    assert seen == [expected]


def test_what_is_no_number_is_refused_as_an_int_refuses_it() -> None:
    x = Ground().number("x", 0, 5)
    for wrong in (lambda: x + "a", lambda: x < None, lambda: x > [1], lambda: x()):
        with pytest.raises(TypeError):
            wrong()
    with pytest.raises(ZeroDivisionError):
        x // 0
    with pytest.raises(ValueError, match="negative shift"):
        x << -1


def test_a_truth_value_is_not_known_where_nothing_runs() -> None:
    x = Ground().number("x", 0, 5)
    for needs in (lambda: bool(x > 2), lambda: int(x), lambda: hash(x)):
        with pytest.raises(Unfollowable):
            needs()
