"""What is stored: looked at, replaced, and refused where it cannot be looked into."""

from __future__ import annotations

import random
import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Any, NamedTuple

import pytest

from refine.stored import Atomic, Word
from refine.symbolic.asking import Unfollowable
from refine.symbolic.storage import BOOL, INT, Leaf, refill, survey


class Pair(NamedTuple):
    a: int
    b: bool


class Colour(Enum):
    RED = 1


class Level(IntEnum):
    LOW = 1


@dataclass(frozen=True)
class Inner:
    __slots__ = ("count",)
    count: int


@dataclass
class Thing:
    count: Any = field(default_factory=lambda: Atomic(-1))
    pages: Any = field(default_factory=lambda: [Word(0, bits=8), 3])
    pair: Any = field(default_factory=lambda: Pair(1, True))
    ids: Any = field(default_factory=lambda: {"x": 1, ("y", 2): (True, None)})
    inner: Any = Inner(4)
    colour: Any = Colour.RED
    level: Any = Level.LOW
    seen: Any = field(default_factory=lambda: {1, 2})


def test_every_place_has_a_path() -> None:
    assert {p: leaf.kind for p, leaf in survey(Thing()).leaves.items()} == {
        "count": INT, "pages[0]": INT, "pages[1]": INT, "pair[0]": INT, "pair[1]": BOOL,
        "ids['x']": INT, "ids[('y', 2)][0]": BOOL, "ids[('y', 2)][1]": (type(None), None),
        "inner.count": INT, "colour": (Colour, id(Colour.RED), Colour.RED),
        "level": (Level, id(Level.LOW), Level.LOW),
        "seen": (set, frozenset({(int, 1), (int, 2)})),
    }


def test_places_are_refilled_where_they_are() -> None:
    thing = Thing()
    words = thing.count, thing.pages
    before = refill(thing, lambda leaf: 7 if leaf.kind == INT else leaf.value)
    assert before.leaves["count"] == Leaf("count", -1, 32)
    assert before.leaves["pages[0]"].bits == 8
    assert (thing.count, thing.pages) == words
    assert thing.count.value == 7 and thing.pages[0].value == 7 and thing.pages[1] == 7
    assert thing.pair == Pair(7, True) and thing.ids == {"x": 7, ("y", 2): (True, None)}
    assert thing.inner.count == 7
    assert not before.differs(survey(thing))


def test_sets_are_refilled_where_they_are() -> None:
    thing = Thing()
    thing.pages = thing.seen
    refill(thing, lambda leaf: {5} if leaf.path == "pages" else leaf.value)
    assert thing.seen == {5} and thing.pages is thing.seen


@pytest.mark.parametrize(("change", "where"), [
    (lambda t: t.pages.append(1), "pages"),
    (lambda t: t.ids.pop("x"), "ids"),
    (lambda t: setattr(t, "more", 1), "self"),
    (lambda t: delattr(t, "count"), "self"),
    (lambda t: setattr(t, "count", Word(0)), "count"),
    (lambda t: setattr(t, "count", Atomic(0, bits=64)), "count"),
    (lambda t: setattr(t, "count", 0), "count"),
    (lambda t: setattr(t, "pair", (1, True)), "pair"),
    (lambda t: setattr(t, "pages", [t.count, 3]), "pages[0]"),
    (lambda t: setattr(t, "inner", 3), "inner"),
])
def test_another_shape_is_noticed(change: Any, where: str) -> None:
    thing = Thing()
    before = survey(thing)
    change(thing)
    assert before.differs(survey(thing)) == where


def test_who_is_the_same_object_is_part_of_the_shape() -> None:
    one, two = Thing(), Thing()
    one.pages = [Word(0), Word(0)]
    two.pages = [Word(0)] * 2
    assert survey(one).differs(survey(two))
    assert list(survey(two).leaves)[1:3] == ["pages[0]", "pair[0]"]
    two.inner = two
    assert survey(two).shape["inner"] == ("as", 0)


class Odd(deque):  # type: ignore[type-arg]
    pass


class Drawer(random.Random):
    pass


@pytest.mark.parametrize("value", [
    deque(), Odd(), Drawer(0), threading.Lock(), 1.5, iter([]), len, lambda: 0, (1.5,), {1.5},
    {1.5: 0}, defaultdict(int), bytearray(b"1"),
], ids=lambda v: type(v).__name__)
def test_what_cannot_be_looked_into(value: Any) -> None:
    with pytest.raises(Unfollowable):
        _ = [leaf.kind for leaf in survey(Thing(inner=value)).leaves.values()]
