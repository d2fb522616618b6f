"""Every scheme has a model, and the model does what the scheme says."""

from __future__ import annotations

import pytest

from refine.adapter import Binding, bind
from refine.checks.exhaustive import check
from refine.loading import model_of
from refine.result import Verdict
from refine.scopes import of_no_constant
from solver.explore.ladder import Scope, ladder
from spec.load import load, scheme_names, schemes_dir

SCHEMES = scheme_names()
DRIFTS = "head_vmas"
"""Its count drifts without end: no scope of it is ever exhausted."""
TABLES = {"per_vma_table": {"Table": 2}}
"""With a table for each page there are too many worlds to list, or to tell apart."""
PAIRS = 5_000_000


def bound(name: str) -> Binding:
    return bind(model_of(name), load(schemes_dir() / f"{name}.fs").systems[0])


def scope_of(binding: Binding, rung: tuple[int, int, int], **fixed: int) -> Scope:
    """Sizes for VMAs, processes and pages; of `page`, a scheme for one page, one page."""
    system = binding.system
    return ladder(system, {**of_no_constant(system), **fixed}, (rung,))[0]


def all_of(binding: Binding, scope: Scope) -> dict[str, Verdict]:
    """What comes out for each operation and answer, where there is no difference."""
    found = check(binding, scope, PAIRS)
    assert (found.divergence, found.reason) == (None, "")
    return {f.name: f.verdict for f in found.findings}


@pytest.mark.parametrize("name", [n for n in SCHEMES if n != DRIFTS])
def test_every_state_of_two_vmas_of_two_processes_and_four_pages(name: str) -> None:
    binding = bound(name)
    verdicts = all_of(binding, scope_of(binding, (2, 2, 4), **TABLES.get(name, {})))
    assert set(verdicts.values()) <= {Verdict.EXHAUSTED, Verdict.IDLE}, verdicts


def test_one_that_drifts_is_looked_at_as_far_as_the_budget_goes() -> None:
    binding = bound(DRIFTS)
    found = check(binding, scope_of(binding, (2, 2, 4)), 300_000)
    assert found.divergence is None
    assert "budget" in found.reason


def test_every_model_is_one_of_a_scheme() -> None:
    names = {p.stem for p in (schemes_dir().parent / "refine" / "models").glob("*.py")}
    assert names - set(SCHEMES) == {"__init__", "references"}
