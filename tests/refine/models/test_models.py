"""Every scheme has a model, and the model does what the scheme says."""

from __future__ import annotations

import pytest

from refine.adapter import Binding, bind
from refine.checks.exhaustive import check
from refine.loading import model_of
from refine.result import Verdict
from refine.scopes import scopes_of
from spec.load import load, schemes_dir

SCHEMES = sorted(
    path.stem for path in schemes_dir().glob("*.fs")
    if "\nscheme " in path.read_text(encoding="utf-8")
)
PAIRS = 30_000


def bound(name: str) -> Binding:
    return bind(model_of(name), load(schemes_dir() / f"{name}.fs").systems[0])


@pytest.mark.parametrize("name", SCHEMES)
def test_two_vmas_of_two_processes(name: str) -> None:
    """Two pages, or one; everything that happens at all happens here."""
    binding = bound(name)
    found = check(binding, scopes_of(binding.system, {})[1], 5 * PAIRS)
    assert (found.divergence, found.reason) == (None, "")
    verdicts = {f.name: f.verdict for f in found.findings}
    assert set(verdicts.values()) <= {Verdict.EXHAUSTED, Verdict.IDLE}, verdicts


@pytest.mark.long
@pytest.mark.parametrize("name", SCHEMES)
def test_as_far_as_the_budget_goes(name: str) -> None:
    """Three pages and more: no difference, whether or not all of it was seen."""
    binding = bound(name)
    for scope in scopes_of(binding.system, {})[2:]:
        found = check(binding, scope, PAIRS)
        assert found.divergence is None
        if found.reason:
            assert "budget" in found.reason
            break


def test_every_model_is_one_of_a_scheme() -> None:
    names = {p.stem for p in (schemes_dir().parent / "refine" / "models").glob("*.py")}
    assert names - set(SCHEMES) == {"__init__", "references"}
