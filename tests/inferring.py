"""Inference as the command does it, for texts that stand in no file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from solver.inference import Inference, infer
from spec.inference.grafting import Graft, grafts
from spec.inference.templates import WAVES
from spec.ir import Promise
from spec.load import Loaded, load_text, schemes_dir
from tests.conformance.toys import TOYS
from tests.stripping import stripped


@dataclass(frozen=True)
class Found:
    """What was inferred, with the candidates as text by their names."""

    report: Inference
    texts: dict[str, str]

    @property
    def added(self) -> set[str]:
        return {self.texts[p.name] for p in self.report.added}


def above(folder: Path, name: str, text: str) -> Loaded:
    """A text as if it stood in a folder."""
    return load_text(text, str(folder / f"{name}.fs"))


def stripped_toy(name: str, more: str = "") -> Loaded:
    """A toy without its invariants, blocks added."""
    return above(TOYS, name, stripped((TOYS / f"{name}.fs").read_text()) + more)


def stripped_scheme(name: str) -> Loaded:
    text = (schemes_dir() / f"{name}.fs").read_text()
    return above(schemes_dir(), name, stripped(text))


def inferred(loaded: Loaded, only: Collection[str] = ()) -> Found:
    """Infer, the invariants of the modules taken for granted."""
    made: dict[str, Graft] = {}

    def waves() -> Iterator[Sequence[Promise]]:
        for wave in range(WAVES):
            fresh = grafts(loaded, wave, made.values())
            made.update({g.name: g for g in fresh})
            yield [g.promise for g in fresh]

    found = infer(
        loaded.systems[0], waves(), wants=lambda n: not only or n.partition(".")[0] in only)
    return Found(found, {g.name: g.candidate.text for g in made.values()})
