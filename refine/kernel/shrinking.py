"""A run that differs, made shorter."""

from __future__ import annotations

from collections.abc import Iterator

from refine.kernel.calls import COMMANDS, Command
from refine.kernel.folio import Kind
from refine.kernel.model import PROCESSES, slots_of
from refine.kernel.runs import RunResult, Stage
from refine.kernel.truth import Disturbed

_ATTEMPTS = 2


def shrunk(stage: Stage, result: RunResult) -> RunResult:
    """The run without the commands that it does not need in order to differ.

    Commands are dropped one at a time, later ones first, as long as the run still differs;
    what is then no longer possible is left out, too.
    """
    best, at = result, len(result.commands) - 1
    while at >= 0:
        for fewer in _without(best.commands, at, best.kind):
            tried = _tried(stage, best.kind, fewer)
            if tried is not None and tried.difference is not None:
                best = tried
                break
        at = min(at, len(best.commands)) - 1
    return best


def _tried(stage: Stage, kind: Kind, commands: tuple[Command, ...]) -> RunResult | None:
    for _ in range(_ATTEMPTS):
        try:
            return stage.commands(kind, commands)
        except Disturbed:
            continue
    return None


def _without(
    commands: tuple[Command, ...], at: int, kind: Kind
) -> Iterator[tuple[Command, ...]]:
    """Later commands as they are; then with what the dropped one made put back.

    Without a fork, the child's commands are for its parent; without a mremap(), those of
    the new VMA are for the old one.
    """
    before, dropped, behind = commands[:at], commands[at], commands[at + 1 :]
    yield before + behind
    if dropped.name == "mremap":
        old, new = dropped.args[:2]
        yield before + tuple(_renamed(c, {"VMA": {new: old}}) for c in behind)
    if dropped.name == "fork_without":
        yield (*before, Command("fork", dropped.args[:2]), *behind)
    if dropped.name in ("fork", "fork_without"):
        parent, child = dropped.args[:2]
        each = len(slots_of(kind)) // len(PROCESSES)
        slots = {child * each + i: parent * each + i for i in range(each)}
        names = {"VMA": slots, "process": {child: parent}}
        yield before + tuple(_renamed(c, names) for c in behind)


def _renamed(command: Command, names: dict[str, dict[int, int]]) -> Command:
    kinds = COMMANDS[command.name]
    return Command(command.name, tuple(
        names.get(what, {}).get(x, x) for what, x in zip(kinds, command.args, strict=True)))
