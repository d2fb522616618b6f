"""The `spec` command as a process: its exit code, Ctrl-C, and failures of the tool.

Only light imports stand up here; the commands are in `spec.commands`.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spec.console import Console

_INTERNAL = 70
_INTERRUPTED = 130


def run(args: Sequence[str]) -> int:
    """One invocation; raises nothing, whatever happens.

    Args:
        args: the command line without the program's name.

    Returns:
        The exit code.
    """
    from spec.commands.group import invoke
    from spec.console import Console

    console = Console()
    try:
        with _interrupts(console):
            code = invoke(args, console)
        return _interrupted(console) if console.interrupted else code
    except KeyboardInterrupt:
        return _interrupted(console)
    except Exception as err:
        return _failed(err, args, console)


@contextmanager
def _interrupts(console: Console) -> Iterator[None]:
    """Ctrl-C raises KeyboardInterrupt, and is not forgotten where Python swallows that
    (in the callback of a weak reference, for one): then the next progress raises it."""

    def on_signal(number: int, frame: FrameType | None) -> None:
        console.interrupted = True
        raise KeyboardInterrupt

    def on_swallowed(what: sys.UnraisableHookArgs) -> None:
        if what.exc_type is not KeyboardInterrupt:
            sys.__unraisablehook__(what)

    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, on_signal)
    sys.unraisablehook, before = on_swallowed, sys.unraisablehook
    try:
        yield
    finally:
        sys.unraisablehook = before
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _interrupted(console: Console) -> int:
    _end_children()
    doing = f" ({console.doing})" if console.doing else ""
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
    try:
        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        print("spec: interrupted", file=sys.stderr)
        code = _INTERRUPTED
    sys.exit(code)


if __name__ == "__main__":
    main()
