"""The text of an implementation with one slip in it: each of many."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import Any

PAIRS = ("old new", "left right", "src dst", "first last", "inc dec")
OTHER = {a: b for pair in PAIRS for a, b in (pair.split(), reversed(pair.split()))}


def slips(text: str) -> Iterator[str]:
    """Every text that differs by one slip."""
    tree = ast.parse(text)
    for i, node in enumerate(ast.walk(tree)):
        for change in _changes(node):
            changed = copy.deepcopy(tree)
            change(list(ast.walk(changed))[i])
            yield ast.unparse(ast.fix_missing_locations(changed))


def _changes(node: ast.AST) -> Iterator[Callable[[Any], None]]:
    match node:
        case ast.Constant(value=int(n)):
            yield lambda x: setattr(x, "value", n + 1)
            yield lambda x: setattr(x, "value", n - 1)
        case ast.Compare():
            for op in (ast.Lt, ast.LtE, ast.Eq):
                yield lambda x, op=op: setattr(x, "ops", [op()])
        case ast.BinOp(op=ast.Add()) | ast.AugAssign(op=ast.Add()):
            yield lambda x: setattr(x, "op", ast.Sub())
        case ast.BinOp(op=ast.Sub()) | ast.AugAssign(op=ast.Sub()):
            yield lambda x: setattr(x, "op", ast.Add())
        case ast.BoolOp(op=ast.And()):
            yield lambda x: setattr(x, "op", ast.Or())
        case ast.UnaryOp(op=ast.Not()):
            yield lambda x: setattr(x, "op", ast.UAdd())
        case ast.Name(id=name, ctx=ast.Load()) if name in OTHER:
            yield lambda x: setattr(x, "id", OTHER[name])
        case ast.Attribute(attr=name) if name in OTHER:
            yield lambda x: setattr(x, "attr", OTHER[name])
        case ast.FunctionDef(name=name, body=[_, _, *_]) if name != "abstract":
            yield lambda x: x.body.pop(0)
            yield lambda x: x.body.pop()
