"""What a step changed, and what a state looks like, in as few words as will do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from spec.eval import Evaluator
from spec.ir import StateVar, System
from spec.trace import Change, Namer, State, Trace, Value, changes

_Group = tuple[StateVar, tuple[int, ...], Value, Value, int, int]


def change_texts(
    before: State, after: State, system: System, namer: Namer, places: Iterable[str]
) -> tuple[str, ...]:
    """`pte[a,0..3]`, `not pmd[a]`, `total 0 -> 1`, for these places only.

    A bool that became true is named, one that became false is named with `not`.
    Neighbours on a range are put together.
    """
    wanted = frozenset(places)
    found = [c for c in changes(before, after) if c.place in wanted]
    return tuple(_change(g, namer) for g in _grouped(found, system))


def state_texts(state: State, initial: State, system: System, namer: Namer) -> tuple[str, ...]:
    """What is not as in the initial state: `live[a]`, `pte[a,0..1]`, `total = 2`; only
    places that `initial` has."""
    found = changes(initial, state)
    return tuple(_standing(g, namer) for g in _grouped(found, system))


def with_attempt(trace: Trace, ev: Evaluator) -> Trace:
    """A last step that breaks a duty has no state after it; here it has the one that it
    would have led to, so that what is wrong can be shown."""
    if len(trace.states) > len(trace.steps):
        return trace
    step = trace.steps[-1]
    action = replace(ev.system.action(step.action), duties=())
    after = ev.apply(action, trace.states[-1], step.args)
    return Trace(trace.world, trace.steps, (*trace.states, after))


def place_text(change: Change, system: System, namer: Namer) -> str:
    """`pte[a,0]`."""
    var = system.state(change.place)
    return _place(var, change.index, namer, None)


def _grouped(found: Sequence[Change], system: System) -> list[_Group]:
    """Changes that differ only in a last index that counts on."""
    ranges = {s.name for s in system.sorts if s.kind == "range"}
    groups: list[_Group] = []
    for c in found:
        var = system.state(c.place)
        at = c.index[-1] if c.index else 0
        if groups and var.index and var.index[-1] in ranges:
            last, head, old, new, low, high = groups[-1]
            same = last is var and head == c.index[:-1] and (old, new) == (c.old, c.new)
            if same and at == high + 1:
                groups[-1] = (var, head, old, new, low, at)
                continue
        groups.append((var, c.index[:-1], c.old, c.new, at, at))
    return groups


def _place(var: StateVar, index: tuple[int, ...], namer: Namer, high: int | None) -> str:
    if not var.index:
        return var.name
    shown = [namer.show(x, t) for x, t in zip(index, var.index, strict=True)]
    if high is not None and high != index[-1]:
        shown[-1] += f"..{namer.show(high, var.index[-1])}"
    return f"{var.name}[{','.join(shown)}]"


def _group_place(group: _Group, namer: Namer) -> str:
    var, head, _, _, low, high = group
    return _place(var, (*head, low) if var.index else (), namer, high)


def _change(group: _Group, namer: Namer) -> str:
    var, _, old, new, _, _ = group
    place = _group_place(group, namer)
    if isinstance(new, bool):
        return place if new else f"not {place}"
    return f"{place} {namer.show(old, var.type)} -> {namer.show(new, var.type)}"


def _standing(group: _Group, namer: Namer) -> str:
    var, _, _, new, _, _ = group
    place = _group_place(group, namer)
    if isinstance(new, bool):
        return place if new else f"not {place}"
    return f"{place} = {namer.show(new, var.type)}"
