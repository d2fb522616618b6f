"""The other two checks over every model: four pages here, more with -m long."""

from __future__ import annotations

import pytest

from refine.pipeline import Options, check_by
from refine.result import CheckReport, Verdict
from tests.refine.models.test_models import DRIFTS, SCHEMES, TABLES, bound, scope_of

PROVED = [n for n in SCHEMES if n != DRIFTS]
"""In some related state a count that drifts wraps."""


def proved(name: str, rung: tuple[int, int, int], **fixed: int) -> CheckReport:
    binding = bound(name)
    return check_by("symbolic", binding, Options(scope=scope_of(binding, rung, **fixed)))


def verdicts(report: CheckReport) -> set[Verdict]:
    return {f.verdict for f in report.findings}


@pytest.mark.parametrize("name", PROVED)
def test_every_operation_is_proved_from_every_related_state(name: str) -> None:
    found = proved(name, (2, 2, 4))
    assert found.divergence is None
    assert verdicts(found) <= {Verdict.PROVED, Verdict.IDLE, Verdict.UNSEEN}, found.findings


@pytest.mark.long
@pytest.mark.parametrize("name", PROVED)
def test_and_with_six_pages(name: str) -> None:
    found = proved(name, (2, 2, 6), **TABLES.get(name, {}))
    assert found.divergence is None
    assert verdicts(found) <= {Verdict.PROVED, Verdict.IDLE, Verdict.UNSEEN}, found.findings


def test_a_count_that_drifts_wraps_where_no_run_of_a_scope_comes() -> None:
    found = proved(DRIFTS, (1, 1, 2)).divergence
    assert found is not None and found.start is not None
    assert abs(found.differences[0].got or 0) >= 2**31 - 1


@pytest.mark.parametrize("name", SCHEMES)
def test_runs_over_four_pages(name: str) -> None:
    scope = {} if name == "page" else {"NR": 4}
    found = check_by("random", bound(name), Options(scope=scope, runs=40))
    assert found.divergence is None
    assert verdicts(found) <= {Verdict.TESTED, Verdict.IDLE, Verdict.UNSEEN}, found.findings


@pytest.mark.parametrize("name", SCHEMES)
def test_a_few_runs_over_512_pages(name: str) -> None:
    found = check_by("random", bound(name), Options(runs=2, steps=12))
    assert found.divergence is None
    assert Verdict.TESTED in verdicts(found)


@pytest.mark.long
@pytest.mark.parametrize("name", SCHEMES)
def test_many_runs_over_512_pages(name: str) -> None:
    assert check_by("random", bound(name), Options()).divergence is None
