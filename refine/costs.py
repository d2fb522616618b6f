"""What a scheme costs: page-table entries read and counters written, measured on its model.

Each workload is run by the implementation, beside the page tables of the scheme's world; what
it reads through `Folio` and stores in `Word` and `Atomic` is counted, nothing is derived.
Plain ints are not counted.

`map_descending` is what James Houghton asks about on 2023-02-08 at 00:35: UFFDIO_CONTINUE of
one page after the other from the end to the start.  A walk over the VMA before each of them
(Matthew Wilcox, 2023-02-08 19:54) finds NR (NR - 1) / 2 empty entries, 130,816 in a folio of
512 pages, and reads NR - 1 more: the entry that is set, at which it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from types import MappingProxyType
from typing import Any, Final

from refine.adapter import Binding
from refine.checks.large_worlds import LargeWorlds, NoWorld
from refine.checks.quick import QuickEvaluator
from refine.folio import ENTRIES, reader_of
from refine.harness import Harness
from refine.stored import Meter, metered
from spec.eval import StepError
from spec.ir import System
from spec.trace import Step, World

ORDERS: Final = tuple(range(10))

Taken = tuple[str, tuple[int, ...]]
"""An operation and its arguments.  VMAs 0 and 2 belong to one process, 1 to another one."""

_KINDS: Final = ("file", "anon")


@dataclass(frozen=True, slots=True)
class Workload:
    """Operations on a folio.

    Args:
        name, text: how it is called, and what it stands for.
        before: what leads there, not counted.
        steps: what is counted; both for a number of pages.
        huge: the folio is as large as what a PMD entry maps.
    """

    name: str
    text: str
    before: Callable[[int], Sequence[Taken]]
    steps: Callable[[int], Iterable[Taken]]
    huge: bool = False


@dataclass(frozen=True, slots=True)
class Cost:
    """What one workload cost.

    `read`: page-table entries; `empty` of them mapped nothing.  `stored`: stores to counters;
    `atomic` of these were atomic read-modify-write operations.  All are 0 where the world does
    not allow the workload (`possible` is False).
    """

    workload: str
    folio: str
    order: int
    pages: int
    possible: bool
    operations: int = 0
    read: int = 0
    empty: int = 0
    stored: int = 0
    atomic: int = 0

    def as_dict(self) -> dict[str, Any]:
        """For JSON; None for counts of what is not possible."""
        found = asdict(self)
        counts = ("operations", "read", "empty", "stored", "atomic")
        return found if self.possible else {**found, **dict.fromkeys(counts)}


def _opened(pages: int) -> Sequence[Taken]:
    return (("open_vma", (0, 0, pages - 1)),)


def _two_opened(pages: int) -> Sequence[Taken]:
    return (*_opened(pages), ("open_vma", (1, 0, pages - 1)))


def _mapped(pages: int) -> Sequence[Taken]:
    return (*_two_opened(pages), ("map_ptes", (0, 0, pages - 1)))


def _mapped_huge(pages: int) -> Sequence[Taken]:
    return (*_two_opened(pages), ("map_pmd", (0,)))


def _each(name: str, pages: Iterable[int]) -> Iterator[Taken]:
    return ((name, (0, page, page)) for page in pages)


WORKLOADS: Final[tuple[Workload, ...]] = (
    Workload("map_whole", "all pages in one batch", _opened,
             lambda n: [("map_ptes", (0, 0, n - 1))]),
    Workload("map_ascending", "page by page, from the first", _opened,
             lambda n: _each("map_ptes", range(n))),
    Workload("map_descending", "page by page, from the last (UFFDIO_CONTINUE)", _opened,
             lambda n: _each("map_ptes", reversed(range(n)))),
    Workload("unmap_whole", "all pages in one batch", _mapped,
             lambda n: [("unmap_ptes", (0, 0, n - 1))]),
    Workload("unmap_ascending", "page by page, from the first", _mapped,
             lambda n: _each("unmap_ptes", range(n))),
    Workload("unmap_descending", "page by page, from the last", _mapped,
             lambda n: _each("unmap_ptes", reversed(range(n)))),
    Workload("fork", "all PTEs are copied in one batch", _mapped,
             lambda n: [("dup_ptes", (0, 1, 0, n - 1))]),
    Workload("split_vma", "in the middle of the folio, which PTEs map whole", _mapped,
             lambda n: [("split_vma", (0, 2, n // 2))]),
    Workload("map_pmd", "by a PMD entry", _opened, lambda n: [("map_pmd", (0,))], True),
    Workload("unmap_pmd", "the PMD entry goes", _mapped_huge,
             lambda n: [("unmap_pmd", (0,))], True),
    Workload("split_pmd", "the PMD entry becomes PTEs", _mapped_huge,
             lambda n: [("split_pmd", (0,))], True),
    Workload("fork_pmd", "the PMD entry is copied", _mapped_huge,
             lambda n: [("dup_pmd", (0, 1))], True),
)

TEXTS: Final[Mapping[str, str]] = MappingProxyType({w.name: w.text for w in WORKLOADS})


def costs(binding: Binding, orders: Iterable[int] = ORDERS) -> tuple[Cost, ...]:
    """Every workload, for file and anon folios of 2**order pages.

    Raises:
        Fault: the implementation cannot do it.
    """
    sizes = tuple(orders)
    return tuple(
        _cost(binding, workload, kind, order)
        for workload in WORKLOADS for order in sizes for kind in _KINDS
    )


def _cost(binding: Binding, workload: Workload, kind: str, order: int) -> Cost:
    pages = 1 << order
    try:
        run = _Run(binding, _world(binding.system, pages, kind == "anon", workload.huge))
        for taken in workload.before(pages):
            run.take(taken)
        meter, operations = Meter(), 0
        for taken in workload.steps(pages):
            run.take(taken, meter)
            operations += 1
    except (NoWorld, StepError):
        return Cost(workload.name, kind, order, pages, possible=False)
    return Cost(
        workload.name, kind, order, pages, True, operations,
        sum(meter.reads[e] for e in ENTRIES), sum(meter.empty[e] for e in ENTRIES),
        meter.writes, meter.atomics,
    )


def _world(system: System, pages: int, anon: bool, huge: bool) -> World:
    sizes = {"NR": pages, "Mm": 2, "Vma": 3, "anon": anon, "pmd_sized": huge}
    return LargeWorlds(system, sizes, edges=False).world(0, 0)


class _Run:
    """The implementation, and the states of the scheme's world."""

    def __init__(self, binding: Binding, world: World) -> None:
        self._binding = binding
        self._world = world
        self._evaluator = QuickEvaluator(binding.system, world)
        self._state = self._evaluator.initial()
        sizes = {s.name: self._evaluator.size(s.name) for s in binding.system.sorts}
        self._harness = Harness(binding, sizes, lines=False)
        self._implementation, self._folio = self._harness.create(reader_of(world, self._state))

    def take(self, taken: Taken, meter: Meter | None = None) -> None:
        """One operation, counted into the meter if there is one.

        Raises:
            StepError: it cannot happen.
        """
        name, values = taken
        action = self._binding.system.action(name)
        step = Step(name, dict(zip([n for n, _ in action.params], values, strict=True)))
        before = self._state
        after = self._evaluator.apply(action, before, step.args)
        with metered(meter or Meter()):
            self._harness.step(self._implementation, self._folio, action, values,
                               reader_of(self._world, before), reader_of(self._world, after))
        self._state = after


