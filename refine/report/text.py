"""Refinements for a terminal and for a mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from refine.report.divergence import Hooks, divergence_lines, fault_lines
from refine.report.reproduction import reproduction_lines
from refine.result import CheckReport, Finding, Refinement, Verdict
from spec.ir import System
from spec.report.ascii import MAIL_WIDTH, field, to_ascii
from spec.report.grid import lines_of
from spec.report.model import Style
from spec.report.words import definition, plural


@dataclass(frozen=True, slots=True)
class Shown:
    """A refinement and what is needed to print it; both are missing for a file that did not
    load or a scheme without an implementation."""

    refinement: Refinement
    system: System | None = None
    hooks: Hooks | None = None


@dataclass(frozen=True, slots=True)
class RefineReport:
    """What `spec refine` found; `exit_code` is what the process will end with."""

    shown: tuple[Shown, ...]
    exit_code: int


def render(report: RefineReport, style: Style) -> str:
    """A block for each implementation; with -q only those that fail or are left open."""
    blocks = [
        lines for s in report.shown
        if style.verbosity != "quiet" or s.refinement.failed or s.refinement.undecided
        for lines in [_block(s, style)]
    ]
    blocks.append([summary(report)])
    return "\n".join("".join(f"{to_ascii(x)}\n" for x in block) for block in blocks)


def mail(report: RefineReport, style: Style) -> str:
    """The runs first, each fit to be pasted; then a line for each implementation."""
    blocks = [_failure(s) for s in report.shown if s.refinement.failed]
    if style.verbosity != "quiet" or not blocks:
        blocks += [_block(s, style) for s in report.shown if not s.refinement.failed]
    return "\n".join("".join(f"{to_ascii(x)}\n" for x in block) for block in blocks)


def summary(report: RefineReport) -> str:
    """`17 implementations: 16 refine, 1 does not; exit code 6`."""
    all_ = [s.refinement for s in report.shown]
    failed = sum(r.failed for r in all_)
    open_ = sum(bool(r.undecided) and not r.failed for r in all_)
    fine = len(all_) - failed - open_
    judged = " in what was judged" if any(r.only for r in all_) else ""
    parts = [f"{fine} {'refines' if fine == 1 else 'refine'}{judged}"] if fine or not all_ else []
    parts += [f"{failed} {'does' if failed == 1 else 'do'} not"] if failed else []
    parts += [f"{open_} not decided"] if open_ else []
    counted = plural(len(all_), "implementation")
    return f"{counted}: {', '.join(parts)}; exit code {int(report.exit_code)}"


def heading(scheme: str, system: System | None, implementation: str) -> list[str]:
    """The two sides by their names."""
    meaning = definition(system.doc) if system else ""
    lines = field("Scheme", scheme + (f"  ({meaning})" if meaning else ""))
    return lines + field("Code", implementation)


def _heading(shown: Shown) -> list[str]:
    return heading(shown.refinement.scheme, shown.system, shown.refinement.implementation)


def _block(shown: Shown, style: Style) -> list[str]:
    found = shown.refinement
    if found.fault is not None:
        return _failure(shown)
    lines = _heading(shown)
    for check in found.checks:
        if check.divergence is None:
            lines += field("Check", f"{check.check}: {_scope(check)}")
    lines += _unjudged(found)
    if found.failed:
        return lines + _failure(shown)[len(_heading(shown)):]
    if style.verbosity != "quiet":
        lines += ["", *_table(found.checks)]
    for reason in _reasons(found.checks):
        lines += field("Open", reason)
    return lines


def _failure(shown: Shown) -> list[str]:
    """What goes into a mail about an implementation that fails."""
    found = shown.refinement
    lines = _heading(shown)
    if found.fault is not None:
        return [*lines, "", *fault_lines(found.fault)]
    assert shown.system is not None
    for check in found.checks:
        if check.divergence is not None:
            lines += divergence_lines(check, shown.system, shown.hooks or {})
            lines += reproduction_lines(check.divergence, found, shown.system)
    return lines


def _unjudged(found: Refinement) -> list[str]:
    """What was left out on demand, so that nobody takes silence for a pass."""
    lines = field("Judged", f"only {', '.join(found.only)}") if found.only else []
    for check in found.checks:
        if check.parted:
            steps = ", ".join(f"{name} ({n:,} step{'' if n == 1 else 's'})"
                              for name, n in check.parted.items())
            lines += field("Parted", f"{check.check}: the sides differ after {steps}, not judged; "
                           "nothing beyond was looked at")
    return lines


def _scope(check: CheckReport) -> str:
    given = f"; given {plural(len(check.given), 'invariant')}" if check.given else ""
    states = max((f.states for f in check.findings), default=0)
    counted = f", {states:,} states" if states else ""
    return f"{check.scope}{counted}{given}"


def _table(checks: Sequence[CheckReport]) -> list[str]:
    """An operation or answer in each row, a check in each column."""
    names = list(dict.fromkeys(f.name for c in checks for f in c.findings))
    by_check: list[Mapping[str, Finding]] = [{f.name: f for f in c.findings} for c in checks]
    rows = [
        (name, *(finding_text(found[name]) if name in found else "" for found in by_check))
        for name in names
    ]
    return lines_of(("operation", *(c.check for c in checks)), rows, MAIL_WIDTH)


def finding_text(finding: Finding) -> str:
    """`105 paths`, `312 steps`: what stands behind a verdict, in few words."""
    match finding.verdict:
        case Verdict.PROVED:
            return f"proved, {plural(finding.paths, 'path')}"
        case Verdict.EXHAUSTED:
            return f"all {finding.steps:,} steps" if finding.steps else "in all states"
        case Verdict.TESTED:
            return f"{plural(finding.steps, 'step')}"
        case Verdict.IDLE:
            return "-"
        case verdict:
            return str(verdict.value)


def _reasons(checks: Sequence[CheckReport]) -> list[str]:
    """Why something was left open, each reason once."""
    found: dict[str, list[str]] = {}
    for check in checks:
        if check.failed:
            continue
        for f in check.findings:
            if f.verdict in (Verdict.NOT_PROVED, Verdict.UNSEEN) and f.reason:
                found.setdefault(f"{check.check}: {f.reason}", []).append(f.name)
    return [f"{reason} ({', '.join(names)})" for reason, names in found.items()]
