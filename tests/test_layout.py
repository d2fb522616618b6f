"""The house: who may import whom, how long a file may be, what `spec --help` loads."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = ("spec", "solver", "refine")
"""Each may import itself and what stands before it."""
DOORS = ("spec/cli.py", "spec/commands/")
"""The way in: these may import what stands above them."""
WAIST = {"ir", "ir_text", "ir_words", "eval", "trace", "result"}
"""All of `spec` that the solver sees."""
LONGEST = 400
WAIST_FILES = {"spec/ast.py", "spec/ir.py"}
"""Each is one closed set of types, which is easier to see in one place."""


def python_files(*folders: str) -> list[Path]:
    found = (p for folder in folders for p in sorted((ROOT / folder).rglob("*.py")))
    return [p for p in found if "__pycache__" not in p.parts]


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{shown(path)}: imports here are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_door(path: Path) -> bool:
    return shown(path).startswith(DOORS)


@pytest.mark.parametrize("path", python_files(*ORDER), ids=shown)
def test_imports_point_downwards(path: Path) -> None:
    own = shown(path).partition("/")[0]
    above = ORDER[ORDER.index(own) + 1 :]
    found = {name.partition(".")[0] for name in imports(path)}
    assert is_door(path) or not found & set(above)


@pytest.mark.parametrize("path", python_files("spec"), ids=shown)
def test_no_solver_and_no_numpy_in_the_language(path: Path) -> None:
    assert not {name.partition(".")[0] for name in imports(path)} & {"z3", "numpy", "cvc5"}


@pytest.mark.parametrize("path", python_files("solver"), ids=shown)
def test_the_solver_sees_the_waist_only(path: Path) -> None:
    found = {n.split(".")[1] for n in imports(path) if n.startswith("spec.")}
    assert found <= WAIST


def test_a_forbidden_import_is_noticed(tmp_path: Path) -> None:
    """Inside functions and under TYPE_CHECKING too."""
    text = "def f():\n    from solver.decide import Decider\n    import z3.z3util\n"
    (tmp_path / "x.py").write_text(text)
    assert list(imports(tmp_path / "x.py")) == ["solver.decide.Decider", "z3.z3util"]


@pytest.mark.parametrize("path", python_files(*ORDER, "tests", "benchmarks"), ids=shown)
def test_no_file_is_long(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert shown(path) in WAIST_FILES or lines <= LONGEST


def test_schemes_holds_scheme_files_only() -> None:
    found = {p.suffix for p in (ROOT / "schemes").iterdir() if p.name != "README.md"}
    assert found == {".fs"}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["check", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom spec.cli import run\n"
        f"code = run({arguments!r})\n"
        "heavy = {'z3', 'numpy', 'lark', 'solver.decide', 'multiprocessing'} & set(sys.modules)\n"
        "print(sorted(heavy), code, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[] 0"


def test_reading_a_file_loads_no_solver() -> None:
    """`spec fmt`, `spec dump`, `spec ops`, `spec state`, `spec run` work where z3 does not."""
    code = (
        "import sys\nfrom spec.cli import run\n"
        "for words in ('fmt --check', 'dump --stage ir', 'ops', 'state'):\n"
        "    assert run([*words.split(), 'schemes/per_vma.fs']) == 0\n"
        "print(sorted({'z3', 'numpy'} & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"
