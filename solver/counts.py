"""Counts out of expressions: each becomes a sum over named numbers, the cards.

`Counts.lower` rewrites by A2, A3 and A10 only, all of them equalities, so the result
has the same value in every world.  What is left of a count is `card!7(t)`: the number of
points of a predicate that is kept in `Counts.cards`, with `t` for the terms the
predicate speaks of.  Counts that differ only in these terms share a card.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from solver import axioms
from solver.normal import GiveUp
from spec import ir
from spec.ir import BOOL, FALSE, INT, QUANTIFIERS, TRUE, Expr, Type
from spec.ir_words import words


@dataclass(frozen=True, slots=True)
class Card:
    """`name(outer)` is the number of `points` that satisfy `body`."""

    name: str
    outer: tuple[Expr, ...]
    points: tuple[Expr, ...]
    body: Expr

    def at(self, terms: Sequence[Expr]) -> Expr:
        """The predicate with these terms for the outer variables."""
        given = {str(o.data): t for o, t in zip(self.outer, terms, strict=True)}
        return ir.substitute(self.body, given)


@dataclass(frozen=True, slots=True)
class Quotient:
    """`name(outer)` is `value / divisor`, rounded down, for a positive divisor."""

    name: str
    outer: tuple[Expr, ...]
    value: Expr
    divisor: Expr

    def says(self, terms: Sequence[Expr]) -> Expr:
        """A11 with these terms for the outer variables."""
        given = {str(o.data): t for o, t in zip(self.outer, terms, strict=True)}
        result = ir.read(self.name, terms, INT)
        value, divisor = (ir.substitute(e, given) for e in (self.value, self.divisor))
        return axioms.quotient(value, divisor, result)


def point(types: Sequence[Type], letter: str = "x") -> tuple[Expr, ...]:
    """The variables of a point, always the same for these types."""
    return tuple(ir.var(f"?{letter}{i}", t) for i, t in enumerate(types))


class Counts:
    """Names counts, the same way for the whole system.

    Args:
        ranges: the sorts that are ranges, with the size that `count x: true` has.
        finite: sorts whose elements are literals, never abstracted.
        apart: terms that binders inside counts set apart (A12).
    """

    def __init__(
        self, ranges: Mapping[Type, Expr], finite: Mapping[Type, int],
        apart: Sequence[Expr] = (),
    ) -> None:
        self._ranges = ranges
        self._finite = finite
        self._apart = apart
        self._fresh = ir.Fresh()
        self._memo: dict[Expr, Expr] = {}
        self._by_key: dict[tuple[Expr, tuple[Type, ...]], Card] = {}
        self.cards: dict[str, Card] = {}
        self.quotients: dict[str, Quotient] = {}
        self._quotient_of: dict[Expr, Quotient] = {}

    def lower(self, e: Expr) -> Expr:
        """The same without counts, and without division but by a positive literal.

        Raises:
            GiveUp: a division by zero or by a negative number.
        """
        found = self._memo.get(e)
        if found is not None:
            return found
        if e.op in QUANTIFIERS:
            assert isinstance(e.data, tuple)
            opened = self._fresh.variables(e.data)
            body = self.lower(ir.open_binder(e, opened))
            if e.op == "count":
                found = self.count(opened, self._set_apart(body))
            elif body is ir.open_binder(e, opened):
                found = e
            else:
                found = ir.close_binder(e.op, [(str(x.data), x.type) for x in opened], body)
        else:
            found = ir.rebuild(e, tuple(self.lower(a) for a in e.args))
            if found.op == "/":
                found = self._quotient(found)
        self._memo[e] = found
        return found

    def _quotient(self, e: Expr) -> Expr:
        divisor = e.args[1]
        if divisor.op == "lit":
            assert isinstance(divisor.data, int)
            if divisor.data <= 0:
                raise GiveUp(f"a division by {divisor.data}")
            return e
        closed, terms, outer = self._abstracted(e, frozenset())
        found = self._quotient_of.get(closed)
        if found is None:
            found = Quotient(f"quot!{len(self.quotients)}", outer, *closed.args)
            self._quotient_of[closed] = self.quotients[found.name] = found
        return ir.read(found.name, terms, INT)

    def count(self, points: Sequence[Expr], body: Expr) -> Expr:
        """The number of points of a predicate without counts."""
        if body is FALSE:
            return ir.integer(0)
        if not points:
            return axioms.number(body)
        return (
            self._outside(points, body)
            or self._change(points, body)
            or self._whole(points, body)
            or self.card(points, body)
        )

    # --------------------------------------------------------- rewriting

    def _outside(self, points: Sequence[Expr], body: Expr) -> Expr | None:
        """A3: what does not speak of the point is taken out."""
        names = frozenset(str(x.data) for x in points)
        body = _push_not(body)
        if body.op == "ite" and not (body.args[0].free & names):
            cond, then, orelse = body.args
            return axioms.choice(points, cond, then, orelse, self.count)
        if body.op not in ("and", "or"):
            return None
        closed = [a for a in body.args if not (a.free & names)]
        if not closed:
            return None
        rest = [a for a in body.args if a.free & names]
        if body.op == "and":
            return axioms.choice(
                points, ir.and_(*closed), ir.and_(*rest), FALSE, self.count)
        return axioms.choice(points, ir.or_(*closed), TRUE, ir.or_(*rest), self.count)

    def _change(self, points: Sequence[Expr], body: Expr) -> Expr | None:
        """A2: what is touched is counted apart."""
        names = frozenset(str(x.data) for x in points)
        for i, x in enumerate(points):
            terms = compared_with(body, x, names)
            if terms:
                base = axioms.agree_outside(body, x, terms)
                return axioms.touched(points, i, terms, body, base, self.count)
        return None

    def _set_apart(self, e: Expr) -> Expr:
        """A12 for every binder below, innermost first."""
        if not self._apart:
            return e
        if e.op in ("all", "some"):
            assert isinstance(e.data, tuple)
            opened = self._fresh.variables(e.data)
            body = self._set_apart(ir.open_binder(e, opened))
            return axioms.apart(e.op, opened, body, self._apart)
        return ir.rebuild(e, tuple(self._set_apart(a) for a in e.args))

    def _whole(self, points: Sequence[Expr], body: Expr) -> Expr | None:
        """A10: all of a range."""
        if body is TRUE and len(points) == 1:
            return self._ranges.get(points[0].type)
        return None

    def card(self, points: Sequence[Expr], body: Expr) -> Expr:
        """The number of points, as one card: no rewriting."""
        places = point([x.type for x in points])
        body = ir.substitute(body, {str(x.data): y for x, y in zip(points, places, strict=True)})
        names = frozenset(str(x.data) for x in places)
        closed, terms, outer = self._abstracted(body, names)
        return ir.read(self._named(places, closed, outer).name, terms, INT)

    def describe(self, name: str) -> str:
        """What a card counts, in words; the outer variables are its arguments."""
        card = self.cards[name]
        body = ir.close_binder("count", [(str(x.data), x.type) for x in card.points], card.body)
        args = ", ".join(words(o) for o in card.outer)
        return words(body) + (f", of ({args})" if args else "")

    def _abstracted(
        self, e: Expr, names: frozenset[str]
    ) -> tuple[Expr, tuple[Expr, ...], tuple[Expr, ...]]:
        """`e` with variables for its largest terms without `names`; terms, variables."""
        terms: dict[Expr, Expr] = {}
        memo: dict[Expr, Expr] = {}

        def go(x: Expr) -> Expr:
            found = memo.get(x)
            if found is None:
                if self._is_term(x, names):
                    found = terms.setdefault(x, ir.var(f"?o{len(terms)}", x.type))
                else:
                    found = ir.rebuild(x, tuple(go(a) for a in x.args))
                memo[x] = found
            return found

        return go(e), tuple(terms), tuple(terms.values())

    def _is_term(self, e: Expr, names: frozenset[str]) -> bool:
        """A largest subterm that does not speak of the point."""
        if e.loose or e.free & names:
            return False
        if e.op == "var":
            return True
        return e.type not in (BOOL, INT) and e.type not in self._finite

    def _named(self, places: tuple[Expr, ...], body: Expr, outer: tuple[Expr, ...]) -> Card:
        closed = ir.close_binder("count", [(str(x.data), x.type) for x in places], body)
        key = (closed, tuple(o.type for o in outer))
        card = self._by_key.get(key)
        if card is None:
            card = Card(f"card!{len(self.cards)}", outer, places, body)
            self._by_key[key] = self.cards[card.name] = card
        return card


def compared_with(e: Expr, x: Expr, bound: frozenset[str]) -> list[Expr]:
    """Terms t of atoms `x == t` in `e`, in order, that speak of none of `bound`."""
    found: dict[Expr, None] = {}
    if x.data not in e.free:
        return []
    for n in ir.walk(e):
        if n.op == "==":
            a, b = n.args
            for left, t in ((a, b), (b, a)):
                if left is x and not t.loose and not (t.free & bound):
                    found[t] = None
    return list(found)


def _push_not(e: Expr) -> Expr:
    """`not (a and b)` as a disjunction, and the other way round, one level deep."""
    if e.op == "not" and e.args[0].op in ("and", "or"):
        parts = [ir.not_(a) for a in e.args[0].args]
        return ir.or_(*parts) if e.args[0].op == "and" else ir.and_(*parts)
    return e
