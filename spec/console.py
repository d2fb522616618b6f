"""The two output streams, progress on a terminal, and what the tool is doing."""

from __future__ import annotations

import os
import shutil
import sys
from typing import Literal, TextIO

When = Literal["auto", "always", "never"]
_DEFAULT_WIDTH = 100


class OutputError(Exception):
    """The report could not be written (a full disk, for one)."""


class Console:
    """Where a command prints.

    `doing` says in words what is under way, for the message after Ctrl-C;
    `interrupted` is set by Ctrl-C and raises at the next sign of progress.
    """

    def __init__(self, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self.doing = ""
        self.interrupted = False
        self._progress = False
        self._shown = False
        for stream in (self._out, self._err):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")

    # --------------------------------------------------------------- output

    def print(self, text: str) -> None:
        """To standard output, as it is; a reader that has gone away is no error."""
        self.clear()
        self._write(self._out, text)

    def complain(self, text: str) -> None:
        """To standard error."""
        self.clear()
        self._write(self._err, text)

    @staticmethod
    def _write(stream: TextIO, text: str) -> None:
        try:
            stream.write(text)
            stream.flush()
        except BrokenPipeError:
            _silence(stream)
        except OSError as err:
            _silence(stream)
            raise OutputError(f"cannot write: {err.strerror}") from err

    def color(self, when: When, *, errors: bool = False) -> bool:
        """Is colour wanted?  NO_COLOR and TERM=dumb turn `auto` off."""
        if when != "auto":
            return when == "always"
        stream = self._err if errors else self._out
        plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        return stream.isatty() and not plain

    def width(self) -> int:
        """Columns of the terminal; a fixed number where there is none."""
        if not self._out.isatty():
            return _DEFAULT_WIDTH
        return max(60, min(shutil.get_terminal_size().columns, _DEFAULT_WIDTH))

    # ------------------------------------------------------------- progress

    def enable_progress(self, when: When) -> None:
        self._progress = when == "always" or (when == "auto" and self._err.isatty())

    def progress(self, text: str) -> None:
        """What is being done now: one line on the terminal, replaced by the next.

        Raises:
            KeyboardInterrupt: Ctrl-C came before and nobody has acted on it.
        """
        if self.interrupted:
            raise KeyboardInterrupt
        self.doing = text
        if not self._progress:
            return
        room = max(20, shutil.get_terminal_size().columns - 1)
        self._write(self._err, f"\r\x1b[K{text[:room]}")
        self._shown = True

    def clear(self) -> None:
        """Erases the line of progress."""
        if self._shown:
            self._shown = False
            self._write(self._err, "\r\x1b[K")


def _silence(stream: TextIO) -> None:
    """Nothing more is written to this stream, not even when the interpreter ends."""
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, stream.fileno())
    os.close(sink)
