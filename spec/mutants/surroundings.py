"""What the layers below a scheme declare, as far as mutants are made from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from spec import ast
from spec.ast import Expr
from spec.mutants.rewriting import nodes, replaced

_FREE: Final = ("p", "q", "r", "s")


@dataclass(frozen=True, slots=True)
class Stretch:
    """The two parameters of an operation that are ends of a stretch of a range, and a name
    that the block does not use yet."""

    low: str
    high: str
    free: str


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
        # Of a file with errors, what uses itself has no meaning to be written out.
        self.defines = {n: d for n, d in self.defines.items() if n not in self._reads(n)}
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

    def stretch(self, on: ast.On) -> Stretch | None:
        """The stretch that an operation is about, in the names that its `on` block has for
        the parameters: two of one range."""
        op = self.ops.get(on.ops[0])
        params = op.params if op is not None else ()
        names = [p.name for p in on.params or ()]
        ends = [
            (name, p.type.name) for name, p in zip(names, params, strict=False)
            if p.type is not None and p.type.name in self.ranges
        ]
        if len(ends) != 2 or ends[0][1] != ends[1][1]:
            return None
        taken = {*names, *_bound(on)}
        free = next((n for n in _FREE if n not in taken), None)
        return None if free is None else Stretch(ends[0][0], ends[1][0], free)

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


def _bound(on: ast.On) -> Iterator[str]:
    """Names that the block binds or gives."""
    for clause in on.clauses:
        match clause:
            case ast.Let(name, value):
                yield name
                yield from _binders(value)
            case ast.Update(_, _, value, binder, when):
                yield from binder.names if binder is not None else ()
                for e in (value, when):
                    yield from _binders(e) if e is not None else ()
            case ast.Do(_, args):
                for arg in args:
                    yield from _binders(arg)
            case _:
                pass


def _binders(e: Expr) -> Iterator[str]:
    for x in nodes(e):
        if isinstance(x, ast.Quantifier):
            yield from (name for b in x.binders for name in b.names)
