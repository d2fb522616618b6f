"""Exit codes of `spec`, and which one wins when several apply."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Final

from spec.result import Outcome, Result


class ExitCode(IntEnum):
    """USAGE and INTERRUPTED stand alone; of the others the first in PRECEDENCE wins."""

    OK = 0
    REFUTED = 1
    USAGE = 2
    SPEC_ERROR = 3
    NOT_PROVED = 4
    VACUOUS = 5
    NOT_REFINED = 6
    INTERNAL = 70
    INTERRUPTED = 130


PRECEDENCE: Final = (
    ExitCode.INTERNAL,
    ExitCode.SPEC_ERROR,
    ExitCode.REFUTED,
    ExitCode.NOT_REFINED,
    ExitCode.NOT_PROVED,
    ExitCode.VACUOUS,
    ExitCode.OK,
)


def code_of(result: Result, *, unbounded: bool = False, strict: bool = False) -> ExitCode:
    """What one verdict alone would make of the exit code.

    Args:
        unbounded: a verdict in a scope does not satisfy `expect holds`.
        strict: a vacuous promise counts.
    """
    match result.decision.outcome:
        case Outcome.VACUOUS:
            return ExitCode.VACUOUS if strict and not result.as_expected else ExitCode.OK
        case Outcome.UNKNOWN | Outcome.NOT_INDUCTIVE:
            return ExitCode.OK if result.as_expected else ExitCode.NOT_PROVED
        case Outcome.HOLDS:
            if result.expected == "fails":
                return ExitCode.OK if result.as_expected else ExitCode.REFUTED
            return ExitCode.NOT_PROVED if unbounded or not result.as_expected else ExitCode.OK
        case Outcome.PROVED | Outcome.REFUTED | Outcome.EXACT | Outcome.SAFE | Outcome.UNSAFE:
            return ExitCode.OK if result.as_expected else ExitCode.REFUTED


def first(codes: Iterable[ExitCode]) -> ExitCode:
    """The code that wins, OK when there is none."""
    found = set(codes)
    return next((code for code in PRECEDENCE if code in found), ExitCode.OK)
