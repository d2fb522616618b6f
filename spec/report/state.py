"""How much state each scheme keeps for one folio, for `spec state`: fit for a mail."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import click

from spec.report.ascii import MAIL_WIDTH, to_ascii
from spec.report.grid import lines_of as grid_lines
from spec.report.model import FileReport, Style
from spec.report.words import definition, flat, thing
from spec.state_size import Amount, Content, Factor, Place, StateSize, Term

NOTE: Final = (
    "Page tables and the world's state are not counted.  What the `on` blocks of a scheme "
    "read of them is cost: `spec ops FILE` lists it."
)
_NOTHING: Final = "nothing"
_PAGE_KIB: Final = 4
_UNITS: Final = ("KiB", "MiB", "GiB", "TiB")


@dataclass(frozen=True, slots=True)
class SizedFile:
    """One file: the state of its scheme, or a `note` that it holds none.  A file with errors
    has neither."""

    report: FileReport
    size: StateSize | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class StateReport:
    """What `spec state` found; `exit_code` is what the process will end with."""

    files: tuple[SizedFile, ...]
    exit_code: int


def render(report: StateReport, style: Style) -> str:
    """A block for each scheme, a table of all where there are several, and what is left out.

    At most 72 columns, however wide `style` is; no word is cut.
    """
    width = min(style.width, MAIL_WIDTH)
    blocks = []
    for file in report.files:
        if file.size is not None:
            blocks.append(_scheme(file.report.path, file.size, width, style.color))
        elif file.note:
            blocks.append(_wrapped(file.note, width))
    found = [file.size for file in report.files if file.size is not None]
    if len(found) > 1:
        blocks.append(_compared(found, width))
    if found:
        blocks.append(_wrapped(NOTE, width))
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks)


# -------------------------------------------------------------- one scheme


def _scheme(path: str, size: StateSize, width: int, color: bool) -> list[str]:
    name = click.style(size.scheme, bold=True) if color else size.scheme
    lines = [f"scheme {name} ({path})"]
    lines += _wrapped(_text(definition(size.doc)), width, "  ")
    for assumed in size.assumes:
        lines += _wrapped(f"assumes {flat(assumed)}", width, "  ")
    if size.places:
        rows = [_row(p) for p in size.places]
        lines += ["", *_grid(("place", "holds", "how many", "what"), rows, width)]
    titles = ("NR", f"with {_PAGE_KIB} KiB pages", "state of one folio")
    lines += ["", *_grid(titles, _sums(size), width), ""]
    head, *rest = _wrapped(f"constant: {verdict(size)}", width)
    shade = "green" if size.is_constant else "yellow"
    return [*lines, click.style(head, fg=shade) if color else head, *rest]


def _row(place: Place) -> tuple[str, ...]:
    index = f"[{', '.join(place.index)}]" if place.index else ""
    holds = content_text(place.content, 1) + (" or none" if place.optional else "")
    return place.name + index, holds, term_text(place.number), _text(place.doc)


def _sums(size: StateSize) -> list[tuple[str, str, str]]:
    """The formula, then its value for the sizes that are sampled, if there are any."""
    rows = [(str(n), _bytes(n), total_text(size.at(n))) for n in size.samples]
    if size.is_constant and len(rows) == 1:
        return rows
    return [("any" if rows else "", "", total_text(size.total)), *rows]


def _bytes(pages: int) -> str:
    """`2 MiB`: so many pages of 4 KiB."""
    number, unit = pages * _PAGE_KIB, 0
    while number % 1024 == 0 and unit + 1 < len(_UNITS):
        number, unit = number // 1024, unit + 1
    return f"{number} {_UNITS[unit]}"


def _compared(sizes: Iterable[StateSize], width: int) -> list[str]:
    rows = [
        (s.scheme, total_text(s.total), "yes" if s.is_constant else "no") for s in sizes
    ]
    return _grid(("scheme", "state of one folio", "constant"), rows, width)


# ------------------------------------------------------------------- words


def verdict(size: StateSize) -> str:
    """`yes`, or `no, NR counts (mapcount)`: what there is no fixed number of."""
    if size.is_constant:
        return "yes"
    parts: dict[tuple[Content, tuple[Factor, ...]], list[Place]] = {}
    for place in size.growing:
        parts.setdefault((place.content, place.number.by), []).append(place)
    said = []
    for (content, by), places in parts.items():
        number = Term(by, sum(p.number.times for p in places))
        names = ", ".join(p.name for p in places)
        said.append(f"{amount_text((number,), content)} ({names})")
    crowds = [thing(f.name) for f in size.grows_with if f.of == "sort"]
    grows = f"; grows with the number of {' and of '.join(crowds)}" if crowds else ""
    return f"no, {', '.join(said)}{grows}"


def total_text(total: Mapping[Content, Amount]) -> str:
    """`NR + 3 counts, 1 flag`."""
    return ", ".join(amount_text(a, content) for content, a in total.items()) or _NOTHING


def amount_text(amount: Amount, content: Content) -> str:
    """`NR + 3 counts`."""
    alone = amount[0].times if len(amount) == 1 and not amount[0].by else None
    return f"{' + '.join(map(term_text, amount))} {content_text(content, alone)}"


def term_text(term: Term) -> str:
    """`3`, `NR`, `2 x NR x VMAs`."""
    factors = [f.name if f.of == "constant" else thing(f.name) for f in term.by]
    numbers = [str(term.times)] if term.times != 1 or not factors else []
    return " x ".join((*numbers, *factors))


def content_text(content: Content, number: int | None) -> str:
    """`flag`, `flags`, `Mm ids`: what so many places hold; None is some number."""
    words = {"count": "count", "flag": "flag", "id": "id", "position": "position",
             "choice": "value"}
    word = f"{content.sort} {words[content.kind]}".strip()
    return word if number == 1 else f"{word}s"


# ------------------------------------------------------------------ layout


def _text(doc: str) -> str:
    """The first paragraph of a comment on one line."""
    return flat(to_ascii(doc.partition("\n\n")[0]))


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def _grid(titles: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """A table without the columns that have nothing in them."""
    used = [i for i in range(len(titles)) if any(row[i] for row in rows)]
    return grid_lines([titles[i] for i in used], [[r[i] for i in used] for r in rows], width)
