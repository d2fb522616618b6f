"""The world file, executed next to the kernel: one world of a fixed size.

`Book` knows what the world leaves out: at which place each VMA slot lies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from refine.kernel.folio import READ, WRITE, Kind
from refine.kernel.truth import Stretch, Truth, What, stretches
from spec.ir import System
from spec.run import Play
from spec.source import NOWHERE
from spec.trace import Step
from spec.world import Line, read_world

PROCESSES: Final = ("A", "B", "C")
_SLOTS: Final = {1: 5, 16: 5}
"""VMA slots of a process, by the size of the folio; large worlds are slow."""
_FEW_SLOTS: Final = 4
FLUSH: Final = "tlb_flush"


@dataclass(frozen=True, slots=True)
class Vma:
    """A VMA of the world: its slot, its process, the pages of the folio that it spans."""

    slot: int
    owner: int
    first: int
    last: int


class Model:
    """One run of the world file.

    Args:
        system: the world file; it has the operations and calls of `schemes/folio.fs`.
    """

    def __init__(self, system: System, kind: Kind) -> None:
        self.kind = kind
        self.setting = world_text(kind)
        world, names = read_world(system, Line(self.setting, NOWHERE))
        self._slots = world.sizes["Vma"]
        self._owner = world.consts["owner"]
        self._calls = {c.name for c in system.calls}
        self._play = Play(system, world, names)

    def perform(self, name: str, values: Sequence[int]) -> tuple[Step, ...]:
        """The steps; raises spec.run.RunError where it cannot happen.

        When a system call returns the TLB is flushed (mmu_gather).
        """
        steps = self._play.perform(name, values)
        if self._play.state.get("unflushed"):
            steps += self._play.perform(FLUSH, ())
        return steps

    def line(self, name: str, values: Sequence[int]) -> str:
        """A line of a scenario."""
        word = "call " if name in self._calls else ""
        return word + self._play.text(name, values)

    def owner(self, slot: int) -> int:
        assert isinstance(self._owner, dict)
        return int(self._owner[(slot,)] or 0)

    def vmas(self) -> list[Vma]:
        """Every live VMA, by slot."""
        covers = self._table("covers")
        found = []
        for slot in range(self._slots):
            pages = [p for p in range(self.kind.pages) if covers[slot, p]]
            if pages:
                found.append(Vma(slot, self.owner(slot), pages[0], pages[-1]))
        return found

    def free_slot(self, owner: int) -> int | None:
        """The first slot of a process that is not in use."""
        live = self._table("live")
        mine = (s for s in range(self._slots) if self.owner(s) == owner)
        return next((s for s in mine if not live[s,]), None)

    def maps_page(self, slot: int, page: int) -> bool:
        return bool(self._table("pmd")[slot,] or self._table("pte")[slot, page])

    def maps(self, slot: int) -> bool:
        return any(self.maps_page(slot, p) for p in range(self.kind.pages))

    def truth(self, book: Book) -> Truth:
        """The truth of the world, in the form that the kernel is read in."""
        found: set[Stretch] = set()
        mapped: dict[int, list[tuple[int, What, int]]] = {}
        pte, pmd = self._table("pte"), self._table("pmd")
        for v in self.vmas():
            place = book.seats[v.slot].place
            found.add(Stretch(v.owner, place, "VMA", v.first, v.last))
            for page in range(self.kind.pages):
                if pmd[v.slot,]:
                    mapped.setdefault(v.owner, []).append((place, "PMD", page))
                if pte[v.slot, page]:
                    mapped.setdefault(v.owner, []).append((place, "PTE", page))
        for owner, pages in mapped.items():
            found |= stretches(owner, pages)
        return frozenset(found)

    def _table(self, name: str) -> Mapping[tuple[int, ...], bool | int | None]:
        table = self._play.state[name]
        assert isinstance(table, dict)
        return table


def world_text(kind: Kind) -> str:
    """The world of a run, as it stands in a scenario."""
    words = [f"NR = {kind.pages}"]
    words.append("anon" if kind.anon else "not anon")
    words.append("pmd_sized" if kind.pmd_sized else "not pmd_sized")
    for process in PROCESSES:
        mine = (s for s in slots_of(kind) if s.startswith(process.lower()))
        words.append(f"Vma {', '.join(mine)} in {process}")
    return ", ".join(words)


def slots_of(kind: Kind) -> tuple[str, ...]:
    """The names of the VMA slots, in the order of their numbers."""
    count = _SLOTS.get(kind.pages, _FEW_SLOTS)
    return tuple(f"{p.lower()}{i + 1}" for p in PROCESSES for i in range(count))


def show_place(place: int, process: int) -> str:
    """`A, place 2`."""
    return f"{PROCESSES[process]}, place {place}"


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a VMA lies, with which protection.

    `kin`: VMAs of one number were one VMA in this process; only these can merge again
    when they are anonymous (they have the same anon_vma).
    """

    place: int
    protection: int
    kin: int


@dataclass(slots=True)
class Book:
    """The seat of every live slot, which place comes next, whether the file is empty.

    `tables`: processes and places where a page table may lie.  It stays when its last PTE
    goes, and a file page faulted there gets a PTE where a PMD entry would fit.
    """

    seats: dict[int, Seat] = field(default_factory=dict)
    next_place: int = 1
    tables: set[tuple[int, int]] = field(default_factory=set)
    truncated: bool = False
    _kin: int = 0

    def sit_anew(self, slot: int, like: Seat | None = None) -> None:
        """At a fresh place, with the protection of another."""
        self._kin += 1
        self.seats[slot] = Seat(
            self.next_place, like.protection if like else READ | WRITE, self._kin)
        self.next_place += 1

    def sit_forked(self, slot: int, parent: Seat) -> None:
        """At the place of the parent's VMA."""
        self._kin += 1
        self.seats[slot] = Seat(parent.place, parent.protection, self._kin)

    def protect(self, slot: int, protection: int) -> None:
        old = self.seats[slot]
        self.seats[slot] = Seat(old.place, protection, old.kin)

    def see(self, kernel: Truth) -> None:
        """Where PTEs are there is a page table."""
        self.tables |= {(s.process, s.place) for s in kernel if s.what == "PTE"}

    def follow(self, steps: Sequence[Step]) -> None:
        """What VMA surgery does to seats, where the caller has not said it before."""
        for step in steps:
            match step.action:
                case "open_vma" if step.args["v"] not in self.seats:
                    self.sit_anew(step.args["v"])
                case "split_vma":
                    self.seats[step.args["new"]] = self.seats[step.args["old"]]
                case "close_vma":
                    del self.seats[step.args["v"]]
                case "merge_vma":
                    del self.seats[step.args["right"]]
