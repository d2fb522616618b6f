"""A run read back out of a mail, and executed again.

The mail is what `spec check --mail` prints, perhaps quoted (`> `), rewrapped by nobody,
with other text around it.  Only these lines count: `Scheme`, `Claim`, `World`, and the
numbered steps; everything else is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from spec.eval import Evaluator, StepError
from spec.ir import Action, Duty, Promise, System, Type
from spec.result import Decision, Outcome, Result
from spec.source import Span
from spec.trace import Step, Trace, World
from spec.world import Line, Reader, ReplayError, listed, read_world, refuse, scope_of, value_of

METHOD: Final = "replay"
_QUOTE = re.compile(r"\A(?:[ \t]*[>|])*[ ]?")
_FIELD = re.compile(r"\A(Scheme|Module|Claim|Verdict|World|Why|Replay|Others)\s{2,}(\S.*)\Z")
_STEP = re.compile(r"\A\s*(\d+)\s+([A-Za-z_]\w*)\((.*)\Z")


@dataclass(slots=True)
class Quoted:
    """One run as the mail has it: words, not yet understood."""

    scheme: Line
    claim: Line
    world: list[Line] = field(default_factory=list)
    steps: list[Line] = field(default_factory=list)


# ----------------------------------------------------------------- reading


def read_mail(text: str, path: str = "<mail>") -> tuple[Quoted, ...]:
    """Every run in the text, in order.

    Raises:
        ReplayError: there is none, or a step stands without a run around it.
    """
    runs: list[Quoted] = []
    lines = [_line(raw, number, path) for number, raw in enumerate(text.split("\n"), 1)]
    i = 0
    while i < len(lines):
        line = lines[i]
        found = _FIELD.match(line.text)
        if found and found.group(1) in ("Scheme", "Module"):
            scheme = _part(line, found.group(2).split()[0])
            runs.append(Quoted(scheme, Line("", scheme.span)))
        elif found and runs and found.group(1) == "Claim":
            runs[-1].claim = _part(line, found.group(2).split()[0].rstrip(":"))
        elif found and runs and found.group(1) == "World":
            runs[-1].world.append(_part(line, found.group(2)))
            i = _continued(lines, i, runs[-1])
        elif runs and runs[-1].world and _STEP.match(line.text):
            i = _step(lines, i, runs[-1])
        i += 1
    whole = [run for run in runs if run.world]
    if not whole:
        span = runs[0].scheme.span if runs else Span(path, 1, 1, 1, 1)
        raise ReplayError(
            span, "no run is in this text",
            hint="a run begins with the lines Scheme, Claim, Verdict, World of `spec check --mail`",
        )
    return tuple(whole)


def _line(raw: str, number: int, path: str) -> Line:
    """Without the marks of a quotation; tabs are spaces."""
    mark = _QUOTE.match(raw.expandtabs()) if raw.lstrip().startswith((">", "|")) else None
    shift = mark.end() if mark else 0
    text = raw.expandtabs()[shift:].rstrip()
    return Line(text, Span(path, number, shift + 1, number, shift + len(text) + 1))


def _part(line: Line, text: str) -> Line:
    start = line.span.column + line.text.index(text)
    at = line.span.line
    return Line(text, Span(line.span.path, at, start, at, start + len(text)))


def _continued(lines: Sequence[Line], i: int, run: Quoted) -> int:
    """A long world goes on in indented lines; returns the last line read."""
    while i + 1 < len(lines) and re.match(r"\s{4,}\S", lines[i + 1].text):
        i += 1
        run.world.append(_part(lines[i], lines[i].text.strip()))
    return i


def _step(lines: Sequence[Line], i: int, run: Quoted) -> int:
    """`map_ptes(a, 0, 1)`, its arguments perhaps on the next lines too."""
    found = _STEP.match(lines[i].text)
    assert found is not None
    start = lines[i]
    text = f"{found.group(2)}({found.group(3)}"
    while ")" not in text and i + 1 < len(lines) and lines[i + 1].text.strip():
        i += 1
        text += " " + lines[i].text.strip()
    shown = text.partition(")")[0] + ")"
    column = start.span.column + found.start(2)
    end = column + min(len(shown), len(start.text) - found.start(2))
    number = int(found.group(1))
    span = Span(start.span.path, start.span.line, column, start.span.line, end)
    if number != len(run.steps) + 1:
        raise ReplayError(span, f"this is step {number}, but {len(run.steps)} came before it")
    run.steps.append(Line(shown, span))
    return i


# --------------------------------------------------------------- judgement


def judge(systems: Sequence[System], quoted: Quoted, file: str) -> Result:
    """The run executed, and whether it breaks the claim of the mail.

    The verdict is REFUTED, with the run up to the first state that breaks the claim, or
    UNKNOWN: a run that breaks nothing decides nothing.

    Raises:
        ReplayError: see `execute`; or there is no such scheme, or no such claim.
    """
    system = next((s for s in systems if s.name == quoted.scheme.text), None)
    if system is None:
        near = _near(quoted.scheme.text, [s.name for s in systems])
        refuse(quoted.scheme, f"{file} has no scheme named {quoted.scheme.text}", near)
    trace, names = execute(system, quoted)
    promise = next((p for p in system.promises if p.name == quoted.claim.text), None)
    broken = len(trace.states) == len(trace.steps)
    if promise is not None and not broken:
        return _promised(system, promise, trace, names, file)
    if not broken:
        near = _near(quoted.claim.text, [p.name for p in system.promises])
        refuse(quoted.claim, f"{system.name} claims nothing named {quoted.claim.text}", near)
    decision = Decision(Outcome.REFUTED, METHOD, scope_of(trace.world, system), trace)
    duty = _broken(system, trace)
    text = f"{duty.place} is never negative" if duty.kind == "nat" else f"one write of {duty.place}"
    return Result(
        file, system.name, duty.kind, quoted.claim.text, decision, None, False, text, names=names
    )


def _promised(
    system: System,
    promise: Promise,
    trace: Trace,
    names: Mapping[Type, tuple[str, ...]],
    file: str,
) -> Result:
    """The verdict on a promise, the run cut after the first state that breaks it."""
    ev = Evaluator(system, trace.world)
    broken = next((i for i, s in enumerate(trace.states) if not ev.truth(promise.cond, s)), None)
    if broken is not None:
        trace = Trace(trace.world, trace.steps[:broken], trace.states[: broken + 1])
    decision = Decision(
        Outcome.UNKNOWN if broken is None else Outcome.REFUTED,
        METHOD,
        scope_of(trace.world, system),
        trace,
        reason="this run does not break it" if broken is None else "",
    )
    wanted = promise.expect
    as_expected = wanted is None or (broken is not None) == (wanted == "fails")
    return Result(
        file, system.name, promise.kind, promise.name, decision, wanted, as_expected,
        promise.text, promise.doc, promise.where, names=names,
    )


def _broken(system: System, trace: Trace) -> Duty:
    """The duty that the last step breaks."""
    step, ev = trace.steps[-1], Evaluator(system, trace.world)
    duties = system.action(step.action).duties
    return next(d for d in duties if not ev.truth(d.ok, trace.states[-1], step.args))


# --------------------------------------------------------------- execution


def execute(
    system: System, quoted: Quoted
) -> tuple[Trace, Mapping[Type, tuple[str, ...]]]:
    """The run of the mail, step by step, by the evaluator; and the elements' names.

    Raises:
        ReplayError: a word is unknown; or (`fits`) the world is excluded or a step
            cannot happen where the mail has it.
    """
    whole = Line(" ".join(part.text for part in quoted.world), quoted.world[0].span)
    world, names = read_world(system, whole)
    ev = Evaluator(system, world)
    for fact in (*system.where, *system.assumes):
        if not ev.truth(fact.cond, {}):
            raise ReplayError(
                whole.span, f"this world is excluded: {' '.join(fact.text.split())}",
                fits=True,
            )
    reader = Reader(system, {t: list(found) for t, found in names.items()})
    states, steps = [ev.initial()], []
    for i, line in enumerate(quoted.steps):
        step, action = _understood(reader, line, world)
        steps.append(step)
        try:
            states.append(ev.apply(action, states[-1], step.args))
        except StepError as err:
            if err.why != "guard" and i + 1 == len(quoted.steps):
                break
            why = "it cannot happen here" if err.why == "guard" else str(err)
            raise ReplayError(line.span, f"step {i + 1}, {line.text}: {why}", fits=True) from err
    return Trace(world, tuple(steps), tuple(states)), names


def _understood(reader: Reader, line: Line, world: World) -> tuple[Step, Action]:
    name, _, inside = line.text.rstrip(")").partition("(")
    action = next((a for a in reader.system.actions if a.name == name), None)
    if action is None:
        known = [a.name for a in reader.system.actions]
        refuse(line, f"{reader.system.name} has no operation named {name}", _near(name, known))
    given = [x.strip() for x in inside.split(",")] if inside.strip() else []
    if len(given) != len(action.params):
        wanted = ", ".join(f"{n}: {t}" for n, t in action.params)
        refuse(line, f"{name} takes {len(action.params)} arguments", f"{name}({wanted})")
    args = {}
    for text, (param, type_) in zip(given, action.params, strict=True):
        value = value_of(reader, text, type_, line)
        assert value is not None
        if type_ in world.sizes and not 0 <= value < world.sizes[type_]:
            refuse(line, f"{text} is no {type_} of this world")
        args[param] = value
    return Step(name, args), action


def _near(name: str, known: Sequence[str]) -> str:
    found = get_close_matches(name, known, n=1)
    return f"did you mean {found[0]}?" if found else listed(known)
