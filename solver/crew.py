"""Work shared out to forked processes: results come back, progress is passed on.

A job is a number; the processes were forked with the jobs in memory, so nothing but
results is sent.  Which process does what has no influence on any result.  Where there
is no fork, or only one job, the work is done in this process.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import Any, Generic, Literal, TypeVar

T = TypeVar("T")
Say = Callable[[str], None]
Job = Callable[[Say], T]
_Kind = Literal["progress", "result", "error"]


@dataclass(frozen=True, slots=True)
class Failed:
    """A job that raised; where it did stands in the notes of the error."""

    error: BaseException


@dataclass
class _Hand:
    process: ForkProcess
    line: Connection


class Crew(Generic[T]):
    """Does jobs in up to `hands` processes.

    Args:
        say: called with the progress of any job.
        hands: how many processes; by default one per core this process may use.
    """

    def __init__(self, say: Say, hands: int | None = None) -> None:
        self._say = say
        self._hands = hands or len(os.sched_getaffinity(0))

    def do(self, jobs: Sequence[Job[T]]) -> list[T | Failed]:
        """The results in the order of the jobs.

        A job that raises gives Failed; an interrupt ends all processes first.
        """
        hands = min(self._hands, len(jobs))
        if hands < 2 or "fork" not in multiprocessing.get_all_start_methods():
            return [_guarded(job, self._say) for job in jobs]
        return self._share(jobs, hands)

    def _share(self, jobs: Sequence[Job[T]], hands: int) -> list[T | Failed]:
        crew = [_hire(jobs) for _ in range(hands)]
        found: dict[int, T | Failed] = {}
        waiting = list(range(len(jobs)))
        busy: dict[Connection, int] = {}
        try:
            for hand in crew:
                busy[hand.line] = waiting.pop(0)
                hand.line.send(busy[hand.line])
            while busy:
                for line in wait(list(busy)):
                    assert isinstance(line, Connection)
                    kind, what = _receive(line)
                    if kind == "progress":
                        self._say(what)
                        continue
                    found[busy.pop(line)] = what if kind == "result" else Failed(what)
                    if waiting and not isinstance(what, EOFError):
                        busy[line] = waiting.pop(0)
                        line.send(busy[line])
        finally:
            for hand in crew:
                hand.line.close()
                hand.process.terminate()
            for hand in crew:
                hand.process.join()
        lost = Failed(EOFError("no process was left for it"))
        return [found.get(i, lost) for i in range(len(jobs))]


def _hire(jobs: Sequence[Job[Any]]) -> _Hand:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(
        target=_serve, args=(there, jobs), daemon=True
    )
    process.start()
    there.close()
    return _Hand(process, here)


def _serve(line: Connection, jobs: Sequence[Job[Any]]) -> None:
    """In the forked process: do what is asked for until the line is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            job = jobs[line.recv()]
            result = _guarded(job, lambda text: line.send(("progress", text)))
            if isinstance(result, Failed):
                line.send(("error", result.error))
            else:
                line.send(("result", result))


def _guarded(job: Job[T], say: Say) -> T | Failed:
    try:
        return job(say)
    except Exception as error:
        error.add_note(traceback.format_exc())
        return Failed(error)


def _receive(line: Connection) -> tuple[_Kind, Any]:
    try:
        kind, what = line.recv()
    except EOFError as error:
        return "error", error
    return kind, what
