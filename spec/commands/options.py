"""Options that several commands share, and the words they take."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

_F = TypeVar("_F", bound=Callable[..., Any])
_WHEN = click.Choice(["auto", "always", "never"])
_FACTORS: Final = {"": 1, "k": 1_000, "m": 1_000_000, "g": 1_000_000_000}
LARGEST_SCOPE: Final = 1024


def output_options(command: _F) -> _F:
    """-q, -v, --json, --color, --progress."""
    for option in (
        click.option(
            "--progress", type=_WHEN, default="auto", show_default=True,
            help="Say on standard error what is being done.",
        ),
        click.option(
            "--color", type=_WHEN, default="auto", show_default=True,
            help="Colour in text; auto heeds NO_COLOR.",
        ),
        click.option("-v", "--verbose", is_flag=True, help="Everything: runs, all changes."),
        click.option("-q", "--quiet", is_flag=True, help="Only what is not as expected."),
        click.option("--json", "as_json", is_flag=True, help="One JSON object."),
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
