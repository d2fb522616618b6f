"""Commands as text: `open_vma(a1, 0, 511); read(a1, 5); fork(A, B)`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from refine.kernel.calls import COMMANDS, Command
from refine.kernel.folio import Kind
from refine.kernel.model import PROCESSES, slots_of

_COMMAND = re.compile(r"\s*(\w+)\s*\(([^()]*)\)\s*\Z")


class ScriptError(Exception):
    """The text is no list of commands; says where and why."""


def read_script(
    text: str, kind: Kind, known: Mapping[str, tuple[str, ...]] = COMMANDS
) -> tuple[Command, ...]:
    """The commands of a text, with `;` between them.

    Slots of VMAs are called a1, a2, ... in process A, b1, ... in B, as in the worlds of
    runs; pages are numbers.

    Args:
        known: names of commands, and what their arguments are.

    Raises:
        ScriptError: a command is unknown, or an argument is.
    """
    return tuple(_command(part, kind, known) for part in text.split(";") if part.strip())


def show_script(commands: Iterable[Command], kind: Kind) -> str:
    """The text that `read_script` reads as these commands."""
    names = {"process": PROCESSES, "VMA": slots_of(kind)}
    shown = []
    for c in commands:
        words = [names[what][x] if what in names else str(x)
                 for what, x in zip(COMMANDS[c.name], c.args, strict=True)]
        shown.append(f"{c.name}({', '.join(words)})")
    return "; ".join(shown)


def _command(text: str, kind: Kind, known: Mapping[str, tuple[str, ...]]) -> Command:
    found = _COMMAND.match(text)
    shown = text.strip()
    if found is None:
        raise ScriptError(f"`{shown}` is not of the form name(argument, ...)")
    name, inner = found.groups()
    if name not in known:
        raise ScriptError(f"`{shown}`: there is no `{name}`; known: {', '.join(known)}")
    words = [w.strip() for w in inner.split(",")]
    expected = known[name]
    if len(words) != len(expected):
        raise ScriptError(f"`{shown}`: {name} takes {len(expected)} arguments")
    return Command(name, tuple(
        _argument(w, what, kind, shown) for w, what in zip(words, expected, strict=True)))


def _argument(word: str, what: str, kind: Kind, shown: str) -> int:
    if what == "page":
        if not (word.isascii() and word.isdigit() and int(word) < kind.pages):
            raise ScriptError(f"`{shown}`: `{word}` is no page of 0..{kind.pages - 1}")
        return int(word)
    names = PROCESSES if what == "process" else slots_of(kind)
    if word not in names:
        raise ScriptError(f"`{shown}`: `{word}` is no {what}; known: {', '.join(names)}")
    return names.index(word)
