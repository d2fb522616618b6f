"""`spec refine FILE...`: Python implementations held against their schemes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from refine.checks import CHECKS
from spec.commands.loading import complain, guarded, load_file
from spec.commands.options import output_options, sizes, states, verbosity_of
from spec.console import Console, When
from spec.exit_code import ExitCode, first
from spec.report.model import FileReport, Style

if TYPE_CHECKING:
    from refine.pipeline import Options
    from refine.report.text import Shown
    from spec.ir import System
    from spec.load import Loaded



@click.command("refine")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--impl", metavar="CLASS",
    help="package.module:Class or path/file.py:Class; else the model of the scheme's name.",
)
@click.option(
    "--check", "checks", multiple=True, type=click.Choice(CHECKS),
    help="Only this check; may be given more than once.",
)
@click.option(
    "--scope", callback=sizes, metavar="SIZES", help="As Mm=2,Vma=3,NR=4; others grow.")
@click.option("--only", multiple=True, metavar="OP", help="Only these operations (symbolic).")
@click.option("--runs", type=click.IntRange(1), help="How many random runs.")
@click.option("--steps", type=click.IntRange(1), help="How long a random run is.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the random runs.")
@click.option(
    "--budget", callback=states, metavar="STATES",
    help="Visit at most so many pairs of states in a scope.",
)
@click.option(
    "--costs", "wants_costs", is_flag=True,
    help="Instead: entries read and counters written, by operation and folio order.")
@click.option("--mail", "as_mail", is_flag=True, help="Runs fit to be pasted into a mail.")
@output_options
@click.pass_obj
def command(
    console: Console, files: tuple[str, ...], impl: str | None, checks: tuple[str, ...],
    scope: dict[str, int] | None, only: tuple[str, ...], runs: int | None, steps: int | None,
    seed: int, budget: int | None, wants_costs: bool, as_mail: bool, as_json: bool, quiet: bool,
    verbose: bool, color: When, progress: When,
) -> int:
    """Does the code do what the scheme says?

    Each operation of an implementation must lead from related states to related states,
    and its answers must agree: in every state of a scope (exhaustive), in long random runs
    over large folios (random), and for symbolic states along all paths (symbolic).
    """
    if as_mail and as_json:
        raise click.UsageError("--mail and --json exclude each other")
    if impl is not None and len(set(files)) > 1:
        raise click.UsageError("--impl is about one FILE")
    from refine.pipeline import Options
    from refine.report import json, text

    if wants_costs:
        return _costs(files, impl, console, as_json)
    verbosity = verbosity_of(quiet, verbose)
    console.enable_progress(progress)
    options = Options(checks or CHECKS, scope or {}, runs, steps, seed, budget, only)
    shown: list[Shown] = []
    reports: list[FileReport] = []
    for path in dict.fromkeys(files):
        report, found = _file(path, impl, options, console)
        reports.append(report)
        shown += found
    console.clear()
    if not shown and all(r.systems and not r.internal for r in reports):
        raise click.UsageError(f"{', '.join(files)}: no scheme, and only schemes have code")
    made = text.RefineReport(tuple(shown), _code(reports, shown))
    if not as_json:
        complain(reports, console, console.color(color, errors=True))
    style = Style(verbosity, console.color(color), console.width())
    render = json.render if as_json else text.mail if as_mail else text.render
    console.print(render(made, style))
    return made.exit_code


def _costs(files: tuple[str, ...], impl: str | None, console: Console, as_json: bool) -> int:
    """The table of each file's implementation; exit code 3 or 6 where there is none."""
    from json import dumps

    from refine.adapter import bind
    from refine.costs import costs, render_costs
    from refine.faults import Fault
    from refine.report.divergence import fault_lines

    code = ExitCode.OK
    for path in dict.fromkeys(files):
        loaded, report = load_file(path, console)
        if loaded is None:
            complain([report], console, console.color("auto", errors=True))
            code = ExitCode.SPEC_ERROR
            continue
        if loaded.file.header.kind != "scheme":
            continue
        system = loaded.systems[0]
        try:
            rows = costs(bind(_class(impl, system), system))
        except Fault as fault:
            console.print("".join(f"{line}\n" for line in fault_lines(fault)))
            code = first((code, ExitCode.NOT_REFINED))
            continue
        if as_json:
            object_ = {"scheme": system.name, "costs": [r.as_dict() for r in rows]}
            console.print(dumps(object_, indent=2) + "\n")
        else:
            console.print(f"{system.name}\n\n{render_costs(rows)}")
    return code


def _file(
    path: str, impl: str | None, options: Options, console: Console
) -> tuple[FileReport, list[Shown]]:
    loaded, report = load_file(path, console)
    if loaded is None:
        return report, []
    if loaded.file.header.kind != "scheme":
        return report, []
    made: list[Shown] = []

    def work() -> FileReport:
        made.append(_refined(loaded, report, impl, options, console))
        return report

    return guarded(report, console, work), made


def _refined(
    loaded: Loaded, report: FileReport, impl: str | None, options: Options, console: Console
) -> Shown:
    from refine.faults import Fault
    from refine.pipeline import refine
    from refine.report.text import Shown
    from refine.result import Refinement

    system = loaded.systems[0]
    try:
        cls = _class(impl, system)
    except Fault as fault:
        return Shown(Refinement(report.path, system.name, impl or "-", fault=fault), system)
    console.doing = f"refining {system.name}"
    try:
        found = refine(cls, system, report.path, options, console.progress)
    except ValueError as err:
        raise click.UsageError(f"--scope: {err}") from err
    return Shown(found, system, report.hooks)


def _class(impl: str | None, system: System) -> type[Any]:
    from refine.faults import Fault, Kind
    from refine.loading import load_implementation, model_of

    cls: type[Any] = load_implementation(impl) if impl else model_of(system.name)
    if cls.scheme != system.name:
        raise Fault(Kind.LOAD, f"{cls.__name__} implements {cls.scheme}, not {system.name}")
    return cls


def _code(reports: list[FileReport], shown: list[Shown]) -> ExitCode:
    codes = [ExitCode.SPEC_ERROR for r in reports
             if any(d.severity == "error" for d in r.diagnostics)]
    codes += [ExitCode.INTERNAL for r in reports if r.internal]
    codes += [ExitCode.NOT_REFINED for s in shown if s.refinement.failed]
    codes += [ExitCode.NOT_PROVED for s in shown if s.refinement.undecided]
    return first(codes)
