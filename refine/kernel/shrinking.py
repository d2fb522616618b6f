"""A run that differs, made shorter."""

from __future__ import annotations

from refine.kernel.runs import RunResult, Stage
from refine.kernel.truth import Disturbed


def shrunk(stage: Stage, result: RunResult) -> RunResult:
    """The run without the commands that it does not need in order to differ.

    Commands are dropped one at a time, later ones first, as long as the run still differs;
    what is then no longer possible is left out, too.
    """
    best, at = result, len(result.commands) - 1
    while at >= 0:
        fewer = (*best.commands[:at], *best.commands[at + 1 :])
        try:
            tried = stage.commands(best.kind, fewer)
        except Disturbed:
            tried = None
        if tried is not None and tried.difference is not None:
            best = tried
        at = min(at, len(best.commands)) - 1
    return best
