"""The next command of a random run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import Final

from refine.kernel.calls import Command, Scene
from refine.kernel.model import PROCESSES, Vma
from refine.kernel.possibility import possible

_TRIES: Final = 40
_WEIGHTS: Final[Mapping[str, int]] = MappingProxyType({
    "open_vma": 2, "read": 6, "write": 2, "madvise_dontneed": 4, "munmap": 4, "mprotect": 4,
    "merge_vma": 12, "mremap": 4, "fork": 5, "fork_without": 2, "exit": 1, "truncate": 1,
    "collapse": 2, "uffd_continue": 2,
})
_OF_COPIES: Final[Mapping[str, int]] = MappingProxyType({
    **_WEIGHTS, "write": 16, "fork": 8, "exit": 5, "madvise_dontneed": 6, "mremap": 2,
})


def choose(random: Random, scene: Scene) -> Command | None:
    """A command that is possible here; None where nothing is left to do."""
    vmas = scene.model.vmas()
    if not scene.processes or (scene.folio.kind.anon and not vmas):
        return None
    names = _names(random, scene, vmas)
    known = _OF_COPIES if scene.folio.kind.copies else _WEIGHTS
    weights = [known[name] for name in names]
    for _ in range(_TRIES):
        name = random.choices(names, weights)[0]
        args = _ARGUMENTS.get(name, _stretch)(random, scene, vmas)
        if args is not None and possible(scene, Command(name, args)):
            return Command(name, args)
    return None


def _names(random: Random, scene: Scene, vmas: list[Vma]) -> list[str]:
    """Mostly a fault where nothing is mapped: other commands have little to do there."""
    if not vmas:
        return ["open_vma"]
    idle = not any(scene.model.maps(v.slot) for v in vmas) and not scene.book.truncated
    if idle and not scene.folio.kind.anon and random.random() < 0.8:
        return ["read", "write"]
    return list(_WEIGHTS)


def _mostly_mapped(random: Random, scene: Scene, vmas: list[Vma]) -> Vma:
    mapped = [v for v in vmas if scene.model.maps(v.slot)]
    return random.choice(mapped if mapped and random.random() < 0.8 else vmas)


_Args = tuple[int, ...] | None


def _stretch(random: Random, scene: Scene, vmas: list[Vma]) -> _Args:
    """A VMA and some of its pages: all, the first or last ones, or some in the middle."""
    v = _mostly_mapped(random, scene, vmas)
    return v.slot, *_part(random, v.first, v.last)


def _part(random: Random, first: int, last: int) -> tuple[int, int]:
    shape = random.randrange(4)
    if shape == 0:
        return first, last
    one, two = sorted(random.choices((first, first + 1, last, random.randint(first, last),
                                      random.randint(first, last)), k=2))
    if shape == 1:
        return first, min(two, last)
    if shape == 2:
        return min(one, last), last
    return min(one, last), min(two, last)


def _open(random: Random, scene: Scene, vmas: list[Vma]) -> _Args:
    slot = scene.model.free_slot(random.choice(sorted(scene.processes)))
    last = scene.folio.kind.pages - 1
    if slot is None:
        return None
    return (slot, 0, last) if random.random() < 0.6 else (slot, *_part(random, 0, last))


def _fault(random: Random, scene: Scene, vmas: list[Vma]) -> _Args:
    """Mostly of a page that is not mapped."""
    for _ in range(3):
        v = random.choice(vmas)
        page = random.randint(v.first, v.last)
        if not scene.model.maps_page(v.slot, page):
            break
    return v.slot, page


def _write(random: Random, scene: Scene, vmas: list[Vma]) -> _Args:
    """Where writes copy, mostly of a page that is mapped."""
    if not scene.folio.kind.copies:
        return _fault(random, scene, vmas)
    v = _mostly_mapped(random, scene, vmas)
    pages = range(v.first, v.last + 1)
    mapped = [p for p in pages if scene.model.maps_page(v.slot, p)]
    return v.slot, random.choice(mapped if mapped and random.random() < 0.8 else pages)


def _mremap(random: Random, scene: Scene, vmas: list[Vma]) -> _Args:
    v = _mostly_mapped(random, scene, vmas)
    new = scene.model.free_slot(v.owner)
    return None if new is None else (v.slot, new, *_part(random, v.first, v.last))


def _merge(random: Random, scene: Scene, vmas: list[Vma]) -> _Args:
    pairs = [(v.slot, w.slot) for v in vmas if (w := scene.neighbour(v, 1)) is not None]
    return random.choice(pairs) if pairs else None


def _fork(random: Random, scene: Scene, vmas: list[Vma]) -> _Args:
    absent = [p for p in range(len(PROCESSES)) if p not in scene.processes]
    return (random.choice(sorted(scene.processes)), random.choice(absent)) if absent else None


def _fork_without(random: Random, scene: Scene, vmas: list[Vma]) -> _Args:
    forked = _fork(random, scene, vmas)
    mine = [v.slot for v in vmas if forked and v.owner == forked[0]]
    return (*forked, random.choice(mine)) if forked and mine else None


def _exit(random: Random, scene: Scene, vmas: list[Vma]) -> _Args:
    return (random.choice(sorted(scene.processes)),)


def _collapse(random: Random, scene: Scene, vmas: list[Vma]) -> _Args:
    return (_mostly_mapped(random, scene, vmas).slot,)


def _truncate(random: Random, scene: Scene, vmas: list[Vma]) -> _Args:
    pages = scene.folio.kind.pages
    return (random.choice((0, 0, 1, pages - 1, random.randrange(pages))) % pages,)


_ARGUMENTS: Final[Mapping[str, Callable[[Random, Scene, list[Vma]], _Args]]] = MappingProxyType({
    "open_vma": _open, "read": _fault, "write": _write, "mremap": _mremap,
    "merge_vma": _merge, "fork": _fork, "fork_without": _fork_without, "exit": _exit,
    "truncate": _truncate, "collapse": _collapse, "uffd_continue": _fault,
})
