"""The exit code of a command that decides something, over all its files."""

from __future__ import annotations

from collections.abc import Iterable

from spec.exit_code import ExitCode, code_of, first
from spec.report.model import FileReport


def exit_code(
    reports: Iterable[FileReport], *, unbounded: bool = False, strict: bool = False
) -> ExitCode:
    """The code that wins.

    Args:
        unbounded: a verdict in a scope does not satisfy `expect holds`.
        strict: a vacuous promise counts.
    """
    codes: list[ExitCode] = []
    for file in reports:
        codes += [code_of(r, unbounded=unbounded, strict=strict) for r in file.results]
        if file.internal:
            codes.append(ExitCode.INTERNAL)
        if any(d.severity == "error" for d in file.diagnostics):
            codes.append(ExitCode.SPEC_ERROR)
        if file.misfits or not all(s.passed for s in file.scenarios):
            codes.append(ExitCode.REFUTED)
    return first(codes)
