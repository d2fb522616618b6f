"""A world read from text: `NR = 2, not anon, Vma a in A, table[a, 0 .. 1] = T0`.

The words are those of a scenario's `world`; `spec.report.world` prints them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NoReturn

from spec.ir import BOOL, INT, Const, Sort, System, Type
from spec.numbering import MAX_ELEMENTS, numbering
from spec.result import Scope
from spec.source import Span
from spec.trace import Namer, Table, Value, World

_TOKEN = re.compile(r"\s*(\d+|[A-Za-z_]\w*|\.\.|[\[\],=*])")
Words = tuple[str, ...]
"""One word, the two ends of a stretch, or `*`."""


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


@dataclass(frozen=True, slots=True)
class Given:
    """`table[a, 0 .. 1] = T0`, not yet understood: sizes may come later in the text."""

    index: tuple[Words, ...]
    value: Words


@dataclass(slots=True)
class Reader:
    """What is known while a world is read: names of elements, values of constants as text."""

    system: System
    names: dict[Type, list[str]]
    values: dict[str, list[Given]] = field(default_factory=dict)

    def known(self, type_: Type) -> list[str]:
        return self.names.setdefault(type_, [])

    def declare(self, sort: str, name: str) -> None:
        if name not in self.known(sort):
            self.known(sort).append(name)

    def give(self, const: str, index: tuple[Words, ...], value: Words) -> None:
        self.values.setdefault(const, []).append(Given(index, value))


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
    index: tuple[Words, ...] = ()
    if rest[:1] == ["["]:
        index, rest = _index(rest[1:], line)
    if len(index) != len(const.index):
        refuse(line, f"{const.name} takes {len(const.index)} indices, not {len(index)}")
    given: Words = (value,)
    if rest[:1] == ["="]:
        given, rest = _words(rest[1:])
    reader.give(const.name, index, given)
    return rest


def _index(tokens: list[str], line: Line) -> tuple[tuple[Words, ...], list[str]]:
    """What stands before the closing bracket, and the tokens after it."""
    end = tokens.index("]") if "]" in tokens else len(tokens)
    if end == len(tokens) or "[" in tokens[:end]:
        refuse(line, "a `]` is missing in the world")
    inside, found = tokens[:end], []
    while inside:
        words, inside = _words(inside)
        found.append(words)
        inside = inside[1:] if inside[:1] == [","] else inside
    return tuple(found), tokens[end + 1 :]


def _words(tokens: list[str]) -> tuple[Words, list[str]]:
    """One word or stretch, and the tokens after it."""
    if tokens[1:2] == [".."]:
        return (tokens[0], tokens[2] if len(tokens) > 2 else "nothing"), tokens[3:]
    return (tokens[0] if tokens else "nothing",), tokens[1:]


def _elements(reader: Reader, sort: str, tokens: list[str], line: Line) -> list[str]:
    """`a, b in A` of `Vma a, b in A`."""
    words = {c.name for c in reader.system.consts} | {s.name for s in reader.system.sorts}
    found: list[str] = []
    rest = tokens
    while rest and re.match(r"[A-Za-z_]", rest[0]):
        said, rest = _words(rest)
        for name in _names(said, line):
            if name in reader.known(sort):
                refuse(line, f"{name} is there twice")
            found.append(name)
            reader.declare(sort, name)
        if len(rest) < 2 or rest[0] != "," or rest[1] in {*words, "not"}:
            break
        rest = rest[1:]
    if not found:
        refuse(line, f"names of elements are missing after {sort}")
    if rest[:1] == ["in"] and len(rest) > 1:
        _put_in(reader, sort, found, rest[1], line)
        rest = rest[2:]
    return rest


def _names(words: Words, line: Line) -> Sequence[str]:
    """The names that one word or one stretch of names stands for."""
    if len(words) == 1:
        return words
    found = numbering(*words)
    if found is None:
        refuse(line, f"{' .. '.join(words)} is no stretch of names")
    if found.size > MAX_ELEMENTS:
        refuse(line, f"a sort has at most {MAX_ELEMENTS} elements in a run")
    return found.names()


def _put_in(reader: Reader, sort: str, names: list[str], home: str, line: Line) -> None:
    elements = {s.name for s in reader.system.sorts if s.kind == "elements"}
    found = [c for c in reader.system.consts if c.index == (sort,) and c.type in elements]
    if len(found) != 1:
        refuse(line, f"nothing says in what a {sort} is")
    reader.declare(found[0].type, home)
    for name in names:
        reader.give(found[0].name, ((name,),), (home,))


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
        given = reader.values.get(str(sort.size))
        if given is None:
            refuse(line, f"the world does not say what {sort.size} is")
        size = int(value_of(reader, " .. ".join(given[0].value), INT, line) or 0)
        if size == 0:
            refuse(line, f"{sort.size} is at least 1 in a run")
    if size > MAX_ELEMENTS:
        refuse(line, f"{sort.name} has at most {MAX_ELEMENTS} elements in a run")
    return size


def _table(reader: Reader, const: Const, sizes: Mapping[Type, int], line: Line) -> Table:
    """The value at every index, in order."""
    given: Table = {}
    for said in reader.values.get(const.name, ()):
        for key, value in _places(reader, said, const, sizes, line):
            if key in given:
                refuse(line, f"{_place(reader, const, key)} is given twice")
            given[key] = value
    table: Table = {}
    for key in product(*(range(sizes[t]) for t in const.index)):
        if key not in given:
            refuse(line, f"the world does not say what {_place(reader, const, key)} is")
        table[key] = given[key]
    return table


def _places(
    reader: Reader, said: Given, const: Const, sizes: Mapping[Type, int], line: Line
) -> list[tuple[tuple[int, ...], Value]]:
    """Each place that one item of the text sets, and its value."""
    index = [
        _along(reader, words, t, sizes, line)
        for words, t in zip(said.index, const.index, strict=True)
    ]
    keys = list(product(*index))
    if len(said.value) == 1:
        value = value_of(reader, said.value[0], const.type, line)
        return [(key, value) for key in keys]
    if const.type.rstrip("?") not in sizes:
        refuse(line, f"the values of {const.name} make no stretch")
    values = _along(reader, said.value, const.type.rstrip("?"), sizes, line)
    wide = [words for words in said.index if words == ("*",) or len(words) == 2]
    if len(wide) != 1 or len(keys) != len(values):
        refuse(line, f"{' .. '.join(said.value)} is {len(values)} values for {len(keys)} "
               f"places of {const.name}", "one stretch in the index has as many")
    return list(zip(keys, values, strict=True))


def _along(
    reader: Reader, words: Words, type_: Type, sizes: Mapping[Type, int], line: Line
) -> list[int]:
    """The elements of a sort that one word, a stretch, or `*` stands for."""
    if words == ("*",):
        return list(range(sizes[type_]))
    numbers = any(s.name == type_ and s.kind == "range" for s in reader.system.sorts)
    names = words if numbers else _names(words, line)
    found = [_inside(value_of(reader, x, type_, line), type_, sizes, line) for x in names]
    if not numbers or len(words) == 1:
        return found
    if found[0] > found[1]:
        refuse(line, f"from {found[0]} to {found[1]} there is nothing")
    return list(range(found[0], found[1] + 1))


def _inside(value: Value, type_: Type, sizes: Mapping[Type, int], line: Line) -> int:
    if value is None or not 0 <= value < sizes[type_]:
        refuse(line, f"{value} is no {type_} of this world")
    return int(value)


def _place(reader: Reader, const: Const, key: tuple[int, ...]) -> str:
    names = [
        reader.known(t)[x] if x < len(reader.known(t)) else str(x)
        for x, t in zip(key, const.index, strict=True)
    ]
    return f"{const.name}[{', '.join(names)}]" if key else const.name
