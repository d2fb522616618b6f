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


_PROOF_WANTED: Final = frozenset({"holds", "never"})
"""Expectations that --unbounded takes as said of every size."""


def code_of(result: Result, *, unbounded: bool = False, strict: bool = False) -> ExitCode:
    """What one verdict alone would make of the exit code.

    Args:
        unbounded: a verdict in a scope does not satisfy `expect holds`.
        strict: a vacuous promise counts.
    """
    refuted = ExitCode.OK if result.as_expected else ExitCode.REFUTED
    match result.decision.outcome:
        case Outcome.VACUOUS:
            vacuous = ExitCode.VACUOUS if strict else ExitCode.OK
            return refuted if result.expected == "fails" else vacuous
        case Outcome.UNKNOWN | Outcome.NOT_INDUCTIVE:
            return ExitCode.OK if result.as_expected else ExitCode.NOT_PROVED
        case Outcome.HOLDS:
            too_weak = unbounded and result.expected in _PROOF_WANTED
            return ExitCode.NOT_PROVED if too_weak else refuted
        case Outcome.PROVED | Outcome.REFUTED | Outcome.EXACT | Outcome.SAFE | Outcome.UNSAFE:
            return refuted


def first(codes: Iterable[ExitCode]) -> ExitCode:
    """The code that wins, OK when there is none."""
    found = set(codes)
    return next((code for code in PRECEDENCE if code in found), ExitCode.OK)
