"""How shown output is compared, and how pieces of files are joined."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.markdown import ROOT
from tests.docs.playing import Player, fits, joined


@pytest.mark.parametrize(
    ("shown", "got", "same"),
    [
        ("a\nb\n", "a\nb  \n\n", True),
        ("a\n", "b\n", False),
        ("a\n...\nd\n", "a\nb\nc\nd\n", True),
        ("a\n...\n", "a\n", True),
        ("...\nb\n", "a\nc\n", False),
    ],
)
def test_shown_output_fits(shown: str, got: str, same: bool) -> None:
    assert fits(shown, got) == same


def test_a_piece_replaces_blocks_of_the_same_name() -> None:
    base = "scheme s over m\n\non f(v)\n\tchanges nothing\n\non g\n\tchanges nothing\n"
    piece = "# new\non f(w)\n\tchanges x\n"
    assert joined(base, piece) == (
        "scheme s over m\n\n# new\non f(w)\n\tchanges x\n\non g\n\tchanges nothing\n"
    )


def test_a_page_that_lies_is_noticed(tmp_path: Path) -> None:
    page = ROOT / "tests" / "docs" / "lies.txt"
    player = Player(tmp_path)
    player.play(page)
    assert len(player.wrong) == 3
