"""Implementations by name: `package.module:Class`, `path/to/file.py:Class`, or the model of a
scheme.  The class may be left out where there is only one with the attribute `scheme`."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from refine.faults import Fault, Kind, told
from refine.limits import place_in

MODELS = "refine.models"

_names: WeakKeyDictionary[type[Any], str] = WeakKeyDictionary()
"""How classes were named that were loaded."""


def load_implementation(text: str) -> type[Any]:
    """The class that is named.

    Args:
        text: `package.module:Class`, or a path that ends in `.py`, with `:Class` or without.
    Raises:
        Fault: there is no such file, module or class, or it cannot be imported.
    """
    where, _, name = text.partition(":")
    if not where:
        raise Fault(Kind.LOAD, f"`{text}` names no module",
                    hint="write package.module:Class or path/to/file.py:Class")
    module = _from_file(Path(where)) if where.endswith(".py") else _from_package(where)
    found = _class_of(module, name, where)
    _names[found] = f"{where}:{name or found.__name__}"
    return found


def name_of(cls: type[Any]) -> str:
    """What `load_implementation` finds this class by, from the folder that one is in; empty where
    there is nothing: a class inside of a function, for one."""
    if cls in _names:
        return _names[cls]
    try:
        path = inspect.getsourcefile(cls) or ""
    except (OSError, TypeError):
        path = ""
    if Path(path).is_relative_to(Path.cwd()):
        path = str(Path(path).relative_to(Path.cwd()))
    where = cls.__module__ if "." in cls.__module__ else path
    fits = cls.__qualname__.isidentifier() and where and ":" not in where
    return f"{where}:{cls.__qualname__}" if fits else ""


def model_of(scheme: str) -> type[Any]:
    """The implementation that comes with the tool for a scheme of this name.

    Raises:
        Fault: there is none.
    """
    name = f"{MODELS}.{scheme}"
    if not scheme.isidentifier() or importlib.util.find_spec(name) is None:
        raise Fault(Kind.LOAD, f"there is no model of {scheme}",
                    hint="name an implementation with --impl package.module:Class")
    return _class_of(importlib.import_module(name), "", name)


def implementation_of(scheme: str, named: str | None = None) -> type[Any]:
    """The class that is named, or else the model of the scheme; it is of this scheme.

    Raises:
        Fault: there is none, or it implements another scheme.
    """
    cls = load_implementation(named) if named else model_of(scheme)
    try:
        own = cls.scheme
    except Exception as err:
        raise Fault(Kind.LOAD, f"`scheme` of {cls.__name__} raises {told(err)}") from err
    if not isinstance(own, str):
        raise Fault(Kind.LOAD, f"`scheme` of {cls.__name__} is no name",
                    hint=f'write `scheme = "{scheme}"` in the class')
    if own != scheme:
        raise Fault(Kind.LOAD, f"{cls.__name__} implements {own}, not {scheme}")
    return cls


def _from_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise Fault(Kind.LOAD, f"there is no file {path}")
    name = path.stem
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    assert spec is not None and spec.loader is not None
    loader = spec.loader
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up, and two files of one name must not be mixed up.
    before = sys.modules.get(name)
    sys.modules[name] = module
    sys.path.insert(0, str(path.resolve().parent))
    try:
        _imported(str(path), lambda: loader.exec_module(module))
    finally:
        sys.path.pop(0)
        if before is not None:
            sys.modules[name] = before
    return module


def _from_package(name: str) -> ModuleType:
    found: list[ModuleType] = []
    sys.path.insert(0, "")
    try:
        _imported(name, lambda: found.append(importlib.import_module(name)))
    finally:
        sys.path.pop(0)
    return found[0]


def _imported(what: str, do: Any) -> None:
    try:
        do()
    except ModuleNotFoundError as err:
        missing = err.name or ""
        if what == missing or what.startswith(f"{missing}."):
            raise Fault(Kind.LOAD, f"there is no module {what}",
                        hint="is its folder in PYTHONPATH, or below where you are?") from err
        raise Fault(Kind.LOAD, f"{what} imports {missing}, which is not installed",
                    place_in(err.__traceback__)) from err
    except SyntaxError as err:
        at = f"line {err.lineno}: " if err.lineno else ""
        raise Fault(Kind.LOAD, f"{what}: {at}{err.msg}") from err
    except KeyboardInterrupt:
        raise
    except BaseException as err:
        raise Fault(Kind.LOAD, f"importing {what} raises {told(err)}",
                    place_in(err.__traceback__)) from err


def _class_of(module: ModuleType, name: str, where: str) -> type[Any]:
    own = [c for c in vars(module).values()
           if isinstance(c, type) and c.__module__ == module.__name__ and _says_scheme(c)]
    if not name:
        if len(own) == 1:
            return own[0]
        known = ", ".join(c.__name__ for c in own)
        message = (f"{where} has more than one implementation" if own
                   else f"{where} has no class with the attribute `scheme`")
        raise Fault(Kind.LOAD, message, hint=f"write {where}:CLASS; there are: {known}" if own
                    else 'write `scheme = "NAME"` in the class')
    found = vars(module).get(name)
    if not isinstance(found, type):
        close = get_close_matches(name, [c.__name__ for c in own], 1)
        known = ", ".join(c.__name__ for c in own) or "none"
        hint = f"did you mean {close[0]}?" if close else f"there are: {known}"
        raise Fault(Kind.LOAD, f"{where} has no class {name}", hint=hint)
    if not _says_scheme(found):
        raise Fault(Kind.LOAD, f"{name} does not say which scheme it implements",
                    hint='write `scheme = "NAME"` in the class')
    return found


def _says_scheme(cls: type[Any]) -> bool:
    try:
        return hasattr(cls, "scheme")
    except Exception:
        # Asked again where it matters, and told.
        return True
