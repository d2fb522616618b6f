"""`spec dump FILE --stage ast|ir`: a stage of the pipeline as text."""

from __future__ import annotations

import click

from spec.commands.loading import complain, load_file
from spec.console import Console
from spec.exit_code import ExitCode
from spec.report.model import FileReport
from spec.result import Diagnostic, SpecError


@click.command("dump")
@click.argument("file")
@click.option("--stage", type=click.Choice(["ast", "ir"]), required=True)
@click.pass_obj
def command(console: Console, file: str, stage: str) -> int:
    """Print a stage of FILE: its syntax tree (ast), or what provers see (ir).

    The ir can be read back by spec.ir_text.parse_system.
    """
    return _dump_tree(console, file) if stage == "ast" else _dump_system(console, file)


def _dump_tree(console: Console, path: str) -> ExitCode:
    from spec.ast_text import show_tree
    from spec.parse import parse_text
    from spec.source import read_source

    found: tuple[Diagnostic, ...]
    try:
        tree, found = parse_text(read_source(path), path)
    except SpecError as err:
        tree, found = None, err.diagnostics
    complain([FileReport(path, diagnostics=found)], console, console.color("auto", errors=True))
    if tree is not None:
        console.print(show_tree(tree))
    return ExitCode.SPEC_ERROR if any(d.severity == "error" for d in found) else ExitCode.OK


def _dump_system(console: Console, path: str) -> ExitCode:
    from spec.ir_text import show_system

    loaded, report = load_file(path, console)
    complain([report], console, console.color("auto", errors=True))
    if loaded is None:
        return ExitCode.INTERNAL if report.internal else ExitCode.SPEC_ERROR
    for system in loaded.systems:
        console.print(show_system(system))
    return ExitCode.OK
