"""Candidates read as if they stood at the end of the file, and laid out to be pasted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from spec import ast, ir
from spec.expr_text import flow_expr, lay_out
from spec.inference.templates import Candidate, candidates
from spec.inference.vocabulary import declared, vocabulary
from spec.load import Loaded, load_text
from spec.result import InternalError, SpecError
from spec.source import MAX_BYTES
from spec.tokens import MAX_NAME

_ROOM = MAX_BYTES // 2
_LINES = 3
"""Of each candidate in the text, the empty one included."""


@dataclass(frozen=True, slots=True)
class Graft:
    """A candidate as a promise of the system, `block` its canonical text in a file."""

    candidate: Candidate
    promise: ir.Promise
    block: str

    @property
    def name(self) -> str:
        return self.promise.name


def grafts(loaded: Loaded, wave: int, before: Iterable[Graft] = ()) -> tuple[Graft, ...]:
    """The candidates of one wave for the scheme of a file, understood.

    Left out is what is true by its form, what an invariant of the file says already, and
    what another candidate says.

    Args:
        before: those of the waves before this.
    """
    before = tuple(before)
    system = loaded.systems[0]
    made = candidates(vocabulary(system, loaded.trees), wave)
    seen = {p.cond for p in system.promises if p.kind == "invariant"} | {ir.TRUE, ir.FALSE}
    seen |= {g.promise.cond for g in before}
    found: list[Graft] = []
    names = {*_names(loaded), *(g.name for g in before)}
    for chunk in _chunks(_named_apart(made, names)):
        for graft in _understood(loaded, chunk):
            if graft.promise.cond not in seen:
                seen.add(graft.promise.cond)
                found.append(graft)
    return tuple(found)


def pasted(loaded: Loaded, chosen: Sequence[Graft]) -> tuple[Graft, ...]:
    """The chosen ones under the names that they are to have in the file."""
    taken = set(_names(loaded))
    named: list[Candidate] = []
    for graft in chosen:
        c = graft.candidate
        name = next(n for n in _options(c.short, c.name) if n not in taken)
        taken.add(name)
        named.append(replace(c, name=name))
    return tuple(_understood(loaded, named)) if named else ()


def with_invariants(loaded: Loaded, added: Sequence[Graft]) -> Loaded:
    """The file as if the invariants stood in it."""
    system = loaded.systems[0]
    promises = (*system.promises, *(g.promise for g in added))
    return replace(loaded, systems=(replace(system, promises=promises),))


# ----------------------------------------------------------------- reading


def _understood(loaded: Loaded, chosen: Sequence[Candidate]) -> Iterator[Graft]:
    """The promises that the candidates make in the file; those that the language does not
    accept there, because of what a define asks, are left out."""
    path = loaded.file.header.span.path
    text = loaded.sources[path].rstrip("\n") + "\n"
    first = text.count("\n") + 2
    blocks = (f"\ninvariant {c.name}\n\t{c.text}\n" for c in chosen)
    try:
        again = load_text(text + "".join(blocks), path)
    except SpecError as error:
        errors = [d for d in error.diagnostics if d.severity == "error"]
        wrong = {(d.span.line - first) // _LINES for d in errors if d.span.path == path}
        rest = [c for i, c in enumerate(chosen) if i not in wrong]
        if len(rest) == len(chosen):
            raise InternalError(f"a candidate is not accepted: {error}") from error
        yield from _understood(loaded, rest)
        return
    promises = {p.name: p for p in again.systems[0].promises}
    trees = {i.name: i for i in again.file.items if isinstance(i, ast.Invariant)}
    for c in chosen:
        promise = replace(promises[c.name], where="")
        yield Graft(c, promise, _block(trees[c.name]))


def _block(tree: ast.Invariant) -> str:
    lines = [f"invariant {tree.name}", *lay_out(flow_expr(tree.cond), 1)]
    return "\n".join(lines)


def _chunks(made: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    """Pieces that a file has room for."""
    chunk: list[Candidate] = []
    size = 0
    for c in made:
        size += len(c.name) + len(c.text) + 20
        if size > _ROOM:
            yield chunk
            chunk, size = [], len(c.name) + len(c.text) + 20
        chunk.append(c)
    if chunk:
        yield chunk


# ------------------------------------------------------------------- names


def _names(loaded: Loaded) -> Iterator[str]:
    return (name for tree in loaded.trees.values() for name in declared(tree))


def _named_apart(made: Sequence[Candidate], names: Collection[str]) -> list[Candidate]:
    """The same, no name that of something else, none too long."""
    taken = set(names)
    kept = []
    for c in made:
        name = _free(c.name, taken)
        taken.add(name)
        kept.append(replace(c, name=name))
    return kept


def _free(name: str, taken: Collection[str]) -> str:
    return next(n for n in _options(name, name) if n not in taken)


def _options(short: str, name: str) -> Iterator[str]:
    """The names to try, best first."""
    yield short[:MAX_NAME]
    yield name[:MAX_NAME]
    yield from (f"{short[: MAX_NAME - 5]}_{n}" for n in range(2, 10_000))
