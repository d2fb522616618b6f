"""`spec run`: scenarios at their real sizes, and runs out of mails."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from spec.report.json import schema
from tests.spec.conftest import Ran

Spec = Callable[..., Ran]
SCHEMES = Path(__file__).resolve().parents[3] / "schemes"

ROOMS = """\
module rooms

sort Room named hall, kitchen

state lit: [Room] bool = false

op light(r: Room)
	requires not lit[r]
	changes lit[r]
	lit[r] := true
"""
LAMPS = """\
# lamps.fs - count the rooms with light.
scheme lamps over rooms

state lamps: nat = 0

# Counted when the light goes on.
on light(r)
	changes lamps
	lamps := lamps + 1

# There are two rooms.
claim one_lamp_will_do
	lamps <= 1
	expect fails

scenario both
	world Room hall, kitchen
	light(hall)
	light(kitchen)
	expect lamps == 2, lit[hall]
"""
MAIL = """\
Scheme   lamps  (count the rooms with light)
Claim    one_lamp_will_do: lamps <= 1
Verdict  REFUTED in 2 steps, as expected; smallest world: 2 Room
World    Room hall, kitchen

                                  lamps
  0  start                            0
  1  light(hall)      lit[hall]      0 -> 1
  2  light(kitchen)   lit[kitchen]   1 -> 2

