"""The program at the end of a report fails as the run did: cut out, written to a file, run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from refine.report.json import schema
from spec.load import packaged_path
from tests.spec.conftest import Ran

Spec = Callable[..., Ran]

ROOT = Path(__file__).resolve().parents[3]
SCHEME = packaged_path("per_vma")
SLIPS = '''\
from refine.models.per_vma import PerVma


class Forgets(PerVma):
    def _map(self, vma, first, last):
        self._mapcount.inc()
        self._stat += last - first + 1


class Raises(PerVma):
    def dup_ptes(self, src, dst, first, last):
        raise KeyError(f"no\\nsuch page: {first}")


class Answers(PerVma):
    def nr_mapped(self):
        return self._stat + (self._stat > 3)


class Begins(PerVma):
    def __init__(self, folio):
        super().__init__(folio)
        self._stat = 1
'''
CHECKS = {
    "random": ("--check", "random", "--runs", "20"),
    "exhaustive": ("--check", "exhaustive", "--scope", "Mm=2,Vma=2,NR=2"),
}
CASES = [
    ("Forgets", "after map_ptes("), ("Raises", "at dup_ptes("),
    ("Answers", "nr_mapped() is "), ("Begins", "after the beginning"),
]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "slips.py").write_text(SLIPS)
    return tmp_path


def program_in(text: str) -> str:
    """What stands after the heading, as far as the next line that says how many there were."""
    return text.partition("\nProgram  ")[2].partition("\n\n")[2].partition("\n1 impl")[0]


def run(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    (folder / "pasted.py").write_text(text)
    return subprocess.run(
        [sys.executable, "pasted.py"], cwd=folder, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)})


@pytest.mark.parametrize(("cls", "when"), CASES)
@pytest.mark.parametrize("check", ["random", "exhaustive"])
def test_what_is_pasted_fails_with_the_same_difference(
    spec: Spec, here: Path, check: str, cls: str, when: str
) -> None:
    small = ("--scope", "Mm=2,Vma=2,NR=8") if cls == "Answers" and check == "random" else ()
    words = ("refine", SCHEME, "--impl", f"slips.py:{cls}", *CHECKS[check], *small)
    if cls == "Answers" and check == "exhaustive":
        words = (*words[:-1], "Mm=1,Vma=2,NR=4")
    ran = spec(*words)
    assert ran.code == 6 and f"({check})" in ran.out
    text = program_in(ran.out)
    assert text.startswith('from refine.program import Run\n\nrun = Run("per_vma", "slips.py:')
    assert text.isascii() and all(len(line) <= 72 for line in text.splitlines())
    done = run(here, text)
    assert done.returncode == 1
    message = done.stderr.partition("\nAssertionError: ")[2]
    assert when in message
    wanted = [line[2:] for line in text.splitlines() if line.startswith("# ")]
    assert " ".join(wanted)[:60] in " ".join(message.split())


def test_nothing_fails_before_the_last_line(spec: Spec, here: Path) -> None:
    ran = spec("refine", SCHEME, "--impl", "slips.py:Forgets", *CHECKS["random"])
    lines = program_in(ran.out).splitlines()
    last = max(i for i, line in enumerate(lines) if line.startswith("run."))
    assert run(here, "\n".join(lines[:last])).returncode == 0


@pytest.mark.parametrize("check", ["random", "exhaustive"])
def test_mail_and_json_have_it_as_well(spec: Spec, here: Path, check: str) -> None:
    words = ("refine", SCHEME, "--impl", "slips.py:Forgets", *CHECKS[check])
    found = json.loads(spec(*words, "--json").out)
    jsonschema.validate(found, schema())
    (told,) = found["implementations"]
    program = told["checks"][-1]["divergence"]["program"]
    assert program_in(spec(*words).out) == program
    assert spec(*words, "--mail").out.endswith(f"\n\n{program}")


def test_a_step_from_a_state_that_nothing_leads_to_is_no_program(spec: Spec, here: Path) -> None:
    words = ("refine", SCHEME, "--impl", "slips.py:Forgets", "--check", "symbolic",
             "--scope", "Mm=1,Vma=2,NR=2")
    (told,) = json.loads(spec(*words, "--json").out)["implementations"]
    assert told["checks"][0]["divergence"]["program"] is None
    assert "Program" not in spec(*words).out


def test_files_with_long_names(spec: Spec, here: Path) -> None:
    folder = here / ("a folder = with a long name, " * 3) / "\u00e9\U0001f4a1" / "x"
    folder.mkdir(parents=True)
    (folder / "per_vma.fs").write_text(Path(SCHEME).read_text())
    (folder / "folio.fs").write_text(Path(packaged_path("folio")).read_text())
    (folder / "slips.py").write_text(SLIPS)
    at = str(folder.relative_to(here))
    ran = spec("refine", f"{at}/per_vma.fs", "--impl", f"{at}/slips.py:Forgets",
               *CHECKS["exhaustive"])
    text = program_in(ran.out)
    assert text.isascii() and all(len(line) <= 72 for line in text.splitlines())
    assert "AssertionError: after map_ptes(" in run(here, text).stderr
