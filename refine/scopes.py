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
    return ladder(system, {**of_no_constant(system), **fixed}, RUNGS)


def of_no_constant(system: System) -> dict[str, int]:
    """One of each sort that no constant speaks of: a pin does what any other pin does."""
    placed = {t for c in system.consts for t in (*c.index, c.type)}
    return {s.name: 1 for s in system.sorts if s.kind == "elements" and s.name not in placed}


def is_fixed(system: System, fixed: Mapping[str, int]) -> bool:
    """Does every sort have a size?"""
    names = {s.name for s in system.sorts if s.kind == "elements"} | set(range_sizes(system))
    return names <= set(fixed)
