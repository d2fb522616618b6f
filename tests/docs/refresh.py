"""Write real output into the pages that show some: `python -m tests.docs.refresh`.

The tests say when a page is stale.  Blocks with a line `...` are left alone.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

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


if __name__ == "__main__":
    for name in PAGES:
        with tempfile.TemporaryDirectory() as folder:
            refresh(ROOT / name, playground(Path(folder)))
