"""What an implementation stores, place by place: looked at, and replaced.

Objects, lists, tuples, dicts and words have a *shape*: their classes, lengths, keys, and which of
them are the same object.  In them are *leaves*: ints, bools, and other plain values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from types import FunctionType
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
    if isinstance(value, set | frozenset):
        if any(is_symbolic(x) or not isinstance(x, int | str) for x in value):
            raise Unfollowable(f"{path} is a set of what is not known")
        return (type(value), frozenset((type(x), x) for x in value))
    if type(value) in _ATOMS or isinstance(value, type | Enum):
        return (type(value), value)
    raise Unfollowable(f"{path} is {type(value).__name__}, which is not looked into")


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
        if isinstance(value, Folio):
            self._found.shape[path] = "folio"
            return value
        if type(value) in (Word, Atomic):
            return self._word(path, value)
        if is_symbolic(value) or isinstance(value, (int, *_ATOMS, frozenset)):
            return self._leaf(Leaf(path, value))
        if type(value) is tuple or (isinstance(value, tuple) and hasattr(value, "_fields")):
            return self._tuple(path, value)
        if self._is_known(path, value):
            return value
        if isinstance(value, set):
            self._set(path, value)
        elif isinstance(value, list):
            self._list(path, value)
        elif isinstance(value, dict):
            self._dict(path, value)
        else:
            self._object(path, value)
        return value

    def _is_known(self, path: str, value: Any) -> bool:
        """Has this very object been seen at another place?"""
        if id(value) in self._seen:
            self._found.shape[path] = ("as", self._seen[id(value)][0])
            return True
        self._seen[id(value)] = (len(self._seen), value)
        return False

    def _leaf(self, leaf: Leaf) -> Any:
        self._found.leaves[leaf.path] = leaf
        return self._replace(leaf)

    def _word(self, path: str, word: Word) -> Any:
        if not self._is_known(path, word):
            self._found.shape[path] = (type(word), word.bits)
            word._value = self._leaf(Leaf(path, word._value, word.bits))
        return word

    def _tuple(self, path: str, value: tuple[Any, ...]) -> Any:
        self._found.shape[path] = (type(value), len(value))
        made = [self.thing(f"{path}[{i}]", x) for i, x in enumerate(value)]
        return type(value)(*made) if hasattr(value, "_fields") else type(value)(made)

    def _set(self, path: str, value: set[Any]) -> None:
        self._found.shape[path] = type(value)
        made = self._leaf(Leaf(path, set(value)))
        value.clear()
        value.update(made)

    def _list(self, path: str, value: list[Any]) -> None:
        self._plain_class(path, value, list)
        self._found.shape[path] = (type(value), len(value))
        for i, x in enumerate(value):
            value[i] = self.thing(f"{path}[{i}]", x)

    def _dict(self, path: str, value: dict[Any, Any]) -> None:
        self._plain_class(path, value, dict)
        if any(is_symbolic(k) or not _is_key(k) for k in value):
            raise Unfollowable(f"{path} has keys that are not known")
        self._found.shape[path] = (type(value), tuple((type(k), k) for k in value))
        for k, x in value.items():
            value[k] = self.thing(f"{path}[{k!r}]", x)

    def _object(self, path: str, value: Any) -> None:
        self._plain_class(path, value, object)
        names = _names(value)
        self._found.shape[path] = (type(value), tuple(names))
        for name in names:
            held = getattr(value, name)
            made = self.thing(f"{path}.{name}" if path else name, held)
            if made is not held:
                object.__setattr__(value, name, made)

    @staticmethod
    def _plain_class(path: str, value: Any, base: type) -> None:
        """Raises where an object may have something that is not seen here: its class, or one
        that it is derived from, is not written in Python."""
        shown = f"{path or 'it'} is {type(value).__name__}"
        for cls in type(value).__mro__:
            if cls not in (base, object) and not _in_python(cls):
                raise Unfollowable(f"{shown}, which is not looked into")
        if base is not object and _names(value):
            raise Unfollowable(f"{shown} with attributes, which are not looked into")


def _in_python(cls: type) -> bool:
    made = cls.__dict__.get("__new__")
    made = made.__func__ if isinstance(made, staticmethod) else made
    return (
        bool(cls.__flags__ & _MADE_AT_RUN_TIME)
        and (made is None or isinstance(made, FunctionType))
        and ("__slots__" in cls.__dict__ or cls.__dictoffset__ != 0)
    )


def _names(value: Any) -> list[str]:
    """The attributes that are stored, in order."""
    names = list(getattr(value, "__dict__", {}))
    for cls in type(value).__mro__:
        slots = cls.__dict__.get("__slots__", ())
        given = (slots,) if isinstance(slots, str) else tuple(slots)
        names += [_mangled(cls, s) for s in given if hasattr(value, _mangled(cls, s))]
    return [n for n in dict.fromkeys(names) if n not in ("__weakref__", "__dict__")]


def _mangled(cls: type, name: str) -> str:
    if name.startswith("__") and not name.endswith("__"):
        return f"_{cls.__name__.lstrip('_')}{name}"
    return name


def _is_key(key: Any) -> bool:
    if isinstance(key, tuple):
        return all(_is_key(k) for k in key)
    return isinstance(key, int | str | Enum)