After step 2 lamps is 2: "lamps <= 1" does not hold.
"""


@pytest.fixture
def lamps(tmp_path: Path) -> Path:
    (tmp_path / "rooms.fs").write_text(ROOMS)
    path = tmp_path / "lamps.fs"
    path.write_text(LAMPS)
    return path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


# ---------------------------------------------------------------- scenarios


def test_the_examples_of_the_thread_pass(spec: Spec) -> None:
    ran = spec("run", SCHEMES / "examples.fs")
    assert ran.code == 0 and "FAILED" not in ran.out
    assert ran.out.endswith(" passed; exit code 0\n")


def test_one_scenario_by_name(spec: Spec) -> None:
    ran = spec("run", SCHEMES / "examples.fs", "--scenario", "pmd_split", "-v")
    assert ran.code == 0
    assert "passed  pmd_split, per_vma (3 steps, 2 expectations)" in ran.out
    assert "  3  split_pmd(a)          pte[a,0..511], not pmd[a]" in ran.out
    assert "unmap_two" not in ran.out


def test_a_failed_expectation_shows_step_wanted_got(spec: Spec, lamps: Path) -> None:
    change(lamps, "expect lamps == 2", "expect lamps == 3")
    ran = spec("run", lamps)
    assert ran.code == 1
    assert f"{lamps}:20: after step 2: lamps == 3" in ran.out
    assert "wanted  3\n        got     2\n" in ran.out


def test_a_step_that_cannot_happen_fails(spec: Spec, lamps: Path) -> None:
    change(lamps, "light(kitchen)", "light(hall)")
    ran = spec("run", lamps)
    assert ran.code == 1 and "after step 1: light(hall)" in ran.out


def test_quiet_is_one_line(spec: Spec, lamps: Path) -> None:
    assert spec("run", lamps, "-q").out == "1 scenario: 1 passed; exit code 0\n"


def test_several_files_in_one_report(spec: Spec, lamps: Path) -> None:
    other = lamps.parent / "other.fs"
    other.write_text(LAMPS.replace("scenario both", "scenario again"))
    assert spec("run", lamps, other, "-q").out == "2 scenarios: 2 passed; exit code 0\n"
    assert spec("run", lamps, other, "--scenario", "again", "-q").out.startswith("1 scenario: ")
    ran = spec("run", lamps, lamps.parent / "rooms.fs")
    assert ran.code == 2 and "rooms.fs has no scenarios" in ran.err
    assert spec("run", lamps, other, "--replay", "-").code == 2


def test_unknown_scenario_is_2(spec: Spec, lamps: Path) -> None:
    ran = spec("run", lamps, "--scenario", "boht")
    assert ran.code == 2 and "did you mean both?" in ran.err
    assert spec("run", lamps.parent / "rooms.fs").code == 2


def test_json_of_scenarios_is_valid(spec: Spec, lamps: Path) -> None:
    change(lamps, "expect lamps == 2", "expect lamps == 3")
    ran = spec("run", lamps, "--json")
    found = json.loads(ran.out)
    jsonschema.validate(found, schema())
    (result,) = found["results"]
    told = result["kind"], result["verdict"], result["as_expected"]
    assert told == ("scenario", "failed", False)
    assert result["failures"][0]["wanted"] == "3"
    assert result["trace"][1]["args"] == {"r": "kitchen"}
    assert found["exit_code"] == ran.code == 1


# ------------------------------------------------------------------- replay


def replay(spec: Spec, monkeypatch: pytest.MonkeyPatch, path: Path, mail: str, *args: str) -> Ran:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(mail.encode())))
    return spec("run", path, "--replay", "-", *args)


def test_a_mail_is_replayed_and_printed_again(
    spec: Spec, lamps: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = replay(spec, monkeypatch, lamps, "> Hello\n" + MAIL.replace("\n", "\n> "))
    assert (ran.code, ran.err) == (0, "")
    assert "Verdict  REFUTED in 2 steps, as expected; replayed: 2 Room\n" in ran.out
    assert "  2  light(kitchen)" in ran.out and 'lamps is 2: "lamps <= 1" does not hold' in ran.out
    assert replay(spec, monkeypatch, lamps, ran.out).out == ran.out


def test_a_mail_in_a_file(spec: Spec, lamps: Path) -> None:
    mail = lamps.parent / "mail.txt"
    mail.write_bytes(MAIL.replace("\n", "\r\n").encode())
    assert spec("run", lamps, "--replay", mail).code == 0


def test_a_refutation_that_was_not_expected_is_1(
    spec: Spec, lamps: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(lamps, "expect fails", "expect holds")
    assert replay(spec, monkeypatch, lamps, MAIL).code == 1


def test_a_run_that_breaks_nothing_any_more(
    spec: Spec, lamps: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(lamps, "lamps <= 1\n\texpect fails", "lamps <= 2\n\texpect holds")
    ran = replay(spec, monkeypatch, lamps, MAIL)
    assert ran.code == 0
    assert "Verdict  not refuted by this run of 2 steps" in ran.out
    assert "REFUTED" not in ran.out


def test_a_step_that_cannot_happen_is_1_with_its_line(
    spec: Spec, lamps: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = replay(spec, monkeypatch, lamps, MAIL.replace("light(kitchen)", "light(hall)"))
    assert ran.code == 1
    assert "<stdin>:9:6: error: step 2, light(hall): it cannot happen here\n" in ran.err
    assert "      2  light(hall)" in ran.err and "^^^^^^^^^^^\n" in ran.err


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [("light(kitchen)", "lite(kitchen)", 9), ("World ", "Word  ", 1), ("kitchen\n", "cellar\n", 9)],
)
def test_a_word_that_does_not_fit_is_3_with_its_line(
    spec: Spec, lamps: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, line: int
) -> None:
    ran = replay(spec, monkeypatch, lamps, MAIL.replace(old, new))
    assert ran.code == 3 and f"<stdin>:{line}:" in ran.err and "Traceback" not in ran.err


def test_json_of_a_replay_is_valid(
    spec: Spec, lamps: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = json.loads(replay(spec, monkeypatch, lamps, MAIL, "--json").out)
    jsonschema.validate(found, schema())
    assert found["results"][0]["method"] == "replay"


def test_json_of_a_mail_without_a_run_is_valid(
    spec: Spec, lamps: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = json.loads(replay(spec, monkeypatch, lamps, "nothing", "--json").out)
    jsonschema.validate(found, schema())
    assert found["exit_code"] == 3
    assert found["diagnostics"][0]["message"] == "no run is in this text"
