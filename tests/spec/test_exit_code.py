"""Which exit code a verdict makes, and which wins."""

from __future__ import annotations

import pytest

from spec.exit_code import PRECEDENCE, ExitCode, code_of, first
from spec.result import Decision, Outcome, Result


def result(outcome: Outcome, expected: str | None, as_expected: bool) -> Result:
    return Result("f", "s", "claim", "c", Decision(outcome, "m", {}), expected, as_expected)


@pytest.mark.parametrize(
    ("outcome", "expected", "as_expected", "code"),
    [
        (Outcome.PROVED, "holds", True, ExitCode.OK),
        (Outcome.PROVED, "fails", False, ExitCode.REFUTED),
        (Outcome.HOLDS, "holds", True, ExitCode.OK),
        (Outcome.HOLDS, "fails", False, ExitCode.REFUTED),
        (Outcome.REFUTED, "fails", True, ExitCode.OK),
        (Outcome.REFUTED, "holds", False, ExitCode.REFUTED),
        (Outcome.REFUTED, None, True, ExitCode.OK),
        (Outcome.NOT_INDUCTIVE, "holds", False, ExitCode.NOT_PROVED),
        (Outcome.UNKNOWN, "holds", False, ExitCode.NOT_PROVED),
        (Outcome.UNKNOWN, "fails", False, ExitCode.NOT_PROVED),
        (Outcome.UNKNOWN, None, True, ExitCode.OK),
        (Outcome.VACUOUS, "holds", True, ExitCode.OK),
        (Outcome.VACUOUS, None, False, ExitCode.OK),
        (Outcome.VACUOUS, "fails", False, ExitCode.REFUTED),
        (Outcome.EXACT, "exact", True, ExitCode.OK),
        (Outcome.EXACT, "safe", False, ExitCode.REFUTED),
        (Outcome.SAFE, "safe", True, ExitCode.OK),
        (Outcome.UNSAFE, "safe", False, ExitCode.REFUTED),
    ],
)
def test_code_of_a_verdict(
    outcome: Outcome, expected: str | None, as_expected: bool, code: ExitCode
) -> None:
    assert code_of(result(outcome, expected, as_expected)) is code


def test_unbounded_wants_a_proof() -> None:
    holds = result(Outcome.HOLDS, "holds", True)
    assert code_of(holds, unbounded=True) is ExitCode.NOT_PROVED
    assert code_of(result(Outcome.PROVED, "holds", True), unbounded=True) is ExitCode.OK
    assert code_of(result(Outcome.HOLDS, None, True), unbounded=True) is ExitCode.OK


@pytest.mark.parametrize("as_expected", [True, False])
def test_strict_minds_what_is_vacuous(as_expected: bool) -> None:
    vacuous = result(Outcome.VACUOUS, "holds", as_expected)
    assert code_of(vacuous, strict=True) is ExitCode.VACUOUS
    assert code_of(vacuous) is ExitCode.OK


def test_first_of_the_codes_wins() -> None:
    assert [int(c) for c in PRECEDENCE] == [70, 3, 1, 6, 4, 5, 0]
    for i, code in enumerate(PRECEDENCE):
        assert first(PRECEDENCE[i:]) is code
    assert first([]) is ExitCode.OK
