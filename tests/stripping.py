"""Files without the invariants that their authors wrote."""

from __future__ import annotations

from spec.source import cut_blocks


def stripped(text: str) -> str:
    """The text without its `invariant` blocks and the comments above them."""
    cut = cut_blocks(text)
    kept = list(cut.opening.lines)
    for chunk in cut.chunks:
        if not chunk.body.lines[0].startswith("invariant"):
            kept += ["", *chunk.doc.lines, *chunk.body.lines]
    return "\n".join(kept).strip("\n") + "\n"
