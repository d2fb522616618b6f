"""Work shared out to processes: results in order, nothing left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable

import pytest

from solver.crew import Crew, Failed

Say = Callable[[str], None]


def quiet(_: str) -> None:
    return None


def square(n: int) -> Callable[[Say], int]:
    def job(say: Say) -> int:
        say(f"squaring {n}")
        return n * n

    return job


@pytest.mark.parametrize("hands", [1, 2, 3])
def test_results_come_in_the_order_of_the_jobs(hands: int) -> None:
    said: list[str] = []
    found = Crew[int](said.append, hands).do([square(n) for n in range(7)])
    assert found == [n * n for n in range(7)]
    assert sorted(said) == [f"squaring {n}" for n in range(7)]


@pytest.mark.parametrize("hands", [1, 2])
def test_a_job_that_is_not_wanted_any_more_is_left_out(hands: int) -> None:
    seen: dict[int, object] = {}
    found = Crew[int](quiet, hands).do(
        [square(n) for n in range(6)], wanted=lambda i: i != 3, found=seen.__setitem__)
    assert found == [0, 1, 4, None, 16, 25]
    assert seen == {0: 0, 1: 1, 2: 4, 4: 16, 5: 25}


@pytest.mark.parametrize("hands", [1, 2])
def test_a_job_that_raises_fails_alone(hands: int) -> None:
    def bad(say: Say) -> int:
        raise ValueError("no")

    found = Crew[int](quiet, hands).do([square(2), bad, square(3)])
    assert (found[0], found[2]) == (4, 9)
    assert isinstance(found[1], Failed)
    assert isinstance(found[1].error, ValueError)
    assert "raise ValueError" in "".join(found[1].error.__notes__)


def test_a_process_that_dies_loses_its_job_only() -> None:
    def dies(say: Say) -> int:
        os._exit(1)

    found = Crew[int](quiet, 2).do([dies, *(square(n) for n in range(4))])
    assert isinstance(found[0], Failed)
    assert found[1:] == [0, 1, 4, 9]


def test_a_crew_may_have_crews() -> None:
    def outer(n: int) -> Callable[[Say], int]:
        def job(say: Say) -> int:
            found = Crew[int](say, 2).do([square(n), square(n + 1)])
            return sum(x for x in found if isinstance(x, int))

        return job

    assert Crew[int](quiet, 2).do([outer(1), outer(2)]) == [5, 13]


def test_where_no_child_may_be_had_the_work_is_done_at_once() -> None:
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply(in_a_daemon) == [0, 1, 4]


def in_a_daemon() -> list[object]:
    return list(Crew[int](quiet, 2).do([square(n) for n in range(3)]))


def test_an_interrupt_ends_crews_of_crews() -> None:
    """However deep: nobody is left who goes on working."""
    here, there = multiprocessing.Pipe()

    def sleeps(say: Say) -> int:
        there.send(os.getpid())
        time.sleep(60)
        return 0

    def outer(say: Say) -> int:
        return len(Crew[int](say, 2).do([sleeps, sleeps]))

    def main() -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        Crew[int](quiet, 2).do([outer, outer])

    process = multiprocessing.get_context("fork").Process(target=main)
    process.start()
    workers = [here.recv() for _ in range(4)]
    assert process.pid is not None
    os.kill(process.pid, signal.SIGINT)
    process.join(10)
    assert process.exitcode not in (None, 0)
    for _ in range(100):
        if not any(alive(pid) for pid in workers):
            return
        time.sleep(0.05)
    pytest.fail("workers are left")


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False
