"""The fixture `refine`, in a user's own test module."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.refine.nested import EVENS, LAMPS, ONE, Ran, pytest_in, write

PASSING = (
    "refine(Lamps, runs=1, steps=5)",
    'refine(Lamps, "one.fs", checks=["exhaustive"])',
    'refine(Lamps, scope={"Room": 2}, checks=("exhaustive",))',
)
FAILING = {
    'refine(Dim, checks=["exhaustive"])': "Dim and one part in up Scheme one",
    'refine(Lamps, budget=1, checks=["exhaustive"])': "not proved: Lamps and one",
    'refine(Lamps, scope={"Rooom": 2})': "refine(Lamps): Rooom is neither a sort with a size",
    'refine(Lamps, scope={"Room": 0})': "refine(Lamps): Room = 0: a size is at least 1",
    'refine(Lamps, checks=("hopeful",))': "there is no check 'hopeful'",
    'refine(Lamps, "gone.fs")': "there is no gone.fs",
    'refine(Lamps, "evens.fs")': "evens.fs holds a module; only schemes have code",
    "refine(int)": "int does not say which scheme it implements",
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A module with a test for each call."""
    folder = tmp_path_factory.mktemp("mine")
    tests = "".join(
        f"def test_{i}(refine):\n    found = {call}\n    assert not found.failed\n\n\n"
        for i, call in enumerate([*PASSING, *FAILING]))
    write(folder, evens_fs=EVENS, one_fs=ONE + "\nexpect reset never\n", lamps_py=LAMPS,
          test_mine_py=f"from lamps import Dim, Lamps\n\n\n{tests}")
    return pytest_in(folder, "-v")


@pytest.mark.parametrize("i", range(len(PASSING)))
def test_it_passes_where_the_sides_agree(ran: Ran, i: int) -> None:
    assert ran.words[f"test_mine.py::test_{i}"] == "PASSED", ran.text


@pytest.mark.parametrize("call", FAILING)
def test_it_fails_readably(ran: Ran, call: str) -> None:
    i = len(PASSING) + list(FAILING).index(call)
    assert ran.words[f"test_mine.py::test_{i}"] == "FAILED"
    told = ran.text.partition(f"_ test_{i} _")[2].partition("\n____")[0]
    assert FAILING[call] in " ".join(told.split())


def test_no_failure_shows_the_tool_itself(ran: Ran) -> None:
    for word in ("Traceback", "During handling", "fixture.py", "INTERNALERROR"):
        assert word not in ran.text


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
