"""A `.fs` file as tests: one for each promise and scenario, decided at the first that runs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from spec.exit_code import ExitCode, code_of
from spec.ir import Scenario, System
from spec.load import Loaded, load
from spec.report import mail, text
from spec.report.ascii import MAIL_WIDTH
from spec.report.diagnostics import render
from spec.report.hooks import hooks_of
from spec.report.model import FileReport, Report, Style
from spec.report.scenario import lines_of
from spec.report.words import VERDICTS
from spec.result import Outcome, Result, SpecError
from spec.run import run_scenario

if TYPE_CHECKING:
    from solver.decide import Decider

_STYLE = Style("normal", color=False, width=MAIL_WIDTH)
_DECIDER = pytest.StashKey["Decider"]()


class SpecWarning(pytest.PytestWarning):
    """Something that `spec` would say without failing."""


def shown_path(path: Path) -> str:
    """As a user would write it from where pytest runs."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)


def decider_of(config: pytest.Config) -> Decider:
    """One for the session: what it has decided it does not decide again."""
    if _DECIDER not in config.stash:
        from solver.decide import Decider, Options
        from spec.commands.options import store_of

        store = store_of(os.environ.get("SPEC_CACHE"), bool(os.environ.get("SPEC_NO_CACHE")))
        config.stash[_DECIDER] = Decider(Options(store=store))
    return config.stash[_DECIDER]


