"""What lies outside of an implementation's own state, and is not to change.

All objects that code of the class can come to by names are looked at: its attributes, the global
names of its functions, their defaults and closures, what is in any of these.  Of each is kept
what it holds; what a library made and is not known here is taken not to change.
"""

from __future__ import annotations

import builtins
import itertools
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache, partial
from operator import is_
from types import (
    FunctionType,
    GetSetDescriptorType,
    MappingProxyType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
    SimpleNamespace,
)
from typing import Any, Final

from refine.limits import is_theirs
from refine.symbolic.hazards import UNSEEN

_ATOMS: Final = (int, bool, str, bytes, float, type(None))
_HELD_BY: Final = frozenset({"collections", "contextlib", "functools"})
"""Objects and functions of these are looked into."""
_JOINING: Final = "refine.symbolic.joining"
_OURS: Final = ("refine.stored", "refine.models.")
_LEFT_OUT: Final = frozenset({"__builtins__", "__warningregistry__", "__dict__", "__weakref__",
                              "__slotnames__", "_abc_impl"})
_UNCHANGING: Final = (tuple, frozenset, MethodType, property)
_CONTAINERS: Final = (dict, list, tuple, deque, set, frozenset, bytearray, partial,
                      SimpleNamespace)
Holds = list[tuple[Any, Any]]
"""What an object holds, each part with a name that is part of it, too."""
Read = Callable[[Any], Iterator[tuple[Any, Any]]]


class Outside:
    """All that a class can come to, as it is when this is made.

    `unseen` says what in it could tell a term from an int where hazards.py does not look: not
    at a global name, but in a dict, a default, an attribute.
    """

    def __init__(self, cls: type[Any]) -> None:
        self._kept: list[tuple[Any, str, Read, Holds]] = []
        self._functions: list[tuple[Any, ...]] = []
        self._turns = 0
        self.unseen = ""
        self._seen: dict[int, Any] = {}
        self._todo: deque[tuple[str, Any]] = deque()
        self._later: deque[tuple[str, Any]] = deque()
        self._home = {id(c) for c in cls.__mro__ if c is not object}
        for base in cls.__mro__:
            self._add(f"{base.__module__}.{base.__qualname__}", base)
        self._walk()
        for name in {c.__module__ for c in cls.__mro__}:
            self._names(vars(sys.modules.get(name, builtins)))
        # After the classes: what is named twice has the name that is nearer.
        while self._later:
            self._todo.append(self._later.popleft())
            self._walk()
        del self._todo, self._later

    def changed(self) -> str:
        """The name of what holds something else now; empty where there is nothing."""
        for f, name, *parts in self._functions:
            now = (f.__code__, f.__defaults__, f.__kwdefaults__)
            if f.__dict__ or not all(map(is_, parts, now)):
                return str(name)
        for value, name, read, before in self._kept:
            held = list(read(value))
            if len(held) != len(before) or not all(map(_same, before, held)):
                return name if name else self._global(before, held)
        return ""

    def told(self) -> str:
        """Why nothing is proved if something has changed; else empty."""
        name = self.changed()
        return f"it changes {name}, which is outside of its own state" if name else ""

    @staticmethod
    def _global(before: Holds, now: Holds) -> str:
        pairs = itertools.zip_longest(before, now)
        return next(str((a or b)[0]) for a, b in pairs if not (a and b and _same(a, b)))

    # -------------------------------------------------------------- inside

    def _walk(self) -> None:
        while self._todo:
            name, value = self._todo.popleft()
            read = self._reader(value)
            if read is None:
                continue
            held = list(read(value))
            self._keep(value, name, read, held)
            for key, part in held:
                if _is_hidden(value, key, part):
                    self.unseen = f"{name} has `{part.__name__}`, which is not followed"
                self._add(name or str(key), part)

    def _keep(self, value: Any, name: str, read: Read, held: Holds) -> None:
        if type(value) is FunctionType and not (value.__closure__ or value.__dict__):
            # Most are such: this is only faster.
            self._functions.append(
                (value, name, value.__code__, value.__defaults__, value.__kwdefaults__))
        elif type(value) not in _UNCHANGING and not _joins(value):
            self._kept.append((value, name, read, held))

    def _add(self, name: str, value: Any) -> None:
        if type(value) in _ATOMS or id(value) in self._seen:
            return
        self._seen[id(value)] = value
        self._todo.append((name, value))
        cls = type(value)
        if cls is FunctionType:
            self._names(value.__globals__)
        elif issubclass(cls, ModuleType):
            self._names(vars(value))
        elif issubclass(cls, type):
            self._names(vars(sys.modules.get(value.__module__, builtins)))

    def _names(self, names: dict[str, Any]) -> None:
        """The global names of a file, if it is theirs."""
        if id(names) not in self._seen and is_theirs(str(names.get("__file__") or "<")):
            self._seen[id(names)] = names
            self._later.append(("", _Names(names)))

    def _reader(self, value: Any) -> Read | None:
        """What tells the parts of an object; None where it is not looked into."""
        # Its class, and not what it says of itself.
        cls = type(value)
        if issubclass(cls, type):
            return _of_class if id(value) in self._home or _is_theirs(value) else None
        if cls is FunctionType:
            return _of_function if _is_looked_into(value) else None
        for kind, read in _READERS:
            if issubclass(cls, kind):
                return read
        if hasattr(cls, "__next__"):
            return self._of_iterator
        if callable(getattr(cls, "cache_info", None)):
            return _of_cache
        if issubclass(cls, _CONTAINERS) or cls.__module__ in _HELD_BY or _is_theirs(cls):
            return _of_object
        return None

    def _of_iterator(self, value: Any) -> Iterator[tuple[Any, Any]]:
        """Nobody knows where it is: to be on the safe side it is somewhere else."""
        self._turns += 1
        yield ("", self._turns)


