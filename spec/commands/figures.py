"""`spec refine --costs` and `--overflow`: figures of implementations, instead of checks."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

from spec.commands.loading import guarded
from spec.console import Console
from spec.exit_code import ExitCode
from spec.report.model import FileReport

if TYPE_CHECKING:
    from refine.report.figures import Figures
    from spec.load import Loaded


def measured(
    kind: str, loaded: Loaded, report: FileReport, impl: str | None, orders: Sequence[int],
    console: Console, found: list[Figures],
) -> FileReport:
    """The report of a scheme's file; the figures of its implementation are appended to `found`.

    Args:
        kind: `costs` or `overflow`.
        impl: the implementation's name; None for the model of the scheme's name.
        orders: of the folios; the usual ones where there are none.
    """

    def work() -> FileReport:
        found.append(_figures(kind, loaded, report.path, impl, orders))
        return report

    console.progress(f"{kind} of {loaded.systems[0].name}")
    with redirect_stdout(sys.stderr):
        return guarded(report, console, work)


def _figures(
    kind: str, loaded: Loaded, path: str, impl: str | None, orders: Sequence[int]
) -> Figures:
    from refine import costs, overflow
    from refine.adapter import bind
    from refine.faults import Fault
    from refine.loading import implementation_of
    from refine.report.figures import Figures

    system = loaded.systems[0]
    name = impl or "-"
    try:
        cls = implementation_of(system.name, impl)
        name = f"{cls.__module__}:{cls.__qualname__}"
        binding = bind(cls, system)
        if kind == "costs":
            return Figures(path, system, name, tuple(costs.costs(binding, orders or costs.ORDERS)))
        return Figures(path, system, name, overflow.overflow(binding, orders or overflow.ORDERS))
    except Fault as fault:
        return Figures(path, system, name, fault=fault)


def codes_of(all_: Sequence[Figures]) -> list[ExitCode]:
    """What they make of the exit code: figures judge nothing, but a fault leaves none."""
    return [ExitCode.NOT_REFINED for figures in all_ if figures.fault is not None]
