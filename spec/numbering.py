"""Names that are numbered, as one stretch: `T0 .. T511`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MAX_ELEMENTS: Final = 1024
"""More elements than this of one sort is a slip, and would not fit into memory."""

_NUMBERED = re.compile(r"(.+?)(0|[1-9][0-9]*)")
_SHORTEST = 3
"""Fewer names than this are as short when each is written."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """`T0`, `T1`, ... `T511`: the stem `T`, the numbers 0 and 511."""

    stem: str
    low: int
    high: int

    @property
    def size(self) -> int:
        return self.high - self.low + 1

    def names(self) -> tuple[str, ...]:
        """Every name; look at `size` before."""
        return tuple(f"{self.stem}{i}" for i in range(self.low, self.high + 1))


def numbering(first: str, last: str) -> Numbering | None:
    """The names from `first` to `last`; None where the two are not numbered upwards."""
    low, high = _NUMBERED.fullmatch(first), _NUMBERED.fullmatch(last)
    if low is None or high is None or low.group(1) != high.group(1):
        return None
    found = Numbering(low.group(1), int(low.group(2)), int(high.group(2)))
    return found if found.size >= 1 else None


def joined(names: Sequence[str]) -> list[str]:
    """The names in order, numbered neighbours as a stretch."""
    parts: list[list[str]] = []
    for name in names:
        if parts and _is_next(parts[-1][-1], name):
            parts[-1].append(name)
        else:
            parts.append([name])
    return [
        text for part in parts
        for text in (part if len(part) < _SHORTEST else [f"{part[0]} .. {part[-1]}"])
    ]


def _is_next(before: str, name: str) -> bool:
    found = numbering(before, name)
    return found is not None and found.size == 2
