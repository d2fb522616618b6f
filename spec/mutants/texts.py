"""Mutants as text: the canonical layout of a changed block, and its unified diff."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from spec import ast
from spec.block_text import cut_units
from spec.expr_text import lay_out
from spec.mutants.listing import Mutant

_CONTEXT = 3


def block_lines(item: ast.Header | ast.Item) -> list[str]:
    """A block in canonical layout, without its comments."""
    lines: list[str] = []
    for unit in cut_units(item, ()):
        lines += lay_out(unit.flow, unit.indent)
    return lines


def file_text(file: ast.File) -> str:
    """A whole file in canonical layout, without comments."""
    blocks = [file.header, *file.items]
    return "\n\n".join("\n".join(block_lines(b)) for b in blocks) + "\n"


def diff_of(mutant: Mutant, file: ast.File) -> tuple[str, ...]:
    """The unified diff of the blocks that a mutant changes; line numbers are those of
    the file where that is in canonical layout and the blocks have no comments inside."""
    lines: list[str] = []
    for position, made in mutant.edits:
        item = file.items[position]
        after = [line for i, x in enumerate(made) for line in ["", *block_lines(x)][i == 0 :]]
        lines += _hunks(block_lines(item), after, item.span.line)
    return tuple(lines)


def _hunks(before: Sequence[str], after: Sequence[str], first: int) -> list[str]:
    """Hunks of two versions of a block that begins in this line."""
    lead = [f"\0{i}" for i in range(first - 1)]
    found = difflib.unified_diff([*lead, *before], [*lead, *after], n=_CONTEXT, lineterm="")
    return [line for line in list(found)[2:] if not line.startswith(" \0")]
