"""What a report is made of: the files of one invocation and how to print them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from spec.ir import System
from spec.result import Diagnostic, Result, ScenarioResult, Scope

Verbosity = Literal["quiet", "normal", "verbose"]


@dataclass(frozen=True, slots=True)
class Hook:
    """Where a scheme says what an operation does to its counters."""

    where: str
    doc: str = ""


@dataclass(frozen=True, slots=True)
class InferredInvariant:
    """An invariant that the file lacks: its text as a block, and the promises and duties
    (`nat:mapcount`) whose proofs lean on it."""

    name: str
    block: str
    needed_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DroppedCandidate:
    """`kind` is that of `solver.inference.Dropped`; `why` says more."""

    name: str
    text: str
    kind: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Inferred:
    """What was inferred for one scheme.

    `open` names what could not be proved without, `left` what still cannot, `refuted` what
    a short run breaks, so that nothing was looked for.  `scope` is that of the proofs,
    `looked` the largest one in which no state breaks an invariant.
    """

    scheme: str
    invariants: tuple[InferredInvariant, ...]
    open: tuple[str, ...]
    left: tuple[str, ...]
    refuted: tuple[str, ...]
    candidates: int
    dropped: tuple[DroppedCandidate, ...]
    scope: Scope
    looked: Scope


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file: what was found in it, whatever went wrong with it.

    `systems` has the modules below the file too, `own` names those of the file itself.
    `hooks` is by scheme and operation.  `misfits` are runs of a mail that cannot happen
    in this file.  `sources` are the texts read, by path.  `internal` is the path of the
    dump when the tool itself failed.
    """

    path: str
    systems: tuple[System, ...] = ()
    results: tuple[Result, ...] = ()
    scenarios: tuple[ScenarioResult, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    hooks: Mapping[tuple[str, str], Hook] = field(default_factory=dict)
    misfits: tuple[Diagnostic, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    internal: str = ""
    own: tuple[str, ...] = ()
    inferred: tuple[Inferred, ...] = ()

    def system(self, name: str) -> System | None:
        """The system a result speaks of; None when its file did not load."""
        return next((s for s in self.systems if s.name == name), None)


@dataclass(frozen=True, slots=True)
class Report:
    """`command` is `check`, `run` or `infer`; `exit_code` is what the process will end with."""

    command: str
    files: tuple[FileReport, ...]
    exit_code: int
    unbounded: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """`width` is in columns; colour is never used by mail and json."""

    verbosity: Verbosity = "normal"
    color: bool = False
    width: int = 100
