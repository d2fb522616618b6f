"""A bug is a model with one line changed: written to a file of its own and loaded from there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from refine.loading import load_implementation

MODELS = Path(__file__).resolve().parents[3] / "refine" / "models"


@dataclass(frozen=True, slots=True)
class Bug:
    """One slip that somebody could make.

    Args:
        name: unique; the row of the matrix.
        model: the model it is planted in.
        kind: the class of bugs it belongs to, as `docs/refinement.md` lists them.
        old, new: the text that is replaced, once (a part of a line, or some lines).
        missed: the checks that do not find it, with the reason; all others claim to.
        scope: where the exhaustive and the symbolic check look, if not in the usual one.
    """

    name: str
    model: str
    kind: str
    old: str
    new: str
    missed: tuple[tuple[str, str], ...] = ()
    scope: tuple[tuple[str, int], ...] = ()


def planted(bug: Bug, folder: Path) -> type[Any]:
    """The model with the bug, from a file in the folder."""
    text = (MODELS / f"{bug.model}.py").read_text(encoding="utf-8")
    assert text.count(bug.old) == 1, f"{bug.name}: {text.count(bug.old)} times in {bug.model}.py"
    path = folder / f"{bug.name}.py"
    path.write_text(text.replace(bug.old, bug.new), encoding="utf-8")
    return load_implementation(str(path))
