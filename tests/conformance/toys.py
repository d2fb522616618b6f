"""Toy files and the verdicts that are marked in them.

A line `### VERDICT [LENGTH]` right above a block says what every method has to find
about it; `LENGTH` is that of the shortest run in the smallest scope that has one.

    ### proved                above an invariant, a claim, an `expect NAME fails`, or an
    ### refuted 3             answer (all its error classes)
    ### unsafe refuted 3      above an answer: one class; likewise `slow`
    ### nat refuted 2         above a state: it becomes negative
    ### clash refuted 1       above a state: it is written twice in one step
    ### never proved          above an operation: it does not happen, or is not said to

Every promise has a marker.  Duties (`nat`, `clash`) without one are proved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spec.ir import System
from spec.load import Loaded, load
from spec.result import Result

TOYS = Path(__file__).with_name("toys")
_VERDICTS = "proved|holds|refuted|not_inductive|unknown|vacuous"
_MARK = re.compile(rf"### (?:(unsafe|slow|nat|clash|never) )?({_VERDICTS})(?: (\d+))?\Z")
_BLOCK = re.compile(r"(invariant|claim|expect|answer|state|op|on) (\w+)")


@dataclass(frozen=True, slots=True)
class Marked:
    """`length` is there for `refuted` only."""

    verdict: str
    length: int | None = None


def toy_paths() -> list[Path]:
    return sorted(TOYS.glob("*.fs"))


@cache
def toy(name: str) -> Loaded:
    """A toy by its file's name without `.fs`."""
    return load(TOYS / f"{name}.fs")


@cache
def markers(name: str) -> dict[str, Marked]:
    """What is marked in a toy, by the name of the promise (`any_used.unsafe`) or duty
    (`nat:rows`).

    Raises:
        ValueError: a line begins like a marker and is none, or stands above nothing.
    """
    found: dict[str, Marked] = {}
    waiting: list[tuple[str, Marked]] = []
    for line in (TOYS / f"{name}.fs").read_text().splitlines():
        if line.startswith("###"):
            waiting.append(_marker(line))
        elif block := _BLOCK.match(line):
            for kind, marked in waiting:
                for key in _keys(block[1], block[2], kind, toy(name).systems[0]):
                    found[key] = marked
            waiting = []
        elif waiting and not line.startswith("#"):
            raise ValueError(f"{name}: a marker stands above {line!r}")
    return found


def _marker(line: str) -> tuple[str, Marked]:
    match = _MARK.match(line)
    if match is None or (match[2] == "refuted") != (match[3] is not None):
        raise ValueError(f"no marker: {line}")
    return match[1] or "", Marked(match[2], int(match[3]) if match[3] else None)


def _keys(block: str, name: str, kind: str, system: System) -> Iterator[str]:
    if block == "answer":
        kinds = next(a.classes for a in system.answers if a.question == name)
        yield from (f"{name}.{k}" for k, _, _ in kinds if kind in ("", k))
    elif block == "state":
        yield f"{kind or 'nat'}:{name}"
    else:
        yield f"never:{name}" if kind == "never" else name


def by_marker_name(results: Sequence[Result], system: System) -> dict[str, Result]:
    """The results about the system itself, by the names that markers use.

    What an answer is worth follows from its classes and is left out.
    """
    prefix = {"nat": "nat:", "clash": "clash:", "expectation": "never:", "vacuity": "never:"}
    own = [r for r in results if r.scheme == system.name and r.kind != "answer"]
    return {prefix.get(r.kind, "") + r.name: r for r in own}
