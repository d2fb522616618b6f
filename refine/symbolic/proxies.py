"""What stands for an int or a bool in a run on terms.

`SInt` and `SBool` do what int and bool do: where Python asks them for a truth value, a number,
a text or a hash, the path forks.  They call themselves `int` and `bool`, so `isinstance` finds
them to be such; `is` and `type()` would not, which `hazards.py` looks for.
"""

from __future__ import annotations

import numbers
import operator
from collections.abc import Callable
from typing import Any

import z3

from refine.symbolic import arithmetic as ar
from refine.symbolic.arithmetic import Number, Term, Truth
from refine.symbolic.asking import Unfollowable
from refine.symbolic.engine import current

Plain = Callable[..., Any]


def integer(a: Number) -> Any:
    """A number as code sees it."""
    return a if isinstance(a, int) else SInt(a)


def boolean(t: Truth) -> Any:
    """A truth value as code sees it."""
    return t if isinstance(t, bool) else SBool(t)


def is_symbolic(value: object) -> bool:
    return type(value) is SInt or type(value) is SBool


def number_of(value: object) -> Number | None:
    """The number that a value is to arithmetic; None where it is no int and no bool."""
    if type(value) is SInt:
        return value.term
    if type(value) is SBool:
        e = value.e
        return Term(z3.If(e, z3.IntVal(1, e.ctx), z3.IntVal(0, e.ctx)), 0, 1)
    # Another class that is derived from int has operators of its own.
    return int(value) if type(value) in (int, bool) else None  # type: ignore[call-overload]


def truth_of(value: object) -> Truth | None:
    """The truth value that a bool is; None where it is no bool."""
    if type(value) is SBool:
        return value.e
    return value if isinstance(value, bool) else None


def truthiness(value: Any) -> Truth:
    """Whether a value counts as true, without a fork where it is a term."""
    if type(value) is SBool:
        return value.e
    if type(value) is SInt:
        return z3.Not(value.term.e == 0)
    return bool(value)


def _operator(symbolic: Callable[..., Any], plain: Plain, wrap: Plain) -> tuple[Plain, Plain]:
    """The method for `self OP other` and the one for `other OP self`."""

    def forward(self: Any, other: Any) -> Any:
        b = number_of(other)
        if b is None:
            return _foreign(plain, other, lambda: (known(self), other))
        return wrap(symbolic(number_of(self), b))

    def backward(self: Any, other: Any) -> Any:
        a = number_of(other)
        if a is None:
            return _foreign(plain, other, lambda: (other, known(self)))
        return wrap(symbolic(a, number_of(self)))

    return forward, backward


def _foreign(plain: Plain, other: Any, operands: Callable[[], tuple[Any, Any]]) -> Any:
    """With a float or a fraction, for each number; with anything else as an int would."""
    if isinstance(other, numbers.Number):
        return plain(*operands())
    return NotImplemented


def _concrete(plain: Plain) -> tuple[Plain, Plain]:
    """An operator that is done for each pair of numbers."""
    return _operator(lambda a, b: plain(ar.known(a), ar.known(b)), plain, lambda x: x)


def _divmod(a: Number, b: Number) -> tuple[Any, Any]:
    return integer(ar.floordiv(a, b)), integer(ar.mod(a, b))


def _opposite(t: Truth) -> Truth:
    return not t if isinstance(t, bool) else z3.Not(t)


_equal = _operator(ar.equal, operator.eq, boolean)[0]
_unequal = _operator(lambda a, b: _opposite(ar.equal(a, b)), operator.ne, boolean)[0]


def known(value: Any) -> Any:
    """The int or bool itself, on this path."""
    return bool(value) if type(value) is SBool else ar.known(value.term)


