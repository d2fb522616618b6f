"""The `spec` command: a table of commands, loaded one at a time, and the exit code.

Nothing heavy is imported here: `spec --help` has to be quick, so the parser, numpy and
the solver come with the command that needs them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Final

import click

from spec.console import Console, OutputError

COMMANDS: Final[Mapping[str, str]] = {
    "check": "Decide every promise of the files.",
    "run": "Run scenarios, or a run out of a mail.",
    "fmt": "Lay files out in the canonical way.",
    "explain": "Explain an error code.",
    "ops": "List operations: kernel functions, what changes, what is read.",
    "dump": "Print a stage of a file: ast or ir.",
    "new": "Write a new scheme, every operation stubbed.",
    "doctor": "Say what is installed and whether it was tested.",
}
"""Every command `NAME` is `spec.commands.NAME.command`."""

_USAGE = 2
_INTERNAL = 70
_INTERRUPTED = 130
_COMPLETION = "_SPEC_COMPLETE"


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


def run(args: Sequence[str]) -> int:
    """One invocation; never raises, whatever happens.

    Args:
        args: the command line without the program's name.

    Returns:
        The exit code.
    """
    console = Console()
    try:
        return _invoke(args, console)
    except click.exceptions.Exit as err:
        return err.exit_code
    except click.ClickException as err:
        console.clear()
        err.show()
        return _USAGE
    except OutputError as err:
        print(f"spec: {err}", file=sys.stderr)
        return _USAGE
    except (KeyboardInterrupt, click.Abort):
        return _interrupted(console)
    except BrokenPipeError:
        return 0
    except Exception as err:
        return _failed(err, args, console)


def _invoke(args: Sequence[str], console: Console) -> int:
    """Not through click's main(), which would print something of its own after Ctrl-C."""
    if _COMPLETION in os.environ:
        spec.main(args=list(args), prog_name="spec")
    with spec.make_context("spec", list(args), obj=console) as ctx:
        found: Any = spec.invoke(ctx)
    return int(found or 0)


def _interrupted(console: Console) -> int:
    _end_children()
    doing = f" while {console.doing}" if console.doing else ""
    console.complain(f"spec: interrupted{doing}\n")
    return _INTERRUPTED


def _end_children() -> None:
    """Ends worker processes, where any were started."""
    workers = sys.modules.get("multiprocessing")
    for child in workers.active_children() if workers else ():
        child.terminate()
        child.join()


def _failed(error: Exception, args: Sequence[str], console: Console) -> int:
    from spec.crash import message, write_dump

    dump = write_dump(error, ["spec", *args], [a for a in args if a.endswith(".fs")])
    console.complain(message(error, dump))
    return _INTERNAL


def main() -> None:
    """The console script."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
