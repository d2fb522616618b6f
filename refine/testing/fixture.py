"""What the fixture `refine` hands to a test."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from refine.checks import CHECKS
from refine.faults import Fault
from refine.pipeline import Options
from refine.result import Refinement, Verdict
from refine.testing.held import Held, fault_text, held
from refine.testing.promises import SpecWarning, diagnosed
from spec.result import SpecError


class Refine:
    """Called with a class: `refine(MyClass)`."""

    def __init__(self, config: pytest.Config, folder: Path) -> None:
        self._config = config
        self._folder = folder

    def __call__(
        self, cls: type[Any], scheme: str | Path | None = None, *,
        scope: Mapping[str, int] | None = None, checks: Sequence[str] | None = None,
        runs: int | None = None, steps: int | None = None, seed: int = 0,
        budget: int | None = None,
    ) -> Refinement:
        """Hold it against its scheme; the test fails where they part, or where a check gives up.

        Args:
            scheme: the scheme's file, if it is not `NAME.fs` in one of the usual places.
            scope, checks, runs, steps, seed, budget: as for `spec refine`.
        Returns:
            What every check found.
        """
        __tracebackhide__ = True
        chosen = tuple(checks) if checks is not None else CHECKS
        options = Options(chosen, scope or {}, runs, steps, seed, budget)
        wrong = ""
        try:
            both = self._held(cls, scheme)
            found = both.refined(options)
        except Fault as fault:
            wrong = fault_text(fault)
        except SpecError as err:
            wrong = diagnosed(err)
        except ValueError as err:
            wrong = f"refine({cls.__name__}): {err}"
        if wrong:
            pytest.fail(wrong, pytrace=False)
        _judge(found, both)
        return found

    def _held(self, cls: type[Any], scheme: str | Path | None) -> Held:
        places = [self._folder, *folder_of(cls), Path.cwd(), self._config.rootpath]
        return held(cls, scheme, places)


def folder_of(cls: type[Any]) -> list[Path]:
    """The folder of the file that a class is written in."""
    try:
        path = inspect.getsourcefile(cls)
    except (OSError, TypeError):
        return []
    return [Path(path).resolve().parent] if path else []


def _judge(found: Refinement, both: Held) -> None:
    __tracebackhide__ = True
    verdicts = [f.verdict for c in found.checks for f in c.findings]
    if found.failed or Verdict.NOT_PROVED in verdicts:
        pytest.fail(both.told(found), pytrace=False)
    if found.undecided:
        names = ", ".join(found.undecided)
        warnings.warn(SpecWarning(f"{found.implementation}: never happened: {names}"),
                      stacklevel=3)
