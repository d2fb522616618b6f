"""One process whose memory is under test: it does what it is told and nothing else.

Run as a script with the number of a connected socket.  A request is one packet, a JSON
list of a command and its arguments; the answer is `{"value": n}` or `{"errno": n}`.  The
process ends when its socket is closed, so nothing outlives the coordinator.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import signal
import socket
import struct
import sys
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

LARGEST = 1 << 12
"""Bytes of a request or an answer."""

_LIBC = ctypes.CDLL(None, use_errno=True)
_SIZE, _ADDRESS, _INT = ctypes.c_size_t, ctypes.c_void_p, ctypes.c_int
_PROTOTYPES: Mapping[str, tuple[Any, ...]] = {
    "mmap": (_ADDRESS, _SIZE, _INT, _INT, _INT, ctypes.c_int64),
    "munmap": (_ADDRESS, _SIZE),
    "madvise": (_ADDRESS, _SIZE, _INT),
    "mprotect": (_ADDRESS, _SIZE, _INT),
    "mremap": (_ADDRESS, _SIZE, _SIZE, _INT, _ADDRESS),
    "ftruncate": (_INT, ctypes.c_int64),
}


def _system_call(name: str) -> Callable[..., int]:
    function = getattr(_LIBC, name)
    function.argtypes = _PROTOTYPES[name]
    function.restype = ctypes.c_int64 if name in ("mmap", "mremap") else ctypes.c_int

    def call(*args: int) -> int:
        value: int = function(*args)
        if value == -1:
            raise OSError(ctypes.get_errno(), name)
        return value

    return call


def _read(address: int) -> int:
    return ctypes.c_ubyte.from_address(address).value


def _write(address: int, value: int) -> int:
    ctypes.c_ubyte.from_address(address).value = value
    return 0


def _fill(address: int, size: int, value: int) -> int:
    ctypes.memset(address, value, size)
    return 0


def _disk_file(folder: str, size: int) -> int:
    """A file without a name, `size` bytes in one write, so that its folios are large.

    Two pages more follow: at the end of a file no folio is mapped as a whole.
    """
    fd = os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600)
    os.pwrite(fd, b"\x07" * size, 0)
    os.pwrite(fd, b"\x07" * 8192, size)
    return fd


def _uffd_continue(start: int, size: int, page: int, page_size: int) -> int:
    """UFFDIO_CONTINUE of one page, by a userfaultfd that is gone afterwards.

    Numbers of include/uapi/linux/userfaultfd.h; minor faults of shmem since 5.14.
    """
    fd = _LIBC.syscall(_USERFAULTFD[os.uname().machine], os.O_CLOEXEC)
    if fd == -1:
        raise OSError(ctypes.get_errno(), "userfaultfd")
    try:
        for number, words in (
            (0xC018AA3F, (0xAA, 1 << 10, 0)),  # UFFDIO_API, with MINOR_SHMEM
            (0xC020AA00, (start, size, 1 << 2, 0)),  # UFFDIO_REGISTER, mode MINOR
            (0xC020AA07, (page, page_size, 0, 0)),  # UFFDIO_CONTINUE
            (0x8010AA01, (start, size)),  # UFFDIO_UNREGISTER
        ):
            fcntl.ioctl(fd, number, bytearray(struct.pack(f"<{len(words)}Q", *words)))
    finally:
        os.close(fd)
    return 0


_USERFAULTFD: Mapping[str, int] = {"x86_64": 323, "aarch64": 282}
_COMMANDS: Mapping[str, Callable[..., int]] = {
    **{name: _system_call(name) for name in _PROTOTYPES},
    "read": _read,
    "write": _write,
    "fill": _fill,
    "uffd_continue": _uffd_continue,
    "memory_file": os.memfd_create,
    "disk_file": _disk_file,
}


def serve(link: socket.socket) -> NoReturn:
    """Answers requests until the other end is closed, and ends the process.

    Its own end is closed by the kernel alone, after the memory is gone: who sees it closed
    may count on that.  `fork` comes with a socket for the child, which answers there from then on.
    """
    while True:
        packet, sockets, _, _ = socket.recv_fds(link, LARGEST, 1)
        if not packet:
            os._exit(0)
        name, *args = json.loads(packet)
        if name == "fork":
            child = os.fork()
            if child == 0:
                link.close()
                link = socket.socket(fileno=sockets[0])
                continue
            os.close(sockets[0])
            answer = {"value": child}
        else:
            answer = _answer(name, args)
        link.send(json.dumps(answer).encode())


def _answer(name: str, args: list[int]) -> dict[str, int]:
    try:
        return {"value": _COMMANDS[name](*args)}
    except OSError as err:
        return {"errno": err.errno or 0}


def main() -> None:
    """Children are never waited for: they are gone when their socket is.

    All run on one CPU.  A new page stays in the LRU batch of a CPU for a while, which holds
    a reference; a write drains the batch of its own CPU only (wp_can_reuse_anon_folio), and
    copies where another's holds the page.
    """
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        serve(socket.socket(fileno=int(sys.argv[1])))
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
