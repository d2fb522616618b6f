"""A world read from text: `NR = 2, not anon, Vma a in A, Vma b in B`.

The words are those of a scenario's `world`; `spec.report.world` prints them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final, NoReturn

from spec.ir import BOOL, INT, Const, Sort, System, Type
from spec.result import Scope
from spec.source import Span
from spec.trace import Namer, Table, Value, World

_TOKEN = re.compile(r"\s*(\d+|[A-Za-z_]\w*|[\[\],=])")
MAX_SIZE: Final = 1024
"""More elements than this in a world is a slip, and would not fit into memory."""


class ReplayError(Exception):
    """The text does not fit the file: where in the text, and why.

    `fits` is true where every word was understood but the run cannot happen.
    """

    def __init__(self, span: Span, message: str, *, hint: str = "", fits: bool = False) -> None:
        super().__init__(message)
        self.span = span
        self.message = message
        self.hint = hint
        self.fits = fits


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of the text and where it begins."""

    text: str
    span: Span


@dataclass(slots=True)
class Reader:
    """What is known while a world is read: names of elements, values as text.

    `values` is by constant, then by index (`()` for a constant without one).
    """

    system: System
    names: dict[Type, list[str]]
    values: dict[str, dict[tuple[str, ...], str]] = field(default_factory=dict)

    def known(self, type_: Type) -> list[str]:
        return self.names.setdefault(type_, [])

    def declare(self, sort: str, name: str) -> None:
        if name not in self.known(sort):
            self.known(sort).append(name)

    def give(self, const: str, index: tuple[str, ...], value: str) -> None:
        self.values.setdefault(const, {})[index] = value


def refuse(line: Line, message: str, hint: str = "") -> NoReturn:
    raise ReplayError(line.span, message, hint=hint)


def read_world(system: System, line: Line) -> tuple[World, Mapping[Type, tuple[str, ...]]]:
    """The world and the names of its elements.

    Raises:
        ReplayError: a word is unknown, or the world leaves something open.
    """
    reader = Reader(system, {})
    tokens = _tokens(line)
    while tokens:
        tokens = _item(reader, tokens, line)
        if tokens and tokens.pop(0) != ",":
            refuse(line, "a comma is missing in the world")
    sizes = {sort.name: _size(reader, sort, line) for sort in system.sorts}
    consts: dict[str, Value | Table] = {}
    for c in system.consts:
        found = _table(reader, c, sizes, line)
        consts[c.name] = found if c.index else found[()]
    names = {sort: tuple(known) for sort, known in reader.names.items() if known}
    return World(sizes, consts), names


def scope_of(world: World, system: System) -> Scope:
    """What a run is fixed to: sizes of plain sorts, and the constants without an index."""
    scope: dict[str, int | str] = {
        s.name: world.sizes[s.name] for s in system.sorts if s.kind == "elements"
    }
    namer = Namer.of(system)
    for c in system.consts:
        value = world.consts[c.name]
        if isinstance(value, int) and c.type == INT:
            scope[c.name] = value
        elif not isinstance(value, dict):
            scope[c.name] = namer.show(value, c.type)
    return scope


def _tokens(line: Line) -> list[str]:
    found, at = [], 0
    while at < len(line.text):
        m = _TOKEN.match(line.text, at)
        if m is None:
            refuse(line, f"the world is not readable from here: {line.text[at : at + 20].strip()}")
        found.append(m.group(1))
        at = m.end()
    return found


def _item(reader: Reader, tokens: list[str], line: Line) -> list[str]:
    """Reads one item; returns the tokens after it."""
    word, *rest = tokens
    if word in {s.name for s in reader.system.sorts if s.kind == "elements"}:
        return _elements(reader, word, rest, line)
    value = "true"
    if word == "not":
        value = "false"
        word, *rest = rest or ["nothing"]
    const = next((c for c in reader.system.consts if c.name == word), None)
    if const is None:
        refuse(line, f"{reader.system.name} has no constant or sort named {word}")
    index: tuple[str, ...] = ()
    if rest[:1] == ["["]:
        end = rest.index("]") if "]" in rest else len(rest)
        index = tuple(t for t in rest[1:end] if t != ",")
        rest = rest[end + 1 :]
    if len(index) != len(const.index):
        refuse(line, f"{const.name} takes {len(const.index)} indices, not {len(index)}")
    if rest[:1] == ["="]:
        value, rest = (rest[1] if len(rest) > 1 else "nothing"), rest[2:]
    reader.give(const.name, index, value)
    return rest