# ------------------------------------------------------------ parts


class _Names:
    """The global names of one file."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names


def _of_names(value: _Names) -> Iterator[tuple[Any, Any]]:
    home = value.names.get("__name__")
    return ((f"{home}.{n}", v) for n, v in list(value.names.items()) if n not in _LEFT_OUT)


def _of_class(value: type) -> Iterator[tuple[Any, Any]]:
    yield from ((n, v) for n, v in vars(value).items() if n not in _LEFT_OUT)
    yield from (("", base) for base in value.__bases__)
    yield ("", type(value))


def _of_object(value: Any) -> Iterator[tuple[Any, Any]]:
    cls = type(value)
    if issubclass(cls, dict):
        for pair in list(dict.items(value)):
            yield from (("", part) for part in pair)
    elif issubclass(cls, list):
        yield from (("", x) for x in list.__iter__(value))
    elif issubclass(cls, tuple):
        yield from (("", x) for x in tuple.__iter__(value))
    elif issubclass(cls, deque):
        yield from (("", x) for x in deque.__iter__(value))
    elif issubclass(cls, (set, frozenset)):
        yield from sorted((("", x) for x in _elements(value)), key=lambda p: id(p[1]))
    elif issubclass(cls, bytearray):
        yield ("", bytes(value))
    elif issubclass(cls, partial):
        yield from (("", value.func), ("", value.args), ("", value.keywords))
    yield from _attributes(value)


def _of_cache(value: Any) -> Iterator[tuple[Any, Any]]:
    """What is kept of calls cannot be seen, but that there were some."""
    yield ("", str(value.cache_info()))
    yield from vars(value).items()


def _elements(value: Any) -> Iterator[Any]:
    return set.__iter__(value) if issubclass(type(value), set) else frozenset.__iter__(value)


def _is_hidden(value: Any, key: Any, part: Any) -> bool:
    if isinstance(value, _Names) or (isinstance(value, type) and not key):
        return False
    return part is type or id(part) in UNSEEN


def _same(before: tuple[Any, Any], now: tuple[Any, Any]) -> bool:
    """Another object is another, but for plain values."""
    if before[0] != now[0]:
        return False
    a, b = before[1], now[1]
    return a is b or (type(a) is type(b) and type(a) in _ATOMS and (
        repr(a) == repr(b) if type(a) is float else bool(a == b)))


def _is_looked_into(value: FunctionType) -> bool:
    return (is_theirs(value.__code__.co_filename) or value.__module__ in _HELD_BY
            or _joins(value))


def _joins(value: Any) -> bool:
    """Does it stand in for a method?"""
    return type(value) is FunctionType and value.__module__ == _JOINING


def _of_function(value: FunctionType) -> Iterator[tuple[Any, Any]]:
    yield from vars(value).items()
    yield from (("", value.__code__), ("", value.__defaults__), ("", value.__kwdefaults__))
    for cell in value.__closure__ or ():
        try:
            yield ("", cell.cell_contents)
        except ValueError:
            yield ("", None)


def _attributes(value: Any) -> Iterator[tuple[Any, Any]]:
    for cls in type(value).__mro__:
        for name, slot in list(vars(cls).items()):
            if type(slot) is GetSetDescriptorType and name == "__dict__":
                yield from list(slot.__get__(value).items())
            if type(slot) is MemberDescriptorType:
                with suppress(AttributeError):
                    yield (name, slot.__get__(value))


def _is_theirs(cls: type) -> bool:
    return _known_to_be_theirs(cls)


@lru_cache(maxsize=4096)
def _known_to_be_theirs(cls: type) -> bool:
    if cls.__module__.startswith(_OURS):
        return True
    if any(isinstance(f, FunctionType) and is_theirs(f.__code__.co_filename)
           for f in vars(cls).values()):
        return True
    path = getattr(sys.modules.get(cls.__module__), "__file__", None)
    return bool(path) and is_theirs(str(path))


_READERS: Final[tuple[tuple[Any, Read], ...]] = (
    (_Names, _of_names),
    (MethodType, lambda m: iter((("", m.__self__), ("", m.__func__)))),
    ((staticmethod, classmethod), lambda m: iter((("", m.__func__),))),
    (property, lambda p: iter((("", p.fget), ("", p.fset), ("", p.fdel)))),
    (MappingProxyType, lambda m: iter((("", dict(m)),))),
)
