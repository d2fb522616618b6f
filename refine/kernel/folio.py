"""The folios that can be had without changing a setting, and how.

A kind fixes the constants of the world (NR, anon, pmd_sized) and where its places lie:
place n is a window of addresses in which page i of the folio belongs at `base + i` pages.
Windows are apart, so that no two of them hold neighbouring VMAs.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from refine.kernel.coordinator import Process, Refused
from refine.kernel.pagetables import PAGE, PMD, PageFlags, PageTables

BASE: Final = 0x200000000000
_STRIDE: Final = 2 * PMD
_PLACES: Final = 1024
END: Final = BASE + _PLACES * _STRIDE

READ, WRITE, EXEC = 1, 2, 4
SHARED_AT, PRIVATE_AT = 0x100001, 0x100002
"""MAP_SHARED or MAP_PRIVATE, with MAP_FIXED_NOREPLACE."""
_ANON_AT: Final = 0x100022
DONTNEED, DONTFORK, DOFORK, HUGEPAGE, NOHUGEPAGE, COLLAPSE = 4, 10, 11, 14, 15, 25
MOVE_TO: Final = 3
"""MREMAP_MAYMOVE, MREMAP_FIXED."""
_MM_OWNERS: Final = (6, 15)
"""The rule of wp_can_reuse_anon_folio() for large folios, 1da190f4d0a6."""
_THP: Final = Path("/sys/kernel/mm/transparent_hugepage")


class Unavailable(Exception):
    """Such a folio cannot be had here and now; the text says why."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of folio.

    `source`: anonymous memory, a memfd, or a file on disk.  `offset`: bytes from the start
    of a window to page 0; not 0 where the folio lies across the edge of a page table, so
    that no PMD entry can map it.  `private`: the file is mapped by MAP_PRIVATE, and only
    read.  `scheme`: the world file; a scheme over refs.fs says what a write copies, and
    then anon memory is written, too.
    """

    name: str
    pages: int
    source: Literal["anon", "memfd", "disk"]
    offset: int = 0
    private: bool = False
    scheme: str = "folio"

    @property
    def copies(self) -> bool:
        """Are there writes that copy?"""
        return self.scheme != "folio"

    @property
    def anon(self) -> bool:
        return self.source == "anon"

    @property
    def pmd_sized(self) -> bool:
        return self.pages * PAGE == PMD and self.offset == 0

    @property
    def size(self) -> int:
        return self.pages * PAGE

    @property
    def map_flags(self) -> int:
        """How the file is mapped in a run."""
        return PRIVATE_AT if self.private else SHARED_AT

    def base(self, place: int) -> int:
        """The address of page 0 in this place."""
        return BASE + place * _STRIDE + self.offset

    def where(self, address: int) -> tuple[int, int]:
        """The place, and the page that belongs at the address."""
        place, rest = divmod(address - BASE, _STRIDE)
        return place, (rest - self.offset) // PAGE


_KINDS = (
    Kind("anon-pmd", 512, "anon"),
    Kind("anon-edge", 512, "anon", PMD // 2),
    Kind("anon-page", 1, "anon"),
    Kind("cow-pmd", 512, "anon", scheme="linux_6_18"),
    Kind("cow-edge", 512, "anon", PMD // 2, scheme="linux_6_18"),
    Kind("cow-page", 1, "anon", scheme="page"),
    Kind("memfd-pmd", 512, "memfd"),
    Kind("memfd-edge", 512, "memfd", PMD - 40 * PAGE),
    Kind("memfd-private", 512, "memfd", private=True),
    Kind("memfd-page", 1, "memfd"),
    Kind("disk-pmd", 512, "disk"),
    Kind("disk-16", 16, "disk"),
    Kind("disk-64", 64, "disk"),
)
KINDS: Final[Mapping[str, Kind]] = MappingProxyType({k.name: k for k in _KINDS})


@dataclass(frozen=True, slots=True)
class Folio:
    """The folio under test: its first frame, and the open file it belongs to (or -1)."""

    kind: Kind
    head: int
    file: int

    def gone(self) -> Folio:
        """The same, with no frame: what comes next at its frames is something else."""
        return replace(self, head=-1 << 60)


def facilities_missing() -> str:
    """Why no truth can be read here, or an empty text."""
    if os.sysconf("SC_PAGE_SIZE") != PAGE:
        return "the pages of this machine are not of 4 KiB"
    try:
        tables = PageTables(os.getpid())
    except OSError as err:
        return f"/proc/self/pagemap cannot be opened: {err.strerror}"
    try:
        start, end = tables.vmas(0, 1 << 64)[0]
        if not any(entry.frame for entry in tables.entries(start, end)):
            return "pagemap shows no page frame numbers (they are for root)"
        PageFlags().close()
    except OSError as err:
        return f"PAGEMAP_SCAN or /proc/kpageflags is not there: {err.strerror}"
    finally:
        tables.close()
    return ""


def kind_missing(kind: Kind) -> str:
    """Why a kind cannot be had here, or an empty text."""
    release = os.uname().release
    if kind.scheme == "linux_6_18" and _version(release) < _MM_OWNERS:
        return f"linux_6_18.fs is of Linux 6.15 and later, this is {release}"
    if kind.size < PMD:
        return ""
    try:
        size = int((_THP / "hpage_pmd_size").read_text())
        enabled = (_THP / "enabled").read_text()
    except OSError:
        return "the kernel has no transparent huge pages"
    if size != PMD:
        return "a PMD entry does not map 2 MiB"
    if kind.anon and "[never]" in enabled:
        return "transparent_hugepage/enabled is never"
    return ""


def _version(release: str) -> tuple[int, ...]:
    return tuple(int(word) for word in re.findall(r"\d+", release)[:2])


def provide(process: Process, kind: Kind, flags: PageFlags) -> Folio:
    """The folio, in the page cache or mapped at place 1 (an anon one).

    Raises:
        Unavailable: the kernel gave smaller folios.
    """
    try:
        if kind.anon:
            return _born(process, kind, flags)
        return _cached(process, kind, flags)
    except Refused as err:
        raise Unavailable(str(err)) from err


def _born(process: Process, kind: Kind, flags: PageFlags) -> Folio:
    """Written in every page (a split would put the zero page for the others, 6.12)."""
    place = BASE
    process.do("mmap", place, kind.size, READ | WRITE, _ANON_AT, -1, 0)
    if kind.size == PMD:
        process.do("madvise", place, kind.size, HUGEPAGE)
    process.do("fill", place, kind.size, 7)
    if kind.size == PMD:
        # Else khugepaged puts another folio into its place.
        process.do("madvise", place, kind.size, NOHUGEPAGE)
    process.do("mremap", place, kind.size, kind.size, MOVE_TO, kind.base(1))
    return _found(process, kind, kind.base(1), -1, flags)


def _cached(process: Process, kind: Kind, flags: PageFlags) -> Folio:
    if kind.source == "memfd":
        file = process.do("memory_file", "folio")
        process.do("ftruncate", file, kind.size)
    else:
        file = process.do("disk_file", tempfile.gettempdir(), kind.size)
    process.do("mmap", BASE, kind.size, READ | WRITE, SHARED_AT, file, 0)
    if kind.source == "memfd":
        process.do("fill", BASE, kind.size, 7)
    if kind.source == "memfd" and kind.size == PMD:
        process.do("madvise", BASE, kind.size, COLLAPSE)
    process.do("read", BASE)
    folio = _found(process, kind, BASE, file, flags)
    process.do("munmap", BASE, kind.size)
    return folio


def _found(process: Process, kind: Kind, address: int, file: int, flags: PageFlags) -> Folio:
    first = next(process.tables.entries(address, address + PAGE), None)
    if first is None:
        raise Unavailable("the first page is not mapped")
    size = flags.size_at(first.frame, kind.pages)
    if size != kind.pages:
        raise Unavailable(f"the kernel gave a folio of {size} pages, not {kind.pages}")
    return Folio(kind, first.frame, file)
