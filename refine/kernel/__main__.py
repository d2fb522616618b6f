"""`python -m refine.kernel`: random runs against the running kernel."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from refine.kernel.campaign import Tally, random_runs
from refine.kernel.coordinator import Coordinator
from refine.kernel.folio import KINDS, Kind, Unavailable, facilities_missing
from refine.kernel.listing import show_difference, show_moments, show_scenario, show_tally
from refine.kernel.pagetables import PageFlags
from refine.kernel.recording import recording
from refine.kernel.runs import CALLS, RunResult, Stage
from refine.kernel.script import ScriptError, read_script, show_script
from refine.kernel.shrinking import shrunk
from refine.kernel.truth import Disturbed
from refine.kernel.worlds import NoWorld, check_world, packaged_worlds, read_world_file
from spec.result import SpecError


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m refine.kernel",
        description="Is the world true?  Random calls in real processes; what is mapped is "
        "compared with the world file after every call.  For root, on Linux 6.7 or later.",
        epilog="exit code: 0 no difference, 1 a difference, 2 wrong usage, 3 an error in the "
        "world file, 4 nothing could be compared, 130 interrupted, "
        "141 nobody reads the output")
    parser.add_argument("--seed", type=int, default=0, metavar="N",
                        help="the first seed (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=45, metavar="M",
                        help="how many runs (default: %(default)s)")
    parser.add_argument("--calls", type=int, default=CALLS, metavar="K",
                        help="calls of a run (default: %(default)s)")
    parser.add_argument("--kind", action="append", choices=list(KINDS), metavar="KIND",
                        help=f"a kind of folio, may be repeated: {', '.join(KINDS)}")
    parser.add_argument("--world", metavar="FILE", help="the world file (default: folio.fs; "
                        "linux_6_18.fs and page.fs for kinds cow-...)")
    parser.add_argument("--do", metavar="COMMANDS", help="these commands in place of random "
                        "ones, with one --kind: 'open_vma(a1, 0, 511); read(a1, 5); fork(A, B)'")
    parser.add_argument("--record", type=Path, metavar="DIR",
                        help="write every run to this directory, as JSON")
    options = parser.parse_args(words)
    if options.do is not None and len(options.kind or ()) != 1:
        parser.error("--do needs one --kind")
    return options


def main(words: Sequence[str] | None = None) -> int:
    """Returns the exit code."""
    options = _arguments(words)
    lacking = facilities_missing()
    if lacking:
        print(f"nothing can be compared here: {lacking}", file=sys.stderr)
        return 4
    try:
        code = _compared(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # Nobody reads on; and Python would complain when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except SpecError as err:
        for d in err.diagnostics:
            print(f"{d.span}: {d.severity} {d.code}: {d.message}", file=sys.stderr)
        return 3
    except NoWorld as err:
        print(err, file=sys.stderr)
        return 3
    except ScriptError as err:
        print(err, file=sys.stderr)
        return 2
    except (Unavailable, Disturbed) as err:
        print(f"nothing could be compared: {err}", file=sys.stderr)
        return 4
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


def _compared(options: argparse.Namespace) -> int:
    kinds = _kinds(options)
    worlds = packaged_worlds()
    if options.world:
        given = read_world_file(options.world)
        check_world(given, any(k.copies for k in kinds))
        worlds = {kind.scheme: given for kind in kinds}
    flags = PageFlags()
    try:
        with Coordinator() as coordinator:
            stage = Stage(coordinator, flags, worlds)
            return _by_hand(stage, options) if options.do else _campaign(stage, options)
    finally:
        flags.close()


def _kinds(options: argparse.Namespace) -> list[Kind]:
    """Those that were named; else all, or those of folio.fs where its place is taken."""
    if options.kind:
        return [KINDS[name] for name in options.kind]
    return [k for k in KINDS.values() if not (options.world and k.copies)]


def _by_hand(stage: Stage, options: argparse.Namespace) -> int:
    kind = KINDS[options.kind[0]]
    result = stage.commands(kind, read_script(options.do, kind))
    if options.record:
        _keep(options.record, "by-hand", result)
    print(f"{show_moments(result)}\n{show_difference(result)}")
    return int(result.difference is not None)


def _campaign(stage: Stage, options: argparse.Namespace) -> int:
    kinds = _kinds(options)
    seeds = range(options.seed, options.seed + options.runs)
    tally, start = Tally(), time.monotonic()
    for seed, result in random_runs(stage, kinds, seeds, tally, options.calls):
        if options.record:
            _keep(options.record, str(seed), result)
        if result.difference is not None:
            short = shrunk(stage, result)
            print(f"{result.kind.name}, seed {seed}:\n{show_scenario(short)}")
            print(f"{show_difference(short)}\n--kind {result.kind.name} "
                  f"--do '{show_script(short.commands, short.kind)}'\n")
    print(show_tally(tally, time.monotonic() - start))
    if tally.differences:
        return 1
    return 0 if tally.runs else 4


def _keep(folder: Path, name: str, result: RunResult) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = recording(result, os.uname().release.partition("-")[0])
    (folder / f"{result.kind.name}-{name}.json").write_text(text)


if __name__ == "__main__":
    sys.exit(main())
