"""From the parse tree of a block to its dataclass in spec/ast.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from lark import Token

from spec import ast
from spec.source import Span
from spec.transform_expr import ExprBuilder, Part, present, texts

_ANSWER_WORDS = ("exact", "safe", "unsafe")
_PROMISE_WORDS = ("holds", "fails")
_EXPECT_WORDS = ("holds", "fails", "never", *_ANSWER_WORDS)


class Builder(ExprBuilder):
    """Builds the node of one block."""

    # ------------------------------------------------------------ small parts

    def _params(self, _: Span, parts: list[Part]) -> tuple[ast.Param, ...]:
        return present(parts)

    def _param(self, span: Span, parts: list[Part]) -> ast.Param:
        return ast.Param(self._new(parts[0]), parts[1], span=span)

    def _type(self, span: Span, parts: list[Part]) -> ast.TypeExpr:
        index, name, optional = parts
        return ast.TypeExpr(str(name), optional is not None, texts(index), span=span)

    def _word(self, _: Span, parts: list[Part]) -> Token:
        return cast(Token, parts[0])

    def _verdict(self, _: Span, parts: list[Part]) -> Token:
        return cast(Token, parts[0])

    # ----------------------------------------------------------- declarations

    def _header(self, span: Span, parts: list[Part]) -> ast.Header:
        kind, name, over, schemes = parts
        return ast.Header(str(kind), self._new(name), texts(over), texts(schemes), span=span)  # type: ignore[arg-type]

    def _sort(self, span: Span, parts: list[Part]) -> ast.SortDecl:
        return ast.SortDecl(self._new(parts[0]), texts(parts[1]), span=span)

    def _range(self, span: Span, parts: list[Part]) -> ast.RangeDecl:
        return ast.RangeDecl(self._new(parts[0]), parts[1], parts[2], span=span)

    def _enum(self, span: Span, parts: list[Part]) -> ast.EnumDecl:
        return ast.EnumDecl(self._new(parts[0]), texts(parts[1]), span=span)

    def _const(self, span: Span, parts: list[Part]) -> ast.ConstDecl:
        return ast.ConstDecl(self._new(parts[0]), parts[1], parts[2], span=span)

    def _state(self, span: Span, parts: list[Part]) -> ast.StateDecl:
        return ast.StateDecl(self._new(parts[0]), parts[1], parts[2], span=span)

    def _assume(self, span: Span, parts: list[Part]) -> ast.Assume:
        return ast.Assume(parts[0], span=span)

    def _define(self, span: Span, parts: list[Part]) -> ast.Define:
        return ast.Define(self._new(parts[0]), parts[1] or (), parts[2], span=span)

    def _needs(self, span: Span, parts: list[Part]) -> ast.Needs:
        return ast.Needs(self._new(parts[0]), parts[1], parts[2], span=span)

    def _gives(self, span: Span, parts: list[Part]) -> ast.Gives:
        return ast.Gives(str(parts[0]), parts[1], span=span)

    # ------------------------------------------------- promises and questions

    def _invariant(self, span: Span, parts: list[Part]) -> ast.Invariant:
        expect = self._checked(parts[2], _PROMISE_WORDS)
        return ast.Invariant(self._new(parts[0]), parts[1], expect, span=span)

    def _claim(self, span: Span, parts: list[Part]) -> ast.Claim:
        expect = self._checked(parts[2], _PROMISE_WORDS)
        return ast.Claim(self._new(parts[0]), parts[1], expect, span=span)

    def _answer(self, span: Span, parts: list[Part]) -> ast.Answer:
        name, params, value, verdict = parts
        expect = self._checked(verdict, _ANSWER_WORDS)
        if verdict is None:
            self._say(
                "FS030", self._at(name), f"the answer to `{name}` does not say what it expects",
                "add `expect exact`, `expect safe` or `expect unsafe`",
            )
        return ast.Answer(str(name), params or (), value, expect, span=span)

    def _expect(self, span: Span, parts: list[Part]) -> ast.Expect:
        return ast.Expect(str(parts[0]), self._checked(parts[1], _EXPECT_WORDS) or "", span=span)

    def _mutant(self, span: Span, parts: list[Part]) -> ast.Mutant:
        return ast.Mutant(texts(parts[0]), str(parts[1])[1:-1], span=span)

    def _checked(self, verdict: Token | None, allowed: Sequence[str]) -> str | None:
        if verdict is None or verdict in allowed:
            return None if verdict is None else str(verdict)
        words = ", ".join(f"`{w}`" for w in allowed[:-1]) + f" or `{allowed[-1]}`"
        self._say("FS031", self._at(verdict), f"`{verdict}` is no verdict", f"write {words}")
        return allowed[0]

    def _question(self, span: Span, parts: list[Part]) -> ast.Question:
        name, params, type_, *clauses = parts
        once: dict[str, Part] = {}
        for kind, where, value in clauses:
            if kind in once:
                self._say("FS035", where, f"a question has one `{kind}`", "join the two")
            elif kind != "class":
                once[kind] = value
        if "truth" not in once:
            self._say(
                "FS035", self._at(name), f"question `{name}` does not say what is true",
                "add `truth EXPRESSION`",
            )
            once["truth"] = ast.Bool(True, span=span)
        return ast.Question(
            self._new(name), params or (), type_, once["truth"],
            tuple(value for kind, _, value in clauses if kind == "class"),
            once.get("asked"), once.get("sees", ()), once.get("default"), span=span,
        )

    def _asked(self, span: Span, parts: list[Part]) -> Part:
        return "asked", span, parts[0]

    def _sees(self, span: Span, parts: list[Part]) -> Part:
        return "sees", span, parts[0]

    def _default(self, span: Span, parts: list[Part]) -> Part:
        return "default", span, parts[0]

    def _truth(self, span: Span, parts: list[Part]) -> Part:
        return "truth", span, parts[0]

    def _error_class(self, span: Span, parts: list[Part]) -> Part:
        kind, cond, danger = parts
        made = ast.ErrorClass(str(kind), cond, str(danger)[1:-1], span=span)  # type: ignore[arg-type]
        return "class", span, made

    # -------------------------------------------------------- ops and clauses

    def _op(self, span: Span, parts: list[Part]) -> ast.Op:
        return ast.Op(self._new(parts[0]), parts[1] or (), tuple(parts[2:]), span=span)

    def _update(self, span: Span, parts: list[Part]) -> ast.NamedUpdate:
        return ast.NamedUpdate(self._new(parts[0]), parts[1] or (), tuple(parts[2:]), span=span)

    def _on(self, span: Span, parts: list[Part]) -> ast.On:
        names, params, *clauses = parts
        if len(names) > 1 and params is not None:
            self._say(
                "FS037", params[0].span if params else self._at(names[-1]),
                "an `on` for several operations takes no parameters",
                "drop them, or write one `on` for each operation",
            )
        return ast.On(texts(names), params, tuple(clauses), span=span)

    def _mirrors(self, span: Span, parts: list[Part]) -> ast.Mirrors:
        return ast.Mirrors(texts(parts[0]), span=span)

    def _requires(self, span: Span, parts: list[Part]) -> ast.Requires:
        return ast.Requires(parts[0], span=span)

    def _changes(self, span: Span, parts: list[Part]) -> ast.Changes:
        return ast.Changes(parts[0] if parts else (), span=span)

    def _places(self, _: Span, parts: list[Part]) -> tuple[ast.Place, ...]:
        return tuple(parts)

    def _place(self, span: Span, parts: list[Part]) -> ast.Place:
        return ast.Place(str(parts[0]), parts[1] or (), span=span)

    def _indices(self, _: Span, parts: list[Part]) -> tuple[ast.Expr | None, ...]:
        for part in parts:
            if isinstance(part, Token) and part != "*":
                self._say("FS011", self._at(part), f"`{part}` is no index", "write `*` for all")
        return tuple(None if isinstance(part, Token) else part for part in parts)

    def _performs(self, span: Span, parts: list[Part]) -> ast.Performs:
        return ast.Performs(str(parts[0]), parts[1] or (), span=span)

    def _overapproximates(self, span: Span, parts: list[Part]) -> ast.Overapproximates:
        return ast.Overapproximates(str(parts[0])[1:-1], span=span)

    def _let(self, span: Span, parts: list[Part]) -> ast.Let:
        return ast.Let(self._new(parts[0]), parts[1], span=span)

    def _assign(self, span: Span, parts: list[Part]) -> ast.Update:
        name, args, value, binder, when = parts
        self._single(binder)
        return ast.Update(str(name), args or (), value, binder, when, span=span)

    def _do(self, span: Span, parts: list[Part]) -> ast.Do:
        return ast.Do(str(parts[0]), parts[1] or (), span=span)

    def _single(self, binder: ast.Binder | None) -> None:
        if binder is not None and len(binder.names) != 1:
            self._say("FS037", binder.span, "`for` and `pick` take one name", "nest or repeat them")

    # ----------------------------------------------------- calls and scenarios

    def _call(self, span: Span, parts: list[Part]) -> ast.Call:
        name, params, *rest = parts
        mirrors = rest[0].functions if len(rest) == 2 else ()
        return ast.Call(self._new(name), params or (), mirrors, rest[-1], span=span)

    def _scenario(self, span: Span, parts: list[Part]) -> ast.Scenario:
        name, *worlds, body = parts
        items = tuple(item for world in worlds for item in world)
        return ast.Scenario(self._new(name), items, body, span=span)

    def _body(self, _: Span, parts: list[Part]) -> tuple[ast.Stmt, ...]:
        return tuple(parts)

    def _step(self, span: Span, parts: list[Part]) -> ast.Step:
        return ast.Step(str(parts[0]), parts[1], span=span)

    def _call_step(self, span: Span, parts: list[Part]) -> ast.Step:
        return ast.Step(str(parts[0]), parts[1], True, span=span)

    def _if_statement(self, span: Span, parts: list[Part]) -> ast.IfStmt:
        return ast.IfStmt(parts[0], parts[1], parts[2] or (), span=span)

    def _for_each(self, span: Span, parts: list[Part]) -> ast.ForEach:
        self._single(parts[0])
        return ast.ForEach(parts[0], parts[1], parts[2], span=span)

    def _for_batch(self, span: Span, parts: list[Part]) -> ast.ForBatch:
        low, high, binder, where, body = parts
        self._single(binder)
        return ast.ForBatch(self._new(low), self._new(high), binder, where, body, span=span)

    def _pick(self, span: Span, parts: list[Part]) -> ast.Pick:
        self._single(parts[0])
        return ast.Pick(parts[0], parts[1], span=span)

    def _let_statement(self, span: Span, parts: list[Part]) -> ast.LetStmt:
        return ast.LetStmt(self._new(parts[0]), parts[1], span=span)

    def _expectation(self, span: Span, parts: list[Part]) -> ast.ExpectStmt:
        return ast.ExpectStmt(parts[0], span=span)

    def _world(self, _: Span, parts: list[Part]) -> tuple[ast.WorldItem, ...]:
        """Bare names behind `Vma a` name further elements, up to an item of another form."""
        items: list[ast.WorldItem] = []
        growing = False
        for item in parts:
            last = items[-1] if items else None
            if isinstance(item, ast.WorldElems) and not item.sort:
                if growing and isinstance(last, ast.WorldElems):
                    items[-1] = ast.WorldElems(
                        last.sort, last.names + item.names, item.within,
                        span=last.span.to(item.span),
                    )
                    growing = item.within is None
                else:
                    items.append(self._lone_name(item, last))
            else:
                items.append(item)
                growing = isinstance(item, ast.WorldElems) and item.within is None
        return tuple(items)

    def _lone_name(
        self, item: ast.WorldElems, last: ast.WorldItem | None
    ) -> ast.WorldSet | ast.WorldElems:
        name = item.names[0]
        if isinstance(name, ast.Numbered):
            name = f"{name.first} .. {name.last}"
        elif item.within is None:
            return ast.WorldSet(name, (), ast.Bool(True, span=item.span), span=item.span)
        sort = last.sort if isinstance(last, ast.WorldElems) else "Vma"
        text = f"{name} in {item.within}" if item.within else name
        self._say(
            "FS011", item.span, f"`{text}` does not say what `{name}` is",
            f"write the sort in front: `{sort} {text}`",
        )
        return ast.WorldElems(sort, item.names, item.within, span=item.span)

    def _world_elements(self, span: Span, parts: list[Part]) -> ast.WorldElems:
        sort, name, within = parts
        return ast.WorldElems(str(sort), (_element(name),), _text(within), span=span)

    def _world_name(self, span: Span, parts: list[Part]) -> ast.WorldElems:
        """Whether it is an element or a constant shows only beside its neighbours."""
        return ast.WorldElems("", (_element(parts[0]),), _text(parts[1]), span=span)

    def _numbered(self, span: Span, parts: list[Part]) -> ast.Numbered:
        return ast.Numbered(str(parts[0]), str(parts[1]), span=span)

    def _stretch(self, span: Span, parts: list[Part]) -> ast.Stretch:
        return ast.Stretch(parts[0], parts[1], span=span)

    def _world_indices(
        self, span: Span, parts: list[Part]
    ) -> tuple[ast.Expr | ast.Stretch | None, ...]:
        return self._indices(span, parts)

    def _world_not(self, span: Span, parts: list[Part]) -> ast.WorldSet:
        return ast.WorldSet(str(parts[0]), parts[1] or (), ast.Bool(False, span=span), span=span)

    def _world_value(self, span: Span, parts: list[Part]) -> ast.WorldSet:
        return ast.WorldSet(str(parts[0]), parts[1] or (), parts[2], span=span)

    def _world_true(self, span: Span, parts: list[Part]) -> ast.WorldSet:
        return ast.WorldSet(str(parts[0]), parts[1], ast.Bool(True, span=span), span=span)


def _element(part: Part) -> str | ast.Numbered:
    return part if isinstance(part, ast.Numbered) else str(part)


def _text(token: Token | None) -> str | None:
    return None if token is None else str(token)
