"""A world as a scenario writes it: `NR = 2, not anon, Vma a in A, Vma b in B`."""

from __future__ import annotations

from spec.ir import BOOL, Const, Sort, System
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
            names = ", ".join(namer.show(e, name) for e in elements)
            grouped.append(f"{name} {names} in {namer.show(home, const.type)}")
            if isinstance(home, int) and home not in seen[const.type]:
                seen[const.type].append(home)
    for name in homes:
        size = world.sizes[name]
        if homes[name] is None and size and seen[name] != list(range(size)):
            names = ", ".join(namer.show(e, name) for e in range(size))
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
    table = world.consts[const.name]
    assert isinstance(table, dict)
    parts = []
    for at, value in table.items():
        index = ", ".join(namer.show(x, t) for x, t in zip(at, const.index, strict=True))
        parts.append(f"{const.name}[{index}] = {namer.show(value, const.type)}")
    return parts
