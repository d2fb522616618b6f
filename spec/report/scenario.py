"""Scenarios as they ran: passed or not, and which step gave what instead of what."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import click

from spec.ir import System
from spec.report.diagnostics import printable
from spec.report.model import FileReport, Style
from spec.report.run import view
from spec.report.table import lines_of as table_lines
from spec.report.words import plural
from spec.result import ScenarioFailure, ScenarioResult


def lines_of(file: FileReport, style: Style) -> list[str]:
    """A line per scenario and scheme; failures with step, wanted and got."""
    lines: list[str] = []
    for result in file.scenarios:
        if style.verbosity == "quiet" and result.passed:
            continue
        lines.append(_line(result, style))
        for failure in result.failures:
            lines += _failure(failure)
        system = file.system(result.scheme)
        if style.verbosity == "verbose" and result.trace is not None and system is not None:
            lines += _run(result, system, style)
    return [*lines, ""] if lines else []


def _line(result: ScenarioResult, style: Style) -> str:
    word = "passed" if result.passed else "FAILED"
    shown = click.style(word, fg="green" if result.passed else "red") if style.color else word
    size = f"{plural(result.steps, 'step')}, {plural(result.checked, 'expectation')}"
    return f"{shown}  {result.scenario}, {result.scheme} ({size})"


def _failure(failure: ScenarioFailure) -> Iterator[str]:
    when = f"after step {failure.step}" if failure.step else "at the start"
    yield f"    {failure.where + ': ' if failure.where else ''}{when}: {printable(failure.text)}"
    yield f"        wanted  {failure.wanted}"
    yield f"        got     {failure.got}"


def _run(result: ScenarioResult, system: System, style: Style) -> Iterator[str]:
    assert result.trace is not None
    run = view(result.trace, system, names=result.names, every_change=True)
    yield ""
    for line in textwrap.wrap(run.world, style.width - 4):
        yield f"    {line}"
    for line in table_lines(run, style.width - 2):
        yield f"  {line}"
    yield ""
