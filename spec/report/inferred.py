"""Inferred invariants as text that can be pasted: all but the invariants is comments."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from spec.report.diagnostics import printable
from spec.report.model import FileReport, Inferred, InferredInvariant, Report, Style
from spec.report.words import plural, scope_text


def render(report: Report, style: Style) -> str:
    """The invariants of each file, or that none is needed."""
    lines = [x for f in report.files for told in f.inferred for x in _file(f, told, style)]
    return "".join(f"{line}\n" for line in lines)


def _file(file: FileReport, told: Inferred, style: Style) -> Iterator[str]:
    if style.verbosity != "quiet":
        for said in _head(file, told):
            yield from _comment(said, style)
    for i, invariant in enumerate(told.invariants):
        if i or style.verbosity != "quiet":
            yield ""
        yield from block_of(invariant, style)
    if style.verbosity == "verbose":
        yield from _dropped(told, style)


def _head(file: FileReport, told: Inferred) -> Iterator[str]:
    if told.refuted:
        yield f"Refuted, so no invariant can help: {promises(told.refuted)}."
    if not told.open:
        rest = "everything else is" if told.refuted else "everything that is expected to hold is"
        yield f"No invariants are needed: {rest} proved without."
        return
    closed = [n for n in told.open if n not in told.left]
    if closed:
        scope = scope_text(told.scope, file.system(told.scheme))
        yield (f"{plural(len(told.invariants), 'invariant')} inferred for {told.scheme}.  "
               f"With {'it' if len(told.invariants) == 1 else 'them'} these are proved, "
               f"for {scope}: {promises(closed)}.")
    if told.left:
        tried = f"{plural(told.candidates, 'candidate')} tried"
        yield f"Still not proved, {tried}: {promises(told.left)}."


def section(told: Inferred, style: Style) -> Iterator[str]:
    """What a report on verdicts says of them: the text, for who wants to keep it."""
    if not told.invariants or style.verbosity == "quiet":
        return
    yield f"inferred invariants (not in the file; `spec infer` prints them) of {told.scheme}"
    for invariant in told.invariants:
        yield ""
        yield from (f"    {x}" for x in invariant.block.replace("\t", "    ").split("\n"))
    yield ""


def block_of(invariant: InferredInvariant, style: Style) -> Iterator[str]:
    """The block with the comment above it that says what it is for."""
    needed = promises(invariant.needed_for)
    if style.verbosity != "quiet":
        yield from _comment(f"Inferred.  For {needed}.", style)
    yield from invariant.block.split("\n")


def promises(names: Sequence[str]) -> str:
    """`folio_mapped, mapcount is never negative`: each answer once, without its classes."""
    told = {"nat": "{} is never negative", "clash": "no step writes {} twice"}
    found: dict[str, None] = {}
    for name in names:
        kind, colon, place = name.partition(":")
        found[told[kind].format(place) if colon else name.partition(".")[0]] = None
    return ", ".join(found)


def _dropped(told: Inferred, style: Style) -> Iterator[str]:
    """Every candidate that is not used, the reasons one after the other."""
    kinds = dict.fromkeys(d.kind for d in told.dropped)
    for kind in kinds:
        some = [d for d in told.dropped if d.kind == kind]
        yield ""
        yield from _comment(f"{plural(len(some), 'candidate')} {kind}:", style)
        for d in some:
            why = f"  [{d.why}]" if d.why else ""
            yield from _comment(f"{d.text}{why}", style, "#   ")


def _comment(text: str, style: Style, mark: str = "# ") -> list[str]:
    return textwrap.wrap(
        printable(text), min(style.width, 100), initial_indent=mark,
        subsequent_indent=mark if mark == "# " else mark + "    ", break_on_hyphens=False,
        fix_sentence_endings=False)
