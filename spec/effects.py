"""What blocks read and write: the frame, honest answers, idle counters, the walk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from spec import ir
from spec.findings import Slips
from spec.ir import Expr
from spec.scope import Layer
from spec.source import Span
from spec.terms import Reference
from spec.types import is_poison
from spec.writes import Body, Write, is_same_place, overlap


@dataclass(frozen=True, slots=True)
class Listed:
    """A place in a `changes` list; an index is None for `*`."""

    place: str
    args: tuple[Expr | None, ...]
    span: Span

    def covers(self, w: Write) -> bool:
        return self.place == w.place and all(
            a is None or a is b or (b is not None and is_poison(b)) or is_poison(a)
            for a, b in zip(self.args, w.args, strict=True)
        )


# ------------------------------------------------------------------ frames


def check_frame(
    listed: Sequence[Listed], own: Sequence[Write], done: Sequence[Write], slips: Slips
) -> None:
    """Every write is listed, down to the index, and every listed place is written.

    Args:
        done: writes of named updates, which list them themselves; beside `changes nothing`
            they are an error all the same.
    """
    writes = [*own, *done]
    for w in own if listed else writes:
        if not any(x.covers(w) for x in listed):
            slips.error("FS082", w.span, f"`{w.place}` is written here, but not listed",
                        "add the place to `changes`, with its index; `*` stands for all")
    for x in listed:
        if not any(x.covers(w) for w in writes):
            slips.error("FS083", x.span, f"`{x.place}` is listed, but never written",
                        "take it out of `changes`, or add its update")


def check_clashes(layer: Layer, writes: Sequence[Write], slips: Slips) -> None:
    """Two writes of one place that always apply together; once for each line."""
    said: set[Span] = set()
    for i, b in enumerate(writes):
        for a in writes[:i]:
            if a.place != b.place:
                continue
            symbol = layer.value(a.place)
            assert symbol is not None and symbol.shape is not None
            always = overlap(symbol.shape.index, a, b) is ir.TRUE
            if b.span not in said and (always or is_same_place(a, b)):
                said.add(b.span)
                slips.error("FS085", b.span, f"`{b.place}` is written twice in one step",
                            "updates are simultaneous: write one value, with `if` or `when`",
                            ((a.span, "the other update"),))


# ----------------------------------------------------------------- answers


def check_honest(
    layer: Layer, seen: Iterable[Reference], sees: Sequence[Expr], free: frozenset[str],
    slips: Slips,
) -> None:
    """An answer reads the scheme's own state, NR, and what its question sees.

    Args:
        seen: every name used in the answer.
        sees: what the question sees, about the same parameters.
        free: further names that may be read (sizes of ranges).
    """
    for ref in seen:
        hidden = _hidden(ref.value, frozenset(sees), free | frozenset(layer.values))
        if hidden:
            through = "" if hidden == ref.name else f" (by `{ref.name}`)"
            slips.error("FS096", ref.span, f"an answer cannot read `{hidden}`{through}",
                        "the kernel has only the counters of the scheme and what the "
                        "question `sees`")


def _hidden(e: Expr, sees: frozenset[Expr], allowed: frozenset[str]) -> str:
    """A name of the ground truth that the expression depends on, or ''."""
    if e in sees or is_poison(e):
        return ""
    if e.op in ("and", "or") and any(
        s.op == e.op and set(s.args) <= set(e.args) for s in sees
    ):
        gone = {a for s in sees if s.op == e.op and set(s.args) <= set(e.args) for a in s.args}
        rest = [a for a in e.args if a not in gone]
    else:
        rest = list(e.args)
        if e.op == "read" and e.data not in allowed:
            return str(e.data).removeprefix("need ")
    for a in rest:
        found = _hidden(a, sees, allowed)
        if found:
            return found
    return ""


# ---------------------------------------------------------------- the walk


def walk_of(body: Body, ground: Iterable[str]) -> tuple[str, ...]:
    """The places of ground truth that an `on` block reads: what its scheme must walk.

    Args:
        ground: the states of the layers below.
    Returns:
        Their names in the order of `ground`, each with a prime where it is read after
        the step.
    """
    read = {
        str(x.data) for w in body.writes for e in (w.hit, w.value) for x in ir.walk(e)
        if x.op == "read"
    }
    return tuple(n for g in ground for n in (g, f"{g}'") if n in read)


# ------------------------------------------------------------ idle counters


def influences(
    wanted: Iterable[Expr], writes: Mapping[str, Sequence[Expr]]
) -> frozenset[str]:
    """Names that `wanted` depends on, also through what is written to those.

    Args:
        writes: for each state, everything its updates read.
    """
    found: set[str] = set()
    work = list(wanted)
    while work:
        for x in ir.walk(work.pop()):
            name = str(x.data).rstrip("'")
            if x.op == "read" and name not in found:
                found.add(name)
                work += writes.get(name, ())
    return frozenset(found)
