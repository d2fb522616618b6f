"""Which check finds which bug: a row of the matrix, and the matrix as text."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from refine.adapter import bind
from refine.checks import CHECKS, exhaustive, symbolic
from refine.faults import Fault
from refine.pipeline import Options, check_by
from refine.result import CheckReport
from refine.scopes import of_no_constant, scopes_of
from solver.explore.ladder import ladder
from spec.load import load, packaged_path
from tests.refine.gallery.planting import Bug, planted

PAIRS: Final = 20_000
PAIRS_IN_A_SCOPE: Final = 200_000
RUNS: Final = 16


def row(bug: Bug, folder: Path) -> dict[str, str]:
    """For each check what it says of the bug: `found`, `-`, or `open` where it gives up."""
    cls = planted(bug, folder)
    try:
        binding = bind(cls, load(packaged_path(cls.scheme)).systems[0])
    except Fault:
        return dict.fromkeys(CHECKS, "found")
    system = binding.system
    invariants = [p for p in system.promises if p.kind == "invariant"]
    small = dict(bug.scope) or ladder(system, of_no_constant(system), ((2, 2, 2),))[0]
    found: dict[str, str] = {}
    scopes = [dict(bug.scope)] if bug.scope else scopes_of(system, {})[:4]
    for scope in scopes:
        seen = exhaustive.check(binding, scope, PAIRS_IN_A_SCOPE if bug.scope else PAIRS)
        if seen.failed or seen.reason:
            break
    found["exhaustive"] = "found" if seen.failed else "-"
    found["random"] = _word(check_by("random", binding, Options(runs=RUNS)))
    found["symbolic"] = _word(symbolic.check(binding, small, invariants))
    return found


def _word(report: CheckReport) -> str:
    if report.failed:
        return "found"
    given_up = any(f.verdict.value == "not proved" for f in report.findings)
    return "open" if given_up and report.check == "symbolic" else "-"


def as_text(rows: dict[Bug, dict[str, str]]) -> str:
    """The matrix, a bug in each line, bugs of a class together."""
    lines = [f"{'class':<11} {'bug':<28} {'model':<17} " + " ".join(f"{c:<10}" for c in CHECKS)]
    for bug, found in rows.items():
        cells = " ".join(f"{found[c]:<10}" for c in CHECKS)
        lines.append(f"{bug.kind:<11} {bug.name:<28} {bug.model:<17} {cells}")
    return "".join(f"{line.rstrip()}\n" for line in lines)
