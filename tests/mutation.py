"""Bad input on purpose: mutated files through the whole tool, in this process.

    python -m tests.mutation --count 10000            all of them, on two processes
    python -m tests.mutation --only 4711              one again, with its traceback
    python -m tests.mutation --only 4711 --minimise   and the least that still fails

Number N is the same text on every machine.  A file has to end in diagnostics or in
verdicts: any other exception is a failure, and what takes longer than five seconds is
reported with the place where it was.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TextIO

from solver.decide import Decider, Options
from spec.format import format_text
from spec.load import Loaded, load, schemes_dir
from spec.parse import parse_text
from spec.report import FORMATS, FileReport, Report, Style
from spec.report import diagnostics as slips
from spec.report.hooks import hooks_of
from spec.result import SpecError
from spec.run import run_scenario
from spec.source import read_source
from tests.mutators import mutate

TOYS = Path(__file__).parent / "conformance" / "toys"
BUDGET = 2_000
SLOW = 5.0
"""Seconds of this process.  Only reported, because machines differ."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How one file ended: `errors` or `verdicts`, or `failed` with a traceback."""

    number: int
    how: str
    seconds: float
    trouble: str = ""


@cache
def originals() -> tuple[tuple[str, bytes], ...]:
    """What is mutated: every scheme, every module, the scenarios, every toy."""
    paths = [*sorted(schemes_dir().glob("*.fs")), *sorted(TOYS.glob("*.fs"))]
    return tuple((p.name, p.read_bytes()) for p in paths)


def mutated(number: int) -> bytes:
    """The text with this number."""
    rng = random.Random(f"mutation {number}")
    return mutate(rng.choice(originals())[1], rng)


# ---------------------------------------------------------------- one file


def examine(path: Path) -> str:
    """`errors` or `verdicts`; whatever else happens is raised.

    Everything that a user could do with the file is done: format, check, run, report.
    """
    try:
        _format(path)
        loaded = load(path)
    except SpecError as err:
        assert any(d.severity == "error" for d in err.diagnostics), "an error without an error"
        assert slips.render(err.diagnostics, color=False)
        return "errors"
    if loaded.file.header.kind == "scenarios":
        _report(_run(loaded, path), loaded)
    else:
        _report(_check(loaded, path), loaded)
    return "verdicts"


def _format(path: Path) -> None:
    """What can be parsed can be laid out, says the same then, and stays as it is."""
    text = read_source(str(path))
    tree, problems = parse_text(text, str(path))
    if any(p.severity == "error" for p in problems):
        return
    made = format_text(text, str(path))
    assert parse_text(made, str(path))[0] == tree, "formatting changed the meaning"
    assert format_text(made, str(path)) == made, "formatting twice changes again"


def _check(loaded: Loaded, path: Path) -> FileReport:
    results = _decider().decide(loaded, path.name)
    assert results or not any(s.promises for s in loaded.systems)
    return FileReport(path.name, (*loaded.modules, *loaded.systems), tuple(results))


@cache
def _decider() -> Decider:
    """One for all files of a process: the modules below are decided once."""
    return Decider(Options(budget=BUDGET))


def _run(loaded: Loaded, path: Path) -> FileReport:
    found = [run_scenario(s, x, path.name) for s in loaded.systems for x in s.scenarios]
    return FileReport(path.name, (*loaded.modules, *loaded.systems), scenarios=tuple(found))


def _report(report: FileReport, loaded: Loaded) -> None:
    command = "run" if report.scenarios else "check"
    whole = FileReport(
        report.path, report.systems, report.results, report.scenarios, loaded.warnings,
        hooks_of(loaded.trees), sources=loaded.sources,
    )
    for render in FORMATS.values():
        shown = render(Report(command, (whole,), 0), Style("verbose"))
        assert shown or not (report.results or report.scenarios)


# --------------------------------------------------------------- many files


def attempt(number: int, text: bytes, workplace: Path) -> Ended:
    """Examine one text as a file beside the toys, and keep what went wrong."""
    path = workplace / "mutated.fs"
    path.write_bytes(text)
    with (workplace / "where").open("w+") as where:
        faulthandler.dump_traceback_later(SLOW, file=where)
        began = time.process_time()
        try:
            how, trouble = examine(path), ""
        except Exception:
            how, trouble = "failed", traceback.format_exc()
        seconds = time.process_time() - began
        faulthandler.cancel_dump_traceback_later()
        return Ended(number, how, seconds, trouble or _slow_place(where))


