"""`spec new NAME`: a scheme to begin with."""

from __future__ import annotations

import re
from pathlib import Path

import click

from spec.commands.loading import complain, load_file
from spec.console import Console
from spec.exit_code import ExitCode


@click.command("new")
@click.argument("name")
@click.option("--over", default="folio", show_default=True, metavar="MODULE")
@click.option("--author", default="", help="Who proposed it; goes into the first comment.")
@click.option("--date", default="", help="When, and in which mail.")
@click.pass_obj
def command(console: Console, name: str, over: str, author: str, date: str) -> int:
    """Write NAME.fs here: a scheme over MODULE with every operation stubbed, an example
    state, its invariant, and answers.  Nothing is overwritten.
    """
    from spec.new import scheme_text

    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,60}", name):
        raise click.UsageError(f"{name!r} is no name for a scheme: letters, digits and _")
    path = Path(f"{name}.fs")
    if path.exists() or path.is_symlink():
        raise click.UsageError(f"{path} is there already")
    loaded, report = load_file(module_path(over), console)
    if loaded is None:
        complain([report], console, console.color("auto", errors=True))
        return ExitCode.INTERNAL if report.internal else ExitCode.SPEC_ERROR
    trees = loaded.trees
    text = scheme_text(name, over, list(trees.values()), author=author, date=date)
    return _write(console, path, text)


def _write(console: Console, path: Path, text: str) -> ExitCode:
    """The file, unless it would not check: then what is wrong, and no file."""
    try:
        with path.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError as err:
        raise click.UsageError(f"{path} is there already") from err
    except OSError as err:
        raise click.UsageError(f"cannot write {path}: {err.strerror}") from err
    _, report = load_file(str(path), console)
    if report.internal or any(d.severity == "error" for d in report.diagnostics):
        complain([report], console, console.color("auto", errors=True))
        path.unlink()
        return ExitCode.INTERNAL if report.internal else ExitCode.SPEC_ERROR
    console.print(f"{path} is written; next: spec check {path}\n")
    return ExitCode.OK


def module_path(over: str) -> str:
    """Where the module is: beside the new file, or among the packaged ones."""
    beside = Path(f"{over}.fs")
    if beside.exists():
        return str(beside)
    from spec.load import packaged_path

    return packaged_path(over)
