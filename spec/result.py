"""What anybody may report: diagnostics about a text, verdicts about promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from spec.source import Span
from spec.trace import Trace


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A slip in a `.fs` file: where, what is wrong, and what to write instead."""

    code: str
    span: Span
    message: str
    hint: str = ""
    severity: Literal["error", "warning"] = "error"
    related: tuple[tuple[Span, str], ...] = ()


class SpecError(Exception):
    """The text cannot be used; carries every diagnostic found in this run."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("; ".join(f"{d.span}: {d.message}" for d in diagnostics))
        self.diagnostics = diagnostics


class InternalError(Exception):
    """The tool contradicts itself (a model that does not replay, for one)."""


class Outcome(StrEnum):
    """The words of verdicts; the first six are about promises, the rest about answers."""

    PROVED = "proved"
    HOLDS = "holds"
    REFUTED = "refuted"
    NOT_INDUCTIVE = "not_inductive"
    UNKNOWN = "unknown"
    VACUOUS = "vacuous"
    EXACT = "exact"
    SAFE = "safe"
    UNSAFE = "unsafe"


Scope = Mapping[str, int | str]
"""A value per sort and constant: a number, or "any"; constants also "true"/"false"."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What deciding took, in units that are the same on every machine."""

    states: int = 0
    transitions: int = 0
    obligations: int = 0
    rlimit: int = 0


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What two solvers said of the obligations of a proof: how many both proved, and which
    (obligation, solver) only one did."""

    both: int = 0
    alone: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Stability:
    """With how many seeds of the solver a proof was tried, and with how many it came out."""

    agree: int
    seeds: int


@dataclass(frozen=True, slots=True)
class Reasons:
    """What the proof of one obligation used, in words.

    `hypotheses` are names of invariants and facts, `guards` parts of the operation's
    guard, `axioms` the schemas (`A4`) of facts about counts and orders; `rung` and `solver`
    say how it was found.
    """

    obligation: str
    hypotheses: tuple[str, ...]
    guards: tuple[str, ...]
    axioms: tuple[str, ...]
    rung: str
    solver: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a method found about one condition (or one duty) of a system.

    `trace` is there for REFUTED (from an initial state) and NOT_INDUCTIVE (one step,
    whose first state need not be reachable).  `assumptions` names the invariants and
    facts a proof leant on; `reason` says why for UNKNOWN.  `confirmed`, `stable` and
    `why` are there for a proof where they were asked for.
    """

    outcome: Outcome
    method: str
    scope: Scope
    trace: Trace | None = None
    assumptions: tuple[str, ...] = ()
    reason: str = ""
    cost: Cost = field(default_factory=Cost)
    confirmed: Confirmation | None = None
    stable: Stability | None = None
    why: tuple[Reasons, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """A decided promise as it is reported; see tests and schema for the JSON form.

    `names` are the elements' names where the run has its own.
    """

    file: str
    scheme: str
    kind: str
    name: str
    decision: Decision
    expected: str | None
    as_expected: bool
    text: str = ""
    doc: str = ""
    where: str = ""
    notes: tuple[str, ...] = ()
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScenarioFailure:
    """One thing that went wrong in a scenario.

    `step` counts the ops done before (0: nothing has run yet), `text` is the step or
    the expectation as written, `where` its `file:line`.  `wanted` and `got` are values
    as a run prints them, or a sentence where there is no value.
    """

    why: Literal["expectation", "guard", "nat", "clash", "pick", "world"]
    step: int
    text: str
    wanted: str
    got: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """A scenario as it ran against one scheme.

    `checked` counts the expectations looked at; `names` are the elements' names in the
    scenario, for printing the run; `trace` is absent when no world could be made.
    """

    file: str
    scheme: str
    scenario: str
    passed: bool
    steps: int
    checked: int
    failures: tuple[ScenarioFailure, ...] = ()
    trace: Trace | None = None
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    doc: str = ""
    where: str = ""


# ------------------------------------------------------------------ mutants

Way = Literal["refuted", "happens", "holds", "proved", "not_proved", "not_refuted"]
"""How a promise stops being what its author expects.

    refuted      a run breaks it
    happens      an operation happens that never should
    holds        it should fail, and holds in the scope that was explored
    proved       it should fail, and is proved
    not_proved   it was proved, and is not; no run breaks it
    not_refuted  it should fail, and neither a run nor a proof was found
"""
SURE = frozenset({"refuted", "happens", "holds", "proved"})

Judgement = Literal["killed", "not_proved", "equivalent", "survives"]


@dataclass(frozen=True, slots=True)
class Kill:
    """A promise that notices the slip; `decision` is the one about the mutant."""

    kind: str
    name: str
    way: Way
    decision: Decision

    @property
    def steps(self) -> int:
        trace = self.decision.trace
        return len(trace.steps) if trace is not None else 0


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a mutant.

    `killed`: by a kill that is SURE; `not_proved`: by others only; `equivalent`: proved to
    do what the scheme does; `survives`: every promise is as it was.  `kills` begin with the
    shortest run.
    """

    verdict: Judgement
    kills: tuple[Kill, ...] = ()
