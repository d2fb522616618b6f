"""What a process maps where, read from outside: /proc/PID/maps, pagemap, PAGEMAP_SCAN.

Page frame numbers stay in here and in `folio.py`: they say which page it is, and nothing
that is printed or kept has one in it.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE: Final = 4096
PMD: Final = 2 << 20
_PRESENT: Final = 1 << 63
_PFN: Final = (1 << 55) - 1
# include/uapi/linux/fs.h, since 6.7: the one plain interface that tells a PMD entry
# from PTEs at each address.
_PAGEMAP_SCAN: Final = 0xC0606610
_IS_HUGE: Final = 1 << 6
_REGIONS: Final = 64
# include/uapi/linux/kernel-page-flags.h
_TAIL: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Entry:
    """A present page: its address, its frame, whether a PMD entry maps it."""

    address: int
    frame: int
    huge: bool


class PageTables:
    """The page tables of one process, as long as it lives.

    Raises OSError in every method when the process is gone.
    """

    def __init__(self, pid: int) -> None:
        self._maps = Path(f"/proc/{pid}/maps")
        self._pagemap = os.open(f"/proc/{pid}/pagemap", os.O_RDONLY)

    def close(self) -> None:
        os.close(self._pagemap)

    def vmas(self, low: int, high: int) -> list[tuple[int, int]]:
        """Start and end of the VMAs that begin in low .. high, by address."""
        found = []
        for line in self._maps.read_text().splitlines():
            start, _, end = line.split(" ", 1)[0].partition("-")
            if low <= int(start, 16) < high:
                found.append((int(start, 16), int(end, 16)))
        return found

    def entries(self, start: int, end: int) -> Iterator[Entry]:
        """What is present in a stretch of addresses."""
        count = (end - start) // PAGE
        data = os.pread(self._pagemap, 8 * count, start // PAGE * 8)
        words = struct.unpack(f"<{count}Q", data)
        huge = self._huge(start, end)
        for i, word in enumerate(words):
            if word & _PRESENT:
                at = start + i * PAGE
                yield Entry(at, word & _PFN, any(a <= at < b for a, b in huge))

    def _huge(self, start: int, end: int) -> list[tuple[int, int]]:
        found = []
        regions = (ctypes.c_uint64 * (3 * _REGIONS))()
        while start < end:
            request = bytearray(struct.pack(
                "<12Q", 96, 0, start, end, 0, ctypes.addressof(regions), _REGIONS, 0,
                0, _IS_HUGE, 0, _IS_HUGE))
            count = fcntl.ioctl(self._pagemap, _PAGEMAP_SCAN, request)
            found += [(regions[3 * i], regions[3 * i + 1]) for i in range(count)]
            walked = struct.unpack("<12Q", request)[4]
            if walked <= start:
                break
            start = walked
        return found


class PageFlags:
    """/proc/kpageflags: which frames are tails of a folio."""

    def __init__(self) -> None:
        self._fd = os.open("/proc/kpageflags", os.O_RDONLY)

    def close(self) -> None:
        os.close(self._fd)

    def size_at(self, head: int, most: int) -> int:
        """Pages of the folio that begins at this frame, counted up to `most + 1`."""
        flags = self._read(head, most + 1)
        if flags[0] & _TAIL:
            return 0
        return next((i for i in range(1, len(flags)) if not flags[i] & _TAIL), most + 1)

    def _read(self, first: int, count: int) -> tuple[int, ...]:
        data = os.pread(self._fd, 8 * count, first * 8)
        return struct.unpack(f"<{len(data) // 8}Q", data)
