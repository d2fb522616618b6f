"""What was decided before, kept on disk: a cache of answers.

An entry belongs to one question, asked by one version of the tool: its key is a hash of
the whole question, the options that matter, the versions of the solvers and the sources of
this package and of `spec`.  Whatever is doubtful (an entry cut off, of another format, with a
wrong checksum, with anything but plain records in it) counts as not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import io
import os
import pickle
import sys
import tempfile
import zlib
from dataclasses import is_dataclass
from enum import Enum
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

FORMAT: Final = b"foliospec answer 1\n"
MOST_BYTES: Final = 256 * 1024 * 1024
_RECORDS: Final = frozenset({"spec.result", "spec.trace", "solver.prover", "solver.query"})
"""Modules whose classes an entry may contain; nothing else is ever unpickled."""


class Store:
    """Answers by question.

    Args:
        place: the directory; made when the first answer is kept.
    """

    def __init__(self, place: Path) -> None:
        self.place = place

    def get(self, kind: str, question: str) -> Any | None:
        """The answer kept for this question, or None."""
        path = self._path(kind, question)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        head = FORMAT + _sum(kind.encode(), question.encode())
        if not data.startswith(head):
            return None
        body = data[len(head) + 32 :]
        if data[len(head) : len(head) + 32] != _sum(body):
            return None
        try:
            return _Reader(io.BytesIO(zlib.decompress(body))).load()
        except Exception:
            return None

    def put(self, kind: str, question: str, answer: object) -> None:
        """Keep an answer; what cannot be written is not kept."""
        path = self._path(kind, question)
        body = zlib.compress(pickle.dumps(answer, protocol=5), 1)
        head = FORMAT + _sum(kind.encode(), question.encode())
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as out:
                    out.write(head + _sum(body) + body)
                os.replace(name, path)
            except BaseException:
                os.unlink(name)
                raise

    def prune(self, most: int = MOST_BYTES) -> None:
        """Delete the entries not written for longest, down to half of `most` bytes, once
        there are more."""
        with contextlib.suppress(OSError):
            found = [(p.stat(), p) for p in self.place.glob("??/*")]
            size = sum(s.st_size for s, _ in found)
            if size <= most:
                return
            for stat, path in sorted(found, key=lambda x: (x[0].st_mtime_ns, x[1])):
                path.unlink(missing_ok=True)
                size -= stat.st_size
                if size <= most // 2:
                    return

    def _path(self, kind: str, question: str) -> Path:
        key = hashlib.sha256(
            b"\0".join([fingerprint(), kind.encode(), question.encode()])
        ).hexdigest()
        return self.place / key[:2] / key[2:]


def usual_place() -> Path:
    """The user's cache directory, where the tables of the parser are, too."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "foliospec" / "answers"


@cache
def fingerprint() -> bytes:
    """Everything an answer depends on beside its question: sources and versions."""
    made = hashlib.sha256()
    here = Path(__file__).resolve().parent
    for package in (here, here.parent / "spec"):
        for path in sorted(package.rglob("*")):
            if path.suffix in (".py", ".lark"):
                made.update(path.relative_to(here.parent).as_posix().encode() + b"\0")
                made.update(path.read_bytes() + b"\0")
    made.update(sys.version.encode())
    for name in ("z3-solver", "cvc5", "numpy", "lark"):
        made.update(f"{name} {_version(name)}\n".encode())
    return made.digest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def _sum(*parts: bytes) -> bytes:
    return hashlib.sha256(b"\0".join(parts)).digest()


class _Reader(pickle.Unpickler):
    """Reads records of this tool, and nothing that could run code."""

    def find_class(self, module: str, name: str) -> Any:
        if module in _RECORDS and "." not in name:
            found = getattr(importlib.import_module(module), name)
            if isinstance(found, type) and found.__module__ == module and (
                is_dataclass(found) or issubclass(found, Enum)
            ):
                return found
        raise pickle.UnpicklingError(f"{module}.{name}")
