"""Which commands can be given where."""

from __future__ import annotations

from refine.kernel.calls import FAULTS, Command, Scene, same_protection
from refine.kernel.folio import WRITE
from refine.kernel.model import PROCESSES, Vma


def possible(scene: Scene, command: Command) -> bool:
    """Can the command be given here?  What the world lacks slots for is found later."""
    name, args, folio = command.name, command.args, scene.folio
    alive = set(scene.processes)
    if name in ("fork", "fork_without"):
        kept = [scene.vma(slot) for slot in args[2:]]
        mine = all(v is not None and v.owner == args[0] for v in kept)
        return args[0] in alive and args[1] not in alive and args[1] < len(PROCESSES) and mine
    if name == "exit":
        return args[0] in alive
    if name == "truncate":
        return not folio.kind.anon and not scene.book.truncated and bool(alive)
    if name == "open_vma":
        free = scene.model.free_slot(scene.model.owner(args[0])) == args[0]
        usable = not folio.kind.anon and not scene.book.truncated
        return usable and free and scene.model.owner(args[0]) in alive
    return _possible_in_vma(scene, name, args)


def _possible_in_vma(scene: Scene, name: str, args: tuple[int, ...]) -> bool:
    v = scene.vma(args[0])
    if v is None:
        return False
    if name == "merge_vma":
        return _possible_merge(scene, v, scene.vma(args[1]))
    if name in FAULTS:
        seat = scene.book.seats[v.slot]
        kind = scene.folio.kind
        may_write = (kind.copies or not (kind.anon or kind.private)) and seat.protection & WRITE
        usable = not scene.book.truncated and (name == "read" or bool(may_write))
        return usable and v.first <= args[1] <= v.last
    if name == "uffd_continue":
        shared = scene.folio.kind.source == "memfd" and not scene.folio.kind.private
        lacking = v.first <= args[1] <= v.last and not scene.model.maps_page(v.slot, args[1])
        return shared and lacking and not scene.book.truncated
    if name == "collapse":
        return _possible_collapse(scene, v)
    if name == "mremap" and scene.model.free_slot(v.owner) != args[1]:
        return False
    first, last = args[-2:]
    return v.first <= first <= last <= v.last


def _possible_collapse(scene: Scene, v: Vma) -> bool:
    """Of anon memory some must be there; a file that is open for writing has to be shmem."""
    kind = scene.folio.kind
    usable = kind.pmd_sized and kind.source != "disk" and not scene.book.truncated
    whole = (v.first, v.last) == (0, kind.pages - 1)
    return usable and whole and (not kind.anon or scene.model.maps(v.slot))


def _possible_merge(scene: Scene, left: Vma, right: Vma | None) -> bool:
    if right is None or scene.neighbour(left, 1) != right:
        return False
    if same_protection(scene, left, scene.neighbour(right, 1)) and same_protection(
        scene, right, scene.neighbour(left, -1)
    ):
        return False  # Three would become one.
    seats = scene.book.seats
    return not scene.folio.kind.anon or seats[left.slot].kin == seats[right.slot].kin
