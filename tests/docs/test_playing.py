"""How shown output is compared, and how pieces of files are joined."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.markdown import ROOT
from tests.docs.playing import Player, fits, joined, run, with_methods


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


def test_methods_of_a_piece_replace_those_of_the_same_names() -> None:
    base = "x = 1\n\n\nclass C:\n    def f(self):\n        return 1\n\n    def g(self): ...\n"
    piece = "    def f(self):\n        return 2\n\n    def h(self): ...\n"
    assert with_methods(base, piece) == (
        "x = 1\n\n\nclass C:\n    def f(self):\n        return 2\n\n    def g(self): ...\n"
        "\n    def h(self): ...\n"
    )


def test_how_long_pytest_took_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text("def test_one():\n    pass\n")
    assert run("pytest -q | tail -1", tmp_path) == (0, "1 passed\n")
    assert run("pytest | tail -1", tmp_path) == (0, "1 passed\n")


def test_a_page_that_lies_is_noticed(tmp_path: Path) -> None:
    page = ROOT / "tests" / "docs" / "lies.txt"
    player = Player(tmp_path)
    player.play(page)
    assert len(player.wrong) == 3
