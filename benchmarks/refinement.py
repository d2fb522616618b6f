"""Every model against its scheme, by every check: `python benchmarks/refinement.py`.

    python benchmarks/refinement.py                       # four pages
    python benchmarks/refinement.py --pages 6 --vmas 3 --check symbolic per_vma total

Seconds of processor time in one process, after everything is loaded; the counts are the same on
every machine.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping

from refine.adapter import Binding, bind
from refine.checks import CHECKS
from refine.loading import model_of
from refine.pipeline import Options, check_by
from refine.result import CheckReport, Verdict
from refine.scopes import of_no_constant
from solver.explore.ladder import ladder
from spec.load import load, packaged_path, scheme_names

PAIRS = 5_000_000
TABLES = {"per_vma_table": {"Table": 2}}
"""With a table for each page there are too many worlds to list, and with six to tell apart."""


def report(name: str, binding: Binding, check: str, rung: tuple[int, int, int]) -> CheckReport:
    """One check of one model, in a scope of so many VMAs, processes and pages."""
    system = binding.system
    fixed: Mapping[str, int] = of_no_constant(system)
    if check == "exhaustive" or rung[2] > 4:
        fixed = {**fixed, **TABLES.get(name, {})}
    scope = ladder(system, fixed, (rung,))[0]
    if check == "random":
        # As many VMAs and processes as it draws; `page` has worlds of one page alone.
        scope = {"NR": scope["NR"]} if name != "page" else {}
    return check_by(check, binding, Options(scope=scope, budget=PAIRS))


def said(found: CheckReport) -> str:
    """The counts of a report, and what is not as it should be."""
    counts = {
        "paths": sum(f.paths for f in found.findings),
        "pairs": max((f.states for f in found.findings), default=0),
        "steps": sum(f.steps for f in found.findings),
    }
    shown = ", ".join(f"{n:,} {what}" for what, n in counts.items() if n)
    bad = [f.name for f in found.findings if f.verdict in (Verdict.FAILED, Verdict.NOT_PROVED)]
    return "; ".join(filter(None, [shown, ", ".join(bad), found.reason]))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="MODEL", help="all of them")
    parser.add_argument("--check", action="append", choices=CHECKS, help="all of them")
    parser.add_argument("--vmas", type=int, default=2)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--pages", type=int, default=4)
    chosen = parser.parse_args()
    rung = (chosen.vmas, chosen.processes, chosen.pages)
    total = 0.0
    for name in chosen.names or scheme_names():
        binding = bind(model_of(name), load(packaged_path(name)).systems[0])
        for check in chosen.check or CHECKS:
            began = time.process_time()
            found = report(name, binding, check, rung)
            took = time.process_time() - began
            total += took
            print(f"{name:16} {check:10} {took:7.1f} s  {said(found)}", flush=True)
    print(f"{'all':27} {total:7.1f} s")


if __name__ == "__main__":
    main()
