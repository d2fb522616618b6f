"""A folio of any size that one VMA after the other maps whole, before a model that counts them.

The evaluator has a world with two pages, which stand for all: whatever is mapped here is mapped
whole.  The model is told the folio's real size, and sees as many page-table entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from refine.adapter import Binding
from refine.checks.large_worlds import LargeWorlds
from refine.checks.quick import QuickEvaluator
from refine.faults import Fault, Kind
from refine.folio import Reader, reader_of
from refine.harness import Harness
from refine.wrapping import places
from spec.ir import Type
from spec.trace import State, Step, Value

MAPPERS: Final = 5
"""VMAs: growth is measured from the second to the fourth; with the last one a counter wraps."""


@dataclass(frozen=True, slots=True)
class Way:
    """How the folio is mapped once more: `unit` is what comes to it."""

    name: str
    unit: str
    huge: bool


WAYS: Final = (
    Way("process_ptes", "process", False),
    Way("process_pmd", "process", True),
    Way("vma_ptes", "VMA", False),
    Way("vma_pmd", "VMA", True),
)


class Mappers:
    """A model that is mapped by one VMA after the other, of one process or of many.

    Args:
        pages: of the folio.
        way: how, and whether by more processes or by more VMAs.
        anon: an anon folio, not one of a file.

    Raises:
        NoWorld: the scheme has no such folio.
        StepError: it cannot be mapped so.
    """

    def __init__(self, binding: Binding, pages: int, way: Way, anon: bool) -> None:
        self.pages, self.mapped = pages, 0
        self._binding, self.way, self.anon = binding, way, anon
        processes = MAPPERS if way.unit == "process" else 1
        sizes = {"NR": min(pages, 2), "Mm": processes, "Vma": MAPPERS, "anon": anon,
                 "pmd_sized": way.huge}
        pattern = max(0, processes - 2)
        self._world = LargeWorlds(binding.system, sizes, edges=False).world(0, pattern)
        self._evaluator = QuickEvaluator(binding.system, self._world)
        self._state = self._evaluator.initial()
        self._ranges = {s.name for s in binding.system.sorts if s.size == "NR"}
        real = {s.name: pages if s.name in self._ranges else self._evaluator.size(s.name)
                for s in binding.system.sorts}
        self._sizes = real
        self._harness = Harness(binding, real, lines=False)
        reader = self._reader(self._state)
        self.implementation, self._folio = self._harness.create(reader)

    def _reader(self, state: State) -> Reader:
        """The world's two pages stand for all."""
        small = reader_of(self._world, state)
        system = self._binding.system
        index = {s.name: s.index for s in system.states}
        index |= {c.name: c.index for c in system.consts}
        last = min(self.pages, 2) - 1

        def read(name: str, at: tuple[int, ...]) -> Any:
            if name == "NR":
                return self.pages
            folded = tuple(min(i, last) if t in self._ranges else i
                           for i, t in zip(at, index[name], strict=True))
            return small(name, folded)

        return read

    def map_more(self) -> None:
        """The next VMA maps the folio whole."""
        vma, last = self.mapped, min(self.pages, 2) - 1
        self._take("open_vma", (vma, 0, last))
        copied = self.anon and vma > 0
        if self.way.huge:
            self._take(*(("dup_pmd", (0, vma)) if copied else ("map_pmd", (vma,))))
        else:
            self._take(*(("dup_ptes", (0, vma, 0, last)) if copied
                         else ("map_ptes", (vma, 0, last))))
        self.mapped += 1

    def _take(self, name: str, values: Sequence[int]) -> None:
        action = self._binding.system.action(name)
        step = Step(name, dict(zip([n for n, _ in action.params], values, strict=True)))
        before = self._state
        self._state = self._evaluator.apply(action, before, step.args)
        real = [self.pages - 1 if t in self._ranges and x else x
                for x, (_, t) in zip(values, action.params, strict=True)]
        self._harness.step(self.implementation, self._folio, action, real,
                           self._reader(before), self._reader(self._state))

    # ------------------------------------------------------------- looking

    def numbers(self) -> dict[str, int]:
        """All that is stored now."""
        return {path: place.get() for path, place in places(self.implementation).items()}

    def observed(self) -> dict[str, Value]:
        """States at the first and last of their indices, and answers for such arguments."""
        found: dict[str, Value] = {}
        logical = self._harness.abstract(self.implementation, self._folio)
        for state in self._binding.kept:
            for at in self._corners(state.index):
                found[_shown(state.name, at, "[]")] = _cell(logical, state.name, at)
        for answered in self._binding.system.answers:
            for at in self._corners([t for _, t in answered.params]):
                env = {n: min(x, 1) if t in self._ranges else x
                       for x, (n, t) in zip(at, answered.params, strict=True)}
                if self._evaluator.truth(answered.asked, self._state, env):
                    found[_shown(answered.question, at, "()")] = self._harness.checked_answer(
                        self.implementation, self._folio, answered, at)
        return found

    def _corners(self, types: Sequence[Type]) -> Iterator[tuple[int, ...]]:
        return product(*(sorted({0, self._sizes.get(t, 2) - 1}
                                if t in self._ranges else {0}) for t in types))


def _cell(logical: Mapping[Any, Any], name: str, at: tuple[int, ...]) -> Value:
    """The value of an abstract state, a mapping or lists, at indices.

    Raises:
        Fault: there is none.
    """
    try:
        table = logical[name]
        if isinstance(table, Mapping):
            found: Value = table[at if at in table else at[0]]
            return found
        for i in at:
            table = table[i]
        cell: Value = table
    except (LookupError, TypeError) as err:
        raise Fault(Kind.ABSTRACTION, f"abstract() has no {_shown(name, at, '[]')}") from err
    return cell


def _shown(name: str, at: Sequence[int], brackets: str) -> str:
    if not at and brackets == "[]":
        return name
    return f"{name}{brackets[0]}{', '.join(map(str, at))}{brackets[1]}"
