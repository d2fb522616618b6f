"""What the layers below a scheme declare, as far as mutants are made from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spec import ast
from spec.ast import Expr
from spec.mutants.rewriting import nodes, replaced


@dataclass(frozen=True, slots=True)
class Stretch:
    """The two parameters of an operation that are ends of a stretch of a range."""

    low: str
    high: str
    sort: str


class Surroundings:
    """Tables of what a file stands over.

    Args:
        file: the scheme.
        below: the trees of the layers under it, lowest first.
    """

    def __init__(self, file: ast.File, below: Sequence[ast.File]) -> None:
        lower = [i for f in below for i in f.items]
        every = [*lower, *file.items]
        self.ranges = {i.name: i for i in every if isinstance(i, ast.RangeDecl)}
        self.ops = {i.name: i for i in lower if isinstance(i, ast.Op)}
        self.states = frozenset(i.name for i in lower if isinstance(i, ast.StateDecl))
        self.defines = {i.name: i for i in every if isinstance(i, ast.Define)}
        own = {i.name for i in file.items if isinstance(i, ast.StateDecl)}
        self._moving = {
            name for name in self.defines
            if self._reads(name) & self.states and not self._reads(name) & own
        }

    def _reads(self, name: str) -> frozenset[str]:
        """Names that a definition leans on, through others too."""
        found: set[str] = set()
        todo = [name]
        while todo:
            for e in nodes(self.defines[todo.pop()].body):
                if isinstance(e, ast.Name | ast.Apply | ast.Index):
                    named = e.id if isinstance(e, ast.Name) else e.name
                    if named in self.defines and named not in found:
                        todo.append(named)
                    found.add(named)
        return frozenset(found)

    def moves(self, name: str) -> bool:
        """Is it world that a step may change, so that a prime may stand behind it?"""
        return name in self.states or name in self._moving

    def leans_on(self, define: str, state: str) -> bool:
        """Does a definition read the state, through others too?"""
        return define in self.defines and state in self._reads(define)

    def stretch(self, op: str, names: Sequence[str]) -> Stretch | None:
        """The stretch that an operation is about, in the names that an `on` block has for
        its parameters: two of one range with both ends."""
        params = self.ops[op].params if op in self.ops else ()
        ends = [
            (name, p.type.name) for name, p in zip(names, params, strict=False)
            if p.type is not None and p.type.name in self.ranges
        ]
        if len(ends) != 2 or ends[0][1] != ends[1][1]:
            return None
        return Stretch(ends[0][0], ends[1][0], ends[0][1])

    def unfolded(self, e: ast.Apply | ast.Name) -> Expr | None:
        """What a use of a definition stands for, its primes handed on; None where that
        cannot be written in its place."""
        name = e.name if isinstance(e, ast.Apply) else e.id
        args = e.args if isinstance(e, ast.Apply) else ()
        define = self.defines.get(name)
        if define is None or len(define.params) != len(args):
            return None
        values = {p.name: a for p, a in zip(define.params, args, strict=True)}
        used = {x.id for a in args for x in nodes(a) if isinstance(x, ast.Name)}
        bound = {
            n for x in nodes(define.body) if isinstance(x, ast.Quantifier)
            for b in x.binders for n in b.names
        }
        return None if used & bound else self._with(define.body, values, e.primed)

    def _with(self, body: Expr, values: dict[str, Expr], primed: bool) -> Expr:
        def instead(x: Expr) -> Expr | None:
            match x:
                case ast.Name(name) if name in values:
                    return values[name]
                case ast.Name(name) if self.moves(name):
                    return ast.Name(name, primed)
                case ast.Apply(name, args) if self.moves(name):
                    return ast.Apply(name, tuple(self._with(a, values, primed) for a in args),
                                     primed)
                case ast.Index(name, args) if self.moves(name):
                    return ast.Index(name, tuple(self._with(a, values, primed) for a in args),
                                     primed)
                case _:
                    return None

        return replaced(body, instead)
