"""Many random systems, more than a test run has time for.

    python -m tests.conformance.campaign --count 2000

Half of them are `random_systems`, half `random_ladders`.  With the same numbers it looks at
the same systems on every machine.  The first contradiction is shrunk and printed, exit code 1.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

from hypothesis import given, seed
from hypothesis.strategies import SearchStrategy

from solver.methods.induction import InductionReport
from solver.prover import Proof
from tests.conformance.random_ladders import random_ladders
from tests.conformance.random_systems import RandomSystem, random_systems
from tests.conformance.test_random import contradictions, loaded, profile

CHUNK = 25
KINDS: tuple[Callable[[], SearchStrategy[RandomSystem]], ...] = (random_systems, random_ladders)
Tally = Counter[str]


def explore(part: int) -> tuple[Tally, str]:
    """One chunk of systems of one kind; what was seen, and a contradiction or ''."""
    seen: Tally = Counter()
    strategy = KINDS[part % len(KINDS)]()

    def note(report: InductionReport) -> None:
        for attempt in report.attempts:
            answer = attempt.answer
            if isinstance(answer, Proof):
                seen[f"proved at rung {answer.rung}"] += 1
                seen[f"proved by {' and '.join(answer.solvers)}"] += bool(answer.queries)
            else:
                seen[f"open ({answer.reason})"] += 1
        for decision in report.decisions.values():
            seen[f"promises {decision.outcome}"] += 1

    with tempfile.TemporaryDirectory() as place:

        @seed(part)
        @profile(CHUNK, fixed=False)
        @given(drawn=strategy)
        def look(drawn: RandomSystem) -> None:
            seen["systems"] += 1
            made = loaded(drawn, Path(place))
            found = contradictions(made, note, crosscheck=find_spec("cvc5") is not None)
            assert not found, f"{drawn}\n{found}"

        try:
            look()
        except AssertionError as error:
            return seen, str(error)
    return seen, ""


def chunks(count: int, first: int) -> Iterator[int]:
    yield from range(first, first + -(-count // CHUNK))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2_000, help="how many systems")
    parser.add_argument("--first", type=int, default=0, help="the first chunk")
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    total: Tally = Counter()
    parts = list(chunks(asked.count, asked.first))
    with multiprocessing.Pool(asked.jobs, maxtasksperchild=1) as pool:
        for done, (seen, wrong) in enumerate(pool.imap(explore, parts), 1):
            total += seen
            print(f"{done * CHUNK} of {len(parts) * CHUNK}", file=sys.stderr, flush=True)
            if wrong:
                print(wrong)
                return 1
    for what, number in sorted(total.items()):
        print(f"{number:8} {what}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
