"""The words of reports: verdicts, kinds of promises, scopes and costs in English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import click

from spec.ir import INT, System
from spec.result import Cost, Outcome, Scope
from spec.trace import World

VERDICTS: Final[Mapping[Outcome, tuple[str, str]]] = {
    Outcome.PROVED: ("PROVED", "green"),
    Outcome.HOLDS: ("HOLDS", "cyan"),
    Outcome.REFUTED: ("REFUTED", "red"),
    Outcome.NOT_INDUCTIVE: ("NOT INDUCTIVE", "yellow"),
    Outcome.UNKNOWN: ("UNKNOWN", "magenta"),
    Outcome.VACUOUS: ("VACUOUS", "blue"),
    Outcome.EXACT: ("EXACT", "bright_green"),
    Outcome.SAFE: ("SAFE", "bright_cyan"),
    Outcome.UNSAFE: ("UNSAFE", "bright_red"),
}
"""Each outcome has a word and a colour of its own: they are never mixed up."""

_THINGS: Final[Mapping[str, tuple[str, str]]] = {
    "Mm": ("process", "processes"),
    "Vma": ("VMA", "VMAs"),
    "Pin": ("pin", "pins"),
    "Table": ("page table", "page tables"),
}
FOLIO_SIZE: Final = "NR"


def verdict(outcome: Outcome, color: bool) -> str:
    word, shade = VERDICTS[outcome]
    return click.style(word, fg=shade, bold=True) if color else word


def thing(sort: str, number: int | None = None) -> str:
    """`2 VMAs`, `1 process`; without a number the plural alone."""
    one, many = _THINGS.get(sort, (sort, sort))
    if number is None:
        return many
    return f"{number} {one if number == 1 else many}"


def scope_text(scope: Scope, system: System | None = None) -> str:
    """`any folio size, any number of processes, VMAs` or `Mm 2, Vma 3, NR 4`."""
    sizes = {name: value for name, value in scope.items() if not _is_flag(name, value, system)}
    fixed = [f"{name} {value}" for name, value in sizes.items() if value != "any"]
    free = [name for name, value in sizes.items() if value == "any"]
    parts = list(fixed)
    if FOLIO_SIZE in free:
        parts.append("any folio size")
    ranges = _ranges(system)
    numbers = [c.name for c in system.consts if c.name in free] if system else []
    left_out = {FOLIO_SIZE, *ranges, *numbers}
    sorts = [thing(name) for name in free if name not in left_out]
    if sorts:
        parts.append("any number of " + ", ".join(sorts))
    parts += [f"any {name}" for name in numbers if name != FOLIO_SIZE]
    for name, value in scope.items():
        if value in ("true", "false"):
            parts.append(name if value == "true" else f"not {name}")
    return ", ".join(parts) or "the only world there is"


def _is_flag(name: str, value: int | str, system: System | None) -> bool:
    """A constant that is no size: its value is said apart, or not at all when free."""
    if value in ("true", "false"):
        return True
    if value != "any" or system is None:
        return False
    return any(c.name == name and (c.type != INT or bool(c.index)) for c in system.consts)


def _ranges(system: System | None) -> frozenset[str]:
    if system is None:
        return frozenset({"Page"})
    return frozenset(s.name for s in system.sorts if s.kind == "range")


def world_text(world: World, system: System) -> str:
    """`folio of 2 pages, 1 process, 2 VMAs`."""
    parts = []
    if FOLIO_SIZE in world.consts:
        pages = world.consts[FOLIO_SIZE]
        parts.append(f"folio of {pages} page{'' if pages == 1 else 's'}")
    for sort in system.sorts:
        if sort.kind == "elements":
            parts.append(thing(sort.name, world.sizes[sort.name]))
    return ", ".join(parts)


def cost_text(cost: Cost) -> str:
    """Only what was spent, in units that do not depend on the machine."""
    parts = []
    for number, unit in (
        (cost.states, "state"), (cost.transitions, "transition"), (cost.obligations, "obligation"),
    ):
        if number:
            parts.append(f"{number} {unit}{'' if number == 1 else 's'}")
    if cost.rlimit:
        parts.append(f"rlimit {cost.rlimit}")
    return ", ".join(parts)


def plural(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def definition(doc: str) -> str:
    """The first sentence of a file's comment, without its `name.fs - ` and its full stop."""
    text = re.sub(r"\A\s*\S+\.fs\s*(-|--|:)\s+", "", doc)
    return sentence(text)


def sentence(doc: str) -> str:
    """The first sentence of a comment on one line, without its full stop."""
    paragraph = re.split(r"\n\s*\n", doc.strip(), maxsplit=1)[0]
    joined = " ".join(paragraph.split())
    found = re.match(r"(.+?[.!?])(?=\s+[A-Z0-9(\"']|\Z)", joined)
    return (found.group(1) if found else joined).rstrip(".")


def flat(text: str) -> str:
    """The same words on one line."""
    return " ".join(text.split())
