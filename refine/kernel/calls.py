"""What a command of a run is to the kernel, and to the world.

A command has the name and the arguments of a call (or operation) of the world file; slots
of VMAs stand for addresses, by the book.  Only `read` and `write` have names of their own:
how much a fault of a file page maps is the kernel's choice, so the world's call is known
after the fact (`settled`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from refine.kernel.coordinator import Process
from refine.kernel.folio import (
    COLLAPSE,
    DOFORK,
    DONTFORK,
    DONTNEED,
    EXEC,
    HUGEPAGE,
    MOVE_TO,
    NOHUGEPAGE,
    READ,
    WRITE,
    Folio,
)
from refine.kernel.model import Book, Model, Vma
from refine.kernel.pagetables import PAGE
from refine.kernel.truth import Truth
from spec.trace import Step

_PROTECTIONS: Final = (READ | WRITE, READ | WRITE | EXEC, READ, READ | EXEC)
"""Four, so that there is always one that differs from the VMA's and from its neighbours':
VMAs of the same protection would merge."""
FAULTS: Final = ("read", "write")


@dataclass(frozen=True, slots=True)
class Command:
    """A command and its arguments, as numbers of slots, pages and processes."""

    name: str
    args: tuple[int, ...]


@dataclass(slots=True)
class Scene:
    """The world and the processes of one run, side by side."""

    model: Model
    book: Book
    folio: Folio
    processes: dict[int, Process]

    def vma(self, slot: int) -> Vma | None:
        return next((v for v in self.model.vmas() if v.slot == slot), None)

    def address(self, slot: int, page: int) -> int:
        return self.folio.kind.base(self.book.seats[slot].place) + page * PAGE

    def neighbour(self, v: Vma, step: int) -> Vma | None:
        """The VMA right before (-1) or behind (1) this one at the same place."""
        for w in self.model.vmas():
            near = w.last + 1 == v.first if step < 0 else w.first == v.last + 1
            same = self.book.seats[w.slot].place == self.book.seats[v.slot].place
            if near and same and w.owner == v.owner:
                return w
        return None


# --------------------------------------------------------------- to the kernel


@dataclass(frozen=True, slots=True)
class Request:
    """What one process is told: a command of `worker.py` with its arguments.

    `exit` ends it; for `fork` the argument is the number of the child, and for
    `fork_without` the address and the size of what the child does not get follow.
    """

    process: int
    words: tuple[str | int, ...]


def request(scene: Scene, command: Command) -> Request:
    """What the command is to the kernel, from the scene before it."""
    return _REQUESTS[command.name](scene, *command.args)


def _open_vma(scene: Scene, slot: int, first: int, last: int) -> Request:
    address = scene.folio.kind.base(scene.book.next_place) + first * PAGE
    return Request(scene.model.owner(slot), (
        "mmap", address, (last - first + 1) * PAGE, READ | WRITE,
        scene.folio.kind.map_flags, scene.folio.file,
        first * PAGE))


def _read(scene: Scene, slot: int, page: int) -> Request:
    return Request(scene.model.owner(slot), ("read", scene.address(slot, page)))


def _write(scene: Scene, slot: int, page: int) -> Request:
    return Request(scene.model.owner(slot), ("write", scene.address(slot, page), 7))


def _of_range(name: str, scene: Scene, slot: int, first: int, last: int, *more: int) -> Request:
    size = (last - first + 1) * PAGE
    return Request(scene.model.owner(slot), (name, scene.address(slot, first), size, *more))


def _dontneed(scene: Scene, slot: int, first: int, last: int) -> Request:
    return _of_range("madvise", scene, slot, first, last, DONTNEED)


def _munmap(scene: Scene, slot: int, first: int, last: int) -> Request:
    return _of_range("munmap", scene, slot, first, last)


def _mprotect(scene: Scene, slot: int, first: int, last: int) -> Request:
    """With a protection that keeps the stretch a VMA of its own."""
    v = scene.vma(slot)
    assert v is not None
    near = [v, scene.neighbour(v, -1) if first == v.first else None,
            scene.neighbour(v, 1) if last == v.last else None]
    taken = {scene.book.seats[w.slot].protection for w in near if w is not None}
    chosen = next(p for p in _PROTECTIONS if p not in taken)
    return _of_range("mprotect", scene, slot, first, last, chosen)


def _merge(scene: Scene, left: int, right: int) -> Request:
    """One gets the protection of the other."""
    v, w = scene.vma(left), scene.vma(right)
    assert v is not None and w is not None
    seats = scene.book.seats
    if not same_protection(scene, v, scene.neighbour(w, 1)):
        return _of_range("mprotect", scene, right, w.first, w.last, seats[left].protection)
    return _of_range("mprotect", scene, left, v.first, v.last, seats[right].protection)


def same_protection(scene: Scene, v: Vma, w: Vma | None) -> bool:
    seats = scene.book.seats
    return w is not None and seats[v.slot].protection == seats[w.slot].protection


def _mremap(scene: Scene, old: int, new: int, first: int, last: int) -> Request:
    size = (last - first + 1) * PAGE
    target = scene.folio.kind.base(scene.book.next_place) + first * PAGE
    return _of_range("mremap", scene, old, first, last, size, MOVE_TO, target)


def _fork(scene: Scene, parent: int, child: int) -> Request:
    return Request(parent, ("fork", child))


def _fork_without(scene: Scene, parent: int, child: int, kept: int) -> Request:
    v = scene.vma(kept)
    assert v is not None
    size = (v.last - v.first + 1) * PAGE
    return Request(parent, ("fork_without", child, scene.address(kept, v.first), size))


def _exit(scene: Scene, process: int) -> Request:
    return Request(process, ("exit",))


def _collapse(scene: Scene, slot: int) -> Request:
    pages = 0, scene.folio.kind.pages - 1
    if scene.folio.kind.anon:
        return _of_range("collapse", scene, slot, *pages)
    return _of_range("madvise", scene, slot, *pages, COLLAPSE)


def _uffd_continue(scene: Scene, slot: int, page: int) -> Request:
    v = scene.vma(slot)
    assert v is not None
    return Request(v.owner, (
        "uffd_continue", scene.address(slot, v.first), (v.last - v.first + 1) * PAGE,
        scene.address(slot, page), PAGE))


def _truncate(scene: Scene, first: int) -> Request:
    return Request(min(scene.processes), ("ftruncate", scene.folio.file, first * PAGE))


_REQUESTS: Final[Mapping[str, Callable[..., Request]]] = MappingProxyType({
    "open_vma": _open_vma, "read": _read, "write": _write, "madvise_dontneed": _dontneed,
    "munmap": _munmap, "mprotect": _mprotect, "merge_vma": _merge, "mremap": _mremap,
    "fork": _fork, "fork_without": _fork_without, "exit": _exit, "truncate": _truncate,
    "collapse": _collapse, "uffd_continue": _uffd_continue,
})
_STRETCH = ("VMA", "page", "page")
COMMANDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "open_vma": _STRETCH, "read": ("VMA", "page"), "write": ("VMA", "page"),
    "madvise_dontneed": _STRETCH, "munmap": _STRETCH, "mprotect": _STRETCH,
    "merge_vma": ("VMA", "VMA"), "mremap": ("VMA", *_STRETCH),
    "fork": ("process", "process"), "fork_without": ("process", "process", "VMA"),
    "exit": ("process",), "truncate": ("page",), "collapse": ("VMA",),
    "uffd_continue": ("VMA", "page"),
})
"""Every command, and what its arguments are."""
CALLS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    **{name: what for name, what in COMMANDS.items() if name != "read"},
    "page_fault": ("VMA", "page"), "fault_around": _STRETCH,
})
"""Every call or operation of the world that a command can be."""


def to_kernel(processes: dict[int, Process], request: Request) -> None:
    """Has the request done.

    Raises:
        Refused, Died: of `coordinator`.
    """
    name, args = str(request.words[0]), [int(x) for x in request.words[1:]]
    if name == "fork":
        processes[args[0]] = processes[request.process].fork()
    elif name == "fork_without":
        parent, (child, *kept) = processes[request.process], args
        parent.do("madvise", *kept, DONTFORK)
        processes[child] = parent.fork()
        parent.do("madvise", *kept, DOFORK)
    elif name == "collapse":
        # An anon folio was given MADV_NOHUGEPAGE, which refuses this, too.
        for advice in (HUGEPAGE, COLLAPSE, NOHUGEPAGE):
            processes[request.process].do("madvise", *args, advice)
    elif name == "exit":
        processes.pop(request.process).exit()
    else:
        processes[request.process].do(name, *args)


# ---------------------------------------------------------------- to the world


def settled(scene: Scene, fault: Command, kernel: Truth) -> Command:
    """The call of the world that a fault was, from what is mapped after it.

    Where writes copy, a write is `write`.  A fault of a lost anon page is `page_fault`, and
    so is one that brings a PMD entry or one page, or that must bring a PMD entry; PTEs in a
    row are `fault_around`, which has no gaps.
    """
    slot, page = fault.args
    v = scene.vma(slot)
    assert v is not None
    place = scene.book.seats[slot].place
    here = [s for s in kernel if (s.process, s.place) == (v.owner, place)]
    if scene.folio.kind.copies and fault.name == "write":
        return fault
    if scene.folio.kind.anon or scene.model.maps_page(slot, page) or any(
        s.what == "PMD" for s in here
    ):
        return Command("page_fault", fault.args)
    fresh = [p for s in here if s.what == "PTE" for p in range(s.first, s.last + 1)
             if v.first <= p <= v.last and not scene.model.maps_page(slot, p)]
    first, last = min([page, *fresh]), max([page, *fresh])
    whole = (v.first, v.last) == (0, scene.folio.kind.pages - 1)
    takes_pmd = scene.folio.kind.pmd_sized and whole and not scene.model.maps(slot)
    if takes_pmd and (v.owner, place) not in scene.book.tables:
        return Command("page_fault", fault.args)
    if first == last and not takes_pmd:
        return Command("page_fault", fault.args)
    return Command("fault_around", (slot, first, last))


def to_book(
    scene: Scene, asked: Request | None, call: Command, before: Sequence[Vma],
    steps: Sequence[Step],
) -> None:
    """Brings the book up to date after the world has taken its steps.

    Args:
        asked: what the kernel did for the call.
        before: the live VMAs before it.
    """
    book, args = scene.book, call.args
    match call.name:
        case "open_vma":
            book.sit_anew(args[0])
        case "mremap":
            old, owner = book.seats[args[0]], scene.model.owner(args[0])
            book.sit_anew(args[1], old)
            if (owner, old.place) in book.tables:
                book.tables.add((owner, book.seats[args[1]].place))
        case "fork" | "fork_without":
            opened = [s.args["v"] for s in steps if s.action == "open_vma"]
            parents = [v.slot for v in before if v.owner == args[0] and v.slot not in args[2:]]
            for child, parent in zip(opened, parents, strict=False):
                book.sit_forked(child, book.seats[parent])
        case "collapse":
            book.tables.discard((scene.model.owner(args[0]), book.seats[args[0]].place))
        case "truncate":
            book.truncated = True
        case "exit":
            book.tables = {t for t in book.tables if t[0] != args[0]}
    book.follow(steps)
    if call.name == "merge_vma" and asked is not None:
        book.protect(args[0], int(asked.words[-1]))
    if call.name == "mprotect" and asked is not None:
        slot = _slot_at(scene, args[0], args[1])
        if slot is not None:
            book.protect(slot, int(asked.words[-1]))


def _slot_at(scene: Scene, slot: int, page: int) -> int | None:
    """The VMA that now spans a page at the place of a slot."""
    place, owner = scene.book.seats[slot].place, scene.model.owner(slot)
    for v in scene.model.vmas():
        same = v.owner == owner and scene.book.seats[v.slot].place == place
        if same and v.first <= page <= v.last:
            return v.slot
    return None
