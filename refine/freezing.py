"""Stored state as a value: to compare, to keep, and to put back."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from refine.faults import Fault, Kind, told
from refine.folio import Folio
from refine.limits import place_in
from refine.stored import Word

Frozen = tuple[Any, ...]
_ATOMS = (int, str, bytes, float, type(None))


def freeze(implementation: object) -> Frozen:
    """All that an implementation has stored, hashable; what refers to the folio left out.

    Raises:
        Fault: it holds something that cannot be looked into, such as an open file.
    """
    with _looking():
        return tuple((name, _frozen(value)) for name, value in attributes(implementation))


def fields(implementation: object) -> dict[str, Any]:
    """Each stored place by its path (`_mapcount`, `_pages[3]`), as a plain value; nothing of
    what cannot be looked into."""
    found: dict[str, Any] = {}
    with suppress(Exception):
        for name, value in attributes(implementation):
            _spread(name, value, found)
    return found


def snapshot(implementation: Any) -> Any:
    """A copy that shares nothing with it but the folio.

    Raises:
        Fault: it cannot be copied.
    """
    with _looking():
        return copy.deepcopy(implementation)


@contextmanager
def _looking() -> Iterator[None]:
    """Whatever goes wrong in here is the fault of what is stored."""
    hint = "store ints, bools, lists, dicts, Word and Atomic"
    try:
        yield
    except Fault:
        raise
    except RecursionError as err:
        raise Fault(Kind.ABSTRACTION, "stores something that contains itself, or is nested too "
                    "deeply", hint=hint) from err
    except Exception as err:
        raise Fault(Kind.ABSTRACTION, f"stores what cannot be looked into or copied: {told(err)}",
                    place_in(err.__traceback__), hint) from err


def attributes(thing: object) -> Iterator[tuple[str, Any]]:
    """What an object stores, by name, in `__dict__` or in slots; all but the folio."""
    names = list(getattr(thing, "__dict__", {}))
    for cls in type(thing).__mro__:
        slots = cls.__dict__.get("__slots__", ())
        names += [s for s in ((slots,) if isinstance(slots, str) else slots) if hasattr(thing, s)]
    for name in dict.fromkeys(names):
        value = getattr(thing, name)
        if not isinstance(value, Folio) and name not in ("__weakref__", "__dict__"):
            yield name, value


def _frozen(value: Any) -> Any:
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, _ATOMS):
        return value
    if isinstance(value, Word):
        return value.value
    if isinstance(value, list | tuple):
        return tuple(_frozen(v) for v in value)
    if isinstance(value, dict):
        return ("dict", tuple(sorted(((_frozen(k), _frozen(v)) for k, v in value.items()),
                                     key=repr)))
    if isinstance(value, set | frozenset):
        return ("set", tuple(sorted((_frozen(v) for v in value), key=repr)))
    if callable(value) or not (hasattr(value, "__dict__") or hasattr(type(value), "__slots__")):
        raise Fault(Kind.ABSTRACTION, f"stores {type(value).__name__}, which cannot be compared",
                    hint="store ints, bools, lists, dicts, Word and Atomic")
    return (type(value).__name__, freeze(value))


def _spread(path: str, value: Any, found: dict[str, Any]) -> None:
    if isinstance(value, Word):
        found[path] = value.value
    elif isinstance(value, list | tuple):
        for i, v in enumerate(value):
            _spread(f"{path}[{i}]", v, found)
    elif isinstance(value, dict):
        for k, v in value.items():
            _spread(f"{path}[{k!r}]", v, found)
    elif isinstance(value, (*_ATOMS, set, frozenset)):
        found[path] = value
    else:
        for name, v in attributes(value):
            _spread(f"{path}.{name}", v, found)
