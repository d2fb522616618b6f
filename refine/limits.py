"""How long one call of an implementation may take: in lines of Python, and in seconds.

Lines decide the same on every machine; the seconds are for what spends them in one line.
"""

from __future__ import annotations

import signal
import sys
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Final

from refine.faults import Fault, Kind, Place

MOST_LINES: Final = 1_000_000
MOST_SECONDS: Final = 20
_NEXT: Final = 0.2
_AGAIN: Final = 0.00002
"""Seconds until the alarm rings for the second time, and from then on."""
_CALLER: Final = str(Path(__file__).resolve().with_name("harness.py"))

_LIBRARY: Final = sysconfig.get_path("stdlib")
HOUSE: Final = Path(__file__).resolve().parent.parent
"""Where the tool's packages are."""
_MODELS: Final = HOUSE / "refine" / "models"
_OURS: Final = tuple(str(HOUSE / name) for name in ("spec", "solver", "refine"))


@lru_cache(maxsize=1024)
def is_theirs(path: str) -> bool:
    """Is this file an implementation's own, not the tool's or a library's?"""
    if path.startswith(("<", _LIBRARY)) or "site-packages" in path:
        return False
    return path.startswith(str(_MODELS)) or not path.startswith(_OURS)


class _Count:
    """Trace function: counts the lines of implementations."""

    def __init__(self, most: int) -> None:
        self._left = most

    def call(self, frame: FrameType, event: str, arg: Any) -> Any:
        return self.line if is_theirs(frame.f_code.co_filename) else None

    def line(self, frame: FrameType, event: str, arg: Any) -> Any:
        self._left -= event == "line"
        if self._left < 0:
            where = Place(frame.f_code.co_filename, frame.f_lineno)
            raise Fault(Kind.LOOPS, f"more than {MOST_LINES:,} lines in one call", where)
        return self.line


@contextmanager
def limited(lines: bool = True) -> Iterator[None]:
    """Within this, a call that does not end raises a Fault."""
    before = sys.gettrace()
    with _Alarm():
        if lines and before is None:
            sys.settrace(_Count(MOST_LINES).call)
        try:
            yield
        finally:
            if lines and before is None:
                sys.settrace(None)


def restart() -> None:
    """The seconds of the call that is being run begin anew, if they are counted."""
    alarm = getattr(signal.getsignal(signal.SIGALRM), "__self__", None)
    if isinstance(alarm, _Alarm):
        alarm.restart()


class _Alarm:
    """Rings when the seconds are over, and raises a Fault wherever the implementation is then.

    Code that catches everything catches that, too.  If it goes on it is interrupted again and
    again, at last in its `except`; the tool's own code is left alone.
    """

    def __init__(self) -> None:
        self._timed = (hasattr(signal, "setitimer")
                       and threading.current_thread() is threading.main_thread())
        self._over = False
        self._rung = 0

    def __enter__(self) -> None:
        if self._timed:
            self._before = signal.signal(signal.SIGALRM, self.ring)
            signal.setitimer(signal.ITIMER_REAL, MOST_SECONDS)

    def __exit__(self, *_: object) -> None:
        self._over = True
        if self._timed:
            signal.setitimer(signal.ITIMER_REAL, 0)
            # A ring that is late must not end the process.
            ends = self._before is None or self._before == signal.SIG_DFL
            signal.signal(signal.SIGALRM, _ignored if ends else self._before)

    def restart(self) -> None:
        if not (self._over or self._rung):
            signal.setitimer(signal.ITIMER_REAL, MOST_SECONDS)

    def ring(self, number: int, frame: FrameType | None) -> None:
        if self._over:
            return
        where = _inside(frame)
        self._rung += 1
        if where is None and self._rung > 1:
            return
        signal.setitimer(signal.ITIMER_REAL, _NEXT if self._rung == 1 else _AGAIN)
        raise Fault(Kind.LOOPS, f"more than {MOST_SECONDS} seconds in one call", where)


def _ignored(number: int, frame: FrameType | None) -> None:
    pass


def _inside(frame: FrameType | None) -> Place | None:
    """Where in an implementation this is; None if the call is over already."""
    while frame is not None and frame.f_code is not _Alarm.__exit__.__code__:
        path = frame.f_code.co_filename
        if is_theirs(path):
            return Place(path, frame.f_lineno)
        if path == _CALLER:
            return None
        frame = frame.f_back
    return None


def place_in(traceback: TracebackType | None) -> Place | None:
    """The innermost line of an implementation in a traceback."""
    found = None
    while traceback is not None:
        path = traceback.tb_frame.f_code.co_filename
        if is_theirs(path):
            found = Place(path, traceback.tb_lineno)
        traceback = traceback.tb_next
    return found
