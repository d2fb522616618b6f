"""What the checks find: a verdict per operation, and a run where the two sides part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from refine.faults import Fault, Place
from spec.trace import State, Step, Value, World


class Verdict(Enum):
    """PROVED for all related states of the scope, reachable or not; EXHAUSTED for all that are
    reachable in it; TESTED by runs; FAILED with a run or a step; NOT_PROVED says why not, and
    is never a pass; UNSEEN where the operation never happened; IDLE where neither side does
    anything, or the scheme says that it never happens."""

    PROVED = "proved"
    EXHAUSTED = "exhausted"
    TESTED = "tested"
    FAILED = "failed"
    NOT_PROVED = "not proved"
    UNSEEN = "never happened"
    IDLE = "nothing to do"


@dataclass(frozen=True, slots=True)
class Finding:
    """Of one operation, or one answer: what a check can say.

    `paths` through the method (symbolic), `runs` and `steps` (random), `steps` and `states`
    (exhaustive).  `reason`: why it is not proved, or what is not compared.
    """

    name: str
    verdict: Verdict
    paths: int = 0
    runs: int = 0
    states: int = 0
    steps: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place in which the sides differ: a state of the scheme (`mapcount[2]`), an answer
    (`maybe_mapped_shared(A)`) to a `question`, or `consistent()`."""

    field: str
    wanted: Value
    got: Value
    question: str = ""


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first step after which the sides are not related.

    Args:
        steps: the run; empty where the implementation cannot even be made.
        start: the state it starts in, where that is not the initial one (symbolic check): it
            satisfies relation and invariants, but whether it can be reached is not known.
        operation: the last step's; `__init__` where there is none, or the question's.
        differences: all places that differ; empty for a fault.
        fault: what is wrong with the implementation itself.
        stored_before, stored_after: stored places around the step, in the order of attributes.
        written: for each stored place that the run wrote the line that did so last.
        stepped: those of them that a step wrote, and not only `__init__`.
    """

    world: World
    steps: tuple[Step, ...]
    operation: str
    differences: tuple[Difference, ...] = ()
    fault: Fault | None = None
    start: State | None = None
    stored_before: Mapping[str, Any] | None = None
    stored_after: Mapping[str, Any] | None = None
    written: Mapping[str, Place] | None = None
    stepped: frozenset[str] = frozenset()

    @property
    def where(self) -> tuple[str, ...]:
        """What is wrong: the answers, where only those are; otherwise the operation."""
        asked = [d.question for d in self.differences]
        asked += [self.fault.question] if self.fault is not None else []
        return tuple(dict.fromkeys(filter(None, asked))) or (self.operation,)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What one check found.

    Args:
        scope: in words.
        given: what it took as proved.
        parted: operations that are not judged and after which the sides differed, with the
            number of such steps; nothing was looked at beyond them.
    """

    check: str
    scope: str
    findings: tuple[Finding, ...]
    divergence: Divergence | None = None
    given: tuple[str, ...] = ()
    reason: str = ""
    parted: Mapping[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        return self.divergence is not None or any(
            f.verdict is Verdict.FAILED for f in self.findings)

    @property
    def complete(self) -> bool:
        """Is everything decided that can happen where the check looked?"""
        return not self.reason and all(f.verdict is not Verdict.NOT_PROVED for f in self.findings)


@dataclass(frozen=True, slots=True)
class Refinement:
    """One implementation beside its scheme: what every check found.

    Args:
        fault: set where the class could not even be held against the scheme.
        only: the operations and answers that are judged; all where there are none.
        loads_as: what the class is found by; empty where there is no such name.
    """

    path: str
    scheme: str
    implementation: str
    checks: tuple[CheckReport, ...] = ()
    fault: Fault | None = None
    only: tuple[str, ...] = ()
    loads_as: str = ""

    @property
    def failed(self) -> bool:
        return self.fault is not None or any(c.failed for c in self.checks)

    @property
    def undecided(self) -> tuple[str, ...]:
        """Operations that some check gave up on, or that no check has seen."""
        found: dict[str, list[Verdict]] = {}
        for check in self.checks:
            for finding in check.findings:
                found.setdefault(finding.name, []).append(finding.verdict)
        return tuple(
            name for name, verdicts in found.items()
            if Verdict.NOT_PROVED in verdicts or set(verdicts) == {Verdict.UNSEEN}
        )
