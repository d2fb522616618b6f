"""Options that several commands share, and the words they take."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

if TYPE_CHECKING:
    from solver.store import Store
    from spec.report.model import Verbosity

_F = TypeVar("_F", bound=Callable[..., Any])
_WHEN = click.Choice(["auto", "always", "never"])
_FACTORS: Final = {"": 1, "k": 1_000, "m": 1_000_000, "g": 1_000_000_000}
LARGEST_SCOPE: Final = 1024


_COLOR: Final = click.option(
    "--color", type=_WHEN, default="auto", show_default=True,
    help="Colour in text; auto heeds NO_COLOR.",
)
_JSON: Final = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


def form_options(command: _F) -> _F:
    """--json, --color."""
    return _JSON(_COLOR(command))


def output_options(command: _F) -> _F:
    """-q, -v, --json, --color, --progress."""
    for option in (
        click.option(
            "--progress", type=_WHEN, default="auto", show_default=True,
            help="Say on standard error what is being done.",
        ),
        _COLOR,
        click.option("-v", "--verbose", is_flag=True, help="Everything: runs, all changes."),
        click.option("-q", "--quiet", is_flag=True, help="Only what is not as expected."),
        _JSON,
    ):
        command = option(command)
    return command


def verbosity_of(quiet: bool, verbose: bool) -> Verbosity:
    """What -q and -v ask for.

    Raises:
        click.UsageError: both at once.
    """
    if quiet and verbose:
        raise click.UsageError("-q and -v exclude each other")
    return "quiet" if quiet else "verbose" if verbose else "normal"


def cache_options(command: _F) -> _F:
    """--cache, --no-cache."""
    for option in (
        click.option(
            "--no-cache", is_flag=True, envvar="SPEC_NO_CACHE",
            help="Decide everything anew, and keep nothing.",
        ),
        click.option(
            "--cache", type=click.Path(file_okay=False), envvar="SPEC_CACHE", metavar="DIR",
            help="Keep answers here and not in the user's cache directory.",
        ),
    ):
        command = option(command)
    return command


def store_of(cache: str | None, no_cache: bool) -> Store | None:
    """The store that --cache and --no-cache ask for."""
    if no_cache:
        return None
    from solver.store import Store, usual_place

    return Store(Path(cache) if cache else usual_place())


def evidence_options(command: _F) -> _F:
    """--crosscheck, --why, --stability, --certificates."""
    for option in (
        click.option(
            "--certificates", type=click.Path(file_okay=False), metavar="DIR",
            help="Write every proof as SMT-LIB, for other solvers.",
        ),
        click.option(
            "--stability", type=click.IntRange(2, 100), metavar="N",
            help="Try every proof with N seeds of the solver.",
        ),
        click.option(
            "--why", multiple=True, metavar="NAME",
            help="Say what the proofs of promises so named (* and ?) used.",
        ),
        click.option(
            "--crosscheck", is_flag=True, help="Ask a second solver (cvc5) about every proof.",
        ),
    ):
        command = option(command)
    return command


def states(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """`50000`, `200k`, `2M`: a number of states."""
    if value is None:
        return None
    found = re.fullmatch(r"(\d{1,12})([kmg]?)", value.strip().lower())
    number = int(found[1]) * _FACTORS[found[2]] if found else 0
    if number < 1:
        raise click.BadParameter(f"{value!r} is no number of states; write 50000, 200k or 2M")
    return number


def sizes(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> dict[str, int] | None:
    """`Vma=3,Mm=2,NR=4`: a size for each sort or constant named."""
    if value is None:
        return None
    found: dict[str, int] = {}
    for item in value.split(","):
        match = re.fullmatch(r"\s*([A-Za-z_]\w*)\s*=\s*(\d{1,9})\s*", item)
        if match is None:
            raise click.BadParameter(f"{item.strip()!r}: write sizes as Vma=3,Mm=2,NR=4")
        name, size = match[1], int(match[2])
        if not 1 <= size <= LARGEST_SCOPE:
            raise click.BadParameter(f"{name}={size}: a size is 1 to {LARGEST_SCOPE}")
        if name in found:
            raise click.BadParameter(f"{name} is there twice")
        found[name] = size
    return found
