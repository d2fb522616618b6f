"""The sentence under a run names the duty that the run is about."""

from __future__ import annotations

import pytest

from spec.load import load_text
from spec.report.run import view
from spec.trace import Step, Trace, World

TWO = """module m

state i: nat = 0
state j: nat = 0

op lower
	changes i, j
	i := i - 1
	j := j - 1
"""


@pytest.mark.parametrize("place", ["i", "j"])
def test_a_step_that_breaks_two_duties_is_blamed_for_the_one_in_question(place: str) -> None:
    (system,) = load_text(TWO, "m.fs").systems
    start = {"i": 0, "j": 0}
    trace = Trace(World({}, {}), (Step("lower", {}),), (start,))
    found = view(trace, system, duty=f"nat:{place}")
    assert found.ending == f"Step 1 makes {place} negative (-1)."
