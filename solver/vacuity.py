"""Promises that say nothing: premises never reached, operations that never happen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from solver.explore import Exploration
from spec.ir import Promise, System
from spec.result import Decision, Outcome, Result


def with_premise(promise: Promise, decision: Decision, exploration: Exploration) -> Decision:
    """The verdict, or VACUOUS when nothing that was explored meets the premise."""
    met = promise.premise is None or exploration.premises.get(promise.name) is not None
    if met or decision.outcome not in (Outcome.PROVED, Outcome.HOLDS):
        return decision
    reason = f"its premise is met by no state of {_shown(exploration)}"
    return replace(decision, outcome=Outcome.VACUOUS, reason=reason)


def _shown(exploration: Exploration) -> str:
    scope = exploration.largest
    if exploration.rung < 0:
        return "those explored, which are not all of any scope"
    return ", ".join(f"{name} {size}" for name, size in scope.items()) or "the only world"


def operations(
    system: System, exploration: Exploration, never: Mapping[str, tuple[str, ...]], file: str
) -> Iterator[Result]:
    """One result for each operation that never happens, or that should not and does.

    Args:
        never: the operations whose guards contradict what is proved, with what that leans on.
    """
    for action in system.actions:
        expected = system.expects.get(action.name)
        fires = action.name in exploration.fired
        if fires and expected != "never":
            continue
        if fires:
            yield Result(
                file, system.name, "expectation", action.name,
                Decision(Outcome.REFUTED, exploration.method, exploration.fired[action.name]),
                "never", False, f"{action.name} never happens",
            )
            continue
        decision = _never(system, action.name, exploration, never)
        if expected == "never":
            yield Result(
                file, system.name, "expectation", action.name, decision, "never",
                decision.outcome is not Outcome.UNKNOWN, f"{action.name} never happens",
            )
        else:
            reason = f"it happens in no state of {_shown(exploration)}"
            vacuous = replace(decision, outcome=Outcome.VACUOUS, reason=reason)
            yield Result(
                file, system.name, "vacuity", action.name, vacuous, None, False,
                f"{action.name} can happen",
            )


def _never(
    system: System, action: str, exploration: Exploration, never: Mapping[str, tuple[str, ...]]
) -> Decision:
    if action in never:
        from solver.methods.induction import any_scope

        return Decision(
            Outcome.PROVED, "induction", any_scope(system), assumptions=never[action])
    if exploration.rung < 0:
        reason = f"it happens in no state of {_shown(exploration)}"
        return Decision(Outcome.UNKNOWN, exploration.method, {}, reason=reason)
    return Decision(Outcome.HOLDS, exploration.method, exploration.largest)
