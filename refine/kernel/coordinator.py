"""The processes of a run, and the one that commands them.

The first is started once; each run forks its own from it.  The coordinator never maps the
memory under test, and holds the only other end of every socket: when it ends, in whatever
way, the workers do.
"""

from __future__ import annotations

import errno
import json
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from refine.kernel.pagetables import PageTables
from refine.kernel.worker import LARGEST

_PATIENCE = 30.0
"""Seconds for one request; one that takes longer hangs."""


class Refused(Exception):
    """The kernel refused a system call."""


class Died(Exception):
    """A process ended that was not told to."""


class Process:
    """One process with its own address space."""

    def __init__(self, link: socket.socket, pid: int) -> None:
        self._link = link
        link.settimeout(_PATIENCE)
        self.pid = pid
        self.tables = PageTables(pid)

    def do(self, command: str, *args: int | str) -> int:
        """What the command returns.

        Raises:
            Refused: an error number came back.
            Died: nothing came back.
        """
        return self._ask(command, json.dumps([command, *args]).encode())

    def fork(self) -> Process:
        """A child, with the memory and the open files of this process."""
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with there:
            try:
                return Process(here, self._ask("fork", b'["fork"]', [there.fileno()]))
            except BaseException:
                here.close()
                raise

    def exit(self) -> None:
        """Ends the process; returns when its memory is gone (exit_mm before exit_files)."""
        try:
            self._link.shutdown(socket.SHUT_WR)
            while self._link.recv(LARGEST):
                pass
        except OSError:
            pass
        self.abandon()

    def abandon(self) -> None:
        """Closes what belongs to the process, which then ends by itself."""
        self._link.close()
        self.tables.close()

    def _ask(self, command: str, packet: bytes, sockets: Sequence[int] = ()) -> int:
        try:
            socket.send_fds(self._link, [packet], sockets)
            packet = self._link.recv(LARGEST)
        except TimeoutError:
            raise Died(f"the process does not come back from {command}") from None
        except ConnectionError:
            packet = b""
        if not packet:
            raise Died(f"the process died in {command}")
        answer = json.loads(packet)
        if "errno" in answer:
            name = errno.errorcode.get(answer["errno"], str(answer["errno"]))
            raise Refused(f"{command} fails with {name}")
        value: int = answer["value"]
        return value


class Coordinator:
    """Keeps the first process; a context manager."""

    def __init__(self) -> None:
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        script = str(Path(__file__).with_name("worker.py"))
        with there:
            # A session of its own: Ctrl-C is for the coordinator.
            self._child = subprocess.Popen(
                [sys.executable, "-I", "-S", script, str(there.fileno())],
                pass_fds=[there.fileno()], start_new_session=True)
        self._first = Process(here, self._child.pid)

    def start(self) -> Process:
        """A fresh process with no memory under test in it."""
        return self._first.fork()

    def close(self) -> None:
        self._first.abandon()
        self._child.wait()

    def __enter__(self) -> Coordinator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
