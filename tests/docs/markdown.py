"""Fenced blocks of the documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_OPENING = re.compile(r"```(\w*)\s*(.*)")
_MARKER = re.compile(r"<!-- (.*) -->")


@dataclass(frozen=True, slots=True)
class Fence:
    """One fenced block: ```` ```fs refuted two_means_two in users ````.

    `info` are the words behind the language, `marker` the comment in the line above the
    block (`<!-- output of: ... -->`), `first` and `after` the numbers of its first line
    of text and of the line behind the last, `where` its `file:line`.
    """

    language: str
    info: tuple[str, ...]
    text: str
    marker: str
    first: int
    after: int
    where: str


def fences(path: Path) -> Iterator[Fence]:
    """Every fenced block of a page, in order."""
    lines = path.read_text(encoding="utf-8").split("\n")
    i = 0
    while i < len(lines):
        opening = _OPENING.fullmatch(lines[i])
        if opening is None:
            i += 1
            continue
        end = next(k for k in range(i + 1, len(lines)) if lines[k] == "```")
        marker = _MARKER.fullmatch(lines[i - 1]) if i else None
        yield Fence(
            opening[1], tuple(opening[2].split()),
            "".join(f"{line}\n" for line in lines[i + 1 : end]), marker[1] if marker else "",
            i + 2, end + 1, f"{path.relative_to(ROOT)}:{i + 1}",
        )
        i = end + 1
