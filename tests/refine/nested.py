"""pytest in a process of its own, in a folder of its own, with the plugin."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

EVENS = """\
# evens.fs - a number that goes up by two.
module evens

sort Room

state n: nat = 0

op up(r: Room)
	requires n < 4
	changes n
	n := n + 2

op reset
	requires n >= 9
	changes n
	n := 0

expect reset never

# Two, and then four.
claim at_most_two
	n <= 2
	expect fails

claim small
	n <= 4
	expect holds
"""
ONE = """\
scheme one over evens

state lamps: nat = 0

on up(r)
	changes lamps
	lamps := lamps + 1

on reset
	changes lamps
	lamps := 0

invariant counted
	lamps + lamps == n

scenario twice
	world Room x
	up(x)
	up(x)
	expect lamps == 2
"""
LAMPS = '''\
class Lamps:
    scheme = "one"

    def __init__(self, folio):
        self._lit = 0

    def up(self, r):
        self._lit += 1

    def reset(self):
        self._lit = 0

    def abstract(self):
        return {"lamps": self._lit}


class Dim(Lamps):
    def up(self, r):
        self._lit += 2
'''


@dataclass(frozen=True)
class Ran:
    """What one run of pytest gave: words of `-v` by test, and all that was printed."""

    code: int
    text: str

    @property
    def words(self) -> dict[str, str]:
        found = re.findall(r"^(\S+::\S+) ([A-Z]+)", self.text, re.MULTILINE)
        return dict(found)

    @property
    def flat(self) -> str:
        """All on one line, to find what was wrapped."""
        return " ".join(self.text.split())


def plugin_words() -> tuple[str, ...]:
    """What names the plugin to pytest where it is not installed."""
    known = {e.value for e in entry_points(group="pytest11")}
    return () if "refine.pytest_plugin" in known else ("-p", "refine.pytest_plugin")


def clean_environment() -> dict[str, str]:
    """The environment without what changes how pytest prints: with CI or BUILD_NUMBER set its
    summary repeats whole failures."""
    return {k: v for k, v in os.environ.items()
            if not k.startswith(("PYTEST_", "PY_COLORS", "FORCE_COLOR"))
            and k not in ("CI", "BUILD_NUMBER")}


def search_path() -> str:
    """This tree, and whatever this process was given."""
    return os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])


def pytest_in(folder: Path, *words: str) -> Ran:
    """`python -m pytest WORDS` in a folder that has nothing to do with this tree."""
    environment = clean_environment() | {
        "PYTHONPATH": search_path(), "SPEC_NO_CACHE": "1", "COLUMNS": "100", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugin_words(), "-p", "no:cacheprovider", *words],
        cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    return Ran(done.returncode, done.stdout)


def write(folder: Path, **files: str) -> None:
    """`write(folder, one_fs=ONE)`: files by their names, `_` before the suffix for the dot."""
    for name, text in files.items():
        stem, _, suffix = name.rpartition("_")
        (folder / f"{stem}.{suffix}").write_text(text, encoding="utf-8")