def _slow_place(where: TextIO) -> str:
    where.seek(0)
    return where.read()


def attempt_all(numbers: Sequence[int]) -> list[Ended]:
    """One after the other, in a directory of their own that has the toys beside them."""
    with tempfile.TemporaryDirectory() as made:
        workplace = Path(made)
        for toy in TOYS.glob("*.fs"):
            (workplace / toy.name).write_bytes(toy.read_bytes())
        return [attempt(n, mutated(n), workplace) for n in numbers]


def in_parallel(numbers: range, jobs: int, batch: int = 20) -> Iterator[Ended]:
    """All of the numbers on so many processes, in order."""
    batches = [numbers[a : a + batch] for a in range(0, len(numbers), batch)]
    with ProcessPoolExecutor(jobs, initializer=_stay_on_one_core) as pool:
        for found in pool.map(attempt_all, batches):
            yield from found


def _stay_on_one_core() -> None:
    """So that the tool, too, works in this process alone and a failure keeps its place."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[os.getpid() % len(cores)]})


def minimised(text: bytes, fails: Callable[[bytes], bool]) -> bytes:
    """Fewest lines that still fail: chunks are left out, larger ones first."""
    lines = text.split(b"\n")
    size = len(lines)
    while size:
        at = 0
        while at < len(lines):
            fewer = lines[:at] + lines[at + size :]
            if fails(b"\n".join(fewer)):
                lines = fewer
            else:
                at += size
        size //= 2
    return b"\n".join(lines)


def _fails_alike(trouble: str, text: bytes) -> bool:
    with tempfile.TemporaryDirectory() as made:
        for toy in TOYS.glob("*.fs"):
            (Path(made) / toy.name).write_bytes(toy.read_bytes())
        found = attempt(0, text, Path(made))
    return found.how == "failed" and _cause(found.trouble) == _cause(trouble)


def _cause(trouble: str) -> tuple[str, str]:
    """The exception's kind and the last place in our own code."""
    lines = trouble.strip().splitlines()
    places = [x.strip() for x in lines if x.lstrip().startswith('File "') and "/lib/" not in x]
    return lines[-1].partition(":")[0], places[-1] if places else ""


# ------------------------------------------------------------------ command


def main() -> int:
    """Exit code 1 when a file ended in anything but errors or verdicts."""
    options = argparse.ArgumentParser(prog="python -m tests.mutation")
    options.add_argument("--count", type=int, default=10_000)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--only", type=int)
    options.add_argument("--minimise", action="store_true")
    chosen = options.parse_args()
    if chosen.only is not None:
        return _one(chosen.only, chosen.minimise)
    ends: Counter[str] = Counter()
    causes: Counter[tuple[str, str]] = Counter()
    numbers = range(chosen.first, chosen.first + chosen.count)
    for ended in in_parallel(numbers, chosen.jobs):
        ends[ended.how] += 1
        ends["slow"] += ended.seconds > SLOW
        if ended.how == "failed":
            causes[_cause(ended.trouble)] += 1
            if causes[_cause(ended.trouble)] <= 3:
                print(f"{ended.number} failed\n{ended.trouble}", flush=True)
        elif ended.seconds > SLOW:
            print(f"{ended.number} took {ended.seconds:.1f} s\n{ended.trouble}", flush=True)
        if ended.number % 500 == 0:
            print(f"{ended.number}: {dict(ends)}", file=sys.stderr, flush=True)
    for (kind, place), times in causes.most_common():
        print(f"{times:6} {kind} {place}")
    print(", ".join(f"{n} {how}" for how, n in sorted(ends.items())))
    return 1 if ends["failed"] else 0


def _one(number: int, minimise: bool) -> int:
    ended = attempt_all([number])[0]
    print(f"{number}: {ended.how} in {ended.seconds:.2f} s\n{ended.trouble}")
    if minimise and ended.how == "failed":
        least = minimised(mutated(number), partial(_fails_alike, ended.trouble))
        print(least.decode("utf-8", "backslashreplace"))
    return 1 if ended.how == "failed" else 0


if __name__ == "__main__":
    sys.exit(main())
