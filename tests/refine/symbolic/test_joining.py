"""A call whose paths are joined is the call, on every input."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from refine.stored import Word
from refine.symbolic.asking import Limits, Unfollowable
from refine.symbolic.hazards import Watch
from refine.symbolic.joining import Joiner
from refine.symbolic.proxies import is_symbolic
from tests.refine.symbolic.machine import Machine
from tests.refine.symbolic.running import Ground

LOW, HIGH = -2, 3
INPUTS = list(product(range(LOW, HIGH + 1), range(LOW, HIGH + 1), (False, True)))


def explored(ground: Ground, cls: type[Any], path: Callable[[], None], joined: bool = True) -> int:
    """The paths of code that calls methods of the class."""
    if not joined:
        return ground.engine.explore(path)
    with Joiner(ground.engine, Watch(Limits()), cls).active():
        return ground.engine.explore(path)


def plain(ground: Ground, model: Any, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [plain(ground, model, v) for v in value]
    return ground.value(model, value) if is_symbolic(value) else value


def outcomes(seed: int, joined: bool) -> tuple[dict[tuple[Any, ...], list[Any]], int]:
    """What every input gives, on each path that it can take, and how many paths there are."""
    ground = Ground()
    x, y = (ground.number(n, LOW, HIGH) for n in "xy")
    flag = ground.truth("flag")
    found: dict[tuple[Any, ...], list[Any]] = {at: [] for at in INPUTS}

    def path() -> None:
        machine = Machine(seed, x, y, flag)
        got = [machine.run(x, y), machine.stored()]
        for a, b, c in INPUTS:
            ground.solver.push()
            ground.solver.add(x.term.e == a, y.term.e == b, flag.e == c)
            model = ground.solver.model()
            if model is not None:
                found[a, b, c].append(plain(ground, model, got))
            ground.solver.pop()

    paths = explored(ground, Machine, path, joined)
    return found, paths


def on_numbers(seed: int, x: int, y: int, flag: bool) -> Any:
    machine = Machine(seed, x, y, flag)
    return plain(Ground(), None, [machine.run(x, y), machine.stored()])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
@example(201)  # a call in a joined call cannot be joined
@example(240)
def test_each_input_gets_what_it_gets_on_numbers(seed: int) -> None:
    found, _ = outcomes(seed, joined=True)
    assert found == {at: [on_numbers(seed, *at)] for at in INPUTS}


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1000))
def test_of_a_thousand_machines(seed: int) -> None:
    found, _ = outcomes(seed, joined=True)
    assert found == {at: [on_numbers(seed, *at)] for at in INPUTS}


def test_there_are_fewer_paths() -> None:
    with_, without = (sum(outcomes(seed, j)[1] for seed in range(8)) for j in (True, False))
    assert with_ < without


# ------------------------------------------------- one class for each of the ways


class Base:
    def __init__(self, x: Any) -> None:
        self.x = x
        self.word = Word(0)
        self.seen: list[Any] = []


def paths_of(cls: type[Base]) -> tuple[int, list[Any]]:
    """How many there are of `run`, for x from 0 to 3, and what is returned."""
    ground = Ground()
    x = ground.number("x", 0, 3)
    found: list[Any] = []
    done = explored(ground, cls, lambda: found.append(cls(x).run()))  # type: ignore[attr-defined]
    return done, found


class Adds(Base):
    def run(self) -> Any:
        return self.add(0) + self.add(1) + self.add(2)

    def add(self, at: int) -> Any:
        if self.x > at:
            self.word.value += 1
        return self.word.value


class Nested(Adds):
    def add(self, at: int) -> Any:
        return self.more(at) + super().add(at)

    def more(self, at: int) -> Any:
        return 1 if self.x == at else 0


class Inherits(Adds):
    pass


@pytest.mark.parametrize("cls", [Adds, Nested, Inherits])
def test_what_only_adds_up_has_one_path(cls: type[Base]) -> None:
    done, found = paths_of(cls)
    assert done == len(found) == 1
    assert is_symbolic(found[0])


class Returns(Base):
    def run(self) -> Any:
        return self.half() or 0

    def half(self) -> Any:
        return None if self.x > 1 else 5


class Raises(Base):
    def run(self) -> Any:
        try:
            return self.index()
        except IndexError:
            return -1

    def index(self) -> Any:
        return [1, 2][0 if self.x < 2 else 9]


class Grows(Base):
    def run(self) -> Any:
        self.put()
        return len(self.seen)

    def put(self) -> None:
        if self.x > 1:
            self.seen.append(1)


class Replaces(Base):
    def run(self) -> Any:
        before = self.seen = [1]
        self.renew()
        before[0] = 7
        return self.seen[0]

    def renew(self) -> None:
        if self.x > 1:
            self.seen = [2]


class UsesUp(Base):
    def run(self) -> Any:
        return self.first(iter([5, 6]))

    def first(self, numbers: Any) -> Any:
        return next(numbers) if self.x > 1 else 4


class Hands(Base):
    def run(self) -> Any:
        got = [0]
        self.into(got)
        return got[0]

    def into(self, got: list[int]) -> None:
        got[0] = 1 if self.x > 1 else 2


class HandsOut(Base):
    def run(self) -> Any:
        self.seen = [0]
        at = self.pick()
        at[0] = 5 if self.x > 1 else 6
        return self.seen[0]

    def pick(self) -> Any:
        self.word.value = 1 if self.x > 1 else 2
        return self.seen


class Stop(BaseException):
    pass


class Stops(Base):
    def run(self) -> Any:
        try:
            return self.index()
        except Stop:
            return -1

    def index(self) -> Any:
        if self.x > 1:
            raise Stop
        return 1


class Empty(Base):
    """These are equal."""

    def run(self) -> Any:
        return self.pages().start

    def pages(self) -> Any:
        return range(5, 5) if self.x > 1 else range(0)


@pytest.mark.parametrize("cls, results", [
    (HandsOut, {5, 6}), (Stops, {1, -1}), (Empty, {0, 5}),
    (Returns, {0, 5}), (Raises, {1, -1}), (Grows, {0, 1}), (Replaces, {2, 7}), (UsesUp, {4, 5}),
    (Hands, {1, 2}),
])
def test_what_cannot_be_joined_is_run_path_by_path(cls: type[Base], results: set[int]) -> None:
    done, found = paths_of(cls)
    assert (done, set(found)) == (2, results)


class Fickle(Base):
    turns = 0

    def run(self) -> Any:
        return self.other()

    def other(self) -> Any:
        Fickle.turns += 1
        return 1 if self.x > Fickle.turns % 3 else 0


def test_what_differs_from_time_to_time_is_not_followed() -> None:
    with pytest.raises(Unfollowable):
        paths_of(Fickle)


class Long(Base):
    def run(self) -> Any:
        return self.loop()

    def loop(self) -> Any:
        for at in range(2000):
            if self.x == at:
                self.word.value = at


def test_paths_inside_of_a_call_count_as_paths() -> None:
    ground = Ground(Limits(decisions=50, paths=30))
    x = ground.number("x", 0, 3000)
    with pytest.raises(Unfollowable):
        explored(ground, Long, lambda: Long(x).run())


def test_the_class_is_as_it_was() -> None:
    before = dict(vars(Adds))
    paths_of(Adds)
    assert dict(vars(Adds)) == before


class Fails(Adds):
    def add(self, at: int) -> Any:
        if self.x > 1:
            raise KeyboardInterrupt
        return 0


def test_and_if_it_is_interrupted() -> None:
    before = dict(vars(Fails))
    with pytest.raises(KeyboardInterrupt):
        paths_of(Fails)
    assert dict(vars(Fails)) == before