def _elements(reader: Reader, sort: str, tokens: list[str], line: Line) -> list[str]:
    """`a, b in A` of `Vma a, b in A`."""
    words = {c.name for c in reader.system.consts} | {s.name for s in reader.system.sorts}
    found: list[str] = []
    rest = tokens
    while rest and re.match(r"[A-Za-z_]", rest[0]):
        if rest[0] in reader.known(sort):
            refuse(line, f"{rest[0]} is there twice")
        found.append(rest[0])
        reader.declare(sort, rest[0])
        rest = rest[1:]
        if len(rest) < 2 or rest[0] != "," or rest[1] in {*words, "not"}:
            break
        rest = rest[1:]
    if not found:
        refuse(line, f"names of elements are missing after {sort}")
    if rest[:1] == ["in"] and len(rest) > 1:
        _put_in(reader, sort, found, rest[1], line)
        rest = rest[2:]
    return rest


def _put_in(reader: Reader, sort: str, names: list[str], home: str, line: Line) -> None:
    elements = {s.name for s in reader.system.sorts if s.kind == "elements"}
    found = [c for c in reader.system.consts if c.index == (sort,) and c.type in elements]
    if len(found) != 1:
        refuse(line, f"nothing says in what a {sort} is")
    reader.declare(found[0].type, home)
    for name in names:
        reader.give(found[0].name, (name,), home)


def value_of(reader: Reader, text: str, type_: Type, line: Line) -> Value:
    """A bool, a number, or an element by its name."""
    if text == "none" and type_.endswith("?"):
        return None
    base = type_.rstrip("?")
    if base == BOOL:
        if text not in ("true", "false"):
            refuse(line, f"{text} is neither true nor false")
        return text == "true"
    sort = next((s for s in reader.system.sorts if s.name == base), None)
    if base == INT or (sort is not None and sort.kind == "range"):
        if not (text.isascii() and text.isdigit() and len(text) <= 9):
            refuse(line, f"{text or 'nothing'} is not a number of a size that fits here")
        return int(text)
    known = list(sort.names) if sort and sort.kind == "enum" else reader.known(base)
    if text not in known:
        refuse(line, f"the world has no {base} named {text}", listed(known))
    return known.index(text)


def listed(known: Sequence[str]) -> str:
    return f"known: {', '.join(known)}" if known else ""


def _size(reader: Reader, sort: Sort, line: Line) -> int:
    if sort.kind == "elements":
        size = len(reader.known(sort.name))
    elif sort.kind == "enum":
        size = len(sort.names)
    elif isinstance(sort.size, int):
        size = sort.size
    else:
        text = reader.values.get(str(sort.size), {}).get(())
        if text is None:
            refuse(line, f"the world does not say what {sort.size} is")
        size = int(value_of(reader, text, INT, line) or 0)
        if size == 0:
            refuse(line, f"{sort.size} is at least 1 in a run")
    if size > MAX_SIZE:
        refuse(line, f"{sort.name} has at most {MAX_SIZE} elements in a run")
    return size


def _table(reader: Reader, const: Const, sizes: Mapping[Type, int], line: Line) -> Table:
    """The value at every index, in order."""
    given: Table = {}
    for at, text in reader.values.get(const.name, {}).items():
        key = tuple(
            _inside(value_of(reader, x, t, line), t, sizes, line)
            for x, t in zip(at, const.index, strict=True)
        )
        given[key] = value_of(reader, text, const.type, line)
    table: Table = {}
    for key in product(*(range(sizes[t]) for t in const.index)):
        if key not in given:
            _refuse_gap(reader, const, key, line)
        table[key] = given[key]
    return table


def _inside(value: Value, type_: Type, sizes: Mapping[Type, int], line: Line) -> int:
    if value is None or not 0 <= value < sizes[type_]:
        refuse(line, f"{value} is no {type_} of this world")
    return int(value)


def _refuse_gap(reader: Reader, const: Const, key: tuple[int, ...], line: Line) -> NoReturn:
    names = [
        reader.known(t)[x] if x < len(reader.known(t)) else str(x)
        for x, t in zip(key, const.index, strict=True)
    ]
    place = f"{const.name}[{', '.join(names)}]" if key else const.name
    refuse(line, f"the world does not say what {place} is")
