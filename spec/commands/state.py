"""`spec state FILE...`: how much state the schemes keep for one folio."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from spec.commands.loading import complain, guarded, load_file
from spec.commands.options import form_options
from spec.commands.verdict import exit_code
from spec.console import Console, When
from spec.report.model import FileReport, Style

if TYPE_CHECKING:
    from spec.load import Loaded
    from spec.report.state import SizedFile
    from spec.state_size import StateSize


@click.command("state")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@form_options
@click.pass_obj
def command(console: Console, files: tuple[str, ...], as_json: bool, color: When) -> int:
    """Tell how much state the schemes of FILES keep for one folio of NR pages, and whether
    that is constant: the same for every NR.

    Only what the schemes themselves declare is counted, not the page tables and whatever
    else their modules hold.
    """
    found = [_file(path, console) for path in dict.fromkeys(files)]
    _check_schemes(found)
    from spec.report import state, state_json

    report = state.StateReport(tuple(found), exit_code(f.report for f in found))
    if not as_json:
        complain([f.report for f in found], console, console.color(color, errors=True))
    style = Style(color=console.color(color), width=console.width())
    console.print((state_json if as_json else state).render(report, style))
    return report.exit_code


def _file(path: str, console: Console) -> SizedFile:
    from spec.report.state import SizedFile

    loaded, report = load_file(path, console)
    if loaded is None:
        return SizedFile(report)
    kind = loaded.file.header.kind
    if kind != "scheme":
        what = "scenarios" if kind == "scenarios" else f"a {kind}"
        return SizedFile(report, note=f"{path} holds {what}; only schemes have state of their own")
    made: list[StateSize] = []

    def work() -> FileReport:
        made.append(_size(loaded))
        return report

    after = guarded(report, console, work)
    return SizedFile(after, made[0] if made else None)


def _size(loaded: Loaded) -> StateSize:
    from spec import ast
    from spec.state_size import size_of

    docs = {i.name: i.doc for i in loaded.file.items if isinstance(i, ast.StateDecl)}
    return size_of(loaded.systems[0], docs)


def _check_schemes(files: Sequence[SizedFile]) -> None:
    """A module among schemes is named in the report; modules alone have nothing to show.

    Raises:
        click.UsageError: no file is a scheme, and none has errors.
    """
    if all(f.note for f in files):
        raise click.UsageError("; ".join(f.note for f in files))
