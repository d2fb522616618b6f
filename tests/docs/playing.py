"""A page played from top to bottom in a folder: files written, commands run.

What the comment in the line above a block, or its language, makes of it:

    <!-- file: NAME -->            the block is written to this file
    <!-- edit: NAME -->            its blocks replace those of the file that begin with
                                   the same words, or are added to it; in a Python file its
                                   methods replace those of the same names, or are added
    <!-- part of: NAME -->         the file has these lines, one after the other
    <!-- output of: COMMAND -->    what the command prints; with `(exit 1)` behind it, its
                                   exit code
    <!-- output -->                what the block of commands above printed
    ```sh, ```sh exit=1            commands, one a line, and the exit code of the last

In shown output a line `...` stands for any lines.  How long pytest took is left out.
"""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from spec.source import Chunk, cut_blocks
from tests.docs.markdown import Fence, fences
from tests.refine.nested import clean_environment, plugin_words, search_path

_ANY = "..."
_TOOK = re.compile(r"^=* ?(\d+ .*) in \d+\.\d+s(?: =+)?$", re.MULTILINE)
"""The last line of pytest, `==== 1 passed in 0.12s ====`: only the counts are shown."""
_EXIT = re.compile(r"(.+?)(?: \(exit (\d+)\))?")


@dataclass(frozen=True, slots=True)
class Shown:
    """A block of output, and what really was printed."""

    fence: Fence
    got: str

    @property
    def fits(self) -> bool:
        return fits(self.fence.text, self.got)


class Player:
    """Plays one page.

    Args:
        folder: where commands run; files that they need are there.
        instead: what to run in place of a command, or "" to leave it out.
    """

    def __init__(self, folder: Path, instead: Callable[[str], str] = lambda c: c) -> None:
        self.folder = folder
        self.outputs: list[Shown] = []
        self.wrong: list[str] = []
        self._instead = instead
        self._last = ""

    def play(self, page: Path) -> None:
        """The whole page; what is not as it says is in `wrong`, output in `outputs`."""
        for fence in fences(page):
            kind, _, rest = fence.marker.partition(": ")
            match kind:
                case "file":
                    (self.folder / rest).write_text(fence.text, encoding="utf-8")
                case "edit":
                    path = self.folder / rest
                    join = with_methods if path.suffix == ".py" else joined
                    path.write_text(join(path.read_text(encoding="utf-8"), fence.text))
                case "part of":
                    if fence.text not in (self.folder / rest).read_text(encoding="utf-8"):
                        self.wrong.append(f"{fence.where}: this is not in {rest}")
                case "output of":
                    found = _EXIT.fullmatch(rest)
                    assert found is not None
                    self._run(found[1], int(found[2] or 0), fence)
                    self._compare(fence)
                case "output":
                    self._compare(fence)
                case _ if fence.language == "sh":
                    self._commands(fence)

    def _commands(self, fence: Fence) -> None:
        wanted = [int(w.removeprefix("exit=")) for w in fence.info if w.startswith("exit=")]
        commands = [c for line in fence.text.split("\n") if (c := line.partition(" #")[0].strip())]
        for i, command in enumerate(commands):
            code = wanted[0] if wanted and i + 1 == len(commands) else 0
            self._run(command, code, fence)

    def _run(self, command: str, wanted: int, fence: Fence) -> None:
        command = self._instead(command)
        if command:
            code, self._last = run(command, self.folder)
            if code != wanted:
                self.wrong.append(f"{fence.where}: {command}: exit {code}\n{self._last}")

    def _compare(self, fence: Fence) -> None:
        shown = Shown(fence, self._last)
        self.outputs.append(shown)
        if not shown.fits:
            self.wrong.append(f"{fence.where}: the output is\n{shown.got}")


def run(command: str, folder: Path) -> tuple[int, str]:
    """Exit code and both outputs of a shell command in which `spec` and `pytest` are those of
    this tree and interpreter, 100 columns wide."""
    python = shlex.quote(sys.executable)
    plugin = " ".join((*plugin_words(), "-p", "no:cacheprovider"))
    define = (f'spec() {{ {python} -m spec "$@"; }}\n'
              f'pytest() {{ {python} -m pytest {plugin} "$@"; }}\n')
    environment = clean_environment() | {
        "PYTHONPATH": search_path(), "COLUMNS": "100", "NO_COLOR": "1",
        "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        ["sh", "-c", define + command], cwd=folder, env=environment, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )
    return done.returncode, _TOOK.sub(r"\1", done.stdout)


def fits(shown: str, got: str) -> bool:
    """Is this the output, where a line `...` stands for any lines?  Empty lines at both
    ends and blanks at the ends of lines do not count."""
    return _fits(_lines(shown), _lines(got))


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").split("\n")]


def _fits(shown: Sequence[str], got: Sequence[str]) -> bool:
    if not shown:
        return not got
    if shown[0].strip() != _ANY:
        return bool(got) and got[0] == shown[0] and _fits(shown[1:], got[1:])
    return any(_fits(shown[1:], got[k:]) for k in range(len(got) + 1))


# ------------------------------------------------------------------- pieces


def joined(base: str, piece: str) -> str:
    """The base with the blocks of the piece: each replaces the block of the base that
    begins with the same two words (`on map`, `claim one_is_one`), or stands at the end."""
    whole = cut_blocks(base)
    blocks = {_key(c): _text(c) for c in whole.chunks}
    for chunk in (added := cut_blocks(piece)).chunks:
        first = added.opening if chunk is added.chunks[0] else None
        blocks[_key(chunk)] = "\n".join([*(first.lines if first else ()), _text(chunk)])
    opening = "".join(f"{line}\n" for line in whole.opening.lines)
    return opening + "\n\n".join(blocks.values()) + "\n"


def _key(chunk: Chunk) -> str:
    words = chunk.body.lines[0].replace("(", " ").replace(",", " ").replace(":", " ").split()
    return " ".join(words[:2])


def _text(chunk: Chunk) -> str:
    return "\n".join(part.text for part in (chunk.doc, chunk.body) if part.lines)


def with_methods(base: str, piece: str) -> str:
    """The Python text with the methods of the piece: each replaces the one of its name in the
    last class of the base, or stands at that class's end."""
    lines = piece.split("\n")
    for method in ast.parse(textwrap.dedent(piece)).body:
        assert isinstance(method, ast.FunctionDef)
        cls = [x for x in ast.parse(base).body if isinstance(x, ast.ClassDef)][-1]
        assert cls.end_lineno is not None
        known = {f.name: (f.lineno - 1, f.end_lineno)
                 for f in cls.body if isinstance(f, ast.FunctionDef)}
        start, end = known.get(method.name, (cls.end_lineno, cls.end_lineno))
        new = lines[method.lineno - 1 : method.end_lineno]
        old = base.split("\n")
        base = "\n".join([*old[:start], *([] if method.name in known else [""]), *new, *old[end:]])
    return base
