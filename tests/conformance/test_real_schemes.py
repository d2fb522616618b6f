"""The schemes themselves in small worlds: the explorer sees what a plain search sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from solver.explore import ladder
from spec.load import load
from tests.conformance import agreement

SCHEMES = Path(__file__).parents[2] / "schemes"
NAMES = [p.stem for p in sorted(SCHEMES.glob("*.fs")) if load(p).file.header.kind != "scenarios"]
RUNGS = 4
BUDGET = 100_000


@pytest.mark.parametrize("name", NAMES)
def test_the_explorer_sees_what_the_reference_sees(name: str) -> None:
    system = load(SCHEMES / f"{name}.fs").systems[0]
    seen = agreement.seen_in(system, ladder(system)[:RUNGS], most=60_000)
    seen = [(scope, known) for scope, known in seen if known.exhausted]
    assert len(seen) >= 2
    assert list(agreement.explorer_against_reference(system, seen, BUDGET)) == []
