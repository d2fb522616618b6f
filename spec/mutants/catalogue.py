"""The mutants of a scheme that mean something: checked, compared with the scheme, and
with each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from spec import ast
from spec.ir import System
from spec.load import Loaded, Variants
from spec.mutants.listing import Mutant, mutants_of
from spec.mutants.texts import Texts
from spec.result import SpecError


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mutant that means something else than the scheme.

    `also` are the names of mutants that mean the same as this one; `survives` is the reason
    that the file gives for one of these names.
    """

    name: str
    also: tuple[str, ...]
    operator: str
    where: str
    diff: tuple[str, ...]
    system: System
    survives: str | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`refused` are mutants with errors, with the codes; `unchanged` mean the same as the
    scheme; `idle` are names in `mutant` blocks of the file that are among these."""

    scheme: str
    candidates: tuple[Candidate, ...]
    refused: Mapping[str, tuple[str, ...]]
    unchanged: tuple[str, ...]
    idle: tuple[str, ...]

    def names(self) -> tuple[str, ...]:
        """Of all mutants, whatever became of them."""
        kept = [n for c in self.candidates for n in (c.name, *c.also)]
        return (*kept, *self.refused, *self.unchanged)

    def only(self, globs: Sequence[str]) -> Catalogue:
        """The part about mutants so named; of equal mutants any name will do."""
        def wanted(*names: str) -> bool:
            return any(fnmatchcase(n, glob) for n in names for glob in globs)

        return Catalogue(
            self.scheme,
            tuple(c for c in self.candidates if wanted(c.name, *c.also)),
            {n: codes for n, codes in self.refused.items() if wanted(n)},
            tuple(n for n in self.unchanged if wanted(n)),
            tuple(n for n in self.idle if wanted(n)),
        )

    @property
    def made(self) -> int:
        """How many mutants there were before any was dropped or merged."""
        merged = sum(1 + len(c.also) for c in self.candidates)
        return merged + len(self.refused) + len(self.unchanged)


def catalogue(loaded: Loaded, path: str, progress: Callable[[str], None]) -> Catalogue:
    """All mutants of a scheme file.

    Args:
        loaded: the file, which is a scheme; `path` is what it was loaded by.
    """
    file, text = loaded.file, loaded.sources[path]
    variants, texts = Variants(text, path), Texts(file, text, path)
    below = [loaded.trees[m.name] for m in loaded.modules]
    named = {n: i.reason for i in file.items if isinstance(i, ast.Mutant) for n in i.names}
    groups: dict[object, list[tuple[Mutant, System]]] = {}
    refused: dict[str, tuple[str, ...]] = {}
    unchanged: list[str] = []
    original = meaning(loaded.systems[0])
    for mutant in mutants_of(file, below):
        progress(f"{file.header.name}: making {mutant.name}")
        try:
            system = variants.system(mutant.file(file))
        except SpecError as err:
            refused[mutant.name] = tuple(sorted({
                d.code for d in err.diagnostics if d.severity == "error"}))
            continue
        key = meaning(system)
        if key == original:
            unchanged.append(mutant.name)
        else:
            groups.setdefault(key, []).append((mutant, system))
    candidates = tuple(_candidate(group, named, texts) for group in groups.values())
    gone = {*refused, *unchanged}
    return Catalogue(
        file.header.name, candidates, refused, tuple(unchanged),
        tuple(n for n in named if n in gone))


def _candidate(
    group: list[tuple[Mutant, System]], named: Mapping[str, str], texts: Texts
) -> Candidate:
    mutant, system = group[0]
    names = [m.name for m, _ in group]
    return Candidate(
        mutant.name, tuple(names[1:]), mutant.operator,
        f"{mutant.span.path}:{mutant.span.line}", texts.diff(mutant), system,
        next((named[n] for n in names if n in named), None))


def meaning(system: System) -> tuple[object, ...]:
    """What a system says, without its texts; equal expressions are one object."""
    return (
        tuple((s.name, s.init) for s in system.states),
        tuple((a.name, a.guard, tuple(sorted(a.updates.items(), key=lambda u: u[0])), a.duties)
              for a in system.actions),
        tuple((p.name, p.cond, p.premise) for p in system.promises),
        tuple((a.question, a.value) for a in system.answers),
    )
