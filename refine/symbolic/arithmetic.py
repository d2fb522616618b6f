"""Python's arithmetic of ints on terms: the same values, for negative ints, too.

An operand is an int or a `Term`.  A term knows bounds where there are such; what they decide
becomes a plain value and costs no question.  What z3 has no linear term for (a product of two
terms, a shift by a term) is done for each value that one of the two can have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import z3

from refine.symbolic.asking import Unfollowable
from refine.symbolic.engine import current

MOST_SHIFT: Final = 4096
FEW: Final = 4

Bound = int | None


@dataclass(frozen=True, slots=True)
class Term:
    """A z3 Int with what is known of it: `low <= value <= high`, None for no bound."""

    e: Any
    low: Bound = None
    high: Bound = None


Number = int | Term
Truth = Any
"""A bool, or a z3 Bool."""


def known(a: Number) -> int:
    """The number itself, on this path; other paths have its other values.

    Raises:
        Unfollowable: it has too many, or nothing is being run.
    """
    if isinstance(a, int):
        return a
    engine = current()
    if engine is None:
        raise Unfollowable("a number is needed where nothing is being run")
    return engine.number(a.e)


def _term(e: Any, low: Bound, high: Bound) -> Number:
    """Where only one value is left, that value."""
    return low if low is not None and low == high else Term(e, low, high)


def low_of(a: Number) -> Bound:
    return a if isinstance(a, int) else a.low


def high_of(a: Number) -> Bound:
    return a if isinstance(a, int) else a.high


def expr(a: Number, ctx: Any) -> Any:
    """As a z3 Int."""
    return z3.IntVal(a, ctx) if isinstance(a, int) else a.e


def _context(*numbers: Number) -> Any:
    return next(a.e.ctx for a in numbers if not isinstance(a, int))


def _pair(a: Number, b: Number) -> tuple[Any, Any]:
    ctx = _context(a, b)
    return expr(a, ctx), expr(b, ctx)


def _plus(a: Bound, b: Bound) -> Bound:
    return None if a is None or b is None else a + b


def _width(a: Term) -> float:
    return float("inf") if a.low is None or a.high is None else a.high - a.low


def _narrower_known(a: Number, b: Number) -> tuple[Number, Number]:
    """At least one of the two as an int; of two terms the one with fewer values."""
    if isinstance(a, int) or isinstance(b, int):
        return a, b
    return (known(a), b) if _width(a) < _width(b) else (a, known(b))


# ------------------------------------------------------------ + - *


def add(a: Number, b: Number) -> Number:
    if isinstance(a, int) and isinstance(b, int):
        return a + b
    if a == 0:
        return b
    if b == 0:
        return a
    x, y = _pair(a, b)
    return _term(x + y, _plus(low_of(a), low_of(b)), _plus(high_of(a), high_of(b)))


def negative(a: Number) -> Number:
    if isinstance(a, int):
        return -a
    low = None if a.high is None else -a.high
    return Term(-a.e, low, None if a.low is None else -a.low)


def sub(a: Number, b: Number) -> Number:
    if isinstance(b, int):
        return add(a, -b)
    x, y = _pair(a, b)
    low, high = low_of(negative(b)), high_of(negative(b))
    return _term(x - y, _plus(low_of(a), low), _plus(high_of(a), high))


def mul(a: Number, b: Number) -> Number:
    a, b = _narrower_known(a, b)
    if isinstance(a, int) and isinstance(b, int):
        return a * b
    if isinstance(a, int):
        a, b = b, a
    assert isinstance(a, Term) and isinstance(b, int)
    if b == 0:
        return 0
    if b == 1:
        return a
    ends = [None if x is None else x * b for x in (a.low, a.high)]
    low, high = ends if b > 0 else reversed(ends)
    return Term(a.e * z3.IntVal(b, a.e.ctx), low, high)


def absolute(a: Number) -> Number:
    if isinstance(a, int):
        return abs(a)
    if a.low is not None and a.low >= 0:
        return a
    if a.high is not None and a.high <= 0:
        return negative(a)
    high = None if a.low is None or a.high is None else max(-a.low, a.high)
    return Term(z3.If(a.e >= 0, a.e, -a.e), 0, high)


# ------------------------------------------------------------ // %


def floordiv(a: Number, b: Number) -> Number:
    """Rounded towards minus infinity.

    Raises:
        ZeroDivisionError: as Python does.
    """
    b = known(b)
    if isinstance(a, int) or b == 0:
        return (a if isinstance(a, int) else 1) // b
    if b < 0:
        return floordiv(negative(a), -b)
    if b == 1:
        return a
    low = None if a.low is None else a.low // b
    high = None if a.high is None else a.high // b
    if (few := _cases(a, b)) is not None:
        return _term(_by_case(a, b, few, lambda k: z3.IntVal(k, a.e.ctx)), low, high)
    # For a positive divisor z3's `div` rounds down, as Python does.
    return _term(a.e / z3.IntVal(b, a.e.ctx), low, high)


def mod(a: Number, b: Number) -> Number:
    """With the sign of the divisor.

    Raises:
        ZeroDivisionError: as Python does.
    """
    b = known(b)
    if isinstance(a, int) or b == 0:
        return (a if isinstance(a, int) else 1) % b
    if b < 0:
        return negative(mod(negative(a), -b))
    if (few := _cases(a, b)) is not None:
        if len(few) == 1:
            return sub(a, few[0] * b)
        return _term(_by_case(a, b, few, lambda k: a.e - k * b), 0, b - 1)
    # For a positive divisor z3's `mod` is not negative, as Python's.
    return _term(a.e % z3.IntVal(b, a.e.ctx), 0, b - 1)


def _cases(a: Term, b: int) -> range | None:
    """What `a // b` can be, if that is little: telling cases apart is easier than dividing."""
    if a.low is None or a.high is None or a.high // b - a.low // b >= FEW:
        return None
    return range(a.low // b, a.high // b + 1)


def _by_case(a: Term, b: int, cases: range, found: Callable[[int], Any]) -> Any:
    """`found(k)` where `a // b` is k."""
    e = found(cases[-1])
    for k in reversed(cases[:-1]):
        e = z3.If(a.e < (k + 1) * b, found(k), e)
    return e


# ------------------------------------------------------------ bits


def bit_and(a: Number, b: Number) -> Number:
    """An int is an endless row of bits, all ones in front where it is negative."""
    a, b = _narrower_known(a, b)
    if isinstance(a, int) and isinstance(b, int):
        return a & b
    if isinstance(a, int):
        a, b = b, a
    assert isinstance(a, Term) and isinstance(b, int)
    if b < 0:
        # What the mask takes away is what its complement, which is not negative, keeps.
        return sub(a, bit_and(a, ~b))
    found: Number = 0
    for start, length in _runs(b):
        # Bits start .. start + length - 1: shifted down, cut off, shifted up.
        piece = mod(floordiv(a, 1 << start), 1 << length)
        found = add(found, mul(piece, 1 << start))
    return found


def _runs(mask: int) -> list[tuple[int, int]]:
    """Stretches of ones: the lowest bit and how many."""
    found = []
    at = 0
    while mask >> at:
        if mask >> at & 1:
            length = 1
            while mask >> (at + length) & 1:
                length += 1
            found.append((at, length))
            at += length
        else:
            at += 1
    return found


def bit_or(a: Number, b: Number) -> Number:
    a, b = _narrower_known(a, b)
    return sub(add(a, b), bit_and(a, b))


def bit_xor(a: Number, b: Number) -> Number:
    a, b = _narrower_known(a, b)
    return sub(add(a, b), mul(bit_and(a, b), 2))


def lshift(a: Number, b: Number) -> Number:
    """Raises:
        ValueError: the shift is negative, as Python does.
    """
    b = known(b)
    if isinstance(a, int):
        return a << b
    return mul(a, 1 << _shift(b))


def rshift(a: Number, b: Number) -> Number:
    """Raises:
        ValueError: the shift is negative, as Python does.
    """
    b = known(b)
    if isinstance(a, int):
        return a >> b
    return floordiv(a, 1 << _shift(b))


def _shift(b: int) -> int:
    if b > MOST_SHIFT:
        engine = current()
        why = f"it shifts by {b}"
        raise engine.abort(why) if engine is not None else Unfollowable(why)
    return b


# ------------------------------------------------------------ comparisons


def less(a: Number, b: Number) -> Truth:
    if isinstance(a, int) and isinstance(b, int):
        return a < b
    if _below(high_of(a), low_of(b), 1):
        return True
    if _below(high_of(b), low_of(a), 0):
        return False
    x, y = _pair(a, b)
    return x < y


def equal(a: Number, b: Number) -> Truth:
    if isinstance(a, int) and isinstance(b, int):
        return a == b
    if _below(high_of(a), low_of(b), 1) or _below(high_of(b), low_of(a), 1):
        return False
    x, y = _pair(a, b)
    return True if x.eq(y) else x == y


def _below(high: Bound, low: Bound, by: int) -> bool:
    """Is everything up to `high` smaller by `by` than everything from `low` on?"""
    return high is not None and low is not None and high + by <= low
