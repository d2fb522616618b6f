"""The syntax tree as text, for `spec dump --stage ast`: one node or field per line."""

from __future__ import annotations

import dataclasses

from spec.ast import Node

_WIDTH = 90
_LEFT_OUT = ("span", "doc")


def show_tree(node: Node) -> str:
    """S-expressions, fields by name, `None` and empty fields left out; ends in a newline."""
    return _show(node, 0) + "\n"


def _show(x: object, depth: int) -> str:
    if isinstance(x, Node):
        fields = [(f.name, getattr(x, f.name)) for f in dataclasses.fields(x)]
        shown = [(n, v) for n, v in fields if n not in _LEFT_OUT and not _is_empty(v)]
        return _bracketed(
            "(", type(x).__name__, [f":{n} {_show(v, depth + 1)}" for n, v in shown], ")", depth
        )
    if isinstance(x, tuple):
        return _bracketed("[", "", [_show(v, depth + 1) for v in x], "]", depth)
    return "*" if x is None else str(x).lower() if isinstance(x, int) else _word(str(x))


def _is_empty(value: object) -> bool:
    return value is None or value is False or value == ()


def _word(text: str) -> str:
    plain = text.replace("_", "").replace(".", "").replace("'", "").isalnum()
    return text if plain else '"' + text.replace('"', '\\"') + '"'


def _bracketed(opening: str, head: str, parts: list[str], closing: str, depth: int) -> str:
    line = opening + " ".join([*([head] if head else []), *parts]) + closing
    if len(line) + 2 * depth <= _WIDTH and "\n" not in line:
        return line
    pad = "\n" + "  " * (depth + 1)
    return opening + head + "".join(pad + p for p in parts) + closing
