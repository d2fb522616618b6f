"""`spec fmt FILE...`: the one canonical layout."""

from __future__ import annotations

import difflib
import os
import stat
import sys
import tempfile
from pathlib import Path

import click

from spec.commands.loading import complain, keep
from spec.console import Console, OutputError
from spec.exit_code import ExitCode, first
from spec.report.model import FileReport
from spec.result import SpecError

STDIN = "<stdin>"


@click.command("fmt")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where a file would change.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@click.pass_obj
def command(console: Console, files: tuple[str, ...], check: bool, diff: bool) -> int:
    """Lay FILES out in the canonical way, in place.  `-` reads standard input and writes
    standard output.
    """
    reports, codes = [], []
    for path in files:
        console.doing = f"formatting {path}"
        typed = _typed() if path == "-" else None
        try:
            codes.append(_format(console, path, typed, check, diff))
        except SpecError as err:
            sources = {} if typed is None else {STDIN: typed}
            reports.append(FileReport(path, diagnostics=err.diagnostics, sources=sources))
            codes.append(ExitCode.SPEC_ERROR)
        except OSError as err:
            raise click.UsageError(f"cannot write {path}: {err.strerror}") from err
        except OutputError:
            raise
        except Exception as err:
            keep(err, path, console)
            codes.append(ExitCode.INTERNAL)
    complain(reports, console, console.color("auto", errors=True))
    return first(codes)


def _typed() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as err:
        raise click.UsageError("standard input is not UTF-8") from err


def _format(console: Console, path: str, typed: str | None, check: bool, diff: bool) -> ExitCode:
    from spec.format import format_text
    from spec.source import read_source

    text = read_source(path) if typed is None else typed
    made = format_text(text, path if typed is None else STDIN)
    before = text if typed is not None else Path(path).read_bytes().decode("utf-8")
    changed = made != before
    if diff and changed:
        lines = difflib.unified_diff(
            text.splitlines(keepends=True), made.splitlines(keepends=True), path, path
        )
        console.print("".join(line if line.endswith("\n") else line + "\n" for line in lines))
    if check or diff:
        if changed and not diff:
            console.print(f"would change {path}\n")
        return ExitCode.REFUTED if changed and check else ExitCode.OK
    if typed is not None:
        console.print(made)
    elif changed:
        replace_file(Path(path), made)
    return ExitCode.OK


def replace_file(path: Path, text: str) -> None:
    """Writes the whole file or nothing; links and permissions stay as they are."""
    target = path.resolve()
    mode = stat.S_IMODE(target.stat().st_mode)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            out.write(text)
        os.chmod(name, mode)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise
