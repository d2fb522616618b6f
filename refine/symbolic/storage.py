"""What an implementation stores, place by place: looked at, and replaced.

Objects, lists, tuples, dicts and words have a *shape*: their classes, lengths, keys, and which of
them are the same object.  In them are *leaves*: ints, bools, and other plain values.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache, partial
from types import FunctionType, GetSetDescriptorType, MemberDescriptorType
from typing import Any, Final

from refine.faults import told
from refine.folio import Folio
from refine.limits import place_in
from refine.stored import Atomic, Word
from refine.symbolic.asking import Unfollowable
from refine.symbolic.proxies import SBool, SInt, is_symbolic

Kind = tuple[Any, ...]
"""What a leaf holds: `INT`, `BOOL`, or one plain value."""
INT: Final[Kind] = ("an int",)
BOOL: Final[Kind] = ("a bool",)
_ATOMS: Final = (str, bytes, range, type(None), type, Enum)
_MADE_AT_RUN_TIME: Final = 1 << 9
"""Flag of classes that a `class` statement made; some others have it, too."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A place and what is in it; `bits` where it is a word."""

    path: str
    value: Any
    bits: int | None = None

    @property
    def kind(self) -> Kind:
        return kind_of(self.path, self.value)

    @property
    def family(self) -> str:
        """`_pages[*]` for `_pages[3]`: what the elements of a list have in common."""
        return re.sub(r"\[[^\]]*\]", "[*]", self.path)


def kind_of(path: str, value: Any) -> Kind:
    """Raises:
        Unfollowable: it is nothing whose values can be told apart.
    """
    if type(value) in (int, SInt):
        return INT
    if type(value) in (bool, SBool):
        return BOOL
    if type(value) in (set, frozenset):
        if any(is_symbolic(x) or not isinstance(x, int | str) for x in value):
            raise Unfollowable(f"{path} is a set of what is not known")
        return (type(value), frozenset((type(x), x) for x in value))
    if type(value) is range:
        # Empty ones are equal wherever they start.
        return (range, (value.start, value.stop, value.step), value)
    if type(value) in _ATOMS:
        return (type(value), value)
    if issubclass(type(value), type | Enum):
        # Whatever `==` says of them.
        return (type(value), id(value), value)
    raise Unfollowable(f"{path} is {type(value).__name__}, which is not looked into")


def atom(kind: Kind) -> Any:
    """The plain value of a kind that is one."""
    if kind[0] in (set, frozenset):
        return kind[0](x for _, x in kind[1])
    return kind[-1]


Replace = Callable[[Leaf], Any]


@dataclass
class Survey:
    """The leaves of stored state in a fixed order, and the shape around them."""

    leaves: dict[str, Leaf] = field(default_factory=dict)
    shape: dict[str, Hashable] = field(default_factory=dict)

    def differs(self, other: Survey) -> str:
        """The first place whose shape is another; empty where there is none."""
        for path in {**self.shape, **other.shape}:
            if self.shape.get(path) != other.shape.get(path):
                return path or "self"
        return next((p for p in {**self.leaves, **other.leaves}
                     if (p in self.leaves) != (p in other.leaves)), "")


def survey(implementation: Any, objects: list[Any] | None = None) -> Survey:
    """
    Args:
        objects: gets all that can be changed in place, in a fixed order.
    Raises:
        Unfollowable: it stores something that is not looked into.
    """
    found = Survey()
    walk = _Walk(found, lambda leaf: leaf.value)
    with _looking():
        walk.thing("", implementation)
    if objects is not None:
        objects += walk.objects()
    return found


def refill(implementation: Any, replace: Replace) -> Survey:
    """Put another value into each leaf; what was there before."""
    found = Survey()
    with _looking():
        _Walk(found, replace).thing("", implementation)
    return found


@contextmanager
def _looking() -> Iterator[None]:
    """What the implementation's own code raises when its attributes are read is its fault."""
    try:
        yield
    except RecursionError as err:
        raise Unfollowable("what it stores is nested too deeply") from err
    except Exception as err:
        if place_in(err.__traceback__) is None:
            raise
        raise Unfollowable(f"what it stores cannot be looked into: {told(err)}") from err


class _Walk:
    def __init__(self, found: Survey, replace: Replace) -> None:
        self._found = found
        self._replace = replace
        self._seen: dict[int, tuple[int, Any]] = {}

    def objects(self) -> list[Any]:
        return [value for _, value in self._seen.values()]

    def thing(self, path: str, value: Any) -> Any:
        """What is to be in the place of `value`: itself, where it can be changed."""
        # Its class, and not what it says of itself.
        cls = type(value)
        if cls is Folio:
            self._shaped(path, "folio")
            return value
        if cls in (Word, Atomic):
            return self._word(path, value)
        if is_symbolic(value) or issubclass(cls, (int, *_ATOMS, frozenset)):
            if issubclass(cls, type):
                _found_by_name(path, value)
            return self._leaf(Leaf(path, value))
        if cls is tuple or (issubclass(cls, tuple) and hasattr(cls, "_fields")):
            return self._tuple(path, value)
        if self._is_known(path, value):
            return value
        if issubclass(cls, set):
            self._set(path, value)
        elif issubclass(cls, list):
            self._list(path, value)
        elif issubclass(cls, dict):
            self._dict(path, value)
        else:
            self._object(path, value)
        return value

    def _is_known(self, path: str, value: Any) -> bool:
        """Has this very object been seen at another place?"""
        if id(value) in self._seen:
            self._shaped(path, ("as", self._seen[id(value)][0]))
            return True
        self._seen[id(value)] = (len(self._seen), value)
        return False

    def _shaped(self, path: str, shape: Hashable) -> None:
        if path in self._found.shape or path in self._found.leaves:
            raise Unfollowable(f"{path} is the name of two places")
        self._found.shape[path] = shape

    def _leaf(self, leaf: Leaf) -> Any:
        if leaf.path in self._found.leaves:
            raise Unfollowable(f"{leaf.path} is the name of two places")
        self._found.leaves[leaf.path] = leaf
        return self._replace(leaf)

    def _word(self, path: str, word: Word) -> Any:
        if not self._is_known(path, word):
            self._shaped(path, (type(word), word.bits))
            word._value = self._leaf(Leaf(path, word._value, word.bits))
        return word

    def _tuple(self, path: str, value: tuple[Any, ...]) -> Any:
        _plain_class(path, value, tuple)
        self._shaped(path, (type(value), tuple.__len__(value)))
        made = [self.thing(f"{path}[{i}]", x) for i, x in enumerate(tuple.__iter__(value))]
        return type(value)(*made) if hasattr(value, "_fields") else type(value)(made)

    def _set(self, path: str, value: set[Any]) -> None:
        if type(value) is not set:
            raise Unfollowable(f"{path} is {type(value).__name__}, which is not looked into")
        self._shaped(path, set)
        made = self._leaf(Leaf(path, set(value)))
        value.clear()
        value.update(made)

    def _list(self, path: str, value: list[Any]) -> None:
        _plain_class(path, value, list)
        self._shaped(path, (type(value), list.__len__(value)))
        for i, x in enumerate(list.__iter__(value)):
            list.__setitem__(value, i, self.thing(f"{path}[{i}]", x))

    def _dict(self, path: str, value: dict[Any, Any]) -> None:
        _plain_class(path, value, dict)
        items = list(dict.items(value))
        if any(is_symbolic(k) or not _is_key(k) for k, _ in items):
            raise Unfollowable(f"{path} has keys that are not known")
        self._shaped(path, (type(value), tuple((type(k), k) for k, _ in items)))
        for k, x in items:
            dict.__setitem__(value, k, self.thing(f"{path}[{k!r}]", x))

    def _object(self, path: str, value: Any) -> None:
        _plain_class(path, value, object)
        places = list(_places(path, value))
        self._shaped(path, (type(value), tuple(name for name, _, _ in places)))
        for name, held, put in places:
            made = self.thing(f"{path}.{name}" if path else name, held)
            if made is not held:
                put(made)


# ------------------------------------------------------------ classes and attributes


def _plain_class(path: str, value: Any, base: type) -> None:
    """Raises where an object may have something that is not seen here: its class, or one
    that it is derived from, is not written in Python, or is made while code is run."""
    shown = f"{path or 'it'} is {type(value).__name__}"
    for cls in type(value).__mro__:
        if cls not in (base, object) and not _in_python(cls):
            raise Unfollowable(f"{shown}, which is not looked into")
    # What is outside of an implementation is looked at from its own class on.
    if path and type(value) is not base:
        _found_by_name(path, type(value))
    if base is not object and any(_places(path, value)):
        raise Unfollowable(f"{shown} with attributes, which are not looked into")


def _in_python(cls: type) -> bool:
    made = cls.__dict__.get("__new__")
    made = made.__func__ if isinstance(made, staticmethod) else made
    return (
        bool(cls.__flags__ & _MADE_AT_RUN_TIME)
        and (made is None or isinstance(made, FunctionType))
        and ("__slots__" in cls.__dict__ or cls.__dictoffset__ != 0)
    )


def _found_by_name(path: str, cls: type) -> None:
    """Raises where a class is none of a module: who changes it would not be noticed."""
    if not _is_global(cls):
        raise Unfollowable(f"{path} needs {cls.__qualname__}, a class that no module has by "
                           "that name")


@lru_cache(maxsize=1024)
def _is_global(cls: type) -> bool:
    # A file can have the name of another module: then its functions know where they are.
    homes = [getattr(sys.modules.get(cls.__module__), "__dict__", {}),
             *(f.__globals__ for f in vars(cls).values() if isinstance(f, FunctionType))]
    return any(_at(home, cls.__qualname__) is cls for home in homes)


def _at(home: dict[str, Any], name: str) -> Any:
    first, *rest = name.split(".")
    found = home.get(first)
    for part in rest:
        found = vars(found).get(part) if isinstance(found, type) else None
    return found


Put = Callable[[Any], None]


def _places(path: str, value: Any) -> Iterator[tuple[str, Any, Put]]:
    """The attributes that are stored, in order: where they are, whatever the class makes of
    their names."""
    held = _dict_of(path, value)
    for name in list(held):
        if not (type(name) is str and name.isidentifier()):
            raise Unfollowable(f"{path or 'it'} has an attribute {name!r}")
        yield name, held[name], partial(held.__setitem__, name)
    for cls in type(value).__mro__:
        for name, slot in cls.__dict__.items():
            if type(slot) is not MemberDescriptorType or slot.__objclass__ is not cls:
                continue
            try:
                found = slot.__get__(value)
            except AttributeError:
                continue
            yield name, found, partial(slot.__set__, value)


def _dict_of(path: str, value: Any) -> dict[str, Any]:
    for cls in type(value).__mro__:
        own = cls.__dict__.get("__dict__")
        if type(own) is GetSetDescriptorType:
            found: dict[str, Any] = own.__get__(value)
            return found
        if own is not None:
            raise Unfollowable(f"{path or 'it'} has a `__dict__` of its own")
    return {}


def _is_key(key: Any) -> bool:
    if isinstance(key, tuple):
        return all(_is_key(k) for k in key)
    return isinstance(key, int | str | Enum)
