"""Invariants inferred for a file that was loaded: what `spec infer` and `--infer` share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spec.commands.loading import guarded
from spec.console import Console
from spec.report.model import DroppedCandidate, FileReport, Inferred, InferredInvariant
from spec.result import Outcome, Result

if TYPE_CHECKING:
    from solver.inference import Inference
    from solver.store import Store
    from spec.inference.grafting import Graft
    from spec.ir import Promise
    from spec.load import Loaded

_File = tuple["Loaded | None", FileReport]
NOTE = "inferred, not in the file"


@dataclass(frozen=True, slots=True)
class Found:
    """The file as if the invariants stood in it, and what is told about them."""

    loaded: Loaded
    told: Inferred


def infer_for(
    loaded: Loaded, console: Console, store: Store | None,
    wants: Callable[[str], bool] = lambda _: True,
) -> Found:
    """Look for invariants of a scheme; those of its modules are decided first.

    Args:
        wants: is this promise or place asked for?

    Raises:
        InternalError: see `solver.inference.infer`.
    """
    from solver.inference import infer
    from spec.inference.grafting import pasted, with_invariants

    given = _proved_below(loaded, console, store)
    console.doing = f"inferring invariants of {loaded.file.header.name}"
    made: dict[str, Graft] = {}
    found = infer(
        loaded.systems[0], _waves(loaded, made), given=given, wants=wants, say=console.progress,
        store=store)
    added = pasted(loaded, [made[p.name] for p in found.added])
    return Found(with_invariants(loaded, added), _told(loaded, found, added, made))


def _proved_below(loaded: Loaded, console: Console, store: Store | None) -> frozenset[str]:
    """The invariants of the modules below that are proved."""
    from solver.decide import Decider, Options

    console.doing = "deciding the modules below"
    decider = Decider(Options(store=store), console.progress)
    results = decider.decide(replace(loaded, systems=()), "")
    return frozenset(
        r.name for r in results
        if r.kind == "invariant" and r.decision.outcome is Outcome.PROVED
    )


def _waves(loaded: Loaded, made: dict[str, Graft]) -> Iterator[Sequence[Promise]]:
    """The candidates wave by wave, kept by name."""
    from spec.inference.grafting import grafts
    from spec.inference.templates import WAVES

    for wave in range(WAVES):
        fresh = grafts(loaded, wave, made.values())
        made.update({g.name: g for g in fresh})
        yield [g.promise for g in fresh]


def _told(
    loaded: Loaded, found: Inference, added: Sequence[Graft], made: dict[str, Graft]
) -> Inferred:
    from solver.methods.induction import any_scope

    names = dict(zip((p.name for p in found.added), (g.name for g in added), strict=True))
    invariants = tuple(
        InferredInvariant(g.name, g.block, _needing(found, old))
        for (old, _), g in zip(names.items(), added, strict=True)
    )
    dropped = tuple(
        DroppedCandidate(d.name, made[d.name].candidate.text, d.kind, d.why)
        for d in found.dropped
    )
    return Inferred(
        loaded.file.header.name, invariants, found.open, found.left, found.refuted,
        found.candidates, dropped, any_scope(loaded.systems[0]), found.scope,
    )


def _needing(found: Inference, name: str) -> tuple[str, ...]:
    return tuple(goal for goal, leant in found.needs.items() if name in leant)


def with_inferred(
    files: Sequence[_File], only: tuple[str, ...], console: Console, store: Store | None
) -> tuple[list[_File], tuple[str, ...]]:
    """The files as if the invariants that they lack stood in them.

    Args:
        only: names and patterns asked for, as in `--only`; comes back with the names of what
            was inferred, if there were any.
    """
    found = [_with_inferred(loaded, report, only, console, store) for loaded, report in files]
    names = [i.name for _, report in found for told in report.inferred for i in told.invariants]
    return found, (*only, *names) if only else ()


def _with_inferred(
    loaded: Loaded | None, report: FileReport, only: tuple[str, ...], console: Console,
    store: Store | None,
) -> _File:
    if loaded is None or loaded.file.header.kind != "scheme":
        return loaded, report
    whole = loaded
    made: list[Loaded] = []

    def work() -> FileReport:
        from solver.decide import Options

        found = infer_for(whole, console, store, Options(only=only).wants)
        made.append(found.loaded)
        systems = (*whole.modules, *found.loaded.systems)
        return replace(report, systems=systems, inferred=(found.told,))

    report = guarded(report, console, work)
    return (made[0] if made else None), report


def noted(report: FileReport, results: Sequence[Result]) -> tuple[Result, ...]:
    """The results; those about inferred invariants say that they are."""
    names = {i.name for told in report.inferred for i in told.invariants}
    return tuple(
        replace(r, notes=(*r.notes, NOTE)) if r.kind == "invariant" and r.name in names else r
        for r in results
    )
