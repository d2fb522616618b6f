"""Which stored counters can wrap, with how many mappings, and what is wrong then.

On 2023-07-02 at 11:45 David Hildenbrand wants a 64-bit mapcount for large folios, "which implies
a 64bit refcount"; Matthew Wilcox (12:26) wants mappings to add no more than one reference.
Here each counter of a model is measured: further processes, or further VMAs of one process,
map the whole folio; the counter's growth is extrapolated to the mapping before the one with
which it wraps, and that last one is executed.

Limits of x86-64: at most 4,194,304 processes (PID_MAX_LIMIT, include/linux/threads.h), and
65,530 VMAs in each (vm.max_map_count as it comes, include/linux/mm.h).  A 1 GiB folio has
order 18; a model with a count per page takes half a minute for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any, Final

from refine.adapter import Binding
from refine.checks.large_worlds import NoWorld
from refine.mappers import MAPPERS, WAYS, Mappers, Way
from refine.stored import Atomic
from refine.wrapping import places
from spec.eval import StepError
from spec.trace import Value

MOST_PROCESSES: Final = 4_194_304
MOST_VMAS: Final = 65_530
ORDERS: Final = (0, 9, 18)

REFERENCES: Final = "references, one per mapping"
"""The counter of a folio whose model stores no reference count: a signed word of 32 bits, with
one for each page that lies in the page cache."""


@dataclass(frozen=True, slots=True)
class Overflow:
    """One stored counter that grows in one way.

    Args:
        counter: its name; `[*]` for all elements of a list that grow alike.
        step: what each further process or VMA adds.
        wraps_at: the number of the process or VMA with which the stored word wraps.
        fits: are there so many, with `MOST_PROCESSES` and `MOST_VMAS` in each?
        references_wrap_at: the same for the reference count; None where that does not grow.
        before, after: the stored word, when that one comes.
        wrong: states and answers that are wrong after it, as (name, wanted, got).
    """

    counter: str
    bits: int
    order: int
    pages: int
    folio: str
    way: str
    step: int
    wraps_at: int
    fits: bool
    references_wrap_at: int | None
    before: int
    after: int
    wrong: tuple[tuple[str, Value, Value], ...] = ()

    @property
    def processes(self) -> int:
        """How many it takes, each with as many VMAs as there may be, if the way is by VMAs."""
        by_vmas = next(w for w in WAYS if w.name == self.way).unit == "VMA"
        return -(-self.wraps_at // MOST_VMAS) if by_vmas else self.wraps_at

    @property
    def against_references(self) -> str:
        """Does it wrap `before`, `with` or `after` the reference count?  Empty for that itself."""
        at, references = self.wraps_at, self.references_wrap_at
        if is_references(self.counter):
            return ""
        if references is None:
            return "before"
        return "before" if at < references else "with" if at == references else "after"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "wrong": [list(w) for w in self.wrong],
                "processes": self.processes, "against_references": self.against_references}


def is_references(counter: str) -> bool:
    """Is it a reference count, by its name?"""
    return "ref" in counter.rpartition(".")[2]


def overflow(binding: Binding, orders: Iterable[int] = ORDERS) -> tuple[Overflow, ...]:
    """Every counter that grows, for each way in which a folio of 2**order pages can be mapped
    again and again: a file folio where the scheme has such, else an anon one.

    Raises:
        Fault: the implementation cannot do it.
    """
    found: list[Overflow] = []
    for order in orders:
        growing: set[str] = set()
        for way in WAYS:
            rows = _rows(binding, order, way, growing)
            if way.unit == "process":
                growing |= {r.counter for r in rows}
            found += rows
    return tuple(found)


def _rows(binding: Binding, order: int, way: Way, growing: set[str]) -> list[Overflow]:
    for anon in (False, True):
        try:
            return list(_measured(binding, order, way, anon, growing))
        except (NoWorld, StepError):
            continue
    return []


def _measured(
    binding: Binding, order: int, way: Way, anon: bool, growing: set[str]
) -> Iterator[Overflow]:
    def mapped(times: int) -> Mappers:
        run = Mappers(binding, 1 << order, way, anon)
        for _ in range(times):
            run.map_more()
        return run

    run = mapped(2)
    values = [run.numbers()]
    for _ in range(2):
        run.map_more()
        values.append(run.numbers())
    seen = run.observed()
    growth = _growth(values)
    counters = _grouped(run, growth)
    if not any(map(is_references, growth)):
        counters.append(_references(run))
    limit = min((c.wraps_at(run.mapped) for c in counters if is_references(c.name)), default=None)
    run.map_more()
    regular = run.observed()
    for counter in counters:
        at = counter.wraps_at(MAPPERS - 1)
        if counter.path:
            before, after, wrong = _wrapped(
                mapped(MAPPERS - 1), counter, growth, seen, regular)
        else:
            before, after, wrong = *_as_word(counter), ()
        both = counter.name in growing or counter.name == REFERENCES
        yield Overflow(
            counter.name, counter.bits, order, 1 << order, "anon" if anon else "file", way.name,
            counter.step, at, at <= _most(way, both), limit, before, after, wrong)


def _growth(values: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """What each place grows by with each mapper, where that is always the same."""
    first, second, third = values
    return {path: third[path] - second[path] for path in third
            if path in first and path in second
            and third[path] - second[path] == second[path] - first[path]}


def _as_word(counter: _Counter) -> tuple[int, int]:
    """A word that nobody keeps, before and after it wraps."""
    mappers = counter.wraps_at(MAPPERS - 1) - MAPPERS
    word = Atomic(counter.value + counter.step * mappers, counter.bits)
    return word.value, word.add_return(counter.step)


def _most(way: Way, shared: bool) -> int:
    """How many there can be; `shared`: the counter grows with processes, too."""
    if way.unit == "process":
        return MOST_PROCESSES
    return MOST_VMAS * (MOST_PROCESSES if shared else 1)


@dataclass(frozen=True, slots=True)
class _Counter:
    """A word, or many that grow alike; `value` is what is stored now."""

    name: str
    bits: int
    step: int
    value: int
    path: str

    def wraps_at(self, mapped: int) -> int:
        """The number of the mapper with which it wraps, `mapped` being there now."""
        room = (1 << (self.bits - 1)) - 1 - self.value
        return mapped + room // self.step + 1


def _grouped(run: Mappers, growth: Mapping[str, int]) -> list[_Counter]:
    found: dict[tuple[str, int, int], _Counter] = {}
    for path, place in places(run.implementation).items():
        step = growth.get(path, 0)
        if place.bits and step > 0:
            name = re.sub(r"\[[^]]*\]", "[*]", path)
            made = _Counter(name, place.bits, step, place.get(), path)
            found.setdefault((name, place.bits, step), made)
    return list(found.values())


def _references(run: Mappers) -> _Counter:
    """The reference count that goes with the page tables, had it 32 bits."""
    per = 1 if run.way.huge else run.pages
    cached = 0 if run.anon else run.pages
    return _Counter(REFERENCES, 32, per, cached + per * run.mapped, "")


def _wrapped(
    run: Mappers, counter: _Counter, growth: Mapping[str, int], seen: Mapping[str, Value],
    regular: Mapping[str, Value],
) -> tuple[int, int, tuple[tuple[str, Value, Value], ...]]:
    """The word before and after the mapper with which it wraps, and what is wrong then.

    Args:
        run: with all mappers but that one.
        growth: of all places, which are set to what they are before that mapper.
        seen, regular: what is seen now, and with one more mapper.
    """
    known = places(run.implementation)
    mappers = counter.wraps_at(run.mapped) - 1 - run.mapped
    for path, place in known.items():
        if growth.get(path):
            place.set(place.get() + growth[path] * mappers)
    before, now = known[counter.path].get(), run.observed()
    run.map_more()
    after = known[counter.path].get()
    return before, after, tuple(_wrong(seen, regular, now, run.observed()))


def _wrong(
    seen: Mapping[str, Value], regular: Mapping[str, Value],
    now: Mapping[str, Value], then: Mapping[str, Value],
) -> Iterator[tuple[str, Value, Value]]:
    """What one mapper changes in another way than it does while all counters are small."""
    for name in then:
        if name in seen and name in regular and name in now:
            a, b, c = seen[name], regular[name], now[name]
            grows = a != b and type(a) is type(b) is type(c) is int
            wanted = c + b - a if grows else b  # type: ignore[operator]
            if then[name] != wanted:
                yield name, wanted, then[name]


# ------------------------------------------------------------------ text


def render_overflow(rows: Sequence[Overflow]) -> str:
    """A table of at most 72 columns for each order and way, and what wraps first."""
    if not rows:
        return "The scheme's world has no folio of this order.\n"
    lines = ["at: the process or VMA with which the stored word wraps; refs: before or",
             f"after the reference count.  There are at most {MOST_PROCESSES:,} processes,",
             f"and {MOST_VMAS:,} VMAs in each.", ""]
    for (order, pages, folio, way), group in groupby(
            rows, key=lambda r: (r.order, r.pages, r.folio, r.way)):
        known = next(w for w in WAYS if w.name == way)
        entries = "a PMD entry" if known.huge else "PTEs"
        more = "process" if known.unit == "process" else "VMA of a process"
        size = f"{pages:,} page{'' if pages == 1 else 's'} ({folio})"
        lines += [f"order {order}, {size}: each further {more}, by {entries}",
                  f"{'counter':27}{'bits':>4}{'step':>8}{'at':>14} {'processes':>9}  refs"]
        for row in group:
            lines += _lines(row)
        lines.append("")
    return "\n".join([*lines, *_conclusion(rows), ""])


def _conclusion(rows: Sequence[Overflow]) -> Iterator[str]:
    """Of each counter that wraps no later than the reference count, where that is soonest."""
    soonest: dict[str, Overflow] = {}
    for row in sorted(rows, key=lambda r: (r.processes, r.order)):
        if row.fits and row.against_references in ("before", "with"):
            soonest.setdefault(row.counter, row)
    if not soonest:
        yield "No counter wraps before the reference count does, or with it."
        return
    yield "Before the reference count does, or with it, there wraps"
    for row in soonest.values():
        yield f"  {row.counter[:50]}, {row.against_references} it"
        yield f"    order {row.order} ({row.folio}), by {_entries(row)}: {_mappers(row)}"


def _entries(row: Overflow) -> str:
    return "a PMD entry" if next(w for w in WAYS if w.name == row.way).huge else "PTEs"


def _mappers(row: Overflow) -> str:
    """`8,191 processes`, `2,000,000 VMAs in 31 processes`."""
    processes = f"{row.processes:,} process{'' if row.processes == 1 else 'es'}"
    if next(w for w in WAYS if w.name == row.way).unit == "process":
        return processes
    return f"{row.wraps_at:,} VMAs in {processes}"


def _lines(row: Overflow) -> Iterator[str]:
    processes = f"{row.processes:,}" if row.fits else "too many"
    yield (f"{row.counter[:27]:27}{row.bits:4}{row.step:8,}{_number(row.wraps_at):>14} "
           f"{processes:>9}  {row.against_references}").rstrip()
    if row.counter != REFERENCES:
        yield f"    {_number(row.before)} becomes {_number(row.after)}"
    for name, wanted, got in row.wrong[:4]:
        yield f"    {name} is {_value(got)}, not {_value(wanted)}"[:72]


def _value(value: Value) -> str:
    return _number(value) if type(value) is int else str(value)


def _number(number: int) -> str:
    return f"{number:,}" if abs(number) < 10**11 else f"{number:.3e}"
