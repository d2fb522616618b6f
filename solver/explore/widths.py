"""How many bits a number needs: fields of counters, and the type of sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import prod

import numpy as np
from numpy.typing import DTypeLike

from spec.ir import BOOL, INT, Expr, System, Type, walk

WIDENINGS = 2
STEP_BITS = 2
LARGEST_LITERAL = 63
"""Larger numbers in a text do not widen fields: a counter that runs on for ever would be
followed too far."""


@dataclass(frozen=True, slots=True)
class Width:
    """The field of a counter; `widened` says how often it was found too narrow."""

    bits: int
    signed: bool
    widened: int = 0

    @property
    def largest(self) -> int:
        return 1 << self.bits

    def wider(self) -> Width | None:
        """The next width to try; None when that is enough of it."""
        if self.widened == WIDENINGS:
            return None
        return replace(self, bits=self.bits + STEP_BITS, signed=True, widened=self.widened + 1)


@dataclass(frozen=True, slots=True)
class Sums:
    """What expressions count, and the largest number they write out."""

    counts: tuple[tuple[Type, ...], ...]
    literal: int

    @staticmethod
    def of(exprs: Iterable[Expr]) -> Sums:
        counts: dict[tuple[Type, ...], None] = {}
        literal = 0
        for x in (x for e in exprs for x in walk(e)):
            if x.op == "count":
                assert isinstance(x.data, tuple)
                counts[x.data] = None
            elif x.op == "lit" and x.type == INT:
                assert isinstance(x.data, int)
                literal = max(literal, abs(x.data))
        return Sums(tuple(counts), literal)


def first_widths(
    system: System, states: Iterable[str], sizes: Mapping[Type, int], sums: Sums
) -> dict[str, Width]:
    """Room for twice the largest count that the expressions speak of."""
    ranges = [sizes[s.name] for s in system.sorts if s.kind == "range"]
    counts = [prod(sizes[t] for t in types) for types in sums.counts]
    largest = max([3, min(sums.literal, LARGEST_LITERAL), *ranges, *counts])
    return {
        s.name: Width(largest.bit_length() + 1, not s.nat)
        for s in system.states if s.name in states and s.type == INT
    }


def number_type(
    exprs: Iterable[Expr], sizes: Mapping[Type, int], reads: Mapping[str, int]
) -> DTypeLike | None:
    """An integer type that no value of the expressions can leave.

    Args:
        reads: for each state variable and constant that is a number, the largest
            magnitude it can have.

    Returns:
        None when 64 bits do not do.
    """
    memo: dict[Expr, int] = {}

    def bound(e: Expr) -> int:
        """The largest magnitude of the node, and of every number below it."""
        found = memo.get(e)
        if found is None:
            found = memo[e] = _magnitude(e, [bound(a) for a in e.args], sizes, reads)
        return found

    largest = max((bound(e) for e in exprs), default=0)
    if largest < 1 << 30:
        return np.int32
    return np.int64 if largest < 1 << 62 else None


def _magnitude(
    e: Expr, kids: list[int], sizes: Mapping[Type, int], reads: Mapping[str, int]
) -> int:
    below = max(kids, default=0)
    if e.type == BOOL or e.type != INT:
        return below
    match e.op:
        case "lit":
            assert isinstance(e.data, int)
            return abs(e.data)
        case "read":
            return max(below, reads.get(str(e.data), 0))
        case "+" | "-":
            return sum(kids)
        case "*":
            return max(below, kids[0] * kids[1])
        case "count":
            assert isinstance(e.data, tuple)
            return max(below, prod(sizes[t] for t in e.data))
        case _:
            return below
