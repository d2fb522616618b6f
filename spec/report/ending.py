"""The sentence under a run: what is wrong after its last step."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from spec.eval import Evaluator
from spec.ir import Answered, Promise, System
from spec.trace import Namer, State, Trace


@dataclass(frozen=True, slots=True)
class Ending:
    """All that the sentence is made of: `values` are the watched texts and values at the
    end, `from_start` says that the run begins in an initial state, `duty` which of the
    broken duties of the last step the run is about."""

    trace: Trace
    system: System
    promise: Promise | None
    witness: Mapping[str, int]
    ev: Evaluator
    namer: Namer
    values: tuple[tuple[str, str], ...]
    from_start: bool = True
    duty: str = ""


def ending_of(end: Ending) -> str:
    """One sentence, or nothing for a run with which nothing is wrong."""
    if len(end.trace.states) == len(end.trace.steps):
        return _broken_duty(end)
    promise = end.promise
    if promise is None or end.ev.truth(promise.cond, end.trace.states[-1]):
        return ""
    start = "At the start" if end.from_start else "In this state"
    when = f"After step {len(end.trace.steps)}" if end.trace.steps else start
    answered = _answered(end)
    if answered is not None:
        return f"{when} {_wrong_answer(end, answered)}"
    return f"{when} {_standing(end)}"


def _broken_duty(end: Ending) -> str:
    step, before = end.trace.steps[-1], end.trace.states[-1]
    action = end.system.action(step.action)
    for duty in sorted(action.duties, key=lambda d: f"{d.kind}:{d.place}" != end.duty):
        if end.ev.truth(duty.ok, before, step.args):
            continue
        if duty.kind == "nat":
            after = end.ev.apply(replace(action, duties=()), before, step.args)
            return f"Step {len(end.trace.steps)} makes {_negative(end, duty.place, after)}."
        return f"Step {len(end.trace.steps)} writes {duty.place} twice."
    return ""


def _negative(end: Ending, place: str, after: State) -> str:
    """`mapcount[0] negative (-1)`."""
    value = after[place]
    if not isinstance(value, dict):
        return f"{place} negative ({value})"
    at, worst = next((at, x) for at, x in value.items() if x is not None and x < 0)
    index = zip(at, end.system.state(place).index, strict=True)
    return f"{place}[{','.join(end.namer.show(x, t) for x, t in index)}] negative ({worst})"


def _answered(end: Ending) -> Answered | None:
    assert end.promise is not None
    if end.promise.kind != "answer_class":
        return None
    question = end.promise.name.partition(".")[0]
    found = next((a for a in end.system.answers if a.question == question), None)
    if found is None or not {n for n, _ in found.params} <= end.witness.keys():
        return None
    return found


def _wrong_answer(end: Ending, answered: Answered) -> str:
    """`folio_mapped answers false, the truth is true: a mapped folio is freed.`"""
    assert end.promise is not None
    state = end.trace.states[-1]
    args = ", ".join(end.namer.show(end.witness[n], t) for n, t in answered.params)
    asked = f"{answered.question}({args})" if answered.params else answered.question
    env = {n: end.witness[n] for n, _ in answered.params}
    given = end.namer.show(end.ev.value(answered.value, state, env), answered.value.type)
    truth = end.namer.show(end.ev.value(answered.truth, state, env), answered.truth.type)
    kind = end.promise.name.rpartition(".")[2]
    danger = next((d for k, _, d in answered.classes if k == kind), "")
    tail = f": {danger}" if danger else ""
    return f"the answer to {asked} is {given}, and the truth is {truth}{tail}."


def _standing(end: Ending) -> str:
    """`mapcount is 1, for v = a: "mapcount == 1" holds, but "not shared" does not.`"""
    assert end.promise is not None
    broken, sides = _broken_text(end.promise)
    told = [_told(t, value) for t, value in end.values if not _is_said(t, value, sides)]
    listed = ", ".join(told[:-1]) + " and " + told[-1] if len(told) > 1 else "".join(told)
    types = end.promise.cond.data if isinstance(end.promise.cond.data, tuple) else ()
    chosen = [
        f"{name} = {end.namer.show(x, t)}"
        for (name, x), t in zip(end.witness.items(), types, strict=False)
    ]
    with_ = f"for {', '.join(chosen)}" if chosen else ""
    head = "; ".join(part for part in (listed, with_) if part)
    return f"{head}: {broken}." if head else f"{broken}."


def _is_said(text: str, value: str, sides: tuple[str, ...]) -> bool:
    """Is the truth of this condition plain from what holds and what does not?"""
    plain = any(text in side and "iff" not in side.split() for side in sides)
    return plain and value in ("true", "false")


def _told(title: str, value: str) -> str:
    if value in ("true", "false"):
        holds = "holds" if value == "true" else "does not hold"
        return f"{title} {holds}" if _is_word(title) else f'"{title}" {holds}'
    return f"{title} is {value}"


def _is_word(text: str) -> bool:
    return re.fullmatch(r"[\w.]+(\[[^\]]*\]|\([^)]*\))?", text) is not None


def _broken_text(promise: Promise) -> tuple[str, tuple[str, ...]]:
    """What does not hold, in words, and the texts whose truth that says."""
    text = " ".join(promise.text.split())
    body = re.sub(r"\Aall\b[^:]*:\s*", "", text)
    premise, goal = _implication(body)
    if goal:
        return f'"{premise}" holds, but "{goal}" does not', (premise, goal)
    if body:
        return f'"{body}" does not hold', (body,)
    return f"{promise.name} does not hold", ()


def _implication(text: str) -> tuple[str, str]:
    """The two sides of the outermost `implies`; empty when there is none."""
    depth = 0
    for m in re.finditer(r"[(\[]|[)\]]|\b(?:implies|iff|all|some|count)\b", text):
        word = m.group()
        if word in "([":
            depth += 1
        elif word in ")]":
            depth -= 1
        elif depth == 0 and word == "implies":
            return _bare(text[: m.start()]), _bare(text[m.end() :])
        elif depth == 0:
            return "", ""
    return "", ""


def _bare(text: str) -> str:
    """Without parentheses around the whole."""
    text = text.strip()
    if not (text.startswith("(") and text.endswith(")")):
        return text
    depth = 0
    for i, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if depth == 0 and i + 1 < len(text):
            return text
    return text[1:-1].strip()
