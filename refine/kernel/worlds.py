"""The world files: which a kind of folio is compared with, and whether one will do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from refine.kernel.folio import KINDS
from refine.kernel.model import FLUSH
from spec.ir import System
from spec.load import load, packaged_path

_STATES: Final = ("live", "covers", "pte", "pmd")
_CONSTS: Final = ("NR", "anon", "pmd_sized", "owner")
_CALLS: Final = ("open_vma", "merge_vma", "page_fault", "fault_around", "madvise_dontneed",
                 "munmap", "mprotect", "mremap", "fork", "fork_without", "exit", "truncate",
                 "collapse", "uffd_continue")
_COPYING: Final = ("write", FLUSH)
"""What a world has in which writes copy."""


class NoWorld(Exception):
    """A file that lacks what the kernel is compared with."""


def check_world(system: System, copies: bool = False) -> None:
    """Raises NoWorld where the system lacks a state or a call that runs need.

    Args:
        copies: runs have writes that copy.
    """
    calls = {c.name for c in system.calls} | {a.name for a in system.actions}
    for what, needed, known in (
        ("call or operation", _CALLS + (_COPYING if copies else ()), calls),
        ("state", _STATES, {s.name for s in system.states}),
        ("constant", _CONSTS, {c.name for c in system.consts}),
    ):
        for name in needed:
            if name not in known:
                over = "a scheme over refs.fs" if name in _COPYING else (
                    "a version of folio.fs, or a scheme over it")
                raise NoWorld(f"{system.name} has no {what} `{name}`; give {over}")


def read_world_file(path: str | Path) -> System:
    """The one system of a file.

    Raises:
        NoWorld: it holds scenarios.
        spec.result.SpecError: it has an error.
    """
    systems = load(path).systems
    if len(systems) != 1:
        raise NoWorld(f"{path} holds scenarios, not a world")
    return systems[0]


def packaged_worlds() -> Mapping[str, System]:
    """The world files of all kinds, by name."""
    names = {kind.scheme for kind in KINDS.values()}
    return MappingProxyType({name: read_world_file(packaged_path(name)) for name in names})
