"""`spec run FILE...`: scenarios, or a run read back out of a mail."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import click

from spec.commands.loading import complain, guarded, load_file, unknown
from spec.commands.options import output_options, verbosity_of
from spec.commands.verdict import exit_code
from spec.console import Console, When
from spec.report import FORMATS
from spec.report.model import FileReport, Report, Style
from spec.result import Diagnostic, Result


@click.command("run")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--scenario", metavar="NAME", help="Only this scenario.")
@click.option(
    "--replay", metavar="MAIL", help="Run what `spec check --mail` printed; - reads it from stdin."
)
@output_options
@click.pass_obj
def command(
    console: Console,
    files: tuple[str, ...],
    scenario: str | None,
    replay: str | None,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    color: When,
    progress: When,
) -> int:
    """Run the scenarios of each FILE against every scheme they name, at their real sizes.

    With --replay, run what a mail says against the one FILE instead, and judge it:
    quotation marks and other text around the run do no harm.
    """
    if replay is not None and scenario is not None:
        raise click.UsageError("--replay and --scenario exclude each other")
    if replay is not None and len(files) > 1:
        raise click.UsageError("--replay judges a run against one file")
    verbosity = verbosity_of(quiet, verbose)
    console.enable_progress(progress)
    mail = _Mail.read(replay) if replay is not None else None
    loads = [load_file(file, console) for file in files]
    reports = [report for _, report in loads]
    if mail is None:
        _known_scenarios([report for loaded, report in loads if loaded is not None], scenario)
    for at, (loaded, report) in enumerate(loads):
        if loaded is not None:
            work = partial(_replay, report, mail) if mail else partial(
                _scenarios, report, scenario, console
            )
            reports[at] = guarded(report, console, work)
    console.clear()
    code = exit_code(reports)
    if not as_json:
        texts = {mail.path: mail.text} if mail else {}
        complain(reports, console, console.color(color, errors=True), texts)
    style = Style(verbosity, console.color(color), console.width())
    shape = "json" if as_json else "mail" if mail else "text"
    console.print(FORMATS[shape](Report("run", tuple(reports), code), style))
    return code


def _known_scenarios(reports: Sequence[FileReport], name: str | None) -> None:
    """Refuse a file without scenarios, and a name that no file has."""
    for report in reports:
        if not _stated(report):
            raise click.UsageError(f"{report.path} has no scenarios")
    known = list(dict.fromkeys(n for report in reports for n in _stated(report)))
    if reports and name is not None and name not in known:
        raise click.UsageError(f"no scenario is named {name}; {unknown(name, known)}")


def _stated(report: FileReport) -> list[str]:
    """The names of a file's scenarios, in its order."""
    stated = [s for system in report.systems for s in system.scenarios]
    stated.sort(key=lambda s: int(s.where.rpartition(":")[2] or 0))
    return list(dict.fromkeys(s.name for s in stated))


def _scenarios(report: FileReport, name: str | None, console: Console) -> FileReport:
    """Every scenario of the file in its order, or the one named."""
    from spec.run import run_scenario

    found = []
    for wanted in _stated(report):
        for system in report.systems if name in (None, wanted) else ():
            for scenario in system.scenarios:
                if scenario.name == wanted:
                    console.progress(f"running {wanted} against {system.name}")
                    found.append(run_scenario(system, scenario, report.path))
    return replace(report, scenarios=tuple(found))


@dataclass(frozen=True, slots=True)
class _Mail:
    """The text of a mail, and what its places are called."""

    path: str
    text: str

    @staticmethod
    def read(path: str) -> _Mail:
        try:
            data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        except OSError as err:
            raise click.UsageError(f"cannot read {path}: {err.strerror}") from err
        text = data.decode("utf-8", "replace").replace("\r\n", "\n")
        return _Mail("<stdin>" if path == "-" else path, text)


def _replay(report: FileReport, mail: _Mail) -> FileReport:
    """Every run of the mail, judged; what does not fit becomes a diagnostic."""
    from spec.replay import judge, read_mail
    from spec.world import ReplayError

    results: list[Result] = []
    slips: list[ReplayError] = []
    try:
        runs = read_mail(mail.text, mail.path)
    except ReplayError as err:
        runs, slips = (), [err]
    for quoted in runs:
        try:
            results.append(judge(report.systems, quoted, report.path))
        except ReplayError as err:
            slips.append(err)
    errors = [Diagnostic("", e.span, e.message, e.hint) for e in slips if not e.fits]
    misfits = [Diagnostic("", e.span, e.message, e.hint) for e in slips if e.fits]
    return replace(
        report,
        results=tuple(results),
        diagnostics=(*report.diagnostics, *errors),
        misfits=tuple(misfits),
    )
