"""Where each scheme says what an operation does to its counters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from spec import ast
from spec.report.model import Hook


def hooks_of(modules: Mapping[str, ast.File]) -> Mapping[tuple[str, str], Hook]:
    """By the name of the module or scheme and of the operation."""
    found = {}
    for file in modules.values():
        for item in _ons(file.items):
            where = f"{item.span.path}:{item.span.line}"
            for op in item.ops:
                found[file.header.name, op] = Hook(where, item.doc)
    return found


def _ons(items: Iterable[ast.Item]) -> Iterable[ast.On]:
    return (item for item in items if isinstance(item, ast.On))
