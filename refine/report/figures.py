"""Figures instead of verdicts: what operations cost, which counters wrap; text and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from refine.costs import Cost, render_costs
from refine.faults import Fault
from refine.overflow import Overflow, render_overflow
from refine.report.divergence import fault_lines
from refine.report.json import fault_object, frame
from refine.report.text import heading
from spec.ir import System
from spec.report.ascii import to_ascii


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one implementation; with a fault there are none.

    Args:
        path: of the scheme's file, as it was named.
        implementation: how the class is called.
        rows: all of one kind.
    """

    path: str
    system: System
    implementation: str
    rows: tuple[Cost, ...] | tuple[Overflow, ...] = ()
    fault: Fault | None = None


_TABLES: Final[dict[str, Callable[[Sequence[Any]], str]]] = {
    "costs": render_costs, "overflow": render_overflow}


def render(kind: str, all_: Sequence[Figures]) -> str:
    """A table for each implementation, at most 72 ASCII columns: fit for a mail as it is.

    Args:
        kind: `costs` or `overflow`.
    """
    return "\n".join(_block(kind, figures) for figures in all_)


def render_json(kind: str, all_: Sequence[Figures], exit_code: int) -> str:
    """One object, of `schema.json` in this folder, with the figures under their kind."""
    object_ = {**frame(exit_code), kind: [_object(f) for f in all_]}
    return json.dumps(object_, indent=2, ensure_ascii=True) + "\n"


def _block(kind: str, figures: Figures) -> str:
    lines = [*heading(figures.system.name, figures.system, figures.implementation), ""]
    if figures.fault is not None:
        lines += fault_lines(figures.fault)
    else:
        lines += _TABLES[kind](figures.rows).rstrip("\n").split("\n")
    return "".join(f"{to_ascii(line)}\n" for line in lines)


def _object(figures: Figures) -> dict[str, Any]:
    return {
        "file": figures.path,
        "scheme": figures.system.name,
        "implementation": figures.implementation,
        "fault": fault_object(figures.fault),
        "rows": [row.as_dict() for row in figures.rows],
    }
