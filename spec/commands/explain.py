"""`spec explain CODE`: the page of an error."""

from __future__ import annotations

from importlib.resources import files

import click

from spec.commands.loading import unknown
from spec.console import Console
from spec.exit_code import ExitCode


@click.command("explain")
@click.argument("code", required=False)
@click.pass_obj
def command(console: Console, code: str | None) -> int:
    """Explain the error CODE (FS021): what it means, why, what to write instead.

    Without a CODE, list them all.
    """
    pages = _pages()
    if code is None:
        lines = [f"{name}  {_title(text)}\n" for name, text in pages.items()]
        console.print("".join(lines))
        return ExitCode.OK
    wanted = code.strip().upper()
    if wanted.isdigit():
        wanted = f"FS{int(wanted):03}"
    if wanted not in pages:
        raise click.UsageError(f"no error has the code {code}; {unknown(wanted, list(pages))}")
    console.print(pages[wanted].rstrip("\n") + "\n")
    return ExitCode.OK


def _pages() -> dict[str, str]:
    """Every page by its code, in order."""
    folder = files("spec").joinpath("errors")
    found = {
        page.name.removesuffix(".md"): page.read_text(encoding="utf-8")
        for page in folder.iterdir()
        if page.name.startswith("FS") and page.name.endswith(".md")
    }
    return dict(sorted(found.items()))


def _title(text: str) -> str:
    """The heading without its marks and code."""
    first = text.lstrip().partition("\n")[0].lstrip("# ")
    return first.partition(": ")[2] or first
