"""What the tool costs, in one table: `python benchmarks/run.py`.

Commands are timed from process start to process end, and the best of some runs counts:
what disturbs a measurement only ever makes it longer.  Nothing here is a test.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCHEMES = ROOT / "schemes"
SIMPLE = ("page", "per_vma", "per_mm")
LARGE = ("nr_pages_mapped", "total", "linux_6_18")
EVERYTHING = ("folio", *SIMPLE, *LARGE, "examples")
BARE = ("-c", "pass")
SPEC = ("-m", "spec")
SCOPES = (
    {"Mm": 2, "Vma": 3, "NR": 2}, {"Mm": 2, "Vma": 3, "NR": 3}, {"Mm": 2, "Vma": 3, "NR": 4},
    {"Mm": 3, "Vma": 4, "NR": 2}, {"Mm": 2, "Vma": 4, "NR": 3}, {"Mm": 3, "Vma": 4, "NR": 4},
)
MOST_STATES = 2_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """One process: seconds, megabytes of its largest process, exit code."""

    seconds: float
    megabytes: float
    code: int


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table; `limit` is in the unit of `value`, None where there is none."""

    what: str
    value: float
    unit: str
    limit: float | None = None
    note: str = ""

    @property
    def share(self) -> str:
        """`0.42 of 2 s`; what should be large is given as a multiple."""
        if self.limit is None:
            return ""
        return f"{self.value / self.limit:.2f} of {self.limit:g} {self.unit}"


def spawn(arguments: Sequence[str], directory: Path) -> Run:
    """Run the interpreter with these arguments, what it prints thrown away."""
    began = time.perf_counter()
    child = os.posix_spawn(
        sys.executable, [sys.executable, *arguments], {**os.environ, "PYTHONPATH": str(ROOT)},
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, str(directory / "stderr"), os.O_WRONLY | os.O_CREAT, 0o600),
        ],
    )
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - began
    return Run(seconds, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status))


def best(arguments: Sequence[str], directory: Path, times: int, code: int = 0) -> Run:
    """The quickest of some runs, after one that fills the caches."""
    runs = [spawn(arguments, directory) for _ in range(times + 1)][1:]
    wrong = [r.code for r in runs if r.code != code]
    if wrong:
        raise SystemExit(f"{' '.join(arguments)}: exit code {wrong[0]}, not {code}")
    return min(runs, key=lambda r: r.seconds)


# ---------------------------------------------------------------- processes


def planted(directory: Path) -> Path:
    """per_vma.fs, splitting a VMA not counted."""
    text = (SCHEMES / "per_vma.fs").read_text(encoding="utf-8")
    head, on, rest = text.partition("on split_vma(old, new, at)\n")
    _, blank, tail = rest.partition("\n\n")
    path = directory / "per_vma.fs"
    path.write_text(f"{head}{on}\tchanges nothing{blank}{tail}", encoding="utf-8")
    return path


def processes(directory: Path, times: int) -> Iterator[Row]:
    bare = best(BARE, directory, 3 * times)
    yield Row("bare interpreter", bare.seconds, "s", note="the unit of the next column")
    spec_help = best([*SPEC, "--help"], directory, 3 * times)
    above = spec_help.seconds - bare.seconds
    yield Row("spec --help, above it", above, "s", 0.1, _ratio(spec_help, bare))
    for limit, names in ((2, SIMPLE), (20, LARGE)):
        for name in names:
            one = best(_check(name), directory, times)
            yield Row(f"spec check {name}.fs", one.seconds, "s", limit, _ratio(one, bare))
    fresh = best(_check(*EVERYTHING), directory, max(1, times // 2))
    yield Row("spec check of everything", fresh.seconds, "s", note=_ratio(fresh, bare))
    yield Row("  its largest process", fresh.megabytes, "MB", 1024)
    kept = best(_check(*EVERYTHING, cache=str(directory / "kept")), directory, times)
    yield Row("the same from the cache", kept.seconds, "s", 2, _share(kept, fresh))
    both = best([*_check(*EVERYTHING), "--crosscheck"], directory, 1)
    yield Row("the same with two solvers", both.seconds, "s", note=_share(both, fresh))
    path = str(planted(directory))
    only = [*SPEC, "check", "--no-cache", "--only", "counts_mapping_vmas", path]
    bug = best(only, directory, times, code=1)
    yield Row("planted bug, its invariant", bug.seconds, "s", 1, _ratio(bug, bare))
    whole = best([*SPEC, "check", "--no-cache", path], directory, max(1, times // 2), code=1)
    yield Row("planted bug, the whole file", whole.seconds, "s", note=_ratio(whole, bare))
    run = best([*SPEC, "run", str(SCHEMES / "examples.fs")], directory, max(1, times // 2))
    yield Row("spec run examples.fs", run.seconds, "s", note=_ratio(run, bare))


def _check(*names: str, cache: str = "") -> list[str]:
    files = [str(SCHEMES / f"{name}.fs") for name in names]
    return [*SPEC, "check", *(["--cache", cache] if cache else ["--no-cache"]), *files]


def _share(run: Run, whole: Run) -> str:
    return f"{run.seconds / whole.seconds:.2f} of the run without"


def _ratio(run: Run, bare: Run) -> str:
    return f"{run.seconds / bare.seconds:.0f} bare interpreters"


# ----------------------------------------------------------------- explorer


def explorer() -> Iterator[Row]:
    """All of per_vma over the folio, on one core, in this process."""
    sys.path.insert(0, str(ROOT))
    from solver.explore import Goal, explore
    from spec.load import load

    system = load(SCHEMES / "per_vma.fs").systems[0]
    goals = [Goal(p.name, p.cond) for p in system.promises if p.name == "counts_mapping_vmas"]
    for scope in SCOPES:
        began = time.perf_counter()
        found = explore(system, goals, scopes=(scope,), budget=MOST_STATES)
        seconds = time.perf_counter() - began
        shown = " ".join(f"{n}={v}" for n, v in scope.items())
        done = "exhausted" if found.largest else "not exhausted"
        counts = f"{found.states:,} states, {found.transitions:,} transitions, {done}"
        limit = 1 if scope == {"Mm": 2, "Vma": 3, "NR": 4} else None
        yield Row(f"explorer {shown}", seconds, "s", limit, counts)
        speed = found.transitions / seconds / 1e6
        yield Row("  transitions per second", speed, "million", 1)


# -------------------------------------------------------------------- table


def table(rows: Iterator[Row]) -> None:
    print(f"{'what':36}{'value':>10} {'':8}{'share of the limit':22}note")
    for row in rows:
        value = f"{row.value:.3f}" if row.value < 10 else f"{row.value:.1f}"
        line = f"{row.what:36}{value:>10} {row.unit:8}{row.share:22}{row.note}"
        print(line.rstrip(), flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--times", type=int, default=5, help="runs of each command")
    options.add_argument("--only", choices=["processes", "explorer"])
    chosen = options.parse_args()
    print(f"{len(os.sched_getaffinity(0))} cores, Python {sys.version.split()[0]}")
    with tempfile.TemporaryDirectory() as made:
        if chosen.only != "explorer":
            table(processes(Path(made), chosen.times))
    if chosen.only != "processes":
        table(explorer())


if __name__ == "__main__":
    main()
