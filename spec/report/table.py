"""A run as a table of text: steps, what changed, the watched values on the right."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from spec.report.run import Column, Row, RunView

_TITLE_WIDTH = 14
_GAP = "   "
_LEAST_CHANGES = 12


def lines_of(run: RunView, width: int) -> list[str]:
    """The table, no line wider than `width` (40 or more).

    Columns that find no room are written under the step that changes them.
    """
    margin = 2 + len(str(run.rows[-1].number)) + 2
    longest = max(len(r.action) for r in run.rows)
    widest = max((len(", ".join(r.changes)) for r in run.rows), default=0)
    wanted = min(widest, _LEAST_CHANGES) + (len(_GAP) if widest else 0)
    room = width - margin - min(longest, width // 2) - wanted
    if room < sum(len(_GAP) + _width(c) for c in run.columns):
        room += wanted
    kept, rest = _divide(run.columns, room)
    right = sum(len(_GAP) + _width(c) for c in kept)
    left = min(width - right, margin + longest + (len(_GAP) + widest if widest else 0))
    out = _titles(kept, left)
    for i, row in enumerate(run.rows):
        if row.call:
            out.append(f"{' ' * margin}{row.call}:")
        out += _row(row, i, kept, rest, _Layout(left, margin, longest, width))
    return [line.rstrip() for line in out]


class _Layout:
    """Columns at which the parts of a row begin."""

    def __init__(self, left: int, margin: int, longest: int, width: int) -> None:
        self.left = left
        self.margin = margin
        self.width = width
        self.changes = margin + longest + len(_GAP)
        self.indent = " " * (margin + 4)


def _divide(
    columns: Sequence[Column], room: int
) -> tuple[Sequence[Column], Sequence[Column]]:
    """The columns that fit, in their order, and the others; what changes goes first."""
    used, chosen = 0, []
    for column in sorted(columns, key=lambda c: c.rank):
        used += len(_GAP) + _width(column)
        if used <= room:
            chosen.append(column)
    kept = [c for c in columns if c in chosen]
    return kept, [c for c in columns if c not in chosen]


def _width(column: Column) -> int:
    return max(len(x) for x in (*_title(column), *column.cells))


def _title(column: Column) -> list[str]:
    longest = max((len(word) for word in column.title.split()), default=0)
    width = min(max(longest, _TITLE_WIDTH), 2 * _TITLE_WIDTH)
    return textwrap.wrap(column.title, width, break_on_hyphens=False) or [""]


def _titles(columns: Sequence[Column], left: int) -> list[str]:
    if not columns:
        return []
    titles = [_title(c) for c in columns]
    height = max(map(len, titles))
    lines = []
    for k in range(height):
        cells = [t[k - height + len(t)] if k >= height - len(t) else "" for t in titles]
        lines.append(" " * left + _cells(columns, cells))
    return lines


def _cells(columns: Sequence[Column], cells: Sequence[str]) -> str:
    return "".join(
        _GAP + cell.rjust(_width(c)) for c, cell in zip(columns, cells, strict=True)
    )


def _row(
    row: Row, i: int, kept: Sequence[Column], rest: Sequence[Column], at: _Layout
) -> Iterator[str]:
    number = f"  {row.number:>{at.margin - 4}}  "
    fits = len(row.action) <= at.left - at.margin
    *wrapped, last = [row.action] if fits else wrap_items(row.action, at.left - len(at.indent))
    for i_line, text in enumerate(wrapped):
        yield (at.indent if i_line else number) + text
    line = (at.indent if wrapped else number) + last
    notes = [f"{c.title}: {c.cells[i]}" for c in rest if i == 0 or " -> " in c.cells[i]]
    changes = ", ".join(row.changes)
    inline = not wrapped and at.changes > len(line) and at.changes + len(changes) <= at.left
    if changes and inline:
        line = line.ljust(at.changes) + changes
        changes = ""
    yield line.ljust(at.left) + _cells(kept, [c.cells[i] for c in kept])
    for text in ([changes] if changes else []) + notes:
        for more in wrap_items(text, at.width - len(at.indent)):
            yield at.indent + more


def wrap_items(text: str, width: int) -> list[str]:
    """Wrapped at spaces, a word too long for a line being cut."""
    return textwrap.wrap(text, max(width, 8), break_on_hyphens=False) or [""]
