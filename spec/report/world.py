"""A world as a scenario writes it: `NR = 2, not anon, Vma a in A, Vma b in B`."""

from __future__ import annotations

from dataclasses import dataclass

from spec.ir import BOOL, Const, Sort, System, Type
from spec.numbering import joined, numbering
from spec.trace import Namer, Table, Value, World


def world_line(world: World, system: System, namer: Namer) -> str:
    """Every size and constant of the world; `spec.replay` reads it back."""
    parts = [_scalar(c, world, namer) for c in system.consts if not c.index]
    homes = {s.name: _home(s, system) for s in system.sorts if s.kind == "elements"}
    told = [c.name for c in homes.values() if c is not None]
    parts += _elements(world, system, namer, homes)
    for const in system.consts:
        if const.index and const.name not in told:
            parts += _entries(const, world, namer)
    return ", ".join(parts)


def _scalar(const: Const, world: World, namer: Namer) -> str:
    value = world.consts[const.name]
    assert not isinstance(value, dict)
    if const.type == BOOL:
        return const.name if value else f"not {const.name}"
    return f"{const.name} = {namer.show(value, const.type)}"


def _home(sort: Sort, system: System) -> Const | None:
    """The one constant that gives each element of the sort an element of another."""
    others = {s.name for s in system.sorts if s.kind == "elements"}
    found = [c for c in system.consts if c.index == (sort.name,) and c.type in others]
    return found[0] if len(found) == 1 else None


def _elements(
    world: World, system: System, namer: Namer, homes: dict[str, Const | None]
) -> list[str]:
    """`Vma a, b in A`; a sort is listed by itself where that would tell less."""
    parts: list[str] = []
    seen: dict[str, list[int]] = {name: [] for name in homes}
    grouped: list[str] = []
    for name, const in homes.items():
        if const is None:
            continue
        table = world.consts[const.name]
        assert isinstance(table, dict)
        for home, elements in _stretches(table):
            names = ", ".join(joined([namer.show(e, name) for e in elements]))
            grouped.append(f"{name} {names} in {namer.show(home, const.type)}")
            if isinstance(home, int) and home not in seen[const.type]:
                seen[const.type].append(home)
    for name in homes:
        size = world.sizes[name]
        if homes[name] is None and size and seen[name] != list(range(size)):
            names = ", ".join(joined([namer.show(e, name) for e in range(size)]))
            parts.append(f"{name} {names}")
    return parts + grouped


def _stretches(table: Table) -> list[tuple[Value, list[int]]]:
    """Neighbouring elements with the same value, in order."""
    found: list[tuple[Value, list[int]]] = []
    for (element,), home in table.items():
        if found and found[-1][0] == home:
            found[-1][1].append(element)
        else:
            found.append((home, [element]))
    return found


def _entries(const: Const, world: World, namer: Namer) -> list[str]:
    """Row by row, where a row is all entries that differ in the last index alone."""
    table = world.consts[const.name]
    assert isinstance(table, dict)
    rows: dict[tuple[int, ...], list[Value]] = {}
    for at, value in table.items():
        rows.setdefault(at[:-1], []).append(value)
    shown = _Shown(const, namer)
    return [text for at, row in rows.items() for text in shown.row(at, row)]


@dataclass(frozen=True, slots=True)
class _Shown:
    """How the entries of one constant are written."""

    const: Const
    namer: Namer

    def row(self, at: tuple[int, ...], row: list[Value]) -> list[str]:
        """`table[a, 0 .. 1] = T0`, `table[a, *] = T0 .. T3`, with few entries."""
        parts = []
        head = [self.namer.show(x, t) for x, t in zip(at, self.const.index, strict=False)]
        first = 0
        while first < len(row):
            last = max(self._same(row, first), self._rising(row, first))
            place = self._stretch(first, last, len(row))
            if place is None:
                last, place = first, self.namer.show(first, self.const.index[-1])
            value = self.namer.show(row[first], self.const.type)
            if last > first and row[last] != row[first]:
                value += f" .. {self.namer.show(row[last], self.const.type)}"
            parts.append(f"{self.const.name}[{', '.join([*head, place])}] = {value}")
            first = last + 1
        return parts

    def _same(self, row: list[Value], first: int) -> int:
        """The last of the neighbours of `first` with its value."""
        last = first
        while last + 1 < len(row) and row[last + 1] == row[first]:
            last += 1
        return last

    def _rising(self, row: list[Value], first: int) -> int:
        """The last of the neighbours of `first`, each one in the next numbered element."""
        last = first
        while last + 1 < len(row) and self._is_next(row[last], row[last + 1]):
            last += 1
        return last if last - first >= 2 else first

    def _is_next(self, one: Value, two: Value) -> bool:
        if one is None or two is None or isinstance(one, bool) or two != one + 1:
            return False
        return self._is_numbered(one, two, self.const.type)

    def _is_numbered(self, one: int, two: int, type_: Type) -> bool:
        sort = self.namer.sorts.get(type_.rstrip("?"))
        if sort is None or sort.kind == "range":
            return sort is not None
        found = numbering(self.namer.show(one, type_), self.namer.show(two, type_))
        return sort.kind == "elements" and found is not None and found.size == two - one + 1

    def _stretch(self, first: int, last: int, size: int) -> str | None:
        """The index of these neighbours; None where it has no name."""
        type_ = self.const.index[-1]
        if first == last:
            return self.namer.show(first, type_)
        if last - first + 1 == size:
            return "*"
        if all(self._is_numbered(i, i + 1, type_) for i in range(first, last)):
            return f"{self.namer.show(first, type_)} .. {self.namer.show(last, type_)}"
        return None
