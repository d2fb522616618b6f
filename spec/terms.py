"""Expressions: from what the author wrote to typed IR, defines expanded.

Three things cannot be known before a scheme is put on its modules, so they stay as
reads of names that no author can write, until spec/lower.py replaces them:

    pte'            the value of `pte` after the step
    need NAME       what the scheme gives for a need, or its default
    answer NAME     what the scheme answers to a question

Names are in spec/names.py, operators and binders in spec/operators.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Final

from spec import ast, ir, names, operators
from spec.findings import Slips
from spec.ir import BOOL, Expr, Type
from spec.scope import Layer
from spec.source import Span
from spec.types import (
    ERROR,
    base,
    describe,
    fit,
    is_flexible,
    is_range,
    poison,
    say_number_for_element,
)

MAX_DEPTH: Final = 150
MAX_NODES: Final = 20_000
"""Limits of what a name may stand for, so that a chain of names cannot grow without end."""

ALLOWED: Final = ""


@dataclass(frozen=True, slots=True)
class Mode:
    """What may stand here.  `primes` and `asks` name the place when they may not."""

    primes: str
    asks: str
    script: bool = False
    """In scenarios and calls: the answer to a question by the question's name."""
    sizes: Mapping[str, int] | None = None
    """In scenarios: the numbers of the world.  Elements of ranges go by their numbers."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A name as it was used, and what it stands for there."""

    span: Span
    name: str
    value: Expr


@dataclass(slots=True)
class Terms:
    """Turns expressions into IR in one place of one layer.

    `local` are the names bound around the place; `seen` collects every use of a name
    that is not local, for the checks of effects.
    """

    layer: Layer
    slips: Slips
    mode: Mode
    local: Mapping[str, Expr] = field(default_factory=dict)
    seen: list[Reference] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    def truth(self, e: ast.Expr) -> Expr:
        """A condition."""
        return self.value(e, BOOL)

    def value(self, e: ast.Expr, want: Type) -> Expr:
        """A value of the wanted type; poisoned after an error."""
        hint = None if want == ERROR else want
        return fit(self.infer(e, hint), want, e.span, self.layer, self.slips)

    def with_local(self, name: str, value: Expr, span: Span) -> Terms:
        """The same place with one more name, which must not hide another."""
        if name in self.local or self.layer.value(name) is not None:
            self.slips.error("FS046", span, f"`{name}` means something else here already",
                             "choose another name")
        return self.knowing(name, value)

    def knowing(self, name: str, value: Expr) -> Terms:
        """The same place with one more name."""
        return Terms(self.layer, self.slips, self.mode, {**self.local, name: value},
                     self.seen, self._numbers)

    def in_mode(self, mode: Mode) -> Terms:
        """The same place where other things are allowed."""
        return Terms(self.layer, self.slips, mode, self.local, self.seen, self._numbers)

    def fresh(self, name: str, type_: Type) -> Expr:
        """A variable to be bound; its name cannot be written by an author."""
        return ir.var(f"{name}.{next(self._numbers)}", type_)

    def infer(self, e: ast.Expr, hint: Type | None = None) -> Expr:
        """The expression in its own type; the hint is for literals only."""
        match e:
            case ast.Paren(inner):
                return self.infer(inner, hint)
            case ast.Num():
                return self._number(e, hint)
            case ast.Bool(value):
                return ir.lit(value, BOOL)
            case ast.NoneLit():
                return self._none(e, hint)
            case ast.Name():
                return names.name(self, e)
            case ast.Apply("min" | "max"):
                return operators.extreme(self, e, hint)
            case ast.Apply():
                return names.apply(self, e)
            case ast.Index():
                return names.index(self, e)
            case ast.AnswerOf(question, args):
                return names.answer(self, question, args, e.span)
            case ast.Unary():
                return operators.unary(self, e)
            case ast.Binary():
                return operators.binary(self, e, hint)
            case ast.If():
                return operators.conditional(self, e, hint)
            case ast.Quantifier():
                return operators.quantifier(self, e)

    def named(self, e: ast.Expr) -> Expr:
        """What a `define` or `let` stands for: it must not grow too large."""
        found = self.infer(e)
        if is_small(found):
            return found
        self.slips.error("FS120", e.span, "what this stands for is too large",
                         f"at most {MAX_NODES} parts, nested {MAX_DEPTH} deep, when all names "
                         "in it are written out")
        return poison(found.type)

    def only_check(self, args: tuple[ast.Expr, ...]) -> None:
        """Look for slips in expressions whose values are not needed."""
        for a in args:
            if not is_flexible(self.layer, a):
                self.infer(a)

    def _number(self, e: ast.Num, hint: Type | None) -> Expr:
        if hint is None or not is_range(self.layer, hint):
            return ir.integer(e.value)
        sort = base(hint)
        info = self.layer.sort(sort)
        assert info is not None
        size = info.sort.size
        if e.value == 0:
            return ir.lit(0, sort)
        if isinstance(size, int) and e.value == size - 1:
            return ir.lit(ir.LAST, sort)
        if self.mode.sizes is None:
            say_number_for_element(self.layer, sort, e.span, self.slips)
            return poison(sort)
        known = self.mode.sizes.get(size) if isinstance(size, str) else size
        if known is not None and e.value >= known:
            self.slips.error("FS121", e.span, f"{sort} has no element {e.value}",
                             f"in this world its elements are 0 .. {known - 1}")
        return ir.lit(e.value, sort)

    def _none(self, e: ast.NoneLit, hint: Type | None) -> Expr:
        if hint is None:
            self.slips.error("FS068", e.span, "nothing tells of which type this `none` is",
                             "compare it with a value that may be absent")
        elif ir.is_optional(hint):
            return ir.lit(None, hint)
        else:
            self.slips.error("FS063", e.span, f"{describe(hint)} is never none",
                             "only a value of an optional type (`Mm?`) may be absent")
        return poison()


def is_small(e: Expr) -> bool:
    """Is the expression within the limits of size and depth?"""
    depths: dict[Expr, int] = {}
    nodes = list(islice(ir.walk(e), MAX_NODES + 1))
    if len(nodes) > MAX_NODES:
        return False
    work = [e]
    while work:
        x = work[-1]
        todo = [a for a in x.args if a not in depths]
        if todo:
            work += todo
        else:
            depths[work.pop()] = 1 + max((depths[a] for a in x.args), default=0)
    return depths[e] <= MAX_DEPTH
