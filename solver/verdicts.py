"""From decisions to results: what was expected, and what an answer is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from spec.ir import Answered, Promise, System
from spec.result import Cost, Decision, Outcome, Result

_FAILS = frozenset({Outcome.REFUTED})
_HOLDS = frozenset({Outcome.PROVED, Outcome.HOLDS, Outcome.VACUOUS})


def promise_result(system: System, promise: Promise, decision: Decision, file: str) -> Result:
    """The result of a promise; HOLDS in a scope satisfies `expect holds`."""
    wanted = {"holds": _HOLDS, "fails": _FAILS, None: _HOLDS | _FAILS}[promise.expect]
    return Result(
        file, system.name, promise.kind, promise.name, decision, promise.expect,
        decision.outcome in wanted, promise.text, promise.doc, promise.where,
    )


def answers(system: System, classes: Sequence[Result], file: str) -> Iterator[Result]:
    """The worth of each answer whose classes were all decided."""
    by_name = {r.name: r.decision for r in classes if r.kind == "answer_class"}
    for answered in system.answers:
        names = [f"{answered.question}.{kind}" for kind, _, _ in answered.classes]
        if names and all(n in by_name for n in names):
            yield _answer(system, answered, [by_name[n] for n in names], file)


def _answer(
    system: System, answered: Answered, decisions: Sequence[Decision], file: str
) -> Result:
    kinds = [kind for kind, _, _ in answered.classes]
    happens = {k for k, d in zip(kinds, decisions, strict=True) if d.outcome is Outcome.REFUTED}
    never = {k for k, d in zip(kinds, decisions, strict=True) if d.outcome in _HOLDS}
    undecided = [d for k, d in zip(kinds, decisions, strict=True) if k not in happens | never]
    if "unsafe" in happens:
        outcome, because = Outcome.UNSAFE, decisions[kinds.index("unsafe")]
    elif undecided:
        outcome, because = Outcome.UNKNOWN, undecided[0]
    elif happens:
        outcome, because = Outcome.SAFE, _weakest(decisions)
    else:
        outcome, because = Outcome.EXACT, _weakest(decisions)
    decision = Decision(
        outcome, because.method, because.scope,
        assumptions=tuple(dict.fromkeys(a for d in decisions for a in d.assumptions)),
        reason=because.reason, cost=_sum(decisions),
        stable=min(
            (d.stable for d in decisions if d.stable), key=lambda s: s.agree, default=None),
        why=tuple(w for d in decisions for w in d.why),
    )
    expected = answered.expect
    return Result(
        file, system.name, "answer", answered.question, decision, expected,
        expected is None or outcome.value == expected, doc=answered.doc, where=answered.where,
    )


def _weakest(decisions: Sequence[Decision]) -> Decision:
    """A verdict in a scope before one without bound: it limits what can be said."""
    kept = [d for d in decisions if d.outcome in _HOLDS] or list(decisions)
    return next((d for d in kept if d.outcome is not Outcome.PROVED), kept[0])


def _sum(decisions: Sequence[Decision]) -> Cost:
    costs = [d.cost for d in decisions]
    return Cost(
        max(c.states for c in costs), max(c.transitions for c in costs),
        sum(c.obligations for c in costs), sum(c.rlimit for c in costs),
    )


def duty_results(
    system: System, decisions: Mapping[str, Decision], file: str
) -> Iterator[Result]:
    """Never negative, and no place written twice: duties that nobody states by hand."""
    texts = {"nat": "{} is never negative", "clash": "no step writes {} twice"}
    for name, decision in sorted(decisions.items()):
        kind, _, place = name.partition(":")
        yield Result(
            file, system.name, kind, place, decision, "holds", decision.outcome in _HOLDS,
            texts[kind].format(place), texts[kind].format(place),
        )
