"""The click group behind `spec`: options, usage, and commands imported one at a time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from spec.commands import COMMANDS
from spec.console import Console, OutputError

_COMPLETION = "_SPEC_COMPLETE"
_USAGE = 2


class _Commands(click.Group):
    """Imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        found: click.Command = import_module(f"spec.commands.{name}").command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        from spec.report.version import version

        click.echo(f"spec {version()}")
        ctx.exit(0)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version,
    help="Print the version and exit.",
)
def spec() -> None:
    """Settle arguments about folio mapcount schemes: prove each promise for any folio
    size, or print the shortest run that breaks it.

    Exit codes: 0 as expected; 1 refuted; 2 usage; 3 error in a file; 4 not proved;
    5 vacuous (--strict); 6 does not refine; 70 internal error; 130 interrupted.
    """


def invoke(args: Sequence[str], console: Console) -> int:
    """One command; returns its exit code.

    Not through click's main(), which would print something of its own after Ctrl-C.
    """
    if _COMPLETION in os.environ:
        spec.main(args=list(args), prog_name="spec")
    try:
        with spec.make_context("spec", list(args), obj=console) as ctx:
            found: Any = spec.invoke(ctx)
        return int(found or 0)
    except click.exceptions.Exit as err:
        return err.exit_code
    except click.Abort as err:
        raise KeyboardInterrupt from err
    except click.ClickException as err:
        console.clear()
        err.show()
        return _USAGE
    except OutputError as err:
        console.complain(f"spec: {err}\n")
        return _USAGE
