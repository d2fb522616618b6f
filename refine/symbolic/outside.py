"""What lies outside of an implementation's own state, and is not to change."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any, Final

from refine.limits import is_theirs
from refine.stored import Word
from refine.symbolic.proxies import is_symbolic

Snapshot = dict[str, Any]
_DEEPEST: Final = 8


def snapshot(cls: type[Any]) -> Snapshot:
    """Global names of the files that the class comes from and those that they use, attributes
    of classes, defaults and closures of functions: by name, comparable with `==`."""
    found: Snapshot = {}
    for module in _modules(cls):
        for name, value in vars(module).items():
            if name.startswith("__"):
                continue
            found[f"{module.__name__}.{name}"] = _frozen(value, ())
    found[cls.__qualname__] = _frozen(cls, ())
    return found


def changed(before: Snapshot, after: Snapshot) -> str:
    """A name whose value is another; empty where there is none."""
    return next((n for n in {**before, **after}
                 if n not in before or n not in after or before[n] != after[n]), "")


def _modules(cls: type[Any]) -> Iterator[ModuleType]:
    names = [c.__module__ for c in cls.__mro__]
    seen: set[str] = set()
    while names:
        name = names.pop()
        module = sys.modules.get(name)
        path = getattr(module, "__file__", None)
        if name in seen or module is None or not path or not is_theirs(path):
            continue
        seen.add(name)
        yield module
        for value in list(vars(module).values()):
            named = value.__name__ if isinstance(value, ModuleType) else getattr(
                value, "__module__", None)
            if isinstance(named, str):
                names.append(named)


def _frozen(value: Any, inside: tuple[int, ...]) -> Any:
    if is_symbolic(value):
        return ("term", id(value))
    if id(value) in inside or len(inside) > _DEEPEST:
        return id(value)
    deeper = (*inside, id(value))
    if isinstance(value, int | str | bytes | float | type(None)):
        return (type(value).__name__, repr(value))
    if isinstance(value, Word):
        return ("word", _frozen(value._value, deeper))
    if isinstance(value, dict):
        return tuple((_frozen(k, deeper), _frozen(v, deeper)) for k, v in value.items())
    if isinstance(value, list | tuple):
        return (type(value).__name__, *(_frozen(v, deeper) for v in value))
    if isinstance(value, set | frozenset):
        return frozenset(_frozen(v, deeper) for v in value)
    if isinstance(value, FunctionType):
        return _of_function(value, deeper)
    if isinstance(value, type):
        return _of_class(value, deeper)
    held = getattr(value, "__dict__", None)
    if isinstance(held, dict) and _is_theirs(type(value)):
        return (id(value), _frozen(held, deeper))
    return id(value)


def _of_function(value: FunctionType, inside: tuple[int, ...]) -> Any:
    if not is_theirs(value.__code__.co_filename):
        return id(value)
    cells = []
    for cell in value.__closure__ or ():
        try:
            cells.append(_frozen(cell.cell_contents, inside))
        except ValueError:
            cells.append("empty")
    return (id(value), _frozen(value.__defaults__, inside),
            _frozen(value.__kwdefaults__, inside), _frozen(value.__dict__, inside), *cells)


def _is_theirs(cls: type) -> bool:
    path = getattr(sys.modules.get(cls.__module__), "__file__", None)
    return bool(path) and is_theirs(str(path))


def _of_class(value: type, inside: tuple[int, ...]) -> Any:
    if not _is_theirs(value):
        return id(value)
    return (id(value), *(
        (n, _frozen(v.__func__ if isinstance(v, staticmethod | classmethod) else v, inside))
        for n, v in vars(value).items() if not n.startswith("__")))
