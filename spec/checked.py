"""A layer whose every block is understood: what lowering puts together to a system.

Expressions are IR, but may still read `pte'`, `need NAME` and `answer NAME` (see
spec/terms.py).  What a question sees is kept as written, because it may name what only
a layer above declares (a COW question sees the reference count).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from spec import ast, ir
from spec.ir import Expr, Type
from spec.scope import Layer
from spec.writes import Body

Params = tuple[tuple[str, Type], ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """An `op`; the free variables of `body` are its parameters."""

    name: str
    params: Params
    body: Body
    layer: str
    mirrors: tuple[str, ...] = ()
    overapproximates: str | None = None
    doc: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Danger:
    """An error class: `cond` speaks of the variables `answer` and `truth`, too."""

    kind: Literal["unsafe", "slow"]
    cond: Expr
    text: str
    danger: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question; the free variables of its parts are its parameters."""

    name: str
    params: Params
    type: Type
    truth: Expr
    asked: Expr
    dangers: tuple[Danger, ...]
    sees: tuple[ast.Expr, ...] = ()
    default: Expr | None = None
    truth_text: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """A scheme's answer, over the parameters of the question."""

    question: str
    value: Expr
    expect: Literal["exact", "safe", "unsafe"] | None
    text: str = ""
    doc: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """All that one file says.  `below` names the layers under it, lowest first;
    `hooks` has what an operation does to this layer, by the operation's name;
    `promises` are in file order."""

    layer: Layer
    below: tuple[str, ...]
    sorts: tuple[ir.Sort, ...]
    consts: tuple[ir.Const, ...]
    where: tuple[ir.Fact, ...]
    assumes: tuple[ir.Fact, ...]
    states: tuple[ir.StateVar, ...]
    needs: Mapping[str, Expr]
    gives: Mapping[str, Expr]
    operations: tuple[Operation, ...]
    hooks: Mapping[str, Body]
    questions: Mapping[str, Asked]
    promises: tuple[ir.Promise | Reply, ...]
    calls: tuple[ir.Call, ...]
    expects: Mapping[str, str]
    doc: str = ""

    @property
    def name(self) -> str:
        return self.layer.name

    def replies(self) -> dict[str, Reply]:
        return {r.question: r for r in self.promises if isinstance(r, Reply)}
