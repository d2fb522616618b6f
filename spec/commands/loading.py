"""Files loaded for a command: systems, or the diagnostics that stand in the way."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from spec.console import Console, OutputError
from spec.report.diagnostics import SourceLines, render
from spec.report.hooks import hooks_of
from spec.report.model import FileReport
from spec.result import Diagnostic, SpecError

if TYPE_CHECKING:
    from spec.load import Loaded


def load_file(path: str, console: Console) -> tuple[Loaded | None, FileReport]:
    """The file and what is known of it so far.

    A file that cannot be used gives None, its diagnostics in the report; so does a
    failure of the tool itself, with the dump's path in `internal`.
    """
    from spec.load import load

    console.progress(f"reading {path}")
    try:
        loaded = load(path)
    except SpecError as err:
        return None, FileReport(path, diagnostics=tuple(err.diagnostics))
    except Exception as err:
        return None, FileReport(path, internal=keep(err, path, console))
    hooks = hooks_of(loaded.trees)
    return loaded, FileReport(
        path, (*loaded.modules, *loaded.systems), diagnostics=loaded.warnings, hooks=hooks,
        sources=loaded.sources, own=tuple(s.name for s in loaded.systems),
    )


def guarded(
    report: FileReport, console: Console, work: Callable[[], FileReport]
) -> FileReport:
    """The report after the work; a failure of the tool is kept in it and ends nothing else."""
    try:
        return work()
    except (click.ClickException, OutputError):
        raise
    except SpecError as err:
        return replace(report, diagnostics=(*report.diagnostics, *err.diagnostics))
    except Exception as err:
        return replace(report, internal=keep(err, report.path, console))


def keep(error: Exception, path: str, console: Console) -> str:
    """Writes the dump and says so; returns its path."""
    from spec.crash import message, write_dump

    dump = write_dump(error, ["spec", *sys.argv[1:]], [path])
    console.complain(message(error, dump))
    return dump


def complain(
    files: Iterable[FileReport],
    console: Console,
    color: bool,
    texts: Mapping[str, str] | None = None,
) -> None:
    """All diagnostics on standard error, each once: a module may be read for several files.

    Args:
        texts: texts that are no files, by the path that stands in the spans.
    """
    found: dict[Diagnostic, None] = {}
    known = dict(texts or {})
    for file in files:
        found.update(dict.fromkeys((*file.diagnostics, *file.misfits)))
        known.update(file.sources)
    console.complain(render(list(found), color=color, lines=SourceLines(known)))


def unknown(word: str, known: Sequence[str]) -> str:
    """` (did you mean X?)`, or the list of what there is."""
    near = get_close_matches(word, known, n=1)
    if near:
        return f"did you mean {near[0]}?"
    return f"known: {', '.join(known)}" if known else "there is nothing to choose from"
