"""Many random runs, and what they come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from refine.kernel.folio import Kind, Unavailable, kind_missing
from refine.kernel.runs import CALLS, RunResult, Stage
from refine.kernel.truth import Disturbed

_ATTEMPTS = 3
"""A run that something outside disturbed is repeated."""


@dataclass(slots=True)
class Tally:
    """Figures of a campaign; `lacking` has the kinds that could not be had, and why."""

    runs: int = 0
    calls: int = 0
    readings: int = 0
    differences: int = 0
    disturbed: int = 0
    by_call: Counter[str] = field(default_factory=Counter)
    lacking: dict[str, str] = field(default_factory=dict)

    def add(self, result: RunResult) -> None:
        self.runs += 1
        self.calls += len(result.commands)
        self.readings += result.readings
        self.differences += result.difference is not None
        self.by_call.update(c.name for c in result.commands)


def random_runs(
    stage: Stage, kinds: Sequence[Kind], seeds: Sequence[int], tally: Tally, calls: int = CALLS
) -> Iterator[tuple[int, RunResult]]:
    """A run for each seed, the kinds in turn; with the seed, as soon as it is done."""
    usable = []
    for kind in kinds:
        reason = kind_missing(kind)
        if reason:
            tally.lacking[kind.name] = reason
        else:
            usable.append(kind)
    for i, seed in enumerate(seeds if usable else ()):
        result = _run(stage, usable[i % len(usable)], seed, tally, calls)
        if result is not None:
            tally.add(result)
            yield seed, result


def _seen_again(stage: Stage, result: RunResult) -> RunResult:
    """The run, if what differs in an anon folio comes a second time.

    A page of another folio at its place may have come with a copy or a collapse, as the
    world says, or by migration, which does not repeat itself.

    Raises:
        Disturbed: there is no difference the second time.
    """
    if result.difference is None or not result.kind.anon:
        return result
    again = stage.commands(result.kind, result.commands)
    if again.difference is None:
        raise Disturbed("a difference that does not come again")
    return again


def _run(stage: Stage, kind: Kind, seed: int, tally: Tally, calls: int) -> RunResult | None:
    for _ in range(_ATTEMPTS):
        try:
            return _seen_again(stage, stage.random(kind, seed, calls))
        except Disturbed:
            tally.disturbed += 1
        except Unavailable as err:
            tally.lacking[kind.name] = str(err)
            return None
    return None