# ------------------------------------------------------------------ text


def render_costs(rows: Sequence[Cost]) -> str:
    """A table of at most 72 columns for each workload."""
    lines = ["NR: pages of the folio; -: the world does not allow it",
             "empty, set: page-table entries read that map nothing, or a page",
             "stored: stores to counters; atomic: those that are atomic operations", ""]
    for name, group in groupby(rows, key=lambda r: r.workload):
        lines += [f"{name}: {TEXTS[name]}", _HEAD[0], _HEAD[1]]
        by_order = groupby(group, key=lambda r: (r.order, r.pages))
        lines += [_line(order, pages, list(cells)) for (order, pages), cells in by_order]
        lines.append("")
    return "\n".join(lines)


_COLUMNS: Final = f"{'empty':>9}{'set':>8}{'stored':>7}{'atomic':>7}"
_HEAD: Final = (f"{'':10}{'file':>9}{'':22}{'anon':>9}", f"order   NR{_COLUMNS}{_COLUMNS}")


def _line(order: int, pages: int, cells: Sequence[Cost]) -> str:
    text = f"{order:5}{pages:5}"
    for c in cells:
        if c.possible:
            text += f"{c.empty:9,}{c.read - c.empty:8,}{c.stored:7,}{c.atomic:7,}"
        else:
            text += f"{'-':>9}{'-':>8}{'-':>7}{'-':>7}"
    return text
