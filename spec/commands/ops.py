"""`spec ops FILE`: operations, the kernel functions they mirror, what they change."""

from __future__ import annotations

import click

from spec.commands.loading import complain, load_file
from spec.console import Console
from spec.exit_code import ExitCode


@click.command("ops")
@click.argument("file")
@click.pass_obj
def command(console: Console, file: str) -> int:
    """List the operations of FILE: the kernel functions that they mirror and what they
    change.  For a scheme also what its `on` blocks write and read: what they read of
    the page tables is the walk that the scheme costs.
    """
    from spec.report.operations import lines_of

    loaded, report = load_file(file, console)
    complain([report], console, console.color("auto", errors=True))
    if loaded is None:
        return ExitCode.INTERNAL if report.internal else ExitCode.SPEC_ERROR
    blocks = []
    for system in loaded.systems:
        head = [f"{system.kind} {system.name}", ""] if len(loaded.systems) > 1 else []
        blocks.append([*head, *lines_of(system, loaded.trees, console.width())])
    console.print("\n".join("".join(f"{line}\n" for line in block) for block in blocks))
    return ExitCode.OK
