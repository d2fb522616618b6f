"""From the parse tree of an expression to the dataclasses of spec/ast.py.

The grammar admits some forms that the language does not (mixed `and`/`or`, chained
comparisons, `=` between values); they are reported here, where their whole extent is
known, and every such slip of a block is found in one run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lark import Token, Tree

from spec import ast
from spec.result import Diagnostic
from spec.source import Span
from spec.tokens import BUILTINS, CLASSES, span_of

Part = Any
"""What a rule's child has become: a token, a node, a tuple of nodes, or None."""


class ExprBuilder:
    """Builds expressions; `problems` collects what is wrong with them."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Diagnostic] = []

    def build(self, tree: Tree[Token]) -> Part:
        """The node for a tree whose depth the caller has checked."""
        parts = [self.build(c) if isinstance(c, Tree) else c for c in tree.children]
        method: Callable[[Span, list[Part]], Part] = getattr(self, f"_{tree.data}")
        return method(self._span(tree), parts)

    def _span(self, tree: Tree[Token]) -> Span:
        meta = tree.meta
        if meta.empty:
            return Span(self.path, 0, 0, 0, 0)
        return Span(self.path, meta.line, meta.column, meta.end_line, meta.end_column)

    def _at(self, token: Token) -> Span:
        return span_of(token, self.path)

    def _say(self, code: str, span: Span, message: str, hint: str = "") -> None:
        self.problems.append(Diagnostic(code, span, message, hint))

    def _new(self, token: Token) -> str:
        """A name that is being declared."""
        name, at = str(token), self._at(token)
        if "." in name:
            self._say("FS039", at, f"`{name}`: a declared name has no dot in it", "use `_`")
        elif name in BUILTINS:
            message = f"`{name}` is built in and cannot be declared"
            self._say("FS016", at, message, "choose another name")
        return name

    # ------------------------------------------------------------------ lists

    def _names(self, _: Span, parts: list[Part]) -> tuple[Token, ...]:
        return tuple(parts)

    def _exprs(self, _: Span, parts: list[Part]) -> tuple[ast.Expr, ...]:
        return tuple(parts)

    def _args(self, _: Span, parts: list[Part]) -> tuple[ast.Expr, ...]:
        return present(parts)

    # -------------------------------------------------------------- operators

    def _infix(self, span: Span, parts: list[Part]) -> ast.Expr:
        left, op, right = parts
        if isinstance(left, ast.Binary):
            if op.type == "COMPARE" and left.op in CLASSES["COMPARE"]:
                return self._chain(span, left, op, right)
            self._check_pair(left, op)
        return ast.Binary(str(op), left, right, span=span)

    def _chain(self, span: Span, left: ast.Binary, op: Token, right: ast.Expr) -> ast.Paren:
        """`a < b < c`, read as its author meant it, so that types fit."""
        self._say(
            "FS028", self._at(op), f"`{left.op}` and `{op}` do not chain",
            f"write `a {left.op} b and b {op} c`",
        )
        second = ast.Binary(str(op), left.right, right, span=left.right.span.to(span))
        return ast.Paren(ast.Binary("and", left, second, span=span), span=span)

    def _check_pair(self, left: ast.Binary, op: Token) -> None:
        """`left` stands unparenthesised before `op`."""
        at = self._at(op)
        if op.type == "LOGIC" and left.op in CLASSES["LOGIC"] and left.op != op:
            self._say(
                "FS027", at, "`and` and `or` are mixed without parentheses",
                "write `(a and b) or c` or `a and (b or c)`",
            )
        elif op.type == "ARROW" and left.op in CLASSES["ARROW"]:
            self._say(
                "FS029", at, f"`{left.op}` and `{op}` do not chain",
                "put parentheses around one of them",
            )

    def _wrong_equal(self, span: Span, parts: list[Part]) -> ast.Binary:
        left, op, right = parts
        self._say("FS018", self._at(op), "`=` gives a name to a value", "to compare, write `==`")
        return ast.Binary("==", left, right, span=span)

    def _negation(self, span: Span, parts: list[Part]) -> ast.Unary:
        return ast.Unary("not", parts[0], span=span)

    def _sign(self, span: Span, parts: list[Part]) -> ast.Expr:
        sign, operand = parts
        if sign == "+":
            self._say("FS033", self._at(sign), "there is no leading `+`", "drop it")
        return ast.Unary("-", operand, span=span)

    # ------------------------------------------------------------------ atoms

    def _number(self, span: Span, parts: list[Part]) -> ast.Num:
        return ast.Num(int(parts[0]), span=span)

    def _true(self, span: Span, _: list[Part]) -> ast.Bool:
        return ast.Bool(True, span=span)

    def _false(self, span: Span, _: list[Part]) -> ast.Bool:
        return ast.Bool(False, span=span)

    def _none(self, span: Span, _: list[Part]) -> ast.NoneLit:
        return ast.NoneLit(span=span)

    def _name(self, span: Span, parts: list[Part]) -> ast.Name:
        name, primed = _unprimed(parts[0])
        return ast.Name(name, primed, span=span)

    def _apply(self, span: Span, parts: list[Part]) -> ast.Apply:
        name, primed = _unprimed(parts[0])
        return ast.Apply(name, parts[1], primed, span=span)

    def _index(self, span: Span, parts: list[Part]) -> ast.Index:
        name, primed = _unprimed(parts[0])
        return ast.Index(name, parts[1], primed, span=span)

    def _answer_of(self, span: Span, parts: list[Part]) -> ast.AnswerOf:
        return ast.AnswerOf(str(parts[0]), tuple(parts[1:]), span=span)

    def _answer_name(self, span: Span, _: list[Part]) -> ast.Name:
        return ast.Name("answer", span=span)

    def _truth_name(self, span: Span, _: list[Part]) -> ast.Name:
        return ast.Name("truth", span=span)

    def _paren(self, span: Span, parts: list[Part]) -> ast.Paren:
        return ast.Paren(parts[0], span=span)

    def _if_expr(self, span: Span, parts: list[Part]) -> ast.If:
        return ast.If(parts[0], parts[1], parts[2], span=span)

    # ------------------------------------------------------------ quantifiers

    def _quantifier(self, span: Span, parts: list[Part]) -> ast.Quantifier:
        kind, binders, body = parts
        return ast.Quantifier(str(kind), binders, body, span=span)  # type: ignore[arg-type]

    def _binders(self, _: Span, parts: list[Part]) -> tuple[ast.Binder, ...]:
        return tuple(parts)

    def _binder(self, span: Span, parts: list[Part]) -> ast.Binder:
        names = tuple(self._new(name) for name in parts[0])
        return ast.Binder(names, parts[1], span=span)

    def _sort_domain(self, span: Span, parts: list[Part]) -> ast.SortDomain:
        return ast.SortDomain(str(parts[0]), span=span)

    def _range_domain(self, span: Span, parts: list[Part]) -> ast.RangeDomain:
        return ast.RangeDomain(parts[0], parts[1], span=span)


def _unprimed(token: Token) -> tuple[str, bool]:
    return token.removesuffix("'"), token.endswith("'")


def present(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts that are there: an optional rule that is absent leaves a None."""
    return tuple(part for part in parts if part is not None)


def texts(tokens: Sequence[Token] | None) -> tuple[str, ...]:
    return tuple(str(token) for token in tokens or ())
