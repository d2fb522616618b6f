"""What Python code could do with a term that it would not do with an int.

Terms see their operators, not `is`, not `type()`, and not what a library written in C does with
an int that it was handed.  `except TypeError` could catch what only comes of a term being
none.  The lines that were run are looked at, in the source, for what could make a difference.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import functools
import operator
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any, Final

from refine.faults import Fault, Kind, Place
from refine.limits import is_theirs
from refine.symbolic.asking import Limits, Unfollowable

LIBRARIES: Final = frozenset({
    "__future__", "abc", "builtins", "bisect", "collections", "contextlib", "copy", "dataclasses",
    "enum", "functools", "itertools", "math", "operator", "refine", "spec", "types", "typing",
})
"""Of these we know that they ask a term for its truth, its number, or its operators."""

_UNSEEN: Final = frozenset({
    "id", "eval", "exec", "compile", "globals", "locals", "vars", "memoryview", "is_", "is_not",
    "suppress", "lru_cache", "cache", "__import__", "ExitStack", "AsyncExitStack",
})
UNSEEN: Final = {id(found): name for home in (builtins, operator, contextlib, functools)
                 for name in _UNSEEN if (found := getattr(home, name, None)) is not None}
"""The same by what the names stand for, whatever they are called elsewhere."""
_COULD_COME_OF_TERMS: Final = (TypeError, AttributeError, RecursionError, SystemError,
                               Unfollowable)


_Hazard = tuple[int, str, str]
"""Line, global name that it is about (or none), text."""


@dataclass
class Watch:
    """Which code of implementations was run, and how many lines of it on the last path.

    `codes` has each with the global names that it sees.  `files` are those of the class.
    """

    limits: Limits
    files: frozenset[str] = frozenset()
    codes: dict[CodeType, dict[str, Any]] = field(default_factory=dict)
    always: dict[CodeType, dict[str, Any]] = field(default_factory=dict)
    lines: int = 0
    _found: dict[tuple[str, int], list[_Hazard]] = field(default_factory=dict)

    def keep(self) -> None:
        """What has been run so far belongs to all that follows."""
        self.always |= self.codes

    def begin(self) -> None:
        """Forget what was run, but for what is kept."""
        self.codes = dict(self.always)

    @contextmanager
    def path(self) -> Iterator[None]:
        """Watch all that is run in the block.

        Raises:
            Fault: more lines are run than `limits` says.
        """
        self.lines = 0
        before = sys.gettrace()
        sys.settrace(self._call)
        try:
            yield
        finally:
            sys.settrace(before)

    def _call(self, frame: FrameType, event: str, arg: Any) -> Any:
        code = frame.f_code
        if code.co_filename not in self.files and not is_theirs(code.co_filename):
            return None
        self.codes.setdefault(code, frame.f_globals)
        return self._line

    def _line(self, frame: FrameType, event: str, arg: Any) -> Any:
        self.lines += event == "line"
        if self.lines > self.limits.lines:
            where = Place(frame.f_code.co_filename, frame.f_lineno)
            raise Fault(Kind.LOOPS, f"more than {self.limits.lines:,} lines on one path", where)
        return self._line

    def hazards(self) -> Iterator[str]:
        """What in the code that was run could tell a term from an int: `... in FILE:LINE`."""
        for code, names in list(self.codes.items()):
            own = {*code.co_varnames, *code.co_cellvars, *code.co_freevars}
            for line, name, what in self._hazards_in(code.co_filename, names):
                if line in _lines(code) and name not in own:
                    yield f"{what} ({Place(code.co_filename, line)})"

    def _hazards_in(self, path: str, names: dict[str, Any]) -> list[_Hazard]:
        key = (path, id(names))
        if key not in self._found:
            self._found[key] = _in_file(path, _Names(names, self.files))
        return self._found[key]


def files_of(cls: type[Any]) -> frozenset[str]:
    """Where a class and those that it is derived from are written.

    Raises:
        Unfollowable: nobody knows.
    """
    found = set()
    for base in cls.__mro__:
        if base is object or base.__module__ in ("typing", "abc"):
            continue
        path = getattr(sys.modules.get(base.__module__), "__file__", None)
        if path is None or not path.endswith(".py"):
            raise Unfollowable(f"the source of {base.__qualname__} cannot be read")
        found.add(path)
    return frozenset(found)


@lru_cache(maxsize=4096)
def _lines(code: CodeType) -> frozenset[int]:
    return frozenset(line for _, _, line in code.co_lines() if line is not None)


class _Names:
    """The global names of a file."""

    def __init__(self, names: dict[str, Any], files: frozenset[str]) -> None:
        self._names = names
        self._files = files

    def find(self, name: str) -> Any:
        found = self._names.get(name)
        return getattr(builtins, name, None) if found is None else found

    def is_known(self, module: str) -> bool:
        """Is it a library of LIBRARIES, or Python and not a library at all?"""
        if is_followed(module):
            return True
        path = getattr(sys.modules.get(module), "__file__", None)
        return path is not None and path.endswith(".py") and (
            path in self._files or is_theirs(path))


def is_followed(module: str) -> bool:
    """Is it a library of LIBRARIES?"""
    root = module.partition(".")[0]
    return root in LIBRARIES or root.lstrip("_") in LIBRARIES


def _in_file(path: str, names: _Names) -> list[_Hazard]:
    try:
        tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError) as err:
        raise Unfollowable(f"the source {path} cannot be read") from err
    nodes = list(ast.walk(tree))
    fine = {id(t) for node in nodes for t in _fine_types(node)}
    return [(getattr(node, "lineno", 0), node.id if isinstance(node, ast.Name) else "", what)
            for node in nodes if id(node) not in fine for what in _of(node, names)]


def _fine_types(node: ast.AST) -> Iterator[ast.AST]:
    """Where `type` is no question about a number."""
    match node:
        case ast.Call(func=ast.Name(id="type") as name, args=args) if _of_self(args):
            yield name
        case ast.Call(func=ast.Name(id="isinstance" | "issubclass"), args=[_, kind]):
            yield from ast.walk(kind)
        case ast.Subscript(value=ast.Name(id="type") as name):
            yield name


def _of(node: ast.AST, names: _Names) -> Iterator[str]:
    match node:
        case ast.Compare():
            if any(isinstance(op, ast.Is | ast.IsNot) for op in node.ops) and not _with_none(node):
                yield "`is` tells objects apart, not numbers: write `==`"
        case ast.MatchSingleton(value=bool()):
            yield "`case True` tells objects apart"
        case ast.Try() | ast.TryStar():
            yield from _of_try(node, names)
        case ast.FunctionDef(name="__exit__"):
            yield "`__exit__` can stop an exception"
        case ast.Import(names=aliases):
            yield from (_imported(a.name, names) for a in aliases if not is_followed(a.name))
        case ast.ImportFrom(module=module) if not is_followed(module or ""):
            yield _imported(module or ".", names)
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if (
            (name in _UNSEEN or name == "type") and isinstance(names.find(owner), ModuleType)
        ):
            yield f"`{owner}.{name}` is not followed"
        case ast.Name(id=name) if name in _UNSEEN:
            yield f"`{name}` is not followed"
        case ast.Name(id=name) if names.find(name) is type:
            yield "`type()` of a number: write `isinstance`"
        case ast.Name(id=name):
            found = names.find(name)
            module = _module_of(found)
            if id(found) in UNSEEN:
                yield f"`{name}` is not followed"
            elif not names.is_known(module):
                yield _library(module)


def _of_self(args: list[ast.expr]) -> bool:
    return len(args) == 1 and isinstance(args[0], ast.Name) and args[0].id in ("self", "cls")


def _with_none(node: ast.Compare) -> bool:
    """A term is never None, so `x is None` is the same for it as for an int."""
    sides = [node.left, *node.comparators]
    return all(
        any(isinstance(s, ast.Constant) and s.value is None for s in sides[i : i + 2])
        for i, op in enumerate(node.ops) if isinstance(op, ast.Is | ast.IsNot)
    )


def _of_try(node: ast.Try | ast.TryStar, names: _Names) -> Iterator[str]:
    for handler in node.handlers:
        caught = handler.type
        kinds = caught.elts if isinstance(caught, ast.Tuple) else [caught]
        if any(_catches_terms(k, names) for k in kinds):
            yield "`except` of what can come of a number being a term: name a narrower exception"
    if any(isinstance(x, ast.Return | ast.Break | ast.Continue)
           for stmt in node.finalbody for x in ast.walk(stmt)):
        yield "`finally` can stop an exception"


def _catches_terms(kind: ast.expr | None, names: _Names) -> bool:
    found = names.find(kind.id) if isinstance(kind, ast.Name) else None
    if not (isinstance(found, type) and issubclass(found, BaseException)):
        return True
    return any(issubclass(x, found) or issubclass(found, x) for x in _COULD_COME_OF_TERMS)


def _imported(name: str, names: _Names) -> str:
    """An import in a function: of what is imported above it the global names are looked at."""
    return (f"{name} is to be imported at the top of the file" if names.is_known(name)
            else _library(name))


def _library(name: str) -> str:
    return f"what {name} does with a number is not known"


def _module_of(value: Any) -> str:
    """The module that a global name is, or that made the function or class, or the class of
    the value, that it names."""
    if isinstance(value, ModuleType):
        return value.__name__
    made = value if callable(value) else type(value)
    return str(getattr(made, "__module__", None) or "builtins")
