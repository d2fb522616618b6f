"""The README's commands run, and print what it shows.

`make test` runs these tests, so it is the one command that they leave out;
tests/docs/pages.py says what stands in for `make check`.
"""

from __future__ import annotations

from pathlib import Path

from tests.docs.markdown import ROOT, fences
from tests.docs.pages import playground

README = ROOT / "README.md"


def test_commands_print_what_is_shown(tmp_path: Path) -> None:
    player = playground(tmp_path / "here")
    player.play(README)
    assert not player.wrong, "\n".join(player.wrong) + "\npython -m tests.docs.refresh"
    assert len(player.outputs) == 3


def test_two_commands_set_everything_up() -> None:
    first = next(f for f in fences(README) if f.language == "sh")
    commands = [line.partition(" #")[0].strip() for line in first.text.splitlines()]
    assert commands == ["make check", "make test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "\ncheck:" in makefile and "\ntest:" in makefile
