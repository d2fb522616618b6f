"""Mutants as text: the changed blocks in canonical layout, and their unified diff."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace

from spec import ast
from spec.format import block_lines
from spec.mutants.listing import Mutant
from spec.source import Chunk, Lines, cut_blocks

_CONTEXT = 3


class Texts:
    """What the mutants of one file look like.

    Args:
        file: the tree of the text, which has no errors.
    """

    def __init__(self, file: ast.File, text: str, path: str) -> None:
        self._path = path
        # The first chunk is the header.
        pairs = zip(file.items, cut_blocks(text).chunks[1:], strict=True)
        self._chunks = [chunk for _, chunk in pairs]
        self._items = file.items
        self._header = cut_blocks(text).chunks[0], file.header

    def diff(self, mutant: Mutant) -> tuple[str, ...]:
        """The unified diff, as `patch` takes it where the file is in canonical layout."""
        hunks: list[str] = []
        shift = 0
        for position, made in mutant.edits:
            item, chunk = self._items[position], self._chunks[position]
            before = block_lines(item, chunk, self._path)
            after = self._after(made, chunk)
            hunks += _hunks(before, after, chunk.body.first, shift)
            shift += len(after) - len(before)
        return (f"--- {self._path}", f"+++ {self._path}", *hunks)

    def whole(self, mutant: Mutant) -> str:
        """The whole file with the slip in it: blocks without what stands between them."""
        made = dict(mutant.edits)
        head, header = self._header
        blocks = [block_lines(header, head, self._path)]
        for i, (item, chunk) in enumerate(zip(self._items, self._chunks, strict=True)):
            if not isinstance(item, ast.Mutant):
                blocks.append(self._after(made.get(i, (item,)), chunk))
        return "\n\n".join("\n".join(b) for b in blocks) + "\n"

    def _after(self, made: Sequence[ast.Item], chunk: Chunk) -> list[str]:
        """Blocks in place of one; the comments inside go with the first."""
        lines: list[str] = []
        bare = replace(chunk, body=Lines(chunk.body.first, ("",)))
        for i, item in enumerate(made):
            lines += ["", *block_lines(item, bare, self._path)] if i else block_lines(
                item, chunk, self._path)
        return lines


def _hunks(before: Sequence[str], after: Sequence[str], first: int, shift: int) -> list[str]:
    """The hunks of two versions of a block that begins in this line.

    Args:
        shift: how many lines more there are above it now.
    """
    found = difflib.unified_diff(before, after, n=_CONTEXT, lineterm="")
    return [
        _moved(line, first, shift) if line.startswith("@@") else line for line in list(found)[2:]
    ]


def _moved(head: str, first: int, shift: int) -> str:
    """`@@ -1,4 +1,3 @@` of a block as it is in the file."""
    _, old, new, _ = head.split(" ")
    return f"@@ -{_later(old[1:], first - 1)} +{_later(new[1:], first - 1 + shift)} @@"


def _later(stretch: str, lines: int) -> str:
    start, comma, length = stretch.partition(",")
    return f"{int(start) + lines}{comma}{length}"
