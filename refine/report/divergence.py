"""Where the sides part: the run, the step, the field, wanted and got, and who wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from refine.faults import Fault, Place
from refine.limits import HOUSE
from refine.result import CheckReport, Difference, Divergence
from spec.eval import Evaluator
from spec.ir import System
from spec.report.ascii import MAIL_WIDTH, field, paragraph, short_path, to_ascii
from spec.report.grid import lines_of as grid_lines
from spec.report.model import Hook
from spec.report.run import view
from spec.report.table import lines_of as run_lines
from spec.report.words import plural, world_text
from spec.trace import Namer, Trace, Value

Hooks = Mapping[tuple[str, str], Hook]
MOST_PLACES = 12
"""Rows of a table of stored places."""


def divergence_lines(
    check: CheckReport, system: System, hooks: Hooks
) -> list[str]:
    """The verdict and its run, at most 72 ASCII columns."""
    found = check.divergence
    assert found is not None
    lines = field("Verdict", _verdict(check, found, system))
    lines += _run(found, system) if found.world.sizes else [""]
    lines += _what(found, system)
    lines += _stored(found)
    lines += _sources(found, system, hooks)
    while not lines[-1]:
        lines.pop()
    return [to_ascii(line) for line in lines]


def fault_lines(fault: Fault) -> list[str]:
    """What is wrong with an implementation itself."""
    lines = paragraph(f"The implementation {fault.kind.value}: {fault.message}.")
    if fault.place is not None:
        lines += field("Line", _source_line(fault.place))
    if fault.hint:
        lines += field("Instead", fault.hint)
    return lines


def _verdict(check: CheckReport, found: Divergence, system: System) -> str:
    where = f"; {world_text(found.world, system)}" if found.world.sizes else ""
    if found.start is not None:
        return (f"FAILED in {found.operation}, from a state that satisfies relation and "
                f"invariants and that perhaps no run reaches ({check.check}){where}")
    if not found.steps:
        when = " before the first step" if found.operation == "__init__" else ""
        return f"FAILED{when} ({check.check}){where}"
    return f"FAILED in {plural(len(found.steps), 'step')} ({check.check}){where}"


def _run(found: Divergence, system: System) -> list[str]:
    """The spec's side of the run, its last step included."""
    evaluator = Evaluator(system, found.world)
    state = evaluator.initial() if found.start is None else found.start
    states = [state]
    for step in found.steps:
        state = evaluator.apply(system.action(step.action), state, step.args)
        states.append(state)
    trace = Trace(found.world, found.steps, tuple(states))
    run = view(trace, system, inductive_step=found.start is not None, every_change=True)
    return [*field("World", run.world), "", *run_lines(run, MAIL_WIDTH), ""]


def _what(found: Divergence, system: System) -> list[str]:
    if found.fault is not None:
        return [*fault_lines(found.fault), ""]
    when = f"After step {len(found.steps)}" if found.steps else "At the start"
    lines = paragraph(f"{when} the sides differ:")
    rows = [(d.field, _value(d, d.wanted, system), _value(d, d.got, system))
            for d in found.differences[:MOST_PLACES]]
    lines += ["", *(f"  {x}" for x in grid_lines(
        ("field", "wanted", "got"), rows, MAIL_WIDTH - 2))]
    if len(found.differences) > MOST_PLACES:
        lines.append(f"  and {len(found.differences) - MOST_PLACES} more")
    return [*lines, ""]


def _value(difference: Difference, value: Value, system: System) -> str:
    name = difference.field.partition("[")[0].partition("(")[0]
    types = {s.name: s.type for s in system.states}
    types |= {a.question: a.type for a in system.answers}
    return Namer.of(system).show(value, types.get(name, "Bool"))


def _stored(found: Divergence) -> list[str]:
    """Stored places that the step changed, and those that it left where the sides differ."""
    before, after = found.stored_before or {}, found.stored_after or {}
    written = found.written or {}
    changed, shown = _changed(found), _shown_places(found)
    if not shown:
        return []
    rows = []
    for place in shown:
        line = written.get(place)
        where = f"{Path(line.path).name}:{line.line}" if line else "-"
        old = _number(before[place]) if place in before and place in changed else ""
        arrow = f"{old} -> " if old else ""
        rows.append((place, f"{arrow}{_number(after[place])}", where))
    title = "stored" if changed else "stored (unchanged)"
    lines = [f"  {x}" for x in grid_lines(
        (title, "value", "last written by"), rows, MAIL_WIDTH - 2)]
    more = len(changed or after) - len(shown)
    return [*lines, *([f"  and {more} more"] if more > 0 else []), ""]


def _changed(found: Divergence) -> list[str]:
    before, after = found.stored_before or {}, found.stored_after or {}
    return [p for p in after if p not in before or before[p] != after[p]]


def _shown_places(found: Divergence) -> list[str]:
    """The rows of the table of stored places: those that a step wrote; or that the last one
    changed, where that is all there is room for; or all, where nothing else is known."""
    changed, after = _changed(found), list(found.stored_after or {})
    stepped = [p for p in after if p in found.stepped or p in changed]
    if found.fault or len(stepped) > MOST_PLACES:
        return changed[:MOST_PLACES] if changed or found.fault else stepped[:MOST_PLACES]
    return stepped if changed else after[:MOST_PLACES]


def _number(value: Any) -> str:
    """Decimal and hex, as a 32-bit or 64-bit word holds it."""
    if isinstance(value, bool) or not isinstance(value, int):
        return str(value)
    bits = 32 if -(1 << 31) <= value < 1 << 32 else 64
    return f"{value} ({value & ((1 << bits) - 1):#x})"


def _sources(found: Divergence, system: System, hooks: Hooks) -> list[str]:
    lines: list[str] = []
    written = found.written or {}
    for place in dict.fromkeys(written[p] for p in _shown_places(found) if p in written):
        lines += field("Python", _source_line(place))
    answers = [a for a in system.answers if a.question in found.where]
    hook = hooks.get((system.name, found.operation))
    if answers:
        for a in answers:
            lines += field("Spec", f"answer {a.question} ({short_path(a.where)})")
    elif hook is not None:
        lines += field("Spec", f"on {found.operation} ({short_path(hook.where)})")
    elif found.steps and found.fault is None:
        lines += field("Spec", f"{found.operation} changes nothing in {system.name}")
    return lines


def _source_line(place: Place) -> str:
    """`per_vma.py:45: self._mapcount.inc()`."""
    try:
        text = Path(place.path).read_text(encoding="utf-8").splitlines()[place.line - 1].strip()
    except (OSError, IndexError, UnicodeDecodeError):
        text = ""
    where = f"{short_path(_from_here(place.path))}:{place.line}"
    return f"{where}: {text}" if text else where


def _from_here(path: str) -> str:
    """As a user would write it, where the file is below the folder that one is in; the tool's
    own models are named alike wherever it is installed."""
    for base in (Path.cwd(), HOUSE):
        if Path(path).is_relative_to(base):
            return str(Path(path).relative_to(base))
    return path
