"""Short texts loaded for tests; they stand over tests/errors/toy_world.fs and its like."""

from __future__ import annotations

from pathlib import Path

from spec import ir
from spec.load import Loaded, load_text
from spec.result import Diagnostic, SpecError
from tests.spec.wellformed import faults

ROOT = Path(__file__).parents[2]
TOYS = ROOT / "tests" / "errors"

MODULE = "module example over toy_world\n\n"
SCHEME = "scheme example over toy_world\n\n"
STILL = "on map, unmap\n\tchanges nothing\n\n"


def loaded(text: str) -> Loaded:
    """The text as a file `example.fs`; every system of it must be well formed."""
    found = load_text(text, "example.fs", [TOYS])
    for system in (*found.modules, *found.systems):
        assert faults(system) == []
    return found


def system(text: str) -> ir.System:
    """The one system of a text without slips."""
    (found,) = loaded(text).systems
    return found


def slips(text: str) -> list[Diagnostic]:
    """Every diagnostic about the text, warnings too."""
    try:
        return list(load_text(text, "example.fs", [TOYS]).warnings)
    except SpecError as err:
        return list(err.diagnostics)


def codes(text: str) -> list[str]:
    return [d.code for d in slips(text)]


def invariant(cond: str, before: str = "") -> ir.Expr:
    """The condition as an invariant of a module over toy_world, in IR."""
    found = system(f"{MODULE}{before}\n\ninvariant here\n\t{cond}\n")
    return next(p.cond for p in found.promises if p.name == "here")
