"""The explorer alone, on one core: `python benchmarks/explorer.py [SCHEME ...]`.

For every scheme and some scopes: seconds, states up to renaming, transitions, transitions
per second; then what a scope costs that has hardly any states; then a planted bug, from
process start to its shortest run.  Processor seconds, which another process on the machine
disturbs less than the clock.  Nothing here is a test.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from solver.explore import Exploration, Goal, Scope, explore, scope_text  # noqa: E402
from spec.ir import System  # noqa: E402
from spec.load import load  # noqa: E402

SCHEMES = ("per_vma", "per_mm", "total", "nr_pages_mapped")
SCOPES: tuple[Scope, ...] = (
    {"Mm": 2, "Vma": 3, "NR": 3},
    {"Mm": 2, "Vma": 3, "NR": 4},
    {"Mm": 3, "Vma": 4, "NR": 3},
    {"Mm": 3, "Vma": 3, "NR": 5},
)
TINY: Scope = {"Mm": 1, "Vma": 1, "NR": 1}
MOST_STATES = 5_000_000

BUG = """
import sys
sys.path.insert(0, sys.argv[1])
from solver.explore import Goal, explore, ladder
from tests.solver.systems import planted
system = planted("split_forgets")
goals = [Goal(p.name, p.cond) for p in system.promises]
found = explore(system, goals, scopes=ladder(system), budget=2_000)
print(len(found.decisions["counts_mapping_vmas"].trace.steps))
"""


def measure(system: System, scope: Scope) -> tuple[Exploration, float]:
    """Everything the scheme promises, in one scope; the seconds it took."""
    goals = [Goal(p.name, p.cond) for p in system.promises]
    premises = [Goal(p.name, p.premise) for p in system.promises if p.premise is not None]
    began = time.process_time()
    found = explore(system, goals, scopes=(scope,), budget=MOST_STATES, premises=premises)
    return found, time.process_time() - began


def row(name: str, system: System, scope: Scope) -> str:
    found, seconds = measure(system, scope)
    speed = found.transitions / seconds / 1e6
    ended = "" if found.largest else "  (budget)"
    return (
        f"{name:16} {scope_text(scope):18} {seconds:8.3f} s {found.states:10,} "
        f"{found.transitions:12,} {speed:7.2f} million/s{ended}"
    )


def bug_row() -> str:
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", BUG, str(ROOT)], capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - began
    return f"planted bug, from process start: {seconds:.3f} s, {done.stdout.strip()} steps"


def main() -> None:
    names = sys.argv[1:] or SCHEMES
    print(f"{'scheme':16} {'scope':18} {'processor':>10} {'states':>10} {'transitions':>12}")
    for name in names:
        system = load(ROOT / "schemes" / f"{name}.fs").systems[0]
        for scope in SCOPES:
            print(row(name, system, scope), flush=True)
        _, seconds = measure(system, TINY)
        print(f"{name:16} {scope_text(TINY):18} {seconds:8.3f} s (what any scope costs)")
    print(bug_row())


if __name__ == "__main__":
    main()
