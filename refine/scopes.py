"""The scopes that a check goes through where nobody names one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from solver.explore.ladder import Scope, ladder, range_sizes
from spec.ir import System

RUNGS: Final = ((1, 1, 2), (2, 2, 2), (2, 2, 3), (3, 2, 3), (2, 2, 4), (3, 2, 4))
"""VMAs, processes, pages: as in the explorer's ladder."""


def scopes_of(system: System, fixed: Mapping[str, int]) -> tuple[Scope, ...]:
    """From small to large; one alone where every size is fixed.

    Raises:
        ValueError: `fixed` names what has no size, or a size below 1.
    """
    sorts = [s.name for s in system.sorts if s.kind == "elements"]
    one = {name: 1 for name in sorts if not _is_placed(system, name)}
    return ladder(system, {**one, **fixed}, RUNGS)


def _is_placed(system: System, sort: str) -> bool:
    """Does a constant speak of it?  One of the others (a pin) does what any of them does."""
    return any(sort in (*c.index, c.type) for c in system.consts)


def is_fixed(system: System, fixed: Mapping[str, int]) -> bool:
    """Does every sort have a size?"""
    names = {s.name for s in system.sorts if s.kind == "elements"} | set(range_sizes(system))
    return names <= set(fixed)
