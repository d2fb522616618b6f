"""The pytest plugin: promises and operations as tests, and how their failures read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from refine.testing.promises import promises_of
from solver.decide import Decider, Options
from spec.load import load
from tests.refine.nested import EVENS, LAMPS, ONE, ROOT, Ran, pytest_in, write

HELD = ("--spec-check", "exhaustive", "--spec-impl")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    write(tmp_path, evens_fs=EVENS, one_fs=ONE, lamps_py=LAMPS)
    return tmp_path


# ------------------------------------------------------- nothing, unless asked


def test_importing_it_loads_nothing_heavy() -> None:
    code = (
        "import sys, refine.pytest_plugin\n"
        "print(sorted({'z3', 'numpy', 'lark', 'click', 'hypothesis', 'solver.decide', "
        "'refine.pipeline', 'refine.testing'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_run_that_does_not_ask_loads_nothing_heavy(here: Path) -> None:
    write(here, test_light_py=(
        "import sys\n\ndef test_light():\n"
        "    assert not {'z3', 'numpy', 'lark', 'click'} & set(sys.modules)\n"
    ))
    ran = pytest_in(here, "-v")
    assert (ran.code, ran.words) == (0, {"test_light.py::test_light": "PASSED"})


def test_without_the_option_there_are_no_tests(here: Path) -> None:
    assert pytest_in(here, "-v").code == 5


# ------------------------------------------------------------------ promises


def test_each_promise_is_a_test(here: Path) -> None:
    ran = pytest_in(here, "-v", "--spec")
    assert ran.code == 0, ran.text
    assert ran.words == dict.fromkeys([
        "evens.fs::at_most_two", "evens.fs::small", "evens.fs::reset",
        "one.fs::at_most_two", "one.fs::small", "one.fs::counted", "one.fs::twice",
    ], "PASSED")


def test_the_ini_file_asks_too(here: Path) -> None:
    write(here, pytest_ini=(
        "[pytest]\naddopts = --spec-check exhaustive\nspec_files = true\n"
        "spec_implementations =\n    lamps.py:Lamps\n    lamps.py:Dim\n"
    ))
    ran = pytest_in(here, "-v")
    assert ran.words["one.fs::counted"] == "PASSED"
    assert ran.words["lamps.py:Lamps::up"] == "PASSED"
    assert ran.words["lamps.py:Dim::up"] == "FAILED"


def test_implementations_of_the_ini_file_stay_out_of_narrow_runs(here: Path) -> None:
    write(here, pytest_ini=(
        "[pytest]\naddopts = --spec-check exhaustive\nspec_files = true\n"
        "spec_implementations = lamps.py:Lamps\n"
    ))
    assert list(pytest_in(here, "-v", "one.fs::counted").words) == ["one.fs::counted"]
    below = here / "below"
    below.mkdir()
    assert "lamps.py:Lamps::up" in pytest_in(below, "-v", "..").text


def test_a_promise_that_is_not_as_expected_fails_with_its_run(here: Path) -> None:
    write(here, evens_fs=EVENS.replace("expect fails", "expect holds"))
    ran = pytest_in(here, "-v", "--spec", "evens.fs")
    assert ran.code == 1
    assert ran.words["evens.fs::at_most_two"] == "FAILED"
    assert ran.words["evens.fs::small"] == "PASSED"
    assert "\nClaim    at_most_two: n <= 2\nVerdict  REFUTED in 2 steps; smallest world" in ran.text
    assert "Failed: at_most_two is REFUTED (expected: holds)" in ran.text
    assert "Traceback" not in ran.text and "promises.py" not in ran.text
    assert all(len(line) <= 100 for line in ran.text.splitlines())


def test_what_should_fail_and_holds_fails(here: Path) -> None:
    write(here, evens_fs=EVENS.replace("n <= 4\n\texpect holds", "n <= 4\n\texpect fails"))
    ran = pytest_in(here, "-v", "--spec", "evens.fs")
    assert ran.words["evens.fs::small"] == "FAILED"
    assert "small is HOLDS (expected: fails)" in ran.text


def test_what_is_not_proved_fails_as_not_proved(here: Path) -> None:
    endless = EVENS.replace("requires n < 4", "requires n != 1").replace("n >= 9", "n == 1")
    write(here, evens_fs=endless.replace("claim small\n\tn <= 4", "claim small\n\tn != 999999"))
    ran = pytest_in(here, "-v", "--spec", "evens.fs::small")
    assert ran.words == {"evens.fs::small": "FAILED"}
    assert "Failed: not proved: small is " in ran.text


def test_a_promise_that_says_nothing_is_skipped(here: Path) -> None:
    write(here, evens_fs=EVENS.replace("n <= 4\n", "n == 7 implies n == 8\n"))
    ran = pytest_in(here, "-v", "-rs", "--spec", "evens.fs::small")
    assert ran.words == {"evens.fs::small": "SKIPPED"}
    assert "vacuous: its premise is met by no state" in ran.text


def test_what_a_scheme_stands_on_must_be_as_expected(here: Path) -> None:
    broken = EVENS.replace("claim small\n\tn <= 4\n\texpect holds", "invariant small\n\tn <= 2")
    write(here, evens_fs=broken)
    ran = pytest_in(here, "-v", "--spec", "one.fs::counted")
    assert ran.code == 1 and "Module   evens" in ran.text
    assert "below one.fs: small is REFUTED" in ran.text


def test_a_scenario_that_fails_shows_wanted_and_got(here: Path) -> None:
    write(here, one_fs=ONE.replace("lamps == 2", "lamps == 3"))
    ran = pytest_in(here, "-v", "--spec", "one.fs")
    assert ran.words["one.fs::twice"] == "FAILED" and ran.words["one.fs::counted"] == "PASSED"
    assert "one.fs:20: after step 2" in ran.text and "wanted" in ran.text


def test_a_file_of_scenarios_has_one_for_each_scheme(here: Path) -> None:
    write(here, one_fs=ONE.partition("\nscenario")[0] + "\n", runs_fs=(
        "scenarios runs over evens with one\n\nscenario twice\n\tworld Room x\n"
        "\tup(x)\n\tup(x)\n\texpect one.lamps == 2\n"
    ))
    assert pytest_in(here, "-v", "--spec", "runs.fs").words == {"runs.fs::twice[one]": "PASSED"}


def test_a_file_that_does_not_load_is_one_failing_test(here: Path) -> None:
    write(here, one_fs=ONE + "\nclaim oops\n\tm == 1\n\texpect holds\n")
    ran = pytest_in(here, "-v", "--spec")
    assert ran.words["one.fs::loads"] == "FAILED" and ran.words["evens.fs::small"] == "PASSED"
    assert "one.fs:23:2: error FS040" in ran.text and "    \tm == 1\n    \t^\n" in ran.text


def test_warnings_are_warnings_of_pytest(here: Path) -> None:
    write(here, one_fs=ONE.replace("state lamps", "state unused: bool = false\n\nstate lamps"))
    ran = pytest_in(here, "-v", "--spec", "one.fs")
    assert ran.code == 0 and "SpecWarning: one.fs:3:" in ran.text


@pytest.mark.parametrize(
    "name", ["grid_cells", "crates_count", "box_count", "lending", "lights_seen", "gauge"])
def test_the_names_are_those_of_the_verdicts(name: str) -> None:
    loaded = load(ROOT / "tests" / "conformance" / "toys" / f"{name}.fs")
    (system,) = loaded.systems
    results = Decider(Options()).decide(loaded, f"{name}.fs")
    wanted = {
        r.name.partition(".")[0] if r.kind == "answer_class" else r.name
        for r in results if r.scheme == system.name and r.kind != "vacuity"
    }
    assert set(promises_of(system)) == wanted


# ----------------------------------------------------------- implementations


def test_each_operation_is_a_test(here: Path) -> None:
    ran = pytest_in(here, "-v", "-rs", *HELD, "lamps.py:Lamps")
    assert ran.code == 0, ran.text
    assert ran.words == {"lamps.py:Lamps::up": "PASSED", "lamps.py:Lamps::reset": "SKIPPED"}
    assert "never happened: exhaustive: it does not happen in this scope" in ran.text


def test_an_operation_that_the_scheme_excludes_passes(here: Path) -> None:
    write(here, one_fs=ONE + "\nexpect reset never\n",
          evens_fs=EVENS.replace("expect reset never\n\n", ""))
    words = pytest_in(here, "-v", *HELD, "lamps.py:Lamps").words
    assert words["lamps.py:Lamps::reset"] == "PASSED"


def test_where_the_sides_part_the_run_is_shown(here: Path) -> None:
    ran = pytest_in(here, "-v", *HELD, "lamps.py:Dim")
    assert ran.code == 1
    assert ran.words == {"lamps.py:Dim::up": "FAILED", "lamps.py:Dim::reset": "FAILED"}
    assert "Dim and one part in up\n\nScheme   one\nCode     lamps:Dim\n" in ran.text
    assert "Python   lamps.py:19: self._lit += 2\n" in ran.text
    assert "not proved\n\nexhaustive: the search ended at the difference\n" in ran.text
    assert "The sides part in up, whose test shows the run." in ran.text
    assert "Traceback" not in ran.text and "implementations.py" not in ran.text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("def up(self, r)", "def up(self)"), "up is to take (self, r)"),
        (("def up", "def down"), "lacks up(r), in which the scheme changes lamps"),
        (("class Lamps:", "raise OSError('no')\nclass Lamps:"), "raises OSError: no"),
        (("class Lamps:", "class Lamps"), "line 1: expected ':'"),
        (('scheme = "one"', 'scheme = "two"'), "there is no two.fs"),
    ],
)
def test_a_class_that_cannot_be_compared_is_one_failing_test(
    here: Path, change: tuple[str, str], message: str
) -> None:
    write(here, lamps_py=LAMPS.replace(*change))
    ran = pytest_in(here, "-v", *HELD, "lamps.py:Lamps")
    assert ran.words == {"lamps.py:Lamps::loads": "FAILED"}
    assert message in ran.flat and "Traceback" not in ran.text


def test_the_file_of_the_scheme_may_be_named(here: Path) -> None:
    (here / "deep").mkdir()
    for name in ("one.fs", "evens.fs"):
        (here / name).rename(here / "deep" / name)
    assert "there is no one.fs" in pytest_in(here, "-v", *HELD, "lamps.py:Lamps").text
    ran = pytest_in(here, "-v", *HELD, "lamps.py:Lamps deep/one.fs")
    assert ran.words["lamps.py:Lamps::up"] == "PASSED"


# ------------------------------------------------------------ options, xdist


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--spec-impl", "Lamps"], "'Lamps': write package.module:Class or path/file.py:Class"),
        (["--spec-impl", "lamps.py:Lamps one.txt"], "one.txt is no .fs file"),
        (["--spec-check", "hopeful"], "there is no check 'hopeful'; there are: exhaustive"),
        (["--spec-scope", "Room"], "'Room': write sizes as Vma=3,Mm=2,NR=4"),
        (["--spec-scope", "Room=0"], "Room=0: a size is 1 to 1024"),
        (["--spec-impl", "lamps.py:Lamps", "--spec-scope", "Rooom=2"],
         "--spec-scope: Rooom is neither a sort"),
        (["-o", "spec_files=perhaps"], "spec_files is to be true or false"),
        (["-o", "spec_implementations=Lamps"], "spec_implementations: 'Lamps': write package"),
    ],
)
def test_a_wrong_value_is_said_in_a_line(here: Path, words: list[str], message: str) -> None:
    ran: Ran = pytest_in(here, *words)
    assert ran.code in (2, 4) and message in ran.text
    assert "Traceback" not in ran.text and "INTERNALERROR" not in ran.text


def test_workers_collect_the_same(here: Path) -> None:
    pytest.importorskip("xdist")
    words = ("-v", "--spec", *HELD, "lamps.py:Lamps")
    alone = pytest_in(here, *words)
    shared = pytest_in(here, *words, "-n", "2", "--dist", "loadfile")
    assert alone.code == shared.code == 0, shared.text
    assert "collected 9 items" in alone.text
    for name in alone.words:
        assert name in shared.text
    assert "8 passed, 1 skipped" in shared.text