class SpecFile(pytest.File):
    """A file of promises or of scenarios; one that does not load is one failing test."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.shown = shown_path(self.path)
        self._report: FileReport | None = None

    def collect(self) -> Iterator[pytest.Item]:
        try:
            self.loaded = load(self.shown)
        except SpecError as err:
            yield Broken.from_parent(self, name="loads", text=diagnosed(err))
            return
        if self.loaded.warnings:
            said = render(self.loaded.warnings, color=False)
            self.warn(SpecWarning(said.rstrip()))
        many = self.loaded.file.header.kind == "scenarios"
        for system in self.loaded.systems:
            if not many:
                for name, line in promises_of(system).items():
                    yield PromiseItem.from_parent(self, name=name, line=line)
            for scenario in system.scenarios:
                name = f"{scenario.name}[{system.name}]" if many else scenario.name
                yield ScenarioItem.from_parent(
                    self, name=name, system=system, scenario=scenario)

    def report(self) -> FileReport:
        """Every verdict about the file and the modules below it."""
        if self._report is None:
            results = decider_of(self.config).decide(self.loaded, self.shown)
            self._report = replace(report_of(self.loaded, self.shown), results=results)
            idle = [r for r in results if r.kind == "vacuity" and r.scheme in self._report.own]
            if idle:
                names = ", ".join(r.name for r in idle)
                reason = idle[0].decision.reason
                self.warn(SpecWarning(f"{self.shown}: nothing is said of {names}: {reason}"))
        return self._report


def report_of(loaded: Loaded, shown: str) -> FileReport:
    """What is known of a file before anything is decided."""
    return FileReport(
        shown, (*loaded.modules, *loaded.systems), hooks=hooks_of(loaded.trees),
        sources=loaded.sources, own=tuple(s.name for s in loaded.systems))


def diagnosed(err: SpecError) -> str:
    """`mine.fs:3:1: error FS040: ...`, with the lines."""
    return render(err.diagnostics, color=False).rstrip()


def promises_of(system: System) -> dict[str, int]:
    """Names of what `spec check` decides of a file, with their lines where they have one.

    An answer stands for its classes (`folio_mapped.unsafe`), a place for its duties.
    """
    found: dict[str, int] = {}
    for p in system.promises:
        if p.layer == system.name or p.kind != "invariant":
            is_class = p.kind == "answer_class"
            name = p.name.partition(".")[0] if is_class else p.name
            found.setdefault(name, _line(p.where) if p.layer == system.name else 0)
    duties = sorted(
        (d.kind, d.place) for a in system.actions for d in a.duties
        if d.layer in ("", system.name))
    for _, place in duties:
        found.setdefault(place, 0)
    for name in system.expects:
        found.setdefault(name, 0)
    return found


def _line(where: str) -> int:
    number = where.rpartition(":")[2]
    return int(number) if number.isdigit() else 0


def skip(reason: str) -> NoReturn:
    """Skip the item that runs; the report names its own place and not this one."""
    raise pytest.skip.Exception(reason, _use_item_location=True)


def _index(line: int) -> int:
    """As pytest counts lines."""
    return max(line - 1, 0)


class Broken(pytest.Item):
    """What cannot even be read."""

    def __init__(self, *, text: str, **kw: Any) -> None:
        super().__init__(**kw)
        self.text = text

    def runtest(self) -> None:
        pytest.fail(self.text, pytrace=False)

    def reportinfo(self) -> tuple[Path | str, None, str]:
        parent = self.parent
        where = self.path if isinstance(parent, SpecFile) else self.nodeid.partition("::")[0]
        return where, None, f"{parent.name if parent else ''} {self.name}".strip()


class PromiseItem(pytest.Item):
    """One promise: fails where it is not as expected, and where it is not proved."""

    parent: SpecFile

    def __init__(self, *, line: int, **kw: Any) -> None:
        super().__init__(**kw)
        self.line = line

    def runtest(self) -> None:
        report = self.parent.report()
        own = [r for r in report.results if r.scheme in report.own and self._is_mine(r)]
        below = [r for r in report.results if r.scheme not in report.own]
        if not own:
            pytest.fail(f"nothing was decided about {self.name}", pytrace=False)
        for where, results in (("", own), (f"below {self.path.name}: ", below)):
            wrong = [r for r in results if code_of(r) is not ExitCode.OK]
            if wrong:
                pytest.fail(where + failure_text(report, wrong), pytrace=False)
        if all(r.decision.outcome is Outcome.VACUOUS for r in own):
            skip(f"vacuous: {own[0].decision.reason}")

    def _is_mine(self, result: Result) -> bool:
        if result.kind == "vacuity":
            return False
        is_class = result.kind == "answer_class"
        return (result.name.partition(".")[0] if is_class else result.name) == self.name

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, _index(self.line), self.name


def failure_text(report: FileReport, wrong: Sequence[Result]) -> str:
    """The run as it goes into a mail; where there is none, what is known, and "not proved"."""
    runs = [r for r in wrong if r.decision.outcome is Outcome.REFUTED]
    shown = runs or wrong
    heads, blocks = [], []
    for r in shown:
        word = VERDICTS[r.decision.outcome][0]
        wanted = f" (expected: {r.expected})" if r.expected and not r.as_expected else ""
        open_ = "not proved: " if code_of(r) is ExitCode.NOT_PROVED else ""
        heads.append(f"{open_}{r.name} is {word}{wanted}")
        blocks.append(_block(report, r))
    return "\n\n".join(["; ".join(heads), *blocks])


def _block(report: FileReport, result: Result) -> str:
    # Without `own` a module is told at length, as a scheme is.
    file = replace(report, results=(result,), own=())
    made = Report("check", (file,), code_of(result))
    if result.decision.outcome is Outcome.REFUTED:
        return mail.render(made, _STYLE).rstrip()
    return text.render(made, _STYLE).rpartition("\n\n")[0].rstrip()


class ScenarioItem(pytest.Item):
    """One scenario, run against one scheme."""

    parent: SpecFile

    def __init__(self, *, system: System, scenario: Scenario, **kw: Any) -> None:
        super().__init__(**kw)
        self.system = system
        self.scenario = scenario

    def runtest(self) -> None:
        found = run_scenario(self.system, self.scenario, self.parent.shown)
        if not found.passed:
            known = report_of(self.parent.loaded, self.parent.shown)
            file = replace(known, scenarios=(found,))
            pytest.fail("\n".join(lines_of(file, _STYLE)).strip("\n"), pytrace=False)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, _index(_line(self.scenario.where)), self.name
