"""Scopes: how many elements each sort has, from small to large."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from solver.explore.slicing import reads_of
from spec.eval import Evaluator
from spec.ir import QUANTIFIERS, Expr, System, Type, walk
from spec.trace import World

Scope = Mapping[str, int]
"""A size per `elements` sort, a value per constant that is the size of a range, and
for any other constant without index that is to have one value only."""

# Small first: most errors need no more than two of anything and two pages; a third
# process or VMA is what slots and thresholds need; long ranges come last.  Each rung:
# sorts that belong to others (VMAs), sorts they belong to (processes), ranges.
RUNGS = (
    (1, 1, 1), (1, 1, 2), (2, 1, 1), (2, 2, 1), (2, 1, 2), (2, 2, 2), (1, 1, 3), (3, 3, 1),
    (3, 2, 2), (3, 3, 2), (3, 2, 3), (3, 2, 4), (4, 3, 2), (4, 2, 3), (4, 3, 4), (5, 3, 4),
)
MOST = 64


def ladder(
    system: System, fixed: Mapping[str, int] | None = None,
    rungs: Sequence[tuple[int, int, int]] = RUNGS,
) -> tuple[Scope, ...]:
    """The scopes to explore, smallest first; `fixed` gives names their only value.

    Raises:
        ValueError: `fixed` names something that has no size, or a size below 1.
    """
    given = dict(fixed or {})
    _check(system, given)
    names = [s.name for s in system.sorts if s.kind == "elements"]
    ranges = {c: _admitted(system, c) for c in range_sizes(system)}
    found: dict[tuple[tuple[str, int], ...], None] = {}
    for many, owner, length in rungs:
        scope = {n: given.get(n, _size(system, n, many, owner, length)) for n in names}
        for name, values in ranges.items():
            scope[name] = given.get(name, _at_least(values, length))
        scope |= {n: v for n, v in given.items() if n not in scope}
        found[tuple(scope.items())] = None
    return tuple(dict(items) for items in found)


def _size(system: System, sort: str, many: int, owner: int, length: int) -> int:
    """Of a sort without a size of its own.  Where each place of a range belongs to an
    element (the tables of pages), there may be as many as places."""
    indices = [c.index for c in system.consts if c.type == sort and sort not in c.index]
    if any(len(index) > 1 for index in indices):
        return max(owner, length)
    return owner if any(indices) else many


def _at_least(values: Sequence[int], wanted: int) -> int:
    return next((v for v in values if v >= wanted), values[-1])


def range_sizes(system: System) -> tuple[str, ...]:
    """Names of the constants that are the size of a range."""
    return tuple(dict.fromkeys(s.size for s in system.sorts if isinstance(s.size, str)))


def sizes_in(system: System, scope: Scope) -> dict[Type, int]:
    """The size of every sort of the system, and of Bool."""
    sizes = {"Bool": 2}
    for s in system.sorts:
        if s.kind == "enum":
            sizes[s.name] = len(s.names)
        elif s.kind == "elements":
            sizes[s.name] = scope[s.name]
        else:
            sizes[s.name] = s.size if isinstance(s.size, int) else scope[str(s.size)]
    return sizes


def scope_text(scope: Scope) -> str:
    """`Mm=2 Vma=3 NR=4`."""
    return " ".join(f"{name}={value}" for name, value in scope.items())


def _check(system: System, fixed: Mapping[str, int]) -> None:
    elements = {s.name for s in system.sorts if s.kind == "elements"}
    consts = {c.name for c in system.consts if not c.index}
    for name, value in fixed.items():
        if name not in elements | consts:
            raise ValueError(f"{name} is neither a sort with a size nor a plain constant")
        if value < 1 and (name in elements or name in range_sizes(system)):
            raise ValueError(f"{name} = {value}: a size is at least 1")


def _admitted(system: System, name: str) -> list[int]:
    """Values of a size that no fact about it alone excludes."""
    facts = [
        f.cond for f in (*system.where, *system.assumes)
        if reads_of([f.cond]) == {name} and not _quantified(f.cond)
    ]

    def allowed(value: int) -> bool:
        ev = Evaluator(system, World({}, {name: value}))
        return all(ev.truth(f, {}) for f in facts)

    return [v for v in range(1, MOST + 1) if allowed(v)] or [1]


def _quantified(e: Expr) -> bool:
    return any(x.op in QUANTIFIERS for x in walk(e))
