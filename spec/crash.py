"""What is kept when the tool itself fails: a file that can go into a bug report."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = ("foliospec", "lark", "z3-solver", "cvc5", "numpy", "click")
_LONGEST_INPUT = 1_000_000


def write_dump(error: BaseException, command: Sequence[str], inputs: Sequence[str]) -> str:
    """Traceback, versions, command line and input files, in one file.

    Args:
        inputs: paths of the files that were being worked on.

    Returns:
        The path of the dump, in the directory for temporary files.
    """
    parts = [
        "spec failed: this is a bug in the tool, not in the spec.\n",
        f"command: {' '.join(command)}",
        *_versions(),
        "",
        "".join(traceback.format_exception(error)),
    ]
    for path in inputs:
        parts += [f"---- {path}", _contents(path)]
    handle, name = tempfile.mkstemp(prefix="spec-internal-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as out:
        out.write("\n".join(parts) + "\n")
    return name


def _versions() -> list[str]:
    lines = [f"python: {sys.version.split()[0]} on {platform.platform()}"]
    for package in _PACKAGES:
        try:
            lines.append(f"{package}: {version(package)}")
        except PackageNotFoundError:
            lines.append(f"{package}: not installed")
    return lines


def _contents(path: str) -> str:
    try:
        return Path(path).read_bytes()[:_LONGEST_INPUT].decode("utf-8", "backslashreplace")
    except OSError as err:
        return f"(not readable: {err.strerror})"


def message(error: BaseException, dump: str) -> str:
    """What the person at the terminal reads."""
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    first = said.splitlines()[0][:300]
    return (
        f"spec: internal error: {first}\n"
        f"This is a bug in the tool, not in the spec.  Please report it with this file:\n"
        f"{dump}\n"
    )
