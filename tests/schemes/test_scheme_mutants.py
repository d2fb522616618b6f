"""Every slip in a scheme is noticed, proved to change nothing, or named in its file; and the
prover never proves what a run refutes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.spec.conftest import Ran
from tests.spec.conftest import spec as spec

Spec = Callable[..., Ran]
SCHEMES = Path(__file__).parents[2] / "schemes"
NAMES = (
    "page", "per_vma", "per_vma_refs", "per_mm", "per_vma_table", "head_vmas", "full_partial",
    "double_map", "double_map_file", "nr_pages_mapped", "total", "three_counts", "creator",
    "one_ref", "one_ref_held", "linux_6_12", "linux_6_18",
)

SAMPLE = {
    "page": ("map_ptes.mapcount.off_by_one_1", "unmap_ptes.mapcount.pages_for_vmas"),
    "per_vma": ("split_vma.drop", "unmap_ptes.mapcount.before", "map_ptes.mapcount.forget_pmd"),
    "per_mm": ("dup_pmd.mapcount.drop_when", "unmap_pmd.drop"),
    "total": ("split_pmd.total.off_by_one_1", "maybe_mapped_shared.negate"),
}
"""A few of each kind, so that the usual run of the tests stays short."""


@pytest.mark.parametrize("name", SAMPLE)
def test_a_sample_is_noticed_and_contradicts_nothing(spec: Spec, name: str) -> None:
    only = [word for mutant in SAMPLE[name] for word in ("--only", mutant)]
    ran = spec("mutate", SCHEMES / f"{name}.fs", "--crosscheck", *only)
    assert ran.code == 0, ran.out + ran.err
    assert "SURVIVES" not in ran.out


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_no_slip_goes_unnoticed_and_no_proof_contradicts_a_run(spec: Spec, name: str) -> None:
    ran = spec("mutate", SCHEMES / f"{name}.fs", "--crosscheck", "--json")
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)["files"][0]
    assert len(found["mutants"]) >= 40
    assert not [m["name"] for m in found["mutants"] if not m["as_expected"]]
    survivors = {m["name"]: m["survives"] for m in found["mutants"] if m["verdict"] == "survives"}
    assert all(survivors.values())
    # A promise that is only proved no longer is a weak one: none of the schemes needs it.
    assert not [m["name"] for m in found["mutants"] if m["verdict"] == "not_proved"]
