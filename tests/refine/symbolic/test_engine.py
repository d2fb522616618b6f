"""All paths are found, and each is what it says it is."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refine.symbolic.asking import Limits, Unfollowable
from refine.symbolic.engine import Pruned
from tests.refine.symbolic.running import Ground

LOW, HIGH = -2, 3


def program(seed: int, x: Any, y: Any, flag: Any) -> Any:
    """A small random program of two numbers and a truth value, the same for the same seed."""
    random = Random(seed)
    total: Any = 0
    for _ in range(3):
        total = _turn(random, total, x, y, flag)
    return total


def _turn(random: Random, total: Any, x: Any, y: Any, flag: Any) -> Any:
    k = random.randrange(-2, 4)
    match random.randrange(8):
        case 0:
            return total + x if x > k else total - k
        case 1:
            return total * 2 if flag and y < k else total + y
        case 2:
            return total + [5, 7, 11, 13, 17, 19][x + 2]
        case 3:
            return total + (1 if not flag else 0) + (x & 3)
        case 4:
            return total + sum(1 for i in range(3) if i < y)
        case 5:
            return total % 3 if LOW <= total <= y else total
        case 6:
            return total + (x // (y or 2)) + flag
        case _:
            return min(total, x, k)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_each_input_takes_one_path_and_gets_its_result(seed: int, bounded: bool) -> None:
    """Whichever of the paths' results an input gets, it is Python's."""
    ground = Ground()
    x, y = (ground.number(n, LOW, HIGH, bounded) for n in "xy")
    flag = ground.truth("flag")
    taken: dict[tuple[Any, ...], list[Any]] = {
        at: [] for at in product(range(LOW, HIGH + 1), range(LOW, HIGH + 1), (False, True))}

    def path() -> None:
        got = program(seed, x, y, flag)
        for a, b, c in taken:
            ground.solver.push()
            ground.solver.add(x.term.e == a, y.term.e == b, flag.e == c)
            model = ground.solver.model()
            if model is not None:
                taken[a, b, c].append(got if isinstance(got, int) and type(got) is int
                                      else ground.value(model, got))
            ground.solver.pop()

    ground.engine.explore(path)
    assert taken == {at: [program(seed, *at)] for at in taken}


def test_what_is_assumed_leaves_paths_out() -> None:
    ground = Ground()
    x = ground.number("x", 0, 9)
    seen: list[int] = []

    def path() -> None:
        half = x // 2
        ground.engine.assume((x > 3).e, True)
        ground.engine.assume((half < 4).e)
        seen.append(int(half))

    assert ground.engine.explore(path) == 2
    assert sorted(seen) == [2, 3]


def test_paths_on_which_nothing_is_left_do_not_count() -> None:
    ground = Ground()
    x = ground.number("x", 0, 9)

    def path() -> None:
        if x < 5:
            ground.engine.assume((x > 5).e)

    assert ground.engine.explore(path) == 1
    assert ground.engine.explore(lambda: ground.engine.assume(False)) == 0


def test_a_prefix_is_not_turned() -> None:
    ground = Ground()
    x = ground.number("x", 0, 9)
    prefixes = []

    ground.engine.explore(lambda: (bool(x < 3), prefixes.append(ground.engine.taken)))
    assert len(prefixes) == 2
    for prefix in prefixes:
        seen: list[Any] = []
        ground.engine.explore(lambda seen=seen: seen.append((x < 6, bool(x < 3), bool(x > 1))),
                              prefix)
        assert len(seen) == len({s[1:] for s in seen}) == (2 if prefix[0].taken else 1)
        assert {s[1] for s in seen} == {prefix[0].taken}


@pytest.mark.parametrize(("limits", "why"), [
    (Limits(paths=3), "more than 3 paths"),
    (Limits(queries=3), "more than 3 questions"),
    (Limits(decisions=2), "more than 2 decisions"),
    (Limits(values=4), "more than 4 values"),
])
def test_limits(limits: Limits, why: str) -> None:
    ground = Ground(limits)
    x = ground.number("x", 0, 99)
    with pytest.raises(Unfollowable, match=why):
        ground.engine.explore(
            lambda: [x > 1, int(x)] if limits.values == 4 else [bool(x > k) for k in range(9)])
    ground.engine.left = 1
    if limits.queries > 3:
        assert ground.engine.explore(lambda: None) == 1


def test_what_does_not_do_the_same_again_is_found() -> None:
    ground = Ground()
    x = ground.number("x", 0, 9)
    turns = iter(range(100))

    def other() -> None:
        bool(x < 5 + next(turns) % 2)

    def fewer() -> None:
        if next(turns) % 2 == 0:
            bool(x > 3)

    for path in (other, fewer):
        with pytest.raises(Unfollowable, match="not do the same"):
            ground.engine.explore(path)


def test_a_path_that_is_spoilt_stays_so() -> None:
    """Even if the code goes on as if nothing had happened."""
    ground = Ground(Limits(values=2))
    x = ground.number("x", 0, 9)

    def path() -> None:
        try:
            int(x)
        except BaseException:
            return

    with pytest.raises(Unfollowable, match="more than 2 values"):
        ground.engine.explore(path)


def test_pruned_is_not_for_implementations() -> None:
    """It is an Exception, and is only raised by what they do not call."""
    assert issubclass(Pruned, Exception) and issubclass(Unfollowable, BaseException)
    assert not issubclass(Unfollowable, Exception)
