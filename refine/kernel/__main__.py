"""`python -m refine.kernel`: random runs against the running kernel."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from refine.kernel.campaign import Tally, random_runs
from refine.kernel.coordinator import Coordinator
from refine.kernel.folio import KINDS, facilities_missing
from refine.kernel.listing import show_difference, show_scenario, show_tally
from refine.kernel.pagetables import PageFlags
from refine.kernel.recording import recording
from refine.kernel.runs import RunResult, Stage
from refine.kernel.shrinking import shrunk
from spec.load import load, packaged_path
from spec.result import SpecError


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m refine.kernel",
        description="Is the world true?  Random calls in real processes; what is mapped is "
        "compared with the world file after every call.  For root, on Linux 6.7 or later.",
        epilog="exit code: 0 no difference, 1 a difference, 2 wrong usage, 3 an error in the "
        "world file, 4 nothing could be compared, 130 interrupted")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="the first seed")
    parser.add_argument("--runs", type=int, default=45, metavar="M", help="how many runs")
    parser.add_argument("--kind", action="append", choices=list(KINDS), metavar="KIND",
                        help=f"a kind of folio, may be repeated: {', '.join(KINDS)}")
    parser.add_argument("--world", default=packaged_path("folio"), metavar="FILE",
                        help="the world file (default: folio.fs)")
    parser.add_argument("--record", type=Path, metavar="DIR",
                        help="write every run to this directory, as JSON")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Returns the exit code."""
    options = _arguments(words)
    lacking = facilities_missing()
    if lacking:
        print(f"nothing can be compared here: {lacking}", file=sys.stderr)
        return 4
    try:
        return _campaign(options)
    except SpecError as err:
        for d in err.diagnostics:
            print(f"{d.span}: {d.code}: {d.message}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


def _campaign(options: argparse.Namespace) -> int:
    (system,) = load(options.world).systems
    kinds = [KINDS[name] for name in options.kind or KINDS]
    seeds = range(options.seed, options.seed + options.runs)
    tally, start = Tally(), time.monotonic()
    flags = PageFlags()
    try:
        with Coordinator() as coordinator:
            stage = Stage(coordinator, flags, system)
            for seed, result in random_runs(stage, kinds, seeds, tally):
                if options.record:
                    _keep(options.record, seed, result)
                if result.difference is not None:
                    short = shrunk(stage, result)
                    print(f"{result.kind.name}, seed {seed}:\n{show_scenario(short)}")
                    print(f"{show_difference(short)}\n")
    finally:
        flags.close()
    print(show_tally(tally, time.monotonic() - start))
    if tally.differences:
        return 1
    return 0 if tally.runs else 4


def _keep(folder: Path, seed: int, result: RunResult) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(recording(result, os.uname().release), indent=1)
    (folder / f"{result.kind.name}-{seed}.json").write_text(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
