"""Runs: a world (sizes and constants), states, steps, and what a step changed.

Values are plain Python: bool, int (numbers, and elements of sorts, ranges and enums
as positions 0, 1, ...), None (an absent optional).  An indexed constant or state is
a dict from index tuples to values; one without an index is the value itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from spec.ir import Sort, System, Type

Value = bool | int | None
Table = dict[tuple[int, ...], Value]
State = dict[str, Value | Table]


@dataclass(frozen=True, slots=True)
class World:
    """What a run is fixed to: how many elements each sort has, and the constants.

    `sizes` has every sort (ranges included), `consts` every constant (sizes too).
    """

    sizes: Mapping[Type, int]
    consts: Mapping[str, Value | Table]


@dataclass(frozen=True, slots=True)
class Step:
    """One action with its arguments by name; `call` is the call it belongs to."""

    action: str
    args: Mapping[str, int]
    call: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """`states[0]` is initial; `states[i + 1]` follows `states[i]` by `steps[i]`.

    For a step that breaks a duty (never negative, no clash) the last step has no
    state after it: len(states) == len(steps), otherwise len(steps) + 1.
    """

    world: World
    steps: tuple[Step, ...]
    states: tuple[State, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """`place` with `index` went from `old` to `new`."""

    place: str
    index: tuple[int, ...]
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class Namer:
    """Names of elements in printed runs; `names` overrides the sort's own list."""

    sorts: Mapping[Type, Sort]
    names: Mapping[Type, tuple[str, ...]] = field(default_factory=dict)

    @staticmethod
    def of(system: System, names: Mapping[Type, tuple[str, ...]] | None = None) -> Namer:
        return Namer({s.name: s for s in system.sorts}, names or {})

    def show(self, value: Value, type_: Type) -> str:
        """`a`, `B`, `7`, `true`, `none`: the value as it is written in a run."""
        if value is None:
            return "none"
        if isinstance(value, bool):
            return "true" if value else "false"
        sort = self.sorts.get(type_.rstrip("?"))
        if sort is None or sort.kind == "range":
            return str(value)
        known = self.names.get(sort.name) or sort.names
        return known[value] if value < len(known) else f"{sort.name.lower()}{value}"


def changes(before: State, after: State) -> tuple[Change, ...]:
    """What differs, in the order of the states and of their indices."""
    found = []
    for place, old in before.items():
        new = after[place]
        if isinstance(old, dict):
            assert isinstance(new, dict)
            found += [
                Change(place, index, value, new[index])
                for index, value in old.items()
                if new[index] != value or type(new[index]) is not type(value)
            ]
        else:
            assert not isinstance(new, dict)
            if new != old:
                found.append(Change(place, (), old, new))
    return tuple(found)
