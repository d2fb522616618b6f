"""What the kernel stores: words of 32 or 64 bits that wrap, and atomic ones.

An implementation may keep plain Python ints as well; they do not wrap, and what is done with
them is no atomic operation.

    self._mapcount = Atomic(-1)              # atomic_t, biased by -1
    if self._mapcount.inc_and_test(): ...    # the first mapping: -1 became 0
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Meter:
    """What was done: `reads` has the reads of the page tables (`pte`, `pmd`) and of the VMAs,
    `empty` those of them that found nothing; `writes` counts stores to words, `atomics` those
    of them that were atomic read-modify-write operations; `words` has the words themselves,
    whatever was stored in them."""

    reads: Counter[str] = field(default_factory=Counter)
    empty: Counter[str] = field(default_factory=Counter)
    writes: int = 0
    atomics: int = 0
    words: dict[int, Word] = field(default_factory=dict)


_meters: list[Meter] = []


@contextmanager
def metered(meter: Meter) -> Iterator[Meter]:
    """Count into `meter` until the block ends."""
    _meters.append(meter)
    try:
        yield meter
    finally:
        _meters.pop()


def meter_read(name: str, value: object) -> None:
    """One read of the state `name` of the layers below."""
    if _meters:
        _meters[-1].reads[name] += 1
        if value is False:
            _meters[-1].empty[name] += 1


class Word:
    """A signed word of `bits` bits: what does not fit wraps around.

    `value` reads and stores plainly, as READ_ONCE() and WRITE_ONCE() do.
    """

    __slots__ = ("_value", "bits")

    def __init__(self, value: int = 0, bits: int = 32) -> None:
        self.bits = bits
        self._value = value

    @property
    def value(self) -> int:
        return self._value

    @value.setter
    def value(self, value: int) -> None:
        if _meters:
            _meters[-1].writes += 1
            _meters[-1].words[id(self)] = self
        self._value = self._wrapped(value)

    def _wrapped(self, value: int) -> int:
        low = -(1 << (self.bits - 1))
        if low <= value and value < -low:
            return value
        return (value - low) % (1 << self.bits) + low

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._value!r}, bits={self.bits})"


class Atomic(Word):
    """`atomic_t` (`bits=64`: `atomic64_t`), each operation named as the kernel names it."""

    __slots__ = ()

    def add(self, n: int) -> None:
        self.add_return(n)

    def sub(self, n: int) -> None:
        self.add_return(-n)

    def inc(self) -> None:
        self.add_return(1)

    def dec(self) -> None:
        self.add_return(-1)

    def add_return(self, n: int) -> int:
        """Add, and return the new value."""
        if _meters:
            _meters[-1].atomics += 1
        self.value = self._value + n
        return self._value

    def sub_return(self, n: int) -> int:
        return self.add_return(-n)

    def inc_return(self) -> int:
        return self.add_return(1)

    def dec_return(self) -> int:
        return self.add_return(-1)

    def inc_and_test(self) -> bool:
        """Add 1; has it become 0?"""
        return self.add_return(1) == 0

    def dec_and_test(self) -> bool:
        """Take 1 away; has it become 0?"""
        return self.add_return(-1) == 0

    def add_negative(self, n: int) -> bool:
        """Add; has it become negative?"""
        return self.add_return(n) < 0
