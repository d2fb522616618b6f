"""The pages whose commands are executed, and where."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests.docs.markdown import ROOT
from tests.docs.playing import Player

PAGES = (
    "README.md", "docs/tutorial.md", "docs/mutation.md", "docs/trust.md", "docs/inference.md",
    "docs/refining.md", "docs/refinement.md", "docs/pytest.md",
)

_STAMP = Path(sys.prefix) / ".installed"


def playground(folder: Path) -> Player:
    """A player in a folder that has the schemes, as a fresh tree would."""
    shutil.copytree(ROOT / "schemes", folder / "schemes")
    return Player(folder, instead)


def instead(command: str) -> str:
    """What is executed for a command of a page.

    `make check` installs into the environment that this interpreter runs in, if make has
    made that one; otherwise only its last line is run.  `make test` is what runs this.
    """
    if command == "make test":
        return ""
    if command != "make check":
        return command
    if _STAMP.exists():
        return f"make -C '{ROOT}' --no-print-directory check VENV='{sys.prefix}'"
    return "spec check schemes/per_vma.fs"
