"""`spec infer FILE`: the invariants that a scheme lacks, ready to be pasted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from spec.commands.inferring import infer_for
from spec.commands.loading import complain, guarded, load_file
from spec.commands.options import cache_options, output_options, store_of, verbosity_of
from spec.commands.verdict import exit_code
from spec.console import Console, When
from spec.exit_code import ExitCode, first
from spec.report.model import FileReport, Report, Style

if TYPE_CHECKING:
    from solver.store import Store
    from spec.load import Loaded


@click.command("infer")
@click.argument("file")
@cache_options
@output_options
@click.pass_obj
def command(
    console: Console,
    file: str,
    cache: str | None,
    no_cache: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    color: When,
    progress: When,
) -> int:
    """Find invariants that the proofs of FILE, a scheme, lack.

    Prints the invariants as they are pasted into the file; everything else in the output
    is comments.  Each is proved, together with those of the file, for any folio size and
    any number of processes.  With -v also the candidates that were dropped, and why.

    Exit codes: 0 all that is expected to hold is proved with them; 4 not all; 1 some of it
    is refuted.
    """
    verbosity = verbosity_of(quiet, verbose)
    console.enable_progress(progress)
    loaded, report = load_file(file, console)
    if loaded is not None:
        kind = loaded.file.header.kind
        if kind != "scheme":
            what = "scenarios" if kind == "scenarios" else f"a {kind}"
            raise click.UsageError(f"{file} is {what}; invariants are inferred for schemes")
        report = _infer(loaded, report, console, store_of(cache, no_cache))
    console.clear()
    code = _code(report)
    if not as_json:
        complain([report], console, console.color(color, errors=True))
    style = Style(verbosity, console.color(color), console.width())
    console.print(_render(as_json, Report("infer", (report,), code), style))
    return code


def _infer(
    loaded: Loaded, report: FileReport, console: Console, store: Store | None
) -> FileReport:
    def work() -> FileReport:
        return replace(report, inferred=(infer_for(loaded, console, store).told,))

    return guarded(report, console, work)


def _code(report: FileReport) -> ExitCode:
    codes = [exit_code([report])]
    for told in report.inferred:
        codes += [ExitCode.REFUTED] if told.refuted else []
        codes += [ExitCode.NOT_PROVED] if told.left else []
    return first(codes)


def _render(as_json: bool, report: Report, style: Style) -> str:
    if as_json:
        from spec.report.json import render

        return render(report, style)
    from spec.report.inferred import render as render_text

    return render_text(report, style)
