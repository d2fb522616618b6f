"""Write real output into the pages that show some, the table of error codes, and the tables
of schemes/README.md: `python -m tests.docs.refresh`.

The tests say when a page is stale.  Blocks with a line `...` are left alone.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.docs.codes import PAGE, ROW, titles
from tests.docs.index import write_tables
from tests.docs.markdown import ROOT
from tests.docs.pages import PAGES, playground
from tests.docs.playing import Player


def refresh(page: Path, player: Player) -> None:
    """Replace what the page shows where it is not what was printed."""
    player.play(page)
    lines = page.read_text(encoding="utf-8").split("\n")
    for shown in reversed(player.outputs):
        if not shown.fits and "\n...\n" not in shown.fence.text:
            got = [line.rstrip() for line in shown.got.strip("\n").split("\n")]
            lines[shown.fence.first - 1 : shown.fence.after - 1] = got
    page.write_text("\n".join(lines), encoding="utf-8")


def list_codes() -> None:
    """The table of codes at the end of the language reference."""
    text = PAGE.read_text(encoding="utf-8")
    kept = "".join(line for line in text.splitlines(keepends=True) if not ROW.match(line))
    rows = "".join(f"| {code} | {title} |\n" for code, title in titles())
    PAGE.write_text(kept + rows, encoding="utf-8")


if __name__ == "__main__":
    list_codes()
    write_tables()
    for name in PAGES:
        with tempfile.TemporaryDirectory() as folder:
            refresh(ROOT / name, playground(Path(folder)))
