"""`spec fmt`: in place or not at all."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.spec.conftest import Ran

Spec = Callable[..., Ran]
NEAT = "module neat\n\nsort Vma\n\nstate live: [Vma] bool = false\n"
UNTIDY = NEAT.replace("state live: [Vma]", "state   live :  [ Vma ]")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "neat.fs"
    path.write_text(UNTIDY)
    return path


def test_a_file_is_laid_out_in_place(spec: Spec, file: Path) -> None:
    file.chmod(0o640)
    assert spec("fmt", file) == Ran(0, "", "")
    assert file.read_text() == NEAT
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert os.listdir(file.parent) == ["neat.fs"]


def test_a_neat_file_is_not_touched(spec: Spec, file: Path) -> None:
    file.write_text(NEAT)
    os.utime(file, (1, 1))
    assert spec("fmt", file).code == 0
    assert file.stat().st_mtime == 1


def test_check_says_what_would_change_and_changes_nothing(spec: Spec, file: Path) -> None:
    assert spec("fmt", "--check", file) == Ran(1, f"would change {file}\n", "")
    assert file.read_text() == UNTIDY
    file.write_text(NEAT)
    assert spec("fmt", "--check", file) == Ran(0, "", "")


def test_diff_shows_and_changes_nothing(spec: Spec, file: Path) -> None:
    ran = spec("fmt", "--diff", file)
    assert ran.code == 0
    assert "-state   live :  [ Vma ] bool = false\n+state live: [Vma] bool = false\n" in ran.out
    assert file.read_text() == UNTIDY
    assert spec("fmt", "--diff", "--check", file).code == 1


def test_a_link_stays_a_link(spec: Spec, file: Path) -> None:
    link = file.parent / "link.fs"
    link.symlink_to(file)
    assert spec("fmt", link).code == 0
    assert link.is_symlink() and file.read_text() == NEAT


def test_one_slip_does_not_keep_the_others_untidy(spec: Spec, file: Path) -> None:
    wrong = file.parent / "wrong.fs"
    wrong.write_text("module wrong\n\nsort &&\n")
    ran = spec("fmt", wrong, file)
    assert ran.code == 3 and f"{wrong}:3:" in ran.err
    assert file.read_text() == NEAT and wrong.read_text() == "module wrong\n\nsort &&\n"


def typed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_standard_input_goes_to_standard_output(
    spec: Spec, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, UNTIDY.encode())
    assert spec("fmt", "-") == Ran(0, NEAT, "")


def test_slip_in_standard_input_shows_its_line(
    spec: Spec, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, b"module x\n\nclaim c &&\n")
    ran = spec("fmt", "-")
    assert (ran.code, ran.out) == (3, "")
    assert "<stdin>:3:9: error" in ran.err and "    claim c &&\n" in ran.err


def test_standard_input_that_is_no_text_is_refused(
    spec: Spec, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, b"\xff\xfe")
    assert spec("fmt", "-").code == 2
