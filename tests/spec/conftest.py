"""The command line, called in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from spec.cli import run


@dataclass(frozen=True)
class Ran:
    """What one invocation gave."""

    code: int
    out: str
    err: str


@pytest.fixture
def spec(
    capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Ran]:
    """Call it like the command: `spec("check", "x.fs", "-q")`."""
    monkeypatch.setenv("TMPDIR", str(tmp_path_factory.mktemp("tmp")))
    monkeypatch.setattr("tempfile.tempdir", None)

    def call(*args: object) -> Ran:
        capsys.readouterr()
        code = run([str(a) for a in args])
        shown = capsys.readouterr()
        return Ran(code, shown.out, shown.err)

    return call
