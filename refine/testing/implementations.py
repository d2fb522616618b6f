"""An implementation as tests: one for each operation and answer of its scheme."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from refine.checks import CHECKS
from refine.faults import Fault
from refine.loading import load_implementation
from refine.pipeline import Options
from refine.report.text import finding_text
from refine.result import CheckReport, Finding, Refinement, Verdict
from refine.scopes import scopes_of
from refine.testing.fixture import folder_of
from refine.testing.held import Held, fault_text, held
from refine.testing.promises import Broken, diagnosed, skip
from spec.result import SpecError


def nodes(
    session: pytest.Session, asked: Sequence[tuple[str, Path]]
) -> Iterator[Implementation]:
    """A collector for each implementation that is named, once.

    Args:
        asked: `CLASS` or `CLASS FILE.fs`, and the folder that paths in it start from.
    """
    seen: set[str] = set()
    for text, base in asked:
        cls, *scheme = text.split(maxsplit=1)
        if cls not in seen:
            seen.add(cls)
            yield Implementation.from_parent(
                session, name=cls, nodeid=cls, base=base, scheme=scheme[0] if scheme else None)


class Implementation(pytest.Collector):
    """Beside its scheme; what cannot be loaded, or does not fit it, is one failing test."""

    def __init__(self, *, base: Path, scheme: str | None, **kw: Any) -> None:
        super().__init__(**kw)
        self.base = base
        self.scheme = scheme
        self._found: Refinement | None = None
        checks = tuple(dict.fromkeys(self.config.getoption("spec_check"))) or CHECKS
        self.options = Options(checks, self.config.getoption("spec_scope") or {})

    def collect(self) -> Iterator[pytest.Item]:
        wrong = self._load()
        if wrong:
            yield Broken.from_parent(self, name="loads", text=wrong)
            return
        try:
            scopes_of(self.held.system, self.options.scope)
        except ValueError as err:
            raise self.CollectError(f"--spec-scope: {err}") from err
        system = self.held.system
        names = [*(a.name for a in system.actions), *(a.question for a in system.answers)]
        for name in names:
            yield Operation.from_parent(self, name=name)

    def _load(self) -> str:
        """Class and scheme; or what is wrong with them."""
        try:
            cls = load_implementation(self._rooted())
            places = [self.base] if self.scheme else [*folder_of(cls), self.base, Path.cwd()]
            self.held: Held = held(cls, self.scheme, places)
        except Fault as fault:
            return fault_text(fault)
        except SpecError as err:
            return diagnosed(err)
        return ""

    def _rooted(self) -> str:
        """Paths start where pytest was called, or at the ini file."""
        module, colon, name = self.name.partition(":")
        if module.endswith(".py") and self.base != Path.cwd():
            module = str(self.base / module)
        return f"{module}{colon}{name}"

    def found(self) -> Refinement:
        """What the checks found, at the first operation that asks."""
        if self._found is None:
            self._found = self.held.refined(self.options)
        return self._found


class Operation(pytest.Item):
    """One operation or answer: what every check says of it."""

    parent: Implementation

    def runtest(self) -> None:
        found = self.parent.found()
        mine = [(c, f) for c in found.checks for f in c.findings if f.name == self.name]
        failed = next((c for c in found.checks if c.failed), None)
        if found.fault is not None or (failed is not None and self._is_about(failed)):
            pytest.fail(self.parent.held.told(found), pytrace=False)
        reasons = [_reason(c, f) for c, f in mine if f.verdict is Verdict.NOT_PROVED]
        if reasons or not mine:
            where = _elsewhere(failed)
            pytest.fail("\n".join(["not proved", "", *reasons, *where]), pytrace=False)
        unseen = [_reason(c, f) for c, f in mine if f.verdict is Verdict.UNSEEN]
        if len(unseen) == len(mine):
            skip("never happened: " + "; ".join(unseen))
        self.add_report_section(
            "call", "checks", "\n".join(f"{c.check}: {finding_text(f)}" for c, f in mine))

    def _is_about(self, check: CheckReport) -> bool:
        """Do the sides part here?  Where it is no operation they part everywhere."""
        where = {f.name for f in check.findings if f.verdict is Verdict.FAILED} - {"__init__"}
        return not where or self.name in where

    def reportinfo(self) -> tuple[str, int, str]:
        return self.parent.name, 0, self.name


def _reason(check: CheckReport, finding: Finding) -> str:
    return f"{check.check}: {finding.reason or check.reason or finding.verdict.value}"


def _elsewhere(failed: CheckReport | None) -> list[str]:
    if failed is None or failed.divergence is None:
        return []
    return [f"The sides part in {', '.join(failed.divergence.where)}, whose test shows the run."]
