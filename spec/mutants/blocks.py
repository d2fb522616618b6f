"""The changes of blocks: `on`, `update`, `answer`, `gives` and first values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from spec import ast
from spec.ast import Clause, Item
from spec.mutants.expressions import changes, shorter
from spec.mutants.rewriting import Change, both, may_be_truth, negated
from spec.mutants.surroundings import Stretch, Surroundings

Changed = tuple[str, tuple[Item, ...]]
"""The name of a mutant, and what stands in place of the block."""

NOTHING = (ast.Changes(()),)


def changed_blocks(item: Item, around: Surroundings) -> Iterator[Changed]:
    """Every mutant of one block of a scheme; names may repeat."""
    match item:
        case ast.On():
            yield from _on(item, around)
        case ast.NamedUpdate(name):
            if _works(item.clauses):
                yield f"{name}.drop", (replace(item, clauses=NOTHING),)
            for word, clauses in _clauses(item.clauses, around, None):
                yield f"{name}.{word}", (replace(item, clauses=clauses),)
        case ast.Answer(name, _, value):
            for word, made in (*_truth(value), *changes(value, around, in_step=False)):
                yield f"{name}.{word}", (replace(item, value=made),)
        case ast.Gives(name, value):
            for word, made in (*_truth(value), *changes(value, around, in_step=False)):
                yield f"{name}.{word}", (replace(item, value=made),)
        case ast.StateDecl(name, _, init):
            for word, made in (*_truth(init), *changes(init, around, in_step=False)):
                yield f"{name}.init.{word}", (replace(item, init=made),)
        case _:
            pass


def dropped(on: ast.On, ops: Sequence[str]) -> tuple[Item, ...]:
    """The block without these of its operations, which then change nothing."""
    gone = tuple(op for op in on.ops if op in ops)
    kept = tuple(op for op in on.ops if op not in ops)
    if not kept:
        return (replace(on, clauses=NOTHING),)
    return (
        replace(on, ops=kept),
        ast.On(gone, None, NOTHING, span=on.span),
    )


def _works(clauses: Sequence[Clause]) -> bool:
    return any(isinstance(c, ast.Update | ast.Do) for c in clauses)


def works(on: ast.On) -> bool:
    """Does the block change anything?"""
    return _works(on.clauses)


def _on(on: ast.On, around: Surroundings) -> Iterator[Changed]:
    if works(on):
        for op in on.ops:
            yield f"{op}.drop", dropped(on, (op,))
    stretch = around.stretch(on)
    for word, clauses in _clauses(on.clauses, around, stretch):
        yield f"{on.ops[0]}.{word}", (replace(on, clauses=clauses),)


def _truth(e: ast.Expr) -> Iterator[Change]:
    if may_be_truth(e):
        yield "negate", negated(e)


# ----------------------------------------------------------------- clauses


def _clauses(
    clauses: Sequence[Clause], around: Surroundings, stretch: Stretch | None
) -> Iterator[tuple[str, tuple[Clause, ...]]]:
    """The clauses with a change in one of them."""
    parts = sum(isinstance(c, ast.Update | ast.Do) for c in clauses)
    for i, clause in enumerate(clauses):
        if isinstance(clause, ast.Update | ast.Do) and parts > 1:
            yield f"{clause.name}.drop", _without(clauses, i)
        for word, made in _clause(clause, around, stretch):
            yield word, (*clauses[:i], made, *clauses[i + 1 :])


def _clause(
    clause: Clause, around: Surroundings, stretch: Stretch | None
) -> Iterator[tuple[str, Clause]]:
    match clause:
        case ast.Update(name):
            for word, update in _update(clause, around, stretch):
                yield f"{name}.{word}", update
        case ast.Let(name, value):
            for word, made in (*_truth(value), *changes(value, around, stretch)):
                yield f"{name}.{word}", replace(clause, value=made)
        case ast.Do(name, args):
            for i, arg in enumerate(args):
                for word, made in changes(arg, around, stretch):
                    yield f"{name}.{word}", replace(
                        clause, args=(*args[:i], made, *args[i + 1 :]))
        case _:
            pass


def _update(
    update: ast.Update, around: Surroundings, stretch: Stretch | None
) -> Iterator[tuple[str, ast.Update]]:
    if update.when is not None:
        yield "drop_when", replace(update, when=None)
        yield "negate_when", replace(update, when=negated(update.when))
    if isinstance(update.value, ast.Bool):
        yield "negate", replace(update, value=negated(update.value))
    for word, value in changes(update.value, around, stretch):
        yield word, replace(update, value=value)
    if update.binder is not None:
        for word, binder, cond in shorter(update.binder, around):
            when = update.when if cond is None else both(cond, update.when)
            yield word, replace(update, binder=binder, when=when)
    if update.when is not None:
        for word, when in changes(update.when, around, stretch):
            yield word, replace(update, when=when)


def _without(clauses: Sequence[Clause], gone: int) -> tuple[Clause, ...]:
    """The clauses without one update, whose place is taken out of `changes`."""
    kept = [c for i, c in enumerate(clauses) if i != gone]
    update = clauses[gone]
    if isinstance(update, ast.Update):
        kept = [_unlisted(c, update, kept) if isinstance(c, ast.Changes) else c for c in kept]
    done = any(isinstance(c, ast.Do) for c in kept)
    return tuple(
        c for c in kept if not (isinstance(c, ast.Changes) and not c.places and done)
    )


def _unlisted(listed: ast.Changes, update: ast.Update, kept: Sequence[Clause]) -> ast.Changes:
    others = [c for c in kept if isinstance(c, ast.Update) and c.name == update.name]

    def stays(place: ast.Place) -> bool:
        if place.name != update.name:
            return True
        if place.args == update.args:
            return any(o.args == update.args for o in others)
        return bool(others)

    return replace(listed, places=tuple(p for p in listed.places if stays(p)))


