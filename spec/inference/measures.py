"""What can be counted: closed numbers, numbers at an index, numbers of one process."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from spec.inference.vocabulary import Relation, Term, Vocabulary


def wholes(words: Vocabulary) -> Iterator[Term]:
    """How many combinations of elements are related: `count v in Vma: pmd[v]`."""
    for r in words.relations:
        xs = words.variables.of(r.sorts)
        yield Term(f"count {words.binders(r.sorts, xs)}: {r.at(xs)}", r.name, True)


def shadows(words: Vocabulary) -> Iterator[Term]:
    """How many elements are related to some others: `count p in Page: some v in Vma: ...`."""
    for r in words.relations:
        xs = words.variables.of(r.sorts)
        for kept in range(len(xs)):
            others = [i for i in range(len(xs)) if i != kept]
            if others:
                inner = words.binders([r.sorts[i] for i in others], [xs[i] for i in others])
                yield Term(
                    f"count {xs[kept]} in {r.sorts[kept]}: some {inner}: {r.at(xs)}",
                    f"{r.sorts[kept]}s_with_{r.name}".lower(), True)


def holders(words: Vocabulary) -> Iterator[Term]:
    """How many own something that is related: `count m in Mm: some v in Vma: ...`."""
    for name, sort, owner in words.owners:
        (m,) = words.variables.of([owner])
        for r in words.relations:
            if r.sorts.count(sort) == 1:
                xs = words.variables.of(r.sorts, [m])
                held = f"{name}[{xs[r.sorts.index(sort)]}] == {m}"
                yield Term(
                    f"count {m} in {owner}: some {words.binders(r.sorts, xs)}: "
                    f"{held} and {r.at(xs)}",
                    f"{owner}s_with_{r.name}".lower(), True)


def ranks(words: Vocabulary) -> Iterator[Term]:
    """How far up a range a state of the world stands: `count t in Tick: t < needle`."""
    for mark, sort in words.marks:
        (x,) = words.variables.of([sort])
        yield Term(f"count {x} in {sort}: {x} < {mark}", f"below_{mark}", True)


def positives(words: Vocabulary) -> Iterator[Term]:
    """How many entries of a table are above zero."""
    for table, sort in words.tables:
        (x,) = words.variables.of([sort])
        yield Term(f"count {x} in {sort}: {table}[{x}] > 0", f"positive_{table}", True)


def sums(terms: list[Term]) -> Iterator[Term]:
    """Each two of the terms together."""
    for a, b in combinations(terms, 2):
        yield Term(f"{a.inner} + {b.inner}", f"{a.word}_and_{b.word}", True)


def columns(words: Vocabulary, sort: str, x: str) -> Iterator[Term]:
    """Numbers at the element `x` of a sort: `count v in Vma: pte[v, p]`."""
    for r in words.relations:
        if r.sorts.count(sort) == 1 and len(r.sorts) > 1:
            at = r.sorts.index(sort)
            others = [s for i, s in enumerate(r.sorts) if i != at]
            ys = words.variables.of(others, [x])
            args = (*ys[:at], x, *ys[at:])
            yield Term(f"count {words.binders(others, ys)}: {r.at(args)}", r.name, True)
    for name, of in words.shares:
        if of == sort:
            yield Term(f"{name}({x})", name)


def parts(words: Vocabulary, owner: str, m: str) -> Iterator[Term]:
    """Numbers of one owner `m`: what the file defines for it, and counts of what it has."""
    for name, of in words.shares:
        if of == owner:
            yield Term(f"{name}({m})", name)
    yield from _counted_parts(words, owner, m)
    yield from sums([t for t, r in _with_relations(words, owner, m) if r.is_state])


def _counted_parts(words: Vocabulary, owner: str, m: str) -> Iterator[Term]:
    return (t for t, _ in _with_relations(words, owner, m))


def _with_relations(
    words: Vocabulary, owner: str, m: str
) -> Iterator[tuple[Term, Relation]]:
    for name, sort, of in words.owners:
        for r in words.relations:
            if of == owner and r.sorts.count(sort) == 1:
                xs = words.variables.of(r.sorts, [m])
                held = f"{name}[{xs[r.sorts.index(sort)]}] == {m}"
                yield Term(
                    f"count {words.binders(r.sorts, xs)}: {held} and {r.at(xs)}",
                    r.name, True), r
