"""An implementation and its scheme: found, held against each other, and told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from refine.adapter import bind
from refine.checks import CHECKS
from refine.faults import Fault, Kind
from refine.pipeline import Options, refine
from refine.report import text
from refine.report.divergence import fault_lines
from refine.report.text import RefineReport, Shown
from refine.result import Refinement
from refine.scopes import scopes_of
from refine.testing.promises import shown_path
from spec.exit_code import ExitCode
from spec.ir import System
from spec.load import Loaded, load, packaged_path
from spec.report.hooks import hooks_of
from spec.report.model import Style


@dataclass(frozen=True, slots=True)
class Held:
    """A class that fits the scheme that it names."""

    cls: type[Any]
    loaded: Loaded
    path: str

    @property
    def system(self) -> System:
        return self.loaded.systems[0]

    def refined(self, options: Options) -> Refinement:
        """What every check finds.

        Raises:
            ValueError: a check that there is not, a scope that does not fit the scheme.
        """
        for check in options.checks:
            if check not in CHECKS:
                raise ValueError(f"there is no check {check!r}; there are: {', '.join(CHECKS)}")
        scopes_of(self.system, options.scope)
        return refine(self.cls, self.system, self.path, options)

    def told(self, found: Refinement) -> str:
        """What is wrong in a line, and as it goes into a mail."""
        shown = Shown(found, self.system, hooks_of(self.loaded.trees))
        code = ExitCode.NOT_REFINED if found.failed else ExitCode.NOT_PROVED
        block = text.mail(RefineReport((shown,), code), Style()).rstrip()
        return f"{self._head(found)}\n\n{block}"

    def _head(self, found: Refinement) -> str:
        sides = f"{self.cls.__name__} and {self.system.name}"
        parted = next((c.divergence for c in found.checks if c.divergence), None)
        if parted is not None:
            return f"{sides} part in {', '.join(parted.where) or 'no operation'}"
        return f"not proved: {sides}"


def held(cls: type[Any], scheme: str | Path | None, places: Sequence[Path]) -> Held:
    """The class beside its scheme.

    Args:
        scheme: the scheme's file; without it `NAME.fs` is looked for, in the places and among
            those that come with the tool.
        places: folders, the first in which the file is counts.
    Raises:
        Fault: there is no such file, or the class does not fit the scheme.
        SpecError: the file has errors.
    """
    name = getattr(cls, "scheme", None)
    if not isinstance(name, str):
        raise Fault(Kind.LOAD, f"{cls.__name__} does not say which scheme it implements",
                    hint='write `scheme = "NAME"` in the class')
    path = _find(str(scheme or f"{name}.fs"), places, "" if scheme else packaged_path(name))
    loaded = load(path)
    kind = loaded.file.header.kind
    if kind != "scheme":
        found = "a module" if kind == "module" else kind
        raise Fault(Kind.LOAD, f"{path} holds {found}; only schemes have code")
    if loaded.systems[0].name != name:
        raise Fault(
            Kind.LOAD, f"{cls.__name__} implements {name}, not {loaded.systems[0].name}")
    bind(cls, loaded.systems[0])
    return Held(cls, loaded, path)


def _find(name: str, places: Sequence[Path], otherwise: str) -> str:
    for place in places:
        if (place / name).is_file():
            return shown_path((place / name).resolve())
    if otherwise and Path(otherwise).is_file():
        return otherwise
    looked = ", ".join(dict.fromkeys(shown_path(p) for p in places))
    raise Fault(Kind.LOAD, f"there is no {name}", hint=f"looked in {looked}")


def fault_text(fault: Fault) -> str:
    """`The implementation cannot be loaded: ...`"""
    return "\n".join(fault_lines(fault))
