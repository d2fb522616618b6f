"""What names mean: the tables of one layer, and what it sees of the layers below.

A layer is one module, scheme or scenarios file.  Sorts, values (states, constants,
defines, needs, values of enums), operations and calls, questions, and promises have
tables of their own; inside a table a name means one thing in the whole stack.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from spec import ast, ir
from spec.ir import Expr, Type

LayerKind = Literal["module", "scheme", "scenarios"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SortInfo:
    """A declared sort, range or enum; `high` is the upper end of a range as written."""

    sort: ir.Sort
    decl: ast.SortDecl | ast.RangeDecl | ast.EnumDecl
    layer: str
    high: ast.Expr | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """Index sorts and value type of a state, constant or need."""

    index: tuple[Type, ...]
    type: Type
    nat: bool = False


ValueDecl = ast.StateDecl | ast.ConstDecl | ast.Define | ast.Needs | ast.EnumDecl


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name that stands for a value.  `shape` is None for defines (their type comes
    from their body) and where the declared type could not be read."""

    kind: Literal["state", "const", "define", "need", "enum"]
    name: str
    layer: str
    decl: ValueDecl
    shape: Shape | None = None
    position: int = 0
    """Of a value of an enum: its place in the list."""


@dataclass(frozen=True, slots=True)
class Lambda:
    """A define or an answer: an expression whose free variables are the parameters."""

    params: tuple[tuple[str, Type], ...]
    body: Expr

    def at(self, args: tuple[Expr, ...]) -> Expr:
        """The body with these values for the parameters."""
        names = [name for name, _ in self.params]
        return ir.substitute(self.body, dict(zip(names, args, strict=True)))


Executable = ast.Op | ast.Call
Stated = ast.Invariant | ast.Claim


@dataclass(slots=True)
class Layer:
    """One file's tables.  `below` are the layers it stands on, lowest first.

    `broken` are names in blocks that could not be read: nothing is said about them.
    """

    name: str
    kind: LayerKind
    file: ast.File
    text: str
    below: tuple[Layer, ...]
    broken: frozenset[str] = frozenset()
    sorts: dict[str, SortInfo] = field(default_factory=dict)
    values: dict[str, Symbol] = field(default_factory=dict)
    actions: dict[str, Executable] = field(default_factory=dict)
    questions: dict[str, ast.Question] = field(default_factory=dict)
    updates: dict[str, ast.NamedUpdate] = field(default_factory=dict)
    stated: dict[str, Stated] = field(default_factory=dict)
    defines: dict[str, Lambda | None] = field(default_factory=dict)
    """Defines whose meaning is known; None while it is being worked out."""
    blind: bool = False
    """A file below is missing: an unknown name may be one of its."""
    guest: Layer | None = None
    """Of a scenarios file: the scheme at hand, whose names need its name in front."""

    def scheme(self) -> Layer:
        """The layer that a dotted name in a script may name."""
        return self.guest or self

    def stack(self) -> tuple[Layer, ...]:
        """The layers below and this one, lowest first."""
        return (*self.below, self)

    def is_broken(self, name: str) -> bool:
        return any(layer.blind or name in layer.broken for layer in self.stack())

    # ------------------------------------------------------------ look-ups

    def sort(self, name: str) -> SortInfo | None:
        return _find(name, (x.sorts for x in self.stack()))

    def value(self, name: str) -> Symbol | None:
        return _find(name, (x.values for x in self.stack()))

    def action(self, name: str) -> Executable | None:
        return _find(name, (x.actions for x in self.stack()))

    def question(self, name: str) -> ast.Question | None:
        return _find(name, (x.questions for x in self.stack()))

    def promise(self, name: str) -> Stated | None:
        return _find(name, (x.stated for x in self.stack()))

    def owner(self, symbol: Symbol) -> Layer:
        """The layer that declares the symbol."""
        return next(x for x in (*self.stack(), self.scheme()) if x.name == symbol.layer)

    def layer_of_action(self, name: str) -> Layer:
        """The layer that declares the operation or call; it must exist."""
        return next(x for x in self.stack() if name in x.actions)

    def ops_below(self) -> Iterator[tuple[Layer, ast.Op]]:
        """Every operation of the layers below, lowest layer first, in file order."""
        for layer in self.below:
            for decl in layer.actions.values():
                if isinstance(decl, ast.Op):
                    yield layer, decl

    def ranges(self) -> Iterator[SortInfo]:
        for layer in self.stack():
            yield from (s for s in layer.sorts.values() if s.sort.kind == "range")

    # ------------------------------------------------- names, for near misses

    def sort_names(self) -> list[str]:
        return [n for x in self.stack() for n in x.sorts]

    def value_names(self) -> list[str]:
        return [n for x in self.stack() for n in x.values]

    def op_names(self) -> list[str]:
        return [n for x in self.stack() for n, a in x.actions.items() if isinstance(a, ast.Op)]

    def call_names(self) -> list[str]:
        return [n for x in self.stack() for n, a in x.actions.items() if isinstance(a, ast.Call)]

    def question_names(self) -> list[str]:
        return [n for x in self.stack() for n in x.questions]


def _find(name: str, tables: Iterator[dict[str, T]]) -> T | None:
    return next((t[name] for t in tables if name in t), None)


def bare(e: ast.Expr) -> ast.Expr:
    """The expression without the parentheses around it."""
    while isinstance(e, ast.Paren):
        e = e.inner
    return e


def wording(text: str, node: ast.Node) -> str:
    """The source text of a node in one line, comments left out."""
    s = node.span
    whole = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = whole[s.line - 1 : s.end_line]
    if not lines:
        return ""
    lines[-1] = lines[-1][: s.end_column - 1]
    lines[0] = lines[0][s.column - 1 :]
    return " ".join(" ".join(line.split("#", 1)[0] for line in lines).split())


def place(node: ast.Node) -> str:
    """`file:line` of a node."""
    return f"{node.span.path}:{node.span.line}"
