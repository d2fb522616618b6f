"""How much state a scheme keeps for one folio, as a function of the folio's size.

Matthew Wilcox asks for constant state (linux-mm, 2023-01-24 18:13, 2023-02-08 19:54): what
is kept for a folio must not depend on how many pages it has.  Two counts are acceptable,
one for each page is not.

Only what the scheme itself declares is counted; the modules below it are the world.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from spec.ir import (
    BOOL,
    FALSE,
    INT,
    Expr,
    Sort,
    StateVar,
    System,
    Type,
    integer,
    is_optional,
    replace_reads,
)

SIZE: Final = "NR"
"""The constant that says how many pages a folio has."""

SAMPLES: Final = (1, 16, 512, 262144)
"""Sizes to give numbers for: with pages of 4 KiB 4 KiB, 64 KiB, 2 MiB and 1 GiB."""

Kind = Literal["count", "flag", "id", "position", "choice"]


@dataclass(frozen=True, slots=True)
class Factor:
    """An unknown number: a constant, or how many elements a sort has."""

    name: str
    of: Literal["constant", "sort"]


PAGES: Final = Factor(SIZE, "constant")


@dataclass(frozen=True, slots=True)
class Term:
    """`times` x the product of `by`."""

    by: tuple[Factor, ...]
    times: int


Amount = tuple[Term, ...]
"""A sum; the terms that grow fastest come first, and no two have the same factors."""


@dataclass(frozen=True, slots=True)
class Content:
    """What one place holds: a number, true or false, an element of an unordered sort, an
    element of a range, or a value of an enum.  `sort` is empty for the first two."""

    kind: Kind
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One `state`: as many places as there are values of its index."""

    name: str
    index: tuple[Type, ...]
    content: Content
    optional: bool
    number: Term
    doc: str = ""


@dataclass(frozen=True, slots=True)
class StateSize:
    """The state of one folio.

    `total` has an amount for each content, in file order.  `samples` are the sizes out of
    SAMPLES that the assumptions admit, or the one size that they leave; none where the
    world has no folio.  `world` names the modules, whose state is not counted.
    """

    scheme: str
    doc: str
    assumes: tuple[str, ...]
    places: tuple[Place, ...]
    total: Mapping[Content, Amount]
    samples: tuple[int, ...]
    world: tuple[str, ...]

    @property
    def growing(self) -> tuple[Place, ...]:
        """The places of which there is no fixed number."""
        return tuple(p for p in self.places if p.number.by)

    @property
    def grows_with(self) -> tuple[Factor, ...]:
        """What the size depends on, each once."""
        return tuple(dict.fromkeys(factor for p in self.growing for factor in p.number.by))

    @property
    def is_constant(self) -> bool:
        return not self.growing

    def at(self, pages: int) -> Mapping[Content, Amount]:
        """The total for a folio of so many pages."""
        return {
            content: _sum(_at(term, pages) for term in amount)
            for content, amount in self.total.items()
        }


def size_of(system: System, docs: Mapping[str, str]) -> StateSize:
    """The state of a scheme.

    Args:
        system: the scheme over its modules.
        docs: the comments above its `state` blocks, by name.
    """
    fixed = _fixed(system)
    places = tuple(
        _place(s, system, fixed, docs.get(s.name, ""))
        for s in system.states if s.layer == system.name
    )
    return StateSize(
        system.name, system.doc, tuple(f.text for f in system.assumes), places,
        _total(places), _samples(system, fixed),
        tuple(name for name in system.layers if name != system.name),
    )


# ----------------------------------------------------------------- places


def _place(state: StateVar, system: System, fixed: Mapping[str, int], doc: str) -> Place:
    optional = is_optional(state.type)
    base = state.type[:-1] if optional else state.type
    times = 1
    by: list[Factor] = []
    for name in state.index:
        size = _size(system.sort(name), fixed)
        if isinstance(size, int):
            times *= size
        else:
            by.append(size)
    number = Term(tuple(sorted(by, key=_size_first)), times)
    return Place(state.name, state.index, _content(base, system), optional, number, doc)


def _size(sort: Sort, fixed: Mapping[str, int]) -> int | Factor:
    """How many elements the sort has."""
    if sort.kind == "enum":
        return len(sort.names)
    match sort.size:
        case int(number):
            return number
        case str(name):
            return fixed.get(name) or Factor(name, "constant")
        case None:
            return Factor(sort.name, "sort")


def _size_first(factor: Factor) -> tuple[bool, str, str]:
    return factor != PAGES, factor.of, factor.name


def _content(base: Type, system: System) -> Content:
    if base == INT:
        return Content("count")
    if base == BOOL:
        return Content("flag")
    kinds: Mapping[str, Kind] = {"elements": "id", "range": "position", "enum": "choice"}
    return Content(kinds[system.sort(base).kind], base)


# ------------------------------------------------------------------- sums


def _total(places: Iterable[Place]) -> dict[Content, Amount]:
    parts: dict[Content, list[Term]] = {}
    for place in places:
        parts.setdefault(place.content, []).append(place.number)
    return {content: _sum(terms) for content, terms in parts.items()}


def _sum(terms: Iterable[Term]) -> Amount:
    found: dict[tuple[Factor, ...], int] = {}
    for term in terms:
        found[term.by] = found.get(term.by, 0) + term.times
    order = sorted(found, key=lambda by: (-len(by), [_size_first(f) for f in by]))
    return tuple(Term(by, found[by]) for by in order)


def _at(term: Term, pages: int) -> Term:
    rest = tuple(f for f in term.by if f != PAGES)
    return Term(rest, term.times * pages ** (len(term.by) - len(rest)))


# ------------------------------------------------------------ assumptions


def _facts(system: System) -> Iterator[Expr]:
    """What is known of the constants, conjunctions taken apart."""
    for fact in (*system.where, *system.assumes):
        yield from fact.cond.args if fact.cond.op == "and" else (fact.cond,)


def _fixed(system: System) -> dict[str, int]:
    """The constants that have one value only: `assume NR == 1`."""
    found: dict[str, int] = {}
    for cond in _facts(system):
        for read, value in (cond.args, cond.args[::-1]) if cond.op == "==" else ():
            if read.op == "read" and not read.args and read.type == INT and value.op == "lit":
                assert isinstance(value.data, int)
                found[str(read.data)] = value.data
    return found


def _samples(system: System, fixed: Mapping[str, int]) -> tuple[int, ...]:
    if all(const.name != SIZE for const in system.consts):
        return ()
    if SIZE in fixed:
        return (fixed[SIZE],)
    return tuple(n for n in SAMPLES if _admits(system, n))


def _admits(system: System, pages: int) -> bool:
    """May a folio have so many pages, as far as the assumptions about its size alone say?"""
    size = {SIZE: integer(pages)}
    return all(replace_reads(cond, size) is not FALSE for cond in _facts(system))
