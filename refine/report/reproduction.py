"""The program with which a run comes again, for a report."""

from __future__ import annotations

from pathlib import Path

from refine.program import is_run, program
from refine.result import Divergence, Refinement
from spec.ir import System
from spec.load import packaged_path
from spec.report.ascii import field


def reproduction(divergence: Divergence, found: Refinement, system: System) -> str:
    """Python source that fails as the run did, in the folder where the tool was called; empty
    where there is none: no operations lead to the state, or no name to the class."""
    if not (found.loads_as and is_run(divergence)):
        return ""
    return program(divergence, system, _scheme(found), found.loads_as, found.only)


def reproduction_lines(divergence: Divergence, found: Refinement, system: System) -> list[str]:
    """The same under a heading, from the first column on, so that it can be pasted."""
    text = reproduction(divergence, found, system)
    if not text:
        return []
    return ["", *field("Program", "this, run as a file, fails with the same difference:"), "",
            *text.rstrip("\n").split("\n")]


def _scheme(found: Refinement) -> str:
    """The bare name, where that stands for the same file."""
    usual = Path(packaged_path(found.scheme))
    same = usual.exists() and usual.resolve() == Path(found.path).resolve()
    return found.scheme if same else found.path
