"""Candidates for invariants of a scheme, from forms that counters, slots and flags have.

A candidate is text of the language.  Nothing is claimed by making one: most are false.
They come in waves, the plain forms first and claims last, in an order in which the simpler
of two that say the same comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, combinations, product

from spec.inference import measures
from spec.inference.vocabulary import Choice, Slot, Term, Vocabulary


@dataclass(frozen=True, slots=True)
class Candidate:
    """`name` is its own among all candidates; `short` is what it is called in a file, if
    nothing else has that name there."""

    name: str
    short: str
    text: str


WAVES = 3
MOST = 4_000
"""Candidates of one wave; the last, which are of the least plain forms, are left out."""


def candidates(words: Vocabulary, wave: int) -> tuple[Candidate, ...]:
    """The candidates of one wave, each name once."""
    found: dict[str, Candidate] = {}
    for c in (_plain, _further, _claims)[wave](words):
        found.setdefault(c.name, c)
        if len(found) == MOST:
            break
    return tuple(found.values())


def _plain(words: Vocabulary) -> Iterator[Candidate]:
    yield from _definitions(words)
    yield from (Candidate(f"keeps_{f}", f"keeps_{f}", f) for f in words.facts)
    yield from _tables(words)
    yield from _slots(words)
    yield from _flags(words)
    yield from _bounds(words)
    yield from _flags_or_two(words)


def _further(words: Vocabulary) -> Iterator[Candidate]:
    yield from _alternatives(words)
    yield from _whole_or_nothing(words)
    yield from _guarded(words)


# ---------------------------------------------------------------- counters


def _definitions(words: Vocabulary) -> Iterator[Candidate]:
    """A counter is a number that can be counted, or another counter, or the sum of two."""
    for c, term in product(words.counters, _numbers(words)):
        yield Candidate(f"{c}_counts_{term.word}", f"{c}_counts_{term.word}",
                        f"{c} == {term.text}")
    for a, b in combinations(words.counters, 2):
        yield Candidate(f"{a}_is_{b}", f"{a}_is_{b}", f"{a} == {b}")
    for c in words.counters:
        for a, b in combinations([x for x in words.counters if x != c], 2):
            name = f"{c}_is_{a}_and_{b}"
            yield Candidate(name, name, f"{c} == {a} + {b}")


def _numbers(words: Vocabulary) -> Iterator[Term]:
    whole = list(measures.wholes(words))
    yield from whole
    yield from measures.positives(words)
    yield from measures.ranks(words)
    yield from measures.sums(whole)
    yield from measures.shadows(words)
    yield from measures.holders(words)


def _tables(words: Vocabulary) -> Iterator[Candidate]:
    """Each entry of a table is a number counted for its index."""
    for table, sort in words.tables:
        (x,) = words.variables.of([sort])
        columns = list(measures.columns(words, sort, x))
        for term in chain(columns, measures.sums(columns)):
            name = f"{table}_counts_{term.word}"
            yield Candidate(name, name, f"all {x} in {sort}: {table}[{x}] == {term.text}")
        for c in words.counters:
            name = f"{table}_within_{c}"
            yield Candidate(name, name, f"all {x} in {sort}: {table}[{x}] <= {c}")


def _bounds(words: Vocabulary) -> Iterator[Candidate]:
    """A counter is not above another, a size, or what can be counted."""
    for a, b in product(words.counters, (*words.counters, *words.numbers)):
        if a != b:
            yield Candidate(f"{a}_within_{b}", f"{a}_bounded", f"{a} <= {b}")
    for c, term in product(words.counters, measures.wholes(words)):
        yield Candidate(f"{c}_within_{term.word}", f"{c}_bounded", f"{c} <= {term.text}")
        yield Candidate(f"{c}_covers_{term.word}", f"{c}_covers_{term.word}",
                        f"{c} >= {term.text}")


# ------------------------------------------------------------------- slots


def _slots(words: Vocabulary) -> Iterator[Candidate]:
    for slot in words.slots:
        for c in words.counters:
            yield from _slot_with(slot, c, words)
        for r in words.relations:
            if r.sorts == (slot.sort,):
                (m,) = words.variables.of([slot.sort])
                name = f"{slot.name}_{r.name}"
                yield Candidate(name, name,
                                f"all {m} in {slot.sort}: {slot.name} == {m} implies {r.at((m,))}")
    for a, b in combinations(words.slots, 2):
        if a.sort == b.sort:
            name = f"{a.name}_is_not_{b.name}"
            yield Candidate(name, name, f"{a.name} == none or {a.name} != {b.name}")
        name = f"{a.name}_before_{b.name}"
        yield Candidate(name, name, f"{b.name} == none or {a.name} != none")


def _slot_with(slot: Slot, c: str, words: Vocabulary) -> Iterator[Candidate]:
    """A slot that is free counts nothing, one that is taken no more than is there."""
    s = slot.name
    yield Candidate(f"{s}_free_{c}", f"{s}_free", f"{s} == none implies {c} == 0")
    yield Candidate(f"{s}_taken_{c}", f"{s}_taken", f"{s} == none or {c} >= 1")
    (m,) = words.variables.of([slot.sort])
    for term in measures.parts(words, slot.sort, m):
        yield Candidate(
            f"{c}_bounded_by_{term.word}_of_{s}", f"{c}_bounded",
            f"all {m} in {slot.sort}: {s} == {m} implies {c} <= {term.text}")


# ------------------------------------------------------------------- flags


def _flags(words: Vocabulary) -> Iterator[Candidate]:
    """A flag, or else a comparison."""
    for choice in _ways(words.choices):
        for _, word, text in _comparisons(words, choice.near):
            name = f"{choice.word}_or_{word}"
            yield Candidate(name, name, f"{choice.yes} or {text}")


def _flags_or_two(words: Vocabulary) -> Iterator[Candidate]:
    """A flag, or else one of two comparisons."""
    for choice in _ways(words.choices):
        for (of1, w1, t1), (of2, w2, t2) in combinations(_comparisons(words, choice.near), 2):
            if of1 != of2:
                name = f"{choice.word}_or_{w1}_or_{w2}"
                yield Candidate(name, f"{choice.word}_or_{w1}", f"{choice.yes} or {t1} or {t2}")


def _ways(choices: Iterable[Choice]) -> list[Choice]:
    return [x for c in choices for x in c.ways()]


def _comparisons(
    words: Vocabulary, near: frozenset[str]
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """What is compared, a word and the text: counters with each other, or with zero, slots."""
    counters = [c for c in words.counters if c in near or not near]
    for a, b in combinations(counters, 2):
        yield (a, b), f"{a}_is_{b}", f"{a} == {b}"
    for c in counters:
        yield (c,), f"{c}_zero", f"{c} == 0"
        yield (c,), f"{c}_positive", f"{c} > 0"
    for s in words.slots:
        if s.name in near or not near:
            yield (s.name,), f"{s.name}_free", f"{s.name} == none"
            yield (s.name,), f"{s.name}_taken", f"{s.name} != none"


def _claims(words: Vocabulary) -> Iterator[Candidate]:
    """What is claimed may be what another proof needs; an invariant cannot ask, though."""
    for claim, text in words.claims:
        if "answer(" in text:
            continue
        yield Candidate(f"{claim}_as_invariant", f"{claim}_as_invariant", text)


# -------------------------------------------------------------- later waves


def _alternatives(words: Vocabulary) -> Iterator[Candidate]:
    """A counter that follows another: `c == if d > 0 then NR else e`."""
    for c, d in product(words.counters, words.counters):
        rest = [x for x in words.counters if x not in (c, d)]
        for high, low in product(("1", *words.numbers), ("0", *rest)):
            if c != d:
                name = f"{c}_follows_{d}" + (f"_from_{low}" if low != "0" else "")
                name += f"_to_{high}" if high != "1" else ""
                yield Candidate(name, f"{c}_follows_{d}",
                                f"{c} == (if {d} > 0 then {high} else {low})")
        if c != d:
            yield Candidate(f"{c}_zero_with_{d}", f"{c}_zero_with_{d}",
                            f"{d} == 0 implies {c} == 0")


def _guarded(words: Vocabulary) -> Iterator[Candidate]:
    """Definitions and bounds that hold in one case only."""
    inner: list[Callable[[Vocabulary], Iterator[Candidate]]] = [_definitions, _bounds]
    for choice in _ways((*words.constants, *words.choices)):
        for make in inner:
            for c in make(words):
                yield Candidate(f"{c.name}_if_{choice.word}", f"{c.short}_if_{choice.word}",
                                f"{choice.yes} implies {c.text}")


def _whole_or_nothing(words: Vocabulary) -> Iterator[Candidate]:
    """Under constants, flags and a counter at zero: a counter has all pages or none."""
    for size, c in product(words.numbers, words.counters):
        for case in _cases(words, [x for x in words.counters if x != c]):
            name = f"{c}_whole_if_" + "_and_".join(x.word for x in case)
            said = " and ".join(x.yes for x in case)
            yield Candidate(name, f"{c}_whole",
                            f"({said}) implies ({c} == 0 or {c} == {size})")


def _cases(words: Vocabulary, counters: list[str]) -> Iterator[tuple[Choice, ...]]:
    """Up to one constant, one flag and one counter at zero, at least two together."""
    zeros = [Choice(f"{c} == 0", f"{c} != 0", f"{c}_zero") for c in counters]

    for parts in product([None, *_ways(words.constants)], [None, *_ways(words.choices)],
                         [None, *zeros]):
        case = tuple(p for p in parts if p is not None)
        if len(case) >= 2:
            yield case
