"""The wheel works where nothing else of this repository is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(
    find_spec("build") is None or find_spec("hatchling") is None or find_spec("pip") is None,
    reason="build, hatchling and pip are needed to make and install a wheel without a network",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("wheel")
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation")
    _run(*build, "--outdir", str(made), str(ROOT), where=made)
    return next(made.glob("*.whl"))


@pytest.fixture(scope="module")
def binaries(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the commands of a new environment are that has the wheel.

    What the tool depends on is taken from the environment of this test, by a path that
    comes after the new environment's own.
    """
    home = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    _run(
        sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index",
        "--quiet", "--disable-pip-version-check", str(wheel), where=home,
    )
    packages = next(home.glob("lib/python*/site-packages"))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin"


def _run(*words: str, where: Path) -> subprocess.CompletedProcess[str]:
    """A command in another directory that knows nothing of this repository."""
    hidden = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    clean = {k: v for k, v in os.environ.items() if k not in hidden}
    done = subprocess.run(words, cwd=where, env=clean, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_the_wheel_carries_grammar_pages_schema_and_schemes(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    assert {"spec/grammar.lark", "spec/report/schema.json"} <= inside
    pages = {f"spec/errors/{p.name}" for p in (ROOT / "spec" / "errors").glob("*.md")}
    schemes = {f"spec/_schemes/{p.name}" for p in (ROOT / "schemes").glob("*.fs")}
    assert pages and schemes
    assert pages | schemes <= inside


def test_the_wheel_carries_no_tests(wheel: Path) -> None:
    folders = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {f for f in folders if not f.endswith(".dist-info")} <= {"spec", "solver", "refine"}


def test_the_installed_tool_decides_its_own_schemes(binaries: Path, tmp_path: Path) -> None:
    python, spec = str(binaries / "python"), str(binaries / "spec")
    asks = "from spec.load import packaged_path; print(packaged_path('per_vma'))"
    scheme = _run(python, "-c", asks, where=tmp_path).stdout.strip()
    assert Path(scheme).is_relative_to(binaries.parent)
    done = _run(spec, "check", "--json", scheme, where=tmp_path)
    results = json.loads(done.stdout)["results"]
    assert all(r["as_expected"] for r in results)
    verdicts = {r["name"]: r["verdict"] for r in results}
    assert verdicts["counts_mapping_vmas"] == "proved"
    assert verdicts["two_means_two_processes"] == "refuted"


def test_the_installed_tool_finds_the_world_for_a_file_elsewhere(
    binaries: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.fs").write_bytes((ROOT / "schemes" / "per_vma.fs").read_bytes().replace(
        b"scheme per_vma over", b"scheme mine over"))
    spec = str(binaries / "spec")
    done = _run(spec, "check", "--only", "counts_mapping_vmas", "mine.fs", where=tmp_path)
    assert "PROVED" in done.stdout


def test_the_installed_tool_explains_an_error(binaries: Path, tmp_path: Path) -> None:
    done = _run(str(binaries / "spec"), "explain", "FS047", where=tmp_path)
    assert "FS047" in done.stdout
    assert _run(str(binaries / "spec"), "--version", where=tmp_path).stdout.startswith("spec 0.")
