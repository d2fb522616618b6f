"""`spec refine FILE...`: Python implementations held against their schemes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Final

import click

from refine.checks import CHECKS
from spec.commands.figures import codes_of, measured
from spec.commands.loading import complain, guarded, load_file, unknown
from spec.commands.options import output_options, sizes, states, verbosity_of
from spec.console import Console, When
from spec.exit_code import ExitCode, first
from spec.report.model import FileReport, Style

if TYPE_CHECKING:
    from refine.pipeline import Options
    from refine.report.figures import Figures
    from refine.report.text import Shown
    from spec.load import Loaded

_LARGEST_ORDER: Final = 18
_OF_CHECKS: Final = ("checks", "scope", "only", "runs", "steps", "seed", "budget")
"""Options that say nothing about figures."""


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
@click.option(
    "--only", multiple=True, metavar="NAME",
    help="Judge only this operation or answer; may be given more than once.",
)
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
@click.option(
    "--overflow", "wants_overflow", is_flag=True,
    help="Instead: which counters wrap, with how many processes and VMAs, what is wrong then, "
    "and whether the reference count wraps first.")
@click.option(
    "--order", "orders", multiple=True, type=click.IntRange(0, _LARGEST_ORDER), metavar="N",
    help="For these two: folios of 2^N pages; may be given more than once.")
@click.option("--mail", "as_mail", is_flag=True, help="Runs fit to be pasted into a mail.")
@output_options
@click.pass_obj
def command(
    console: Console, files: tuple[str, ...], impl: str | None, checks: tuple[str, ...],
    scope: dict[str, int] | None, only: tuple[str, ...], runs: int | None, steps: int | None,
    seed: int, budget: int | None, wants_costs: bool, wants_overflow: bool,
    orders: tuple[int, ...], as_mail: bool, as_json: bool, quiet: bool, verbose: bool,
    color: When, progress: When,
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
    kind = _figures_wanted(wants_costs, wants_overflow, orders)
    style = Style(verbosity_of(quiet, verbose), console.color(color), console.width())
    console.enable_progress(progress)
    loaded = [load_file(path, console) for path in dict.fromkeys(files)]
    schemes = _schemes(loaded)
    if kind:
        return _measure(kind, impl, sorted(set(orders)), as_json, loaded, console)
    from refine.pipeline import Options
    from refine.report import json, text

    _check_names(only, schemes)
    options = Options(checks or CHECKS, scope or {}, runs, steps, seed, budget, only)
    shown: list[Shown] = []
    reports: list[FileReport] = []
    for file, report in loaded:
        if file in schemes:
            report = _refined(file, report, impl, options, console, shown)
        reports.append(report)
    made = text.RefineReport(tuple(shown), _code(reports, shown))
    console.clear()
    if not as_json:
        complain(reports, console, console.color(color, errors=True))
    render = json.render if as_json else text.mail if as_mail else text.render
    console.print(render(made, style))
    return made.exit_code


def _figures_wanted(costs: bool, overflow: bool, orders: Sequence[int]) -> str:
    """`costs` or `overflow`, or nothing where the checks are to run."""
    if costs and overflow:
        raise click.UsageError("--costs and --overflow exclude each other")
    if not (costs or overflow):
        if orders:
            raise click.UsageError("--order goes with --costs or --overflow")
        return ""
    kind = "costs" if costs else "overflow"
    context = click.get_current_context()
    for param in context.command.params:
        source = context.get_parameter_source(param.name or "")
        if param.name in _OF_CHECKS and source is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(f"{param.opts[0]} is about checks, and --{kind} runs none")
    return kind


def _schemes(loaded: Sequence[tuple[Loaded | None, FileReport]]) -> list[Loaded]:
    """The files that have code.

    Raises:
        click.UsageError: all of them are read without an error, and none has.
    """
    found = [file for file, _ in loaded if file is not None and file.file.header.kind == "scheme"]
    if not found and all(file is not None for file, _ in loaded):
        kinds = [f"{report.path} {_described(file)}" for file, report in loaded if file]
        raise click.UsageError(f"{'; '.join(kinds)}; name the file of a scheme, as in "
                               "`spec refine schemes/per_vma.fs`")
    return found


def _described(file: Loaded) -> str:
    header = file.file.header
    if header.kind == "module":
        return (f"is the module {header.name}, which schemes are built on: no code is held "
                "against it alone")
    return "has scenarios, and no operations that code could implement"


def _check_names(only: Sequence[str], schemes: Sequence[Loaded]) -> None:
    """Every name of --only is an operation or answer of every scheme."""
    for system in (file.systems[0] for file in schemes):
        known = [*(a.name for a in system.actions), *(a.question for a in system.answers)]
        for name in only:
            if name not in known:
                raise click.UsageError(f"--only: {system.name} has no operation or answer "
                                       f"{name}; {unknown(name, known)}")


def _measure(
    kind: str, impl: str | None, orders: Sequence[int], as_json: bool,
    loaded: Sequence[tuple[Loaded | None, FileReport]], console: Console,
) -> int:
    """Figures of all implementations; the exit code."""
    from refine.report import figures

    found: list[Figures] = []
    reports: list[FileReport] = []
    for file, report in loaded:
        if file is not None and file.file.header.kind == "scheme":
            report = measured(kind, file, report, impl, orders, console, found)
        reports.append(report)
    console.clear()
    code = first([*_codes_of_files(reports), *codes_of(found)])
    if as_json:
        console.print(figures.render_json(kind, found, code))
    else:
        complain(reports, console, console.color("auto", errors=True))
        console.print(figures.render(kind, found))
    return code


def _refined(
    loaded: Loaded, report: FileReport, impl: str | None, options: Options, console: Console,
    shown: list[Shown],
) -> FileReport:
    """Appends what was found to `shown`; a failure of the tool is kept in the report."""
    from refine.report.text import Shown
    from refine.result import Refinement

    system = loaded.systems[0]

    def work() -> FileReport:
        shown.append(Shown(_found(), system, report.hooks))
        return report

    def _found() -> Refinement:
        from refine.faults import Fault
        from refine.loading import implementation_of
        from refine.pipeline import refine

        try:
            cls = implementation_of(system.name, impl)
        except Fault as fault:
            return Refinement(report.path, system.name, impl or "-", fault=fault)
        console.doing = f"refining {system.name}"
        try:
            return refine(cls, system, report.path, options, console.progress)
        except ValueError as err:
            raise click.UsageError(f"--scope: {err}") from err

    # What an implementation prints is no part of the report.
    with redirect_stdout(sys.stderr):
        return guarded(report, console, work)


def _codes_of_files(reports: Sequence[FileReport]) -> list[ExitCode]:
    codes = [ExitCode.SPEC_ERROR for r in reports
             if any(d.severity == "error" for d in r.diagnostics)]
    return codes + [ExitCode.INTERNAL for r in reports if r.internal]


def _code(reports: Sequence[FileReport], shown: Sequence[Shown]) -> ExitCode:
    codes = _codes_of_files(reports)
    codes += [ExitCode.NOT_REFINED for s in shown if s.refinement.failed]
    codes += [ExitCode.NOT_PROVED for s in shown if s.refinement.undecided]
    return first(codes)
