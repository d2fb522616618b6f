"""The one canonical layout of a file; comments keep their place.

A comment above a block or a clause stays above it, one behind a clause stays behind it,
and one in the middle of a clause moves above it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from spec import ast
from spec.block_text import Unit, cut_units
from spec.expr_text import Flow, lay_out, print_expr
from spec.parse import Block, parse_cut
from spec.result import SpecError
from spec.source import Chunk, Lines, cut_blocks
from spec.tokens import Comment, scan

__all__ = ["format_text", "print_expr"]


def format_text(text: str, path: str) -> str:
    """The text in canonical layout; it says the same (`parse_text` gives equal trees).

    Raises SpecError with all diagnostics where the text has an error.
    """
    cut = cut_blocks(text)
    blocks, problems = parse_cut(cut, path)
    if any(p.severity == "error" for p in problems):
        raise SpecError(problems)
    lines = _comment(cut.opening)
    before: _Shape | None = None
    for chunk, block in zip(cut.chunks, blocks, strict=True):
        assert block is not None, "a block without a slip was read"
        body = block_lines(block, chunk, path)
        shape = _Shape(chunk, isinstance(block, ast.Header), len(body) == 1)
        for paragraph in chunk.loose:
            lines += _after_blank(lines, _comment(paragraph))
        own = _comment(chunk.doc) + body
        follows = before is None and cut.opening.after == chunk.doc.first and not chunk.loose
        lines += own if follows or _stay_together(before, shape) else _after_blank(lines, own)
        before = shape
    for paragraph in cut.closing:
        lines += _after_blank(lines, _comment(paragraph))
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class _Shape:
    chunk: Chunk
    is_header: bool
    one_line: bool


def _stay_together(before: _Shape | None, shape: _Shape) -> bool:
    """Two one-line blocks stand together where the author put them so."""
    if before is None or before.is_header or not (before.one_line and shape.one_line):
        return False
    return before.chunk.body.after == shape.chunk.doc.first


def _after_blank(lines: list[str], more: list[str]) -> list[str]:
    return ["", *more] if lines else more


def _comment(comment: Lines) -> list[str]:
    return [line.strip() for line in comment.lines]


# ------------------------------------------------------------------- a block


@dataclass(slots=True)
class _Placed:
    """A unit with its comments: those above it, and the one behind it."""

    unit: Unit
    above: list[str] = field(default_factory=list)
    behind: str = ""


def block_lines(block: Block, chunk: Chunk, path: str) -> list[str]:
    """A block in canonical layout, with the comments that the chunk has inside; `block` may
    be another than the chunk says, as long as its clauses have their old places."""
    found = scan(chunk.body, path)
    placed = [_Placed(unit) for unit in cut_units(block, found.tokens)]
    tail = _attach(placed, found.comments)
    lines: list[str] = []
    world: Flow = []
    for i, item in enumerate(placed):
        lines += ["\t" * item.unit.inner + text for text in item.above]
        world = [*world, ",", 0, item.unit.joins] if world else list(item.unit.flow)
        after = placed[i + 1] if i + 1 < len(placed) else None
        if after and after.unit.joins and not (item.behind or after.above):
            continue
        lines += lay_out(world, item.unit.indent)
        world = []
        if item.behind:
            lines[-1] += "  " + item.behind
    return lines + ["\t" + text for text in tail]


def _attach(placed: list[_Placed], comments: list[Comment]) -> list[str]:
    """Give each comment to a unit; what stands behind the last unit comes back."""
    in_order = sorted(placed, key=lambda p: p.unit.start)
    tail: list[str] = []
    for comment in comments:
        at = (comment.line, comment.column)
        k = max(i for i, p in enumerate(in_order) if i == 0 or p.unit.start <= at)
        unit = in_order[k].unit
        inside = k > 0 and at < unit.end
        behind = not comment.alone and (k == 0 or unit.end[0] == comment.line)
        if behind and not inside and not in_order[k].behind:
            in_order[k].behind = comment.text
        elif inside:
            in_order[k].above.append(comment.text)
        elif k + 1 < len(in_order):
            in_order[k + 1].above.append(comment.text)
        else:
            tail.append(comment.text)
    return tail
