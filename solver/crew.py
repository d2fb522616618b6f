"""Work shared out to forked processes: results come back, progress is passed on.

A job is a number; the processes were forked with the jobs in memory, so nothing but
results is sent.  Which process does what has no influence on any result.  Where this
process cannot fork, or has only one job, it does the work itself.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from types import FrameType
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

    def do(
        self, jobs: Sequence[Job[T]], wanted: Callable[[int], bool] = lambda _: True,
        found: Callable[[int, T | Failed], None] = lambda i, result: None,
    ) -> list[T | Failed | None]:
        """The results in the order of the jobs.

        A job that raises gives Failed; an interrupt ends all processes first.

        Args:
            wanted: asked before a job (its position) is begun; one that is not wanted any
                more gives None.
            found: called with each result as it comes.
        """
        hands = min(self._hands, len(jobs))
        if hands < 2 or not _can_fork():
            results: list[T | Failed | None] = []
            for i, job in enumerate(jobs):
                result = _guarded(job, self._say) if wanted(i) else None
                if result is not None:
                    found(i, result)
                results.append(result)
            return results
        with _ended_with_its_crew():
            return self._share(jobs, hands, wanted, found)

    def _share(
        self, jobs: Sequence[Job[T]], hands: int, wanted: Callable[[int], bool],
        tell: Callable[[int, T | Failed], None],
    ) -> list[T | Failed | None]:
        crew = [_hire(jobs) for _ in range(hands)]
        found: dict[int, T | Failed | None] = {}
        waiting = list(range(len(jobs)))
        busy: dict[Connection, int] = {}

        def send(line: Connection) -> None:
            while waiting:
                job = waiting.pop(0)
                if wanted(job):
                    busy[line] = job
                    line.send(job)
                    return
                found[job] = None

        try:
            for hand in crew:
                send(hand.line)
            while busy:
                for line in wait(list(busy)):
                    assert isinstance(line, Connection)
                    kind, what = _receive(line)
                    if kind == "progress":
                        self._say(what)
                        continue
                    job = busy.pop(line)
                    result: T | Failed = what if kind == "result" else Failed(what)
                    found[job] = result
                    tell(job, result)
                    if not isinstance(what, EOFError):
                        send(line)
        finally:
            for hand in crew:
                hand.line.close()
                hand.process.terminate()
            for hand in crew:
                hand.process.join()
        lost = Failed(EOFError("no process was left for it"))
        return [found.get(i, lost) for i in range(len(jobs))]


def _can_fork() -> bool:
    """Some systems have no fork, and some parents let their children have no children."""
    forks = "fork" in multiprocessing.get_all_start_methods()
    return forks and not multiprocessing.current_process().daemon


@contextlib.contextmanager
def _ended_with_its_crew() -> Iterator[None]:
    """In a process that is itself one of a crew: when it is ended, it ends its own first."""
    if multiprocessing.parent_process() is None:
        yield
        return

    def on_signal(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, on_signal)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _hire(jobs: Sequence[Job[Any]]) -> _Hand:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(
        target=_serve, args=(there, here, jobs)
    )
    process.start()
    there.close()
    return _Hand(process, here)


def _serve(line: Connection, other: Connection, jobs: Sequence[Job[Any]]) -> None:
    """In the forked process: do what is asked for until the line is closed.

    `other` is the far end, which a fork copies: left open, it would never be closed.
    """
    other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
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
