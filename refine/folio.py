"""What an implementation is handed: the folio, and page tables to be read entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from refine.faults import Fault, Kind
from refine.stored import meter_read
from spec.ir import Const, StateVar, System, Type
from spec.trace import State, World

Reader = Callable[[str, tuple[int, ...]], Any]
"""The value of a constant or a state at indices; what `Folio` asks."""

ENTRIES: Final = ("pte", "pmd")
"""Reads of these are reads of page-table entries; the others are reads of the VMA."""


def reader_of(world: World, state: State) -> Reader:
    """Constants and states as an implementation reads them."""
    consts = world.consts

    def read(name: str, index: tuple[int, ...]) -> Any:
        table = consts[name] if name in consts else state[name]
        return table[index] if isinstance(table, dict) else table

    return read


class Folio:
    """Constants are always there: `folio.NR`, `folio.anon`, `folio.owner(v)`.  States of the
    layers below the scheme are there while an operation runs: `folio.pte(v, p)`,
    `folio.pmd(v)`, `folio.covers(v, p)`, `folio.born`.  Elements are numbers from 0 on.

    Raises:
        Fault: for a name that is none of these, an index that is out of range, and for a state
            read where page tables are not to be read.
    """

    __slots__ = ("__weakref__",)

    if TYPE_CHECKING:
        # What folio.fs, cow.fs, refs.fs and tables.fs have; other modules have their own.
        NR: int
        anon: bool
        pmd_sized: bool
        born: bool
        unflushed: bool

        def owner(self, vma: int) -> int: ...
        def live(self, vma: int) -> bool: ...
        def covers(self, vma: int, page: int) -> bool: ...
        def pte(self, vma: int, page: int) -> bool: ...
        def pmd(self, vma: int) -> bool: ...
        def exclusive(self, page: int) -> bool: ...
        def writable(self, vma: int, page: int) -> bool: ...
        def pinned(self, pin: int) -> int | None: ...
        def table(self, vma: int, page: int) -> int: ...

    def __init__(self, system: System, sizes: Mapping[Type, int], reader: Reader) -> None:
        _GATES[self] = Gate(system, sizes, reader)

    @property
    def pages(self) -> range:
        """The numbers of the folio's pages."""
        return range(self.size("Page"))

    def size(self, sort: str) -> int:
        """How many elements a sort has: `folio.size("Vma")`."""
        sizes = _GATES[self].sizes
        if sort not in sizes:
            known = ", ".join(sizes)
            raise Fault(Kind.RANGE, f"there is no sort {sort}", hint=f"there are: {known}")
        return sizes[sort]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _GATES[self].attribute(name)

    def __setattr__(self, name: str, value: object) -> None:
        raise Fault(Kind.MUTATES, f"assigns to `{name}` of the folio",
                    hint="keep what is yours in `self`")

    def __delattr__(self, name: str) -> None:
        self.__setattr__(name, None)

    def __deepcopy__(self, memo: object) -> Folio:
        return self

    def __copy__(self) -> Folio:
        return self

    def __repr__(self) -> str:
        return "Folio"


class Gate:
    """Between an implementation and what it may read; the checks hold the other end.

    `reader` answers, `open` says whether states may be read now, `why` names what runs.
    """

    def __init__(self, system: System, sizes: Mapping[Type, int], reader: Reader) -> None:
        self.sizes = {n: k for n, k in sizes.items() if n not in ("Bool", "Int")}
        self.reader = reader
        self.open = False
        self.why = "__init__"
        self._consts = {c.name: c for c in system.consts}
        own = system.name if system.kind == "scheme" else ""
        self._states = {s.name: s for s in system.states if s.layer != own}
        self._own = [s.name for s in system.states if s.layer == own]

    def attribute(self, name: str) -> Any:
        known: Const | StateVar | None = self._consts.get(name) or self._states.get(name)
        if known is None:
            self._refuse(name)
        assert known is not None
        if not known.index:
            return self._read(known, ())
        return lambda *index: self._read(known, index)

    def _read(self, what: Const | StateVar, index: tuple[Any, ...]) -> Any:
        if len(index) != len(what.index):
            wanted = ", ".join(what.index)
            raise Fault(Kind.RANGE, f"{what.name} has {len(index)} indices here",
                        hint=f"it is {what.name}({wanted})")
        for at, sort in zip(index, what.index, strict=True):
            if isinstance(at, bool) or (isinstance(at, int) and not 0 <= at < self.sizes[sort]):
                shown = ", ".join(str(x) for x in index)
                raise Fault(Kind.RANGE, f"reads {what.name}({shown}): {sort} goes from 0 to "
                            f"{self.sizes[sort] - 1}")
        if isinstance(what, StateVar) and not self.open:
            raise Fault(Kind.BEHIND, f"reads {what.name} in {self.why}",
                        hint="page tables are read while an operation runs, and not after")
        value = self.reader(what.name, index)
        if isinstance(what, StateVar):
            meter_read(what.name, value)
        return value

    def _refuse(self, name: str) -> None:
        if name in self._own:
            raise Fault(Kind.BEHIND, f"reads {name} of the scheme itself",
                        hint="an implementation keeps its own state")
        if name.startswith("_"):
            raise Fault(Kind.BEHIND, f"reads `{name}` of the folio",
                        hint="page tables are read as folio.pte(v, p), folio.pmd(v)")
        known = ", ".join((*self._consts, *self._states))
        raise Fault(Kind.RANGE, f"there is no {name}", hint=f"there are: {known}")


_GATES: Final[WeakKeyDictionary[Folio, Gate]] = WeakKeyDictionary()


def gate_of(folio: Folio) -> Gate:
    """The other end, for the checks."""
    return _GATES[folio]
