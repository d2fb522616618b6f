"""What is mapped where, by the kernel and by the world, and how the two differ.

Both sides are put into the same form: stretches of pages of one process at one place.  A
place is a window of addresses (`folio.py`), so a stretch says address and page at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from refine.kernel.coordinator import Process
from refine.kernel.folio import BASE, END, Folio
from refine.kernel.pagetables import Entry

What = Literal["VMA", "PMD", "PTE", "astray"]
"""`astray`: a page of the folio where another page of it belongs."""


class Disturbed(Exception):
    """Something outside the run moved the folio, by migration or khugepaged."""


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """Pages first .. last of the folio, in one process, at one place."""

    process: int
    place: int
    what: What
    first: int
    last: int


Truth = frozenset[Stretch]


def read_truth(processes: Mapping[int, Process], folio: Folio) -> Truth:
    """The truth of the kernel, in every living process.

    Raises:
        Disturbed: a page of another folio lies where one of the file belongs.
    """
    found: set[Stretch] = set()
    for name, process in processes.items():
        pages: list[tuple[int, What, int]] = []
        for start, end in process.tables.vmas(BASE, END):
            place, first = folio.kind.where(start)
            found.add(Stretch(name, place, "VMA", first, folio.kind.where(end - 1)[1]))
            for entry in process.tables.entries(start, end):
                pages += _page(entry, folio)
        found |= stretches(name, pages)
    return frozenset(found)


def _page(entry: Entry, folio: Folio) -> list[tuple[int, What, int]]:
    """A page of the folio; nothing for another, which stands for a lost anon page."""
    place, page = folio.kind.where(entry.address)
    index = entry.frame - folio.head
    if 0 <= index < folio.kind.pages:
        if index != page:
            return [(place, "astray", page)]
        return [(place, "PMD" if entry.huge else "PTE", page)]
    if folio.kind.anon:
        return []
    raise Disturbed(f"at place {place}, page {page}")


def stretches(process: int, pages: Iterable[tuple[int, What, int]]) -> Truth:
    """As few stretches as possible, from pages as (place, what, page)."""
    found: list[Stretch] = []
    for place, what, page in sorted(pages):
        last = found[-1] if found else None
        if last and (last.place, last.what, last.last + 1) == (place, what, page):
            found[-1] = Stretch(process, place, what, last.first, page)
        else:
            found.append(Stretch(process, place, what, page, page))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Spot:
    """The first place that differs, and what each side has there."""

    process: int
    place: int
    world: tuple[Stretch, ...]
    kernel: tuple[Stretch, ...]


def difference(world: Truth, kernel: Truth) -> Spot | None:
    """The first place where the two differ, in the order of processes and places."""
    wrong = min(world ^ kernel, default=None)
    if wrong is None:
        return None

    def there(truth: Truth) -> tuple[Stretch, ...]:
        here = (wrong.process, wrong.place)
        return tuple(sorted(s for s in truth if (s.process, s.place) == here))

    return Spot(wrong.process, wrong.place, there(world), there(kernel))


def show(side: Iterable[Stretch]) -> str:
    """`VMA 0..511; PTE 0..3, 7` or `nothing`."""
    parts: dict[str, list[str]] = {}
    for s in side:
        pages = str(s.first) if s.first == s.last else f"{s.first}..{s.last}"
        parts.setdefault(s.what, []).append(pages)
    text = "; ".join(f"{what} {', '.join(pages)}" for what, pages in sorted(parts.items()))
    return text or "nothing"
