"""The exit code of a command that decides something, over all its files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from spec.exit_code import ExitCode, code_of, first
from spec.report.model import FileReport

if TYPE_CHECKING:
    from spec.report.mutants import Judged, MutatedFile


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


def mutation_code(files: Iterable[MutatedFile]) -> ExitCode:
    """The code that wins: REFUTED where a mutant is killed that the file says survives,
    NOT_PROVED where one survives that it does not name."""
    codes: list[ExitCode] = []
    for file in files:
        codes += [_code_of(j) for j in file.judged]
        if file.report.internal:
            codes.append(ExitCode.INTERNAL)
        if any(d.severity == "error" for d in file.report.diagnostics):
            codes.append(ExitCode.SPEC_ERROR)
        if file.catalogue is not None and file.catalogue.idle:
            codes.append(ExitCode.REFUTED)
    return first(codes)


def _code_of(judged: Judged) -> ExitCode:
    """What one mutant alone would make of it.  A proof that fails is no run."""
    if judged.as_expected or judged.fate is None:
        return ExitCode.OK
    return ExitCode.REFUTED if judged.fate.verdict == "killed" else ExitCode.NOT_PROVED
