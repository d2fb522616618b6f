"""`.ci/run`: the commands in it that take seconds are taken by the tool as they stand there."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = '"$venv/bin/spec" '
QUICK = ("fmt", "run")
LINES = [
    line.removeprefix(OURS)
    for line in (ROOT / ".ci" / "run").read_text().splitlines()
    if line.startswith(OURS)
]


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith(QUICK)])
def test_a_command_of_ci_is_taken(line: str) -> None:
    command = f"{shlex.quote(sys.executable)} -m spec {line} > /dev/null"
    ran = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_ci_runs_each_quick_command() -> None:
    assert sorted({line.split()[0] for line in LINES} & set(QUICK)) == sorted(QUICK)
