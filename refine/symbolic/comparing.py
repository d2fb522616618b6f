"""What code has against what the spec has, as terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from refine.symbolic.grounding import NONE, Cells, Val, and_, equal
from refine.symbolic.proxies import SBool, SInt, is_symbolic, number_of, truth_of
from refine.symbolic.storage import BOOL as A_BOOL
from refine.symbolic.storage import INT as AN_INT
from refine.symbolic.storage import Leaf
from spec.ir import BOOL, Type


def agrees(got: Any, wanted: Val, type_: Type) -> Val:
    """Has code the value of the spec, and is it of the type?"""
    if got is None:
        return equal(wanted, None) if type_.endswith("?") else False
    if type_ == BOOL:
        truth = truth_of(got)
        return False if truth is None else equal(truth, wanted)
    number = number_of(got)
    if number is None or truth_of(got) is not None:
        return False
    e = number if isinstance(number, int) else number.e
    same = equal(e, NONE if wanted is None else wanted)
    # None is -1 in `wanted`, and code that has -1 has not None.
    return and_([same, e != NONE]) if type_.endswith("?") else same


def all_agree(got: Mapping[Any, Any], wanted: Cells, type_: Type) -> Val:
    """The same, at each index."""
    return and_([agrees(got[at], wanted[at], type_) for at in wanted])


def value_of(value: Any) -> Val:
    """What code has, as a value of grounding.py."""
    if type(value) is SBool:
        return value.e
    return value.term.e if type(value) is SInt else value


def plainly_same(a: Leaf, b: Leaf) -> bool:
    """Are both plain values, and the same, of one type?"""
    if is_symbolic(a.value) or is_symbolic(b.value) or a.kind != b.kind:
        return False
    return a.kind not in (AN_INT, A_BOOL) or bool(a.value == b.value)
