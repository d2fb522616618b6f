"""The README's commands run, and print what it shows.

`make test` runs these tests, so it is the one command that they leave out;
tests/docs/pages.py says what stands in for `make check`.
"""

from __future__ import annotations

import re
from pathlib import Path

from spec.commands import COMMANDS
from spec.exit_code import PRECEDENCE, ExitCode
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


def test_every_exit_code_is_explained() -> None:
    text = " ".join(README.read_text(encoding="utf-8").split())
    listed = text.partition("The exit code is the first that applies: ")[2].partition("HOLDS")[0]
    found = [int(n) for n in re.findall(r"(?:^|[,.] )(\d+) (?!as)", listed)]
    first = [int(code) for code in PRECEDENCE]
    assert found == [*first, *(c for c in ExitCode if c not in first)]


def test_every_command_is_listed() -> None:
    text = README.read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"\n| `spec {name}" in text, name
