"""The other two checks over every model: small scopes and few runs here, more with -m long."""

from __future__ import annotations

import pytest

from refine.checks import symbolic
from refine.checks.symbolic import Limits
from refine.pipeline import Options, check_by
from refine.result import CheckReport, Verdict
from refine.scopes import of_no_constant
from solver.explore.ladder import ladder
from tests.refine.models.test_models import SCHEMES, bound

DRIFTS = "head_vmas"
"""Its count drifts without end, so in some related state 32 bits wrap."""


def proved(name: str, rung: tuple[int, int, int]) -> CheckReport:
    binding = bound(name)
    system = binding.system
    scope = ladder(system, of_no_constant(system), (rung,))[0]
    invariants = [p for p in system.promises if p.kind == "invariant"]
    return symbolic.check(binding, scope, invariants, limits=Limits())


def verdicts(report: CheckReport) -> set[Verdict]:
    return {f.verdict for f in report.findings}


QUICK = ("creator", "double_map_file", "full_partial", "one_ref", "page", "per_vma", "three_counts")
"""The others take tens of seconds."""


@pytest.mark.parametrize("name", [
    n if n in QUICK else pytest.param(n, marks=pytest.mark.long) for n in SCHEMES if n != DRIFTS])
def test_every_operation_is_proved_from_every_related_state(name: str) -> None:
    found = proved(name, (2, 2, 2))
    assert found.divergence is None
    assert verdicts(found) <= {Verdict.PROVED, Verdict.IDLE, Verdict.UNSEEN}, found.findings


@pytest.mark.long
@pytest.mark.parametrize("name", [n for n in SCHEMES if n != DRIFTS])
def test_and_with_four_pages_or_no_difference(name: str) -> None:
    assert proved(name, (2, 2, 4)).divergence is None


def test_a_count_that_drifts_wraps_where_no_run_of_a_scope_comes() -> None:
    found = proved(DRIFTS, (1, 1, 2)).divergence
    assert found is not None and found.start is not None
    assert abs(found.differences[0].got or 0) >= 2**31 - 1


@pytest.mark.parametrize("name", QUICK)
def test_a_few_runs_over_512_pages(name: str) -> None:
    found = check_by("random", bound(name), Options(runs=2, steps=12))
    assert found.divergence is None
    assert Verdict.TESTED in verdicts(found)


@pytest.mark.long
@pytest.mark.parametrize("name", SCHEMES)
def test_many_runs_over_512_pages(name: str) -> None:
    assert check_by("random", bound(name), Options()).divergence is None