class Symbol:
    """What ints and bools share."""

    __slots__ = ()

    __add__, __radd__ = _operator(ar.add, operator.add, integer)
    __sub__, __rsub__ = _operator(ar.sub, operator.sub, integer)
    __mul__, __rmul__ = _operator(ar.mul, operator.mul, integer)
    __floordiv__, __rfloordiv__ = _operator(ar.floordiv, operator.floordiv, integer)
    __mod__, __rmod__ = _operator(ar.mod, operator.mod, integer)
    __divmod__, __rdivmod__ = _operator(_divmod, divmod, lambda x: x)
    __truediv__, __rtruediv__ = _concrete(operator.truediv)
    __pow__, __rpow__ = _concrete(operator.pow)
    __lshift__, __rlshift__ = _operator(ar.lshift, operator.lshift, integer)
    __rshift__, __rrshift__ = _operator(ar.rshift, operator.rshift, integer)
    __and__, __rand__ = _operator(ar.bit_and, operator.and_, integer)
    __or__, __ror__ = _operator(ar.bit_or, operator.or_, integer)
    __xor__, __rxor__ = _operator(ar.bit_xor, operator.xor, integer)

    __lt__, __gt__ = _operator(ar.less, operator.lt, boolean)
    __ge__, __le__ = _operator(lambda a, b: _opposite(ar.less(a, b)), operator.ge, boolean)

    def __eq__(self, other: object) -> Any:
        return _equal(self, other)

    def __ne__(self, other: object) -> Any:
        return _unequal(self, other)

    def __neg__(self) -> Any:
        return integer(ar.negative(number_of(self)))  # type: ignore[arg-type]

    def __pos__(self) -> Any:
        return integer(number_of(self))  # type: ignore[arg-type]

    def __abs__(self) -> Any:
        return integer(ar.absolute(number_of(self)))  # type: ignore[arg-type]

    def __invert__(self) -> Any:
        return integer(ar.sub(-1, number_of(self)))  # type: ignore[arg-type]

    def __index__(self) -> int:
        return int(known(self))

    __int__ = __trunc__ = __floor__ = __ceil__ = __index__

    def __float__(self) -> float:
        return float(known(self))

    def __round__(self, *digits: Any) -> Any:
        return round(known(self), *digits)

    def __hash__(self) -> int:
        return hash(known(self))

    def __str__(self) -> str:
        return str(known(self))

    def __repr__(self) -> str:
        if current() is None:
            return f"<{type(self).__name__}>"
        return repr(known(self))

    def __format__(self, spec: str) -> str:
        return format(known(self), spec)

    def __getattr__(self, name: str) -> Any:
        """All that an int has and that is not here, or AttributeError as an int raises it."""
        if current() is None:
            raise AttributeError(name)
        return getattr(known(self), name)

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: object) -> Any:
        return self

    def __reduce_ex__(self, protocol: object) -> Any:
        engine = current()
        raise engine.abort("it pickles a number") if engine else Unfollowable("pickled")


class SInt(Symbol):
    """An int that is a term."""

    __slots__ = ("term",)

    def __init__(self, term: Term) -> None:
        self.term = term

    @property  # type: ignore[misc]
    def __class__(self) -> type[int]:  # type: ignore[override]
        return int

    def __bool__(self) -> bool:
        return bool(self != 0)


class SBool(Symbol):
    """A bool that is a term."""

    __slots__ = ("e",)

    def __init__(self, e: Any) -> None:
        self.e = e

    @property  # type: ignore[misc]
    def __class__(self) -> type[bool]:  # type: ignore[override]
        return bool

    def __bool__(self) -> bool:
        engine = current()
        if engine is None:
            raise Unfollowable("a truth value is needed where nothing is being run")
        return engine.branch(self.e)

    def __and__(self, other: Any) -> Any:
        return self._logical(other, z3.And, Symbol.__and__)

    def __or__(self, other: Any) -> Any:
        return self._logical(other, z3.Or, Symbol.__or__)

    def __xor__(self, other: Any) -> Any:
        return self._logical(other, z3.Xor, Symbol.__xor__)

    def __eq__(self, other: object) -> Any:
        t = truth_of(other)
        return Symbol.__eq__(self, other) if t is None else SBool(self.e == _lifted(t, self.e))

    def __ne__(self, other: object) -> Any:
        t = truth_of(other)
        return Symbol.__ne__(self, other) if t is None else SBool(self.e != _lifted(t, self.e))

    # All three are commutative.
    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__
    __hash__ = Symbol.__hash__

    def _logical(self, other: Any, symbolic: Plain, arithmetic: Plain) -> Any:
        """Of two bools a bool, of a bool and an int an int."""
        t = truth_of(other)
        if t is None:
            return arithmetic(self, other)
        return SBool(symbolic(self.e, _lifted(t, self.e)))


def _lifted(t: Truth, like: Any) -> Any:
    return z3.BoolVal(t, like.ctx) if isinstance(t, bool) else t
