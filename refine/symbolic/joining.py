"""Calls inside an implementation whose paths become one behind the call.

A helper that forks three times and is called twice makes 64 paths.  Joined, each call is run in
its eight ways, from what is stored when it is called, and there is one path behind it: what
the helper returned and stored is a term there, `If(decision, this, that)`.  Where that cannot
be done (it raises, a list grows, what comes back is an int here and None there) the call is
run as any other code, path by path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from inspect import isgeneratorfunction
from types import FunctionType
from typing import Any, Final

import z3

from refine import limits
from refine.harness import Passing
from refine.limits import is_theirs
from refine.symbolic.arithmetic import Term, expr, high_of, low_of
from refine.symbolic.asking import Unfollowable
from refine.symbolic.engine import Decision, Engine, Entry, current
from refine.symbolic.hazards import Watch
from refine.symbolic.outside import Outside
from refine.symbolic.proxies import SBool, SInt, number_of, truth_of
from refine.symbolic.storage import Leaf, Survey, kind_of, refill, survey

_PLAIN: Final = (int, bool, str, bytes, range, type(None))


class _Apart(Exception):
    """These values cannot be joined."""


class Joiner:
    """Joins the paths of methods that other methods call.

    Args:
        cls: the implementation's class; what it and its bases define in Python is joined.
    """

    def __init__(self, engine: Engine, watch: Watch, cls: type[Any]) -> None:
        self._engine = engine
        self._watch = watch
        self._cls = cls
        self._methods = [(base, name, value) for base in cls.__mro__
                         for name, value in vars(base).items() if _can_be_joined(name, value)]
        self._joinable = [(base, name, self._joining(value)) for base, name, value in self._methods]
        self._outside: Outside | None = None
        self._depth = 0
        self._apart: set[FunctionType] = set()
        self._quiet: set[FunctionType] = set()

    @contextmanager
    def active(self) -> Iterator[None]:
        """Within this, the class has methods that join; what is outside sees none of it."""
        _put(self._joinable)
        if self._outside is None:
            self._outside = Outside(self._cls)
        try:
            yield
        finally:
            # What somebody put in the place of one stays, and is seen to be another.
            _put([old for old, new in zip(self._methods, self._joinable, strict=True)
                  if vars(old[0]).get(old[1]) is new[2]])
            self._depth = 0

    def unchanged(self) -> None:
        """What is outside is as it was: at the end of a path, and where a call has an end or is
        run again, as what is stored is put back then, and nothing else.

        Raises:
            Unfollowable: it is not.
        """
        if self._outside is not None and (why := self._outside.told()):
            raise self._engine.abort(why)

    def _joining(self, method: FunctionType) -> FunctionType:
        def call(*args: Any, **named: Any) -> Any:
            inside = self._depth > 0 and current() is self._engine
            self._depth += 1
            try:
                return self._call(method, args, named) if inside else method(*args, **named)
            finally:
                self._depth -= 1

        assert isinstance(call, FunctionType)
        call.__name__, call.__qualname__ = method.__name__, method.__qualname__
        # What somebody stores at the function is seen afterwards.
        call.__dict__ = method.__dict__
        return call

    def _call(self, method: FunctionType, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        if not self._engine.at_end:
            known = self._engine.joined()
            if known is not None:
                return _behind(args[0], known.value, known.stored)
        elif args and method not in self._apart and method not in self._quiet and _fixed(
            (*args[1:], *named.values())
        ):
            return self._all_paths(method, args, named)
        return self._plainly(method, args, named)

    def _plainly(self, method: FunctionType, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Path by path.  One that has never forked is not looked at more closely until then."""
        self._engine.call()
        before = self._engine.decided
        value = method(*args, **named)
        if self._engine.decided > before:
            self._quiet.discard(method)
        return value

    def _all_paths(self, method: FunctionType, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        try:
            return self._joined(args[0], lambda: method(*args, **named), method)
        except _Apart:
            self.unchanged()
            self._apart.add(method)
            raise self._engine.again() from None
        except Exception as err:
            # Not the implementation's: it must not be taken for that.
            why = f"{method.__name__}() could not be joined: {type(err).__name__}: {err}"
            raise self._engine.abort(why) from err

    def _joined(self, it: Any, call: Callable[[], Any], method: FunctionType) -> Any:
        before = _Stored(it)
        again = _Repeat(it, before, self._watch)

        def run() -> tuple[Any, ...]:
            again.begin()
            try:
                value = call()
            except KeyboardInterrupt:
                # If it is caught, the ways before this one are lost.
                self._engine.abort("KeyboardInterrupt")
                raise
            except BaseException as err:
                if isinstance(err, Passing) and not isinstance(err, Unfollowable):
                    raise
                # Some path ends here, so it is to be a path.
                raise _Apart from None
            self.unchanged()
            return (value, *again.end())

        found = self._engine.inside(run)
        if not found[0][0]:
            self._quiet.add(method)
            return found[0][1][0]
        value, *stored = _one(found, 0)
        if not _fixed(value):
            # Each path is to have its own.
            raise _Apart
        made = {leaf.path: new for leaf, new in zip(before.leaves, stored, strict=True)
                if new is not leaf.value}
        self._engine.join(value, made)
        return _behind(it, value, made)


def _behind(it: Any, value: Any, stored: Mapping[str, Any]) -> Any:
    """What the call returned, where what it stored is stored."""
    if stored:
        refill(it, lambda leaf: stored.get(leaf.path, leaf.value))
    return value


class _Stored:
    """What is stored, and in which objects."""

    def __init__(self, it: Any) -> None:
        self.objects: list[Any] = []
        try:
            self.survey: Survey = survey(it, self.objects)
        except Unfollowable:
            raise _Apart from None

    @property
    def leaves(self) -> Iterable[Leaf]:
        return self.survey.leaves.values()

    def same_places(self, other: _Stored) -> bool:
        """Only the leaves may differ: each object is the one that it was."""
        return (
            len(self.objects) == len(other.objects)
            and all(a is b for a, b in zip(self.objects, other.objects, strict=True))
            and not self.survey.differs(other.survey)
            and list(self.survey.leaves) == list(other.survey.leaves)
        )


class _Repeat:
    """The same call, each time from the same stored state."""

    def __init__(self, it: Any, before: _Stored, watch: Watch) -> None:
        self._it = it
        self._before = before
        self._watch = watch
        self._lines = watch.lines
        self._first = True

    def begin(self) -> None:
        if not self._first:
            refill(self._it, lambda leaf: self._before.survey.leaves[leaf.path].value)
            self._watch.lines = self._lines
            limits.restart()
        self._first = False

    def end(self) -> Iterator[Any]:
        """The leaves.

        Raises:
            _Apart: the places are others.
        """
        after = _Stored(self._it)
        if not self._before.same_places(after):
            raise _Apart
        return (leaf.value for leaf in after.leaves)


# ------------------------------------------------------------ values


def _one(found: Sequence[tuple[Sequence[Entry], tuple[Any, ...]]], at: int) -> tuple[Any, ...]:
    """One value for all ways, each with its decisions; the same up to `at`.

    Raises:
        _Apart: there is none.
    """
    if len(found) == 1:
        return found[0][1]
    first = found[0][0][at]
    if not isinstance(first, Decision):
        return _one(found, at + 1)
    sides = [[f for f in found if _taken(f[0][at]) is side] for side in (True, False)]
    if not all(sides):
        return _one(found, at + 1)
    yes, no = (_one(side, at + 1) for side in sides)
    return tuple(_either(first.cond, a, b) for a, b in zip(yes, no, strict=True))


def _taken(entry: Entry) -> bool:
    assert isinstance(entry, Decision)
    return entry.taken


def _either(cond: Any, yes: Any, no: Any) -> Any:
    """The one where `cond` is true, else the other."""
    if yes is no:
        return yes
    if _is(yes, bool, SBool) and _is(no, bool, SBool):
        return _either_bool(cond, truth_of(yes), truth_of(no))
    if _is(yes, int, SInt) and _is(no, int, SInt):
        return _either_int(cond, number_of(yes), number_of(no))
    if type(yes) is not type(no):
        raise _Apart
    if type(yes) is tuple and len(yes) == len(no):
        return tuple(_either(cond, a, b) for a, b in zip(yes, no, strict=True))
    if type(yes) in _PLAIN and kind_of("", yes) == kind_of("", no):
        return yes
    raise _Apart


def _is(value: Any, plain: type, term: type) -> bool:
    return type(value) is plain or type(value) is term


def _either_bool(cond: Any, yes: Any, no: Any) -> Any:
    if isinstance(yes, bool) and isinstance(no, bool):
        return yes if yes is no else SBool(cond if yes else z3.Not(cond))
    lifted = [z3.BoolVal(t, cond.ctx) if isinstance(t, bool) else t for t in (yes, no)]
    if lifted[0].eq(lifted[1]):
        return SBool(lifted[0])
    return SBool(z3.If(cond, *lifted))


def _either_int(cond: Any, yes: Any, no: Any) -> Any:
    """Each bound is one on its own side, so the wider ones are on both."""
    if isinstance(yes, int) and isinstance(no, int) and yes == no:
        return yes
    lows, highs = (low_of(yes), low_of(no)), (high_of(yes), high_of(no))
    low = None if None in lows else min(x for x in lows if x is not None)
    high = None if None in highs else max(x for x in highs if x is not None)
    a, b = expr(yes, cond.ctx), expr(no, cond.ctx)
    return SInt(Term(a if a.eq(b) else z3.If(cond, a, b), low, high))


# ------------------------------------------------------------ methods


def _can_be_joined(name: str, value: Any) -> bool:
    """A plain method of an implementation; not one that Python calls by itself."""
    return (
        type(value) is FunctionType and not (name.startswith("__") and name.endswith("__"))
        and not isgeneratorfunction(value) and is_theirs(value.__code__.co_filename)
    )


def _put(methods: Sequence[tuple[type[Any], str, FunctionType]]) -> None:
    for base, name, method in methods:
        type.__setattr__(base, name, method)


def _fixed(args: Any) -> bool:
    """Nothing that a call could change, or use up."""
    if type(args) is tuple:
        return all(_fixed(a) for a in args)
    return type(args) in (SInt, SBool, *_PLAIN) or isinstance(args, Enum)
