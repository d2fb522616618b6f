"""The fixture `refine`, in a user's own test module."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.refine.nested import EVENS, LAMPS, ONE, Ran, pytest_in, write


def ran_with(folder: Path, call: str) -> Ran:
    write(folder, evens_fs=EVENS, one_fs=ONE + "\nexpect reset never\n", lamps_py=LAMPS,
          test_mine_py="from lamps import Dim, Lamps\n\n\ndef test_mine(refine):\n"
          f"    found = {call}\n    assert not found.failed\n")
    return pytest_in(folder, "-v")


@pytest.mark.parametrize(
    "call",
    [
        "refine(Lamps, runs=1, steps=5)",
        'refine(Lamps, "one.fs", checks=["exhaustive"])',
        'refine(Lamps, scope={"Room": 2}, checks=("exhaustive",))',
    ],
)
def test_it_passes_where_the_sides_agree(tmp_path: Path, call: str) -> None:
    ran = ran_with(tmp_path, call)
    assert ran.words == {"test_mine.py::test_mine": "PASSED"}, ran.text


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("refine(Dim, checks=['exhaustive'])", "Dim and one part in up\n\nScheme   one\n"),
        ("refine(Lamps, budget=1, checks=['exhaustive'])", "not proved: Lamps and one\n"),
        ('refine(Lamps, scope={"Rooom": 2})', "refine(Lamps): Rooom is neither a sort with a size"),
        ('refine(Lamps, scope={"Room": 0})', "refine(Lamps): Room = 0: a size is at least 1"),
        ('refine(Lamps, checks=("hopeful",))', "there is no check 'hopeful'"),
        ('refine(Lamps, "gone.fs")', "there is no gone.fs"),
        ('refine(Lamps, "evens.fs")', "evens.fs holds a module; only schemes have code"),
        ("refine(int)", "int does not say which scheme it implements"),
    ],
)
def test_it_fails_readably(tmp_path: Path, call: str, message: str) -> None:
    ran = ran_with(tmp_path, call)
    assert ran.words == {"test_mine.py::test_mine": "FAILED"}
    assert " ".join(message.split()) in ran.flat
    assert "Traceback" not in ran.text and "During handling" not in ran.text
    assert "fixture.py" not in ran.text


def test_operations_that_never_happen_are_a_warning(tmp_path: Path) -> None:
    write(tmp_path, evens_fs=EVENS, one_fs=ONE, lamps_py=LAMPS,
          test_mine_py="from lamps import Lamps\n\ndef test_mine(refine):\n"
          "    refine(Lamps, checks=['exhaustive'])\n")
    ran = pytest_in(tmp_path, "-v")
    assert ran.code == 0 and "SpecWarning: lamps:Lamps: never happened: reset" in ran.text


def test_a_scheme_with_errors_fails_with_its_diagnostics(tmp_path: Path) -> None:
    write(tmp_path, evens_fs=EVENS, one_fs=ONE + "\nclaim oops\n\tm == 1\n\texpect holds\n",
          lamps_py=LAMPS,
          test_mine_py="from lamps import Lamps\n\ndef test_mine(refine):\n    refine(Lamps)\n")
    ran = pytest_in(tmp_path, "-v")
    assert ran.code == 1 and "one.fs:23:2: error FS040" in ran.text
