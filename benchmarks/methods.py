"""Three ways to decide one promise, at growing scopes: `python benchmarks/methods.py`.

The proof without bound knows no scope.  Bounded induction asks for a step that breaks the
promise in one scope, the explorer visits every state of it.  Processor seconds of one
core, in one run of this script; what is printed are multiples of the proof.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from solver import proving  # noqa: E402
from solver.explore import Goal, Scope, explore  # noqa: E402
from solver.methods.bounded import Small, breaks_in  # noqa: E402
from solver.methods.induction import InductionReport, induct  # noqa: E402
from spec.ir import System  # noqa: E402
from spec.load import load  # noqa: E402
from spec.result import Outcome  # noqa: E402

PROMISES = (
    ("per_vma", "counts_mapping_vmas"), ("total", "counts_entries"),
    ("linux_6_18", "exclusive_slot"),
)
SCOPES: tuple[Scope, ...] = (
    {"Mm": 2, "Vma": 2, "NR": 2}, {"Mm": 2, "Vma": 3, "NR": 3}, {"Mm": 2, "Vma": 3, "NR": 4},
    {"Mm": 3, "Vma": 4, "NR": 4}, {"Mm": 3, "Vma": 4, "NR": 8}, {"Mm": 4, "Vma": 6, "NR": 16},
)
STATES = 3_000_000
EFFORT = 60_000_000
"""Of the solver, for one obligation in one scope: about half a minute."""
MOST_SECONDS = 120
"""After a scope that took this long no larger one is tried."""


def row(what: str, values: Sequence[str]) -> str:
    return f"{what:18}" + "".join(f"{v:>16}" for v in values)


def shown(seconds: float, unit: float, done: bool) -> str:
    return f"{seconds / unit:.1f}" if done else f"> {seconds / unit:.0f}"


def proof(system: System, name: str) -> tuple[InductionReport, float]:
    given = [p.name for p in system.promises if p.kind == "invariant" and p.name != name]
    began = time.process_time()
    report = induct(system, only=[name], given=given)
    seconds = time.process_time() - began
    assert report.decisions[name].outcome is Outcome.PROVED, name
    return report, seconds


def bounded(report: InductionReport, system: System, name: str, scope: Scope) -> tuple[float, bool]:
    """Every obligation of the proof, in a world of this size; was it decided?"""
    pages = next(s.name for s in system.sorts if s.size == "NR")
    sizes = {**{n: v for n, v in scope.items() if n != "NR"}, pages: scope["NR"]}
    began = time.process_time()
    for attempt in report.proofs[name]:
        reply = breaks_in(system, attempt.obligation, sizes, Small(rlimit=EFFORT))
        assert reply.answer != "sat", attempt.obligation.name
        if reply.answer == "unknown":
            return time.process_time() - began, False
    return time.process_time() - began, True


def explored(system: System, name: str, scope: Scope) -> tuple[float, bool]:
    goals = [Goal(p.name, p.cond) for p in system.promises if p.name == name]
    began = time.process_time()
    found = explore(system, goals, scopes=(scope,), budget=STATES, include_duties=False)
    decision = found.decisions[name]
    assert decision.outcome is not Outcome.REFUTED
    return time.process_time() - began, decision.outcome is Outcome.HOLDS


def rows(scheme: str, name: str) -> Iterator[str]:
    system = load(ROOT / "schemes" / f"{scheme}.fs").systems[0]
    report, unit = proof(system, name)
    steps = len(report.proofs[name])
    yield ""
    yield f"{scheme}: {name}, {steps} obligations; the proof without bound takes {unit:.2f} s"
    yield row("Mm, Vma, NR", [", ".join(str(v) for v in s.values()) for s in SCOPES])
    yield row("proof", ["1.0"] * len(SCOPES))
    for what in ("bounded induction", "explorer"):
        values: list[str] = []
        going = True
        for scope in SCOPES:
            if not going:
                values.append("-")
                continue
            seconds, done = (
                bounded(report, system, name, scope) if what == "bounded induction"
                else explored(system, name, scope))
            values.append(shown(seconds, unit, done))
            going = done and seconds < MOST_SECONDS
        yield row(what, values)


def main() -> None:
    proving.ALONE = 10**12  # all on one core
    for scheme, name in PROMISES:
        for line in rows(scheme, name):
            print(line, flush=True)


if __name__ == "__main__":
    main()
