"""A table of text, cells wrapped at commas and spaces."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

_GAP = "  "


def lines_of(titles: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Titles, a rule, and the rows; the widest columns give way until all fit, but no
    word is cut."""
    columns = list(zip(titles, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    words = [[word for cell in column for word in cell.split()] for column in columns]
    least = [max(map(len, found), default=0) for found in words]
    while sum(widths) + len(_GAP) * (len(widths) - 1) > width:
        slack = [w if w > m else 0 for w, m in zip(widths, least, strict=True)]
        if not any(slack):
            break
        widths[slack.index(max(slack))] -= 1
    out = [*_row(titles, widths), _GAP.join("-" * w for w in widths)]
    for row in rows:
        out += _row(row, widths)
    return out


def _row(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    wrapped = [
        textwrap.wrap(cell, w, break_on_hyphens=False) or [""]
        for cell, w in zip(cells, widths, strict=True)
    ]
    height = max(map(len, wrapped))
    lines = []
    for i in range(height):
        parts = [
            (lines_[i] if i < len(lines_) else "").ljust(w)
            for lines_, w in zip(wrapped, widths, strict=True)
        ]
        lines.append(_GAP.join(parts).rstrip())
    return lines
