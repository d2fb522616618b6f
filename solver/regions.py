"""What is said about the cards of one obligation: which axioms, for which terms.

The formulas of an obligation mention cards.  Those with closed arguments are numbers;
all of them over the same kind of point are put into one family, and the regions of
their predicates are related to each other.  A card under a binder is a function; cards
with the same kind of arguments and of points make a family whose regions are functions.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

from solver import axioms
from solver.counts import Card, Counts, point
from spec import ir
from spec.ir import INT, TRUE, Expr, System, Type

Enumerate = Callable[[Sequence[Expr], Sequence[Expr]], list[tuple[bool, ...]]]
"""Which truth values some predicates can have at one point, all false left out.
Arguments: free variables of the predicates, the predicates."""


@dataclass(frozen=True, slots=True)
class Rung:
    """How much is said about counts.

    `again`: where the hypotheses near to the goal do not do, try it with all of them;
    `apart` sets the action's parameters apart inside counts (A12);
    `depth` is the number of points named per region (0: counts are opaque numbers);
    `slices` splits counts of pairs where the obligation touches a coordinate;
    `witness` names a point of each count of pairs and splits there, by that coordinate;
    `project` adds what is known of functional relations.
    """

    name: str
    again: bool = False
    apart: bool = False
    depth: int = 0
    slices: bool = False
    witness: int | None = None
    project: bool = False
    rlimit: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Family:
    """Counts of one kind of point, `values[i]` being the number with `bodies[i]`."""

    tag: str
    outer: tuple[Expr, ...]
    points: tuple[Expr, ...]
    values: tuple[Expr, ...]
    bodies: tuple[Expr, ...]


def read_in(formulas: Sequence[Expr], names: Container[str]) -> tuple[list[Expr], list[str]]:
    """What is read of these names: reads with closed arguments, names read under a binder."""
    ground: dict[Expr, None] = {}
    generic: dict[str, None] = {}
    seen: set[Expr] = set()
    stack = list(reversed(formulas))
    while stack:
        e = stack.pop()
        if e in seen:
            continue
        seen.add(e)
        if e.op == "read" and str(e.data) in names:
            if e.loose or e.free:
                generic[str(e.data)] = None
            else:
                ground[e] = None
        stack.extend(reversed(e.args))
    return list(ground), list(generic)


def cards_in(formulas: Sequence[Expr], counts: Counts) -> tuple[list[Expr], list[Card]]:
    """The cards read with closed arguments, and those that are read under a binder."""
    ground, generic = read_in(formulas, counts.cards)
    return ground, [counts.cards[name] for name in generic]


Axioms = dict[Expr, str]
"""Axioms in a fixed order, each with the name of its schema (`A4`)."""


def quotient_axioms(formulas: Sequence[Expr], counts: Counts) -> list[Expr]:
    """A11 for every quotient that is read."""
    ground, generic = read_in(formulas, counts.quotients)
    made = [counts.quotients[str(g.data)].says(g.args) for g in ground]
    for name in generic:
        quotient = counts.quotients[name]
        made.append(axioms.every(quotient.outer, quotient.says(quotient.outer)))
    return made


def _as_pair(x: Expr, body: Expr) -> tuple[tuple[Expr, ...], Expr]:
    """`some y, ...: B` with `y` as a second coordinate."""
    assert isinstance(body.data, tuple)
    y, *others = (ir.var(f"?z{i}", t) for i, t in enumerate(body.data))
    opened = ir.open_binder(body, [y, *others])
    inner = ir.close_binder("some", [(str(o.data), o.type) for o in others], opened)
    return (x, y), inner


class CountAxioms:
    """The axioms of one rung for the formulas of one obligation.

    Args:
        touched: closed terms of each sort at which the obligation may change a count.
        enumerate: tells the regions that can have points.
    """

    def __init__(
        self, system: System, counts: Counts, rung: Rung, touched: Sequence[Expr],
        enumerate_: Enumerate,
    ) -> None:
        self._system = system
        self._counts = counts
        self._rung = rung
        self._touched = touched
        self._enumerate = enumerate_
        self._sliced: set[Expr] = set()

    def build(self, formulas: Sequence[Expr]) -> Axioms:
        """All axioms, in a fixed order."""
        made: Axioms = {}
        if self._rung.depth:
            made |= self._splits(formulas)
            made |= dict.fromkeys(self._projections([*formulas, *made]), "A9")
        ground, generic = cards_in([*formulas, *made], self._counts)
        made |= {axioms.never_negative((), g): "A5" for g in ground}
        for card in generic:
            value = ir.read(card.name, card.outer, INT)
            made[axioms.never_negative(card.outer, value)] = "A5"
        if self._rung.depth:
            for family in self._families(formulas, ground, generic):
                made |= self._related(family)
        made |= dict.fromkeys(quotient_axioms([*formulas, *made], self._counts), "A11")
        return made

    # ------------------------------------------------------------ slices

    def _splits(self, formulas: Sequence[Expr]) -> Axioms:
        """A2 and A8 for counts of pairs."""
        made: Axioms = {}
        rung = self._rung
        for n, value in enumerate(cards_in(formulas, self._counts)[0]):
            card = self._counts.cards[str(value.data)]
            if len(card.points) < 2 or not (rung.slices or rung.witness is not None):
                continue
            at = rung.witness or 0
            body = card.at(value.args)
            terms = [t for t in self._touched if t.type == card.points[at].type]
            if not rung.slices:
                terms = []
            if rung.witness is not None:
                w = tuple(ir.read(f"point!{n}.{i}", (), x.type) for i, x in enumerate(card.points))
                made[axioms.witness(card.points, body, value, w)] = "A8"
                terms.append(w[at])
            if terms:
                self._sliced.add(value)
                made[ir.eq(value, self._slice(card.points, at, terms, body))] = "A2"
        return made

    def _slice(
        self, points: tuple[Expr, ...], at: int, terms: Sequence[Expr], body: Expr
    ) -> Expr:
        away = ir.and_(body, *(ir.not_(ir.eq(points[at], t)) for t in terms))

        def count(ps: Sequence[Expr], b: Expr) -> Expr:
            whole = len(ps) == len(points)
            return self._counts.card(ps, b) if whole else self._counts.count(ps, b)

        return axioms.touched(points, at, terms, body, away, count)

    def _projections(self, formulas: Sequence[Expr]) -> list[Expr]:
        """A9 for counts of pairs, and for counts of what stands in a relation."""
        made: list[Expr] = []
        if not self._rung.project:
            return made
        for value in cards_in(formulas, self._counts)[0]:
            card = self._counts.cards[str(value.data)]
            points, body = card.points, card.at(value.args)
            if len(points) == 1:
                if body.op != "some":
                    continue
                points, body = _as_pair(points[0], body)
                value = self._counts.card(points, body)
            made += [self._projected(points, at, body, value) for at in range(len(points))]
        return made

    def _projected(
        self, points: tuple[Expr, ...], at: int, body: Expr, value: Expr
    ) -> Expr:
        x = points[at]
        rest = [p for p in points if p is not x]
        some = ir.close_binder("some", [(str(x.data), x.type)], body)
        names = point((x.type, x.type), "y")
        projected = self._counts.count(rest, some)
        return axioms.functional(points, at, body, value, projected, names)

    # ---------------------------------------------------------- families

    def _families(
        self, formulas: Sequence[Expr], ground: Sequence[Expr], generic: Sequence[Card]
    ) -> list[Family]:
        found: dict[tuple[tuple[Type, ...], tuple[Type, ...]], dict[Expr, Expr]] = {}
        for sort, size in self._sizes(formulas, ground):
            found.setdefault(((), (sort,)), {})[TRUE] = size
        for value in ground:
            card = self._counts.cards[str(value.data)]
            if value not in self._sliced:
                rows = found.setdefault(((), tuple(x.type for x in card.points)), {})
                rows.setdefault(card.at(value.args), value)
        for card in generic:
            key = tuple(o.type for o in card.outer), tuple(x.type for x in card.points)
            value = ir.read(card.name, card.outer, INT)
            found.setdefault(key, {}).setdefault(card.body, value)
        return [
            Family(str(n), point(outer, "o"), point(points), tuple(rows.values()), tuple(rows))
            for n, ((outer, points), rows) in enumerate(found.items())
        ]

    def _sizes(
        self, formulas: Sequence[Expr], ground: Sequence[Expr]
    ) -> list[tuple[Type, Expr]]:
        """Ranges whose size the formulas speak of: all of the range is a predicate, too."""
        reads = {x for f in formulas for x in ir.walk(f) if x.op == "read"}
        counted = {
            x.type for g in ground for x in self._counts.cards[str(g.data)].points
        }
        made = []
        for sort in self._system.sorts:
            if sort.kind != "range" or sort.size is None:
                continue
            if isinstance(sort.size, str):
                size = ir.read(sort.size, (), INT)
                if size in reads:
                    made.append((sort.name, size))
            elif sort.name in counted:
                made.append((sort.name, ir.integer(sort.size)))
        return made

    def _related(self, family: Family) -> Axioms:
        """A4 to A7 for one family."""
        if len(family.bodies) == 1:
            member: list[tuple[bool, ...]] = [(True,)]
        else:
            member = self._enumerate([*family.outer, *family.points], family.bodies)
        size = self._region_sizes(family, member)
        regions = axioms.Regions(family.outer, family.points, family.bodies, member, size)
        made = {axioms.never_negative(family.outer, s): "A5" for s in size}
        for which, value in enumerate(family.values):
            made[axioms.linear(regions, which, value)] = "A4"
        for i in range(len(member)):
            names = [self._witness(family, i, k) for k in range(self._rung.depth)]
            made |= dict.fromkeys(axioms.threshold_up(regions, i, names), "A6")
            types = [x.type for x in family.points]
            spare = [point(types, letter) for letter in ("x", "y")]
            for k in range(self._rung.depth):
                made[axioms.threshold_down(regions, i, spare[: k + 1])] = "A7"
        made.pop(TRUE, None)
        return made

    @staticmethod
    def _region_sizes(family: Family, member: Sequence[tuple[bool, ...]]) -> list[Expr]:
        """A count with one region needs no second name for it."""
        size: list[Expr] = []
        for i, m in enumerate(member):
            alone = [
                family.values[which]
                for which, yes in enumerate(m)
                if yes and sum(other[which] for other in member) == 1
            ]
            fresh = ir.read(f"region!{family.tag}.{i}", family.outer, INT)
            size.append(alone[0] if alone else fresh)
        return size

    def _witness(self, family: Family, i: int, k: int) -> tuple[Expr, ...]:
        return tuple(
            ir.read(f"in!{family.tag}.{i}.{k}.{d}", family.outer, x.type)
            for d, x in enumerate(family.points)
        )
