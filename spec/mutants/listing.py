"""Every mutant of a scheme: the file with one slip in it, under a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Final

from spec import ast
from spec.ast import Item
from spec.mutants.blocks import changed_blocks, dropped, works
from spec.mutants.surroundings import Surroundings
from spec.source import Span

FORGOTTEN: Final = {
    "forget_pmd": ("*_pmd",),
    "forget_split": ("split_vma", "split_pmd"),
    "forget_fork": ("dup_*",),
}
"""Operations that a scheme's author may not have thought of: then all of a group change
nothing."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A scheme with one slip.

    `name` is unique in the file: the block, the place or name in it, and what was done,
    with a number where several would be called the same.  `edits` has what stands in
    place of the blocks that were changed, by their position in the file.
    """

    name: str
    edits: tuple[tuple[int, tuple[Item, ...]], ...]
    span: Span

    @property
    def operator(self) -> str:
        """What was done, without where: `drop_when`."""
        return self.name.rpartition(".")[2].rstrip("0123456789").rstrip("_")

    def file(self, original: ast.File) -> ast.File:
        """The whole file with the slip in it; it names no survivors."""
        made = dict(self.edits)
        items = [x for i, item in enumerate(original.items) for x in made.get(i, (item,))]
        return replace(
            original, items=tuple(x for x in items if not isinstance(x, ast.Mutant)))


def mutants_of(file: ast.File, below: Sequence[ast.File]) -> tuple[Mutant, ...]:
    """Every mutant of a scheme in the order of the text, whether it makes sense or not.

    Args:
        below: the trees of the layers under it, lowest first.
    """
    around = Surroundings(file, below)
    made = [
        Mutant(name, ((i, items),), item.span)
        for i, item in enumerate(file.items)
        for name, items in changed_blocks(item, around)
    ]
    made += _forgetful(file)
    often = Counter(m.name for m in made)
    seen: Counter[str] = Counter()
    named = []
    for m in made:
        seen[m.name] += 1
        number = f"_{seen[m.name]}" if often[m.name] > 1 else ""
        named.append(replace(m, name=m.name + number))
    return tuple(named)


def _forgetful(file: ast.File) -> Iterator[Mutant]:
    for name, patterns in FORGOTTEN.items():
        edits = []
        for i, item in enumerate(file.items):
            if isinstance(item, ast.On) and works(item):
                ops = [o for o in item.ops if any(fnmatchcase(o, p) for p in patterns)]
                if ops:
                    edits.append((i, dropped(item, ops)))
        if edits:
            yield Mutant(name, tuple(edits), file.items[edits[0][0]].span)
