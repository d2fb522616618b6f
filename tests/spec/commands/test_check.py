"""`spec check`: every exit code both ways, and options that select."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from solver.decide import Decider
from spec.report.json import schema
from spec.result import InternalError
from tests.spec.conftest import Ran

Spec = Callable[..., Ran]

EVENS = """\
# evens.fs - a number that goes up by two.
module evens

sort Room

state n: nat = 0
state lit: [Room] bool = false

op up(r: Room)
	requires n < 4
	changes n, lit[r]
	n := n + 2
	lit[r] := true

# Two, and then four.
claim at_most_two
	n <= 2
	expect fails

claim dark_at_zero
	n == 0 implies all r in Room: not lit[r]
	expect holds
"""
NOT_THREE = "\nclaim never_three\n\tn != 3\n\texpect holds\n"
NEVER_SIX = "\nclaim lit_at_six\n\tn == 6 implies some r in Room: lit[r]\n\texpect holds\n"


@pytest.fixture
def evens(tmp_path: Path) -> Path:
    path = tmp_path / "evens.fs"
    path.write_text(EVENS)
    return path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def add(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


# --------------------------------------------------------------- exit codes


def test_0_when_all_is_as_expected(spec: Spec, evens: Path) -> None:
    ran = spec("check", evens)
    assert (ran.code, ran.err) == (0, "")
    assert "REFUTED        claim at_most_two: Two, and then four\n" in ran.out
    assert "as expected; Room 1\n" in ran.out and "up(room0); up(room0)\n" in ran.out
    assert ran.out.endswith("; exit code 0\n")


def test_1_when_a_promise_is_refuted(spec: Spec, evens: Path) -> None:
    change(evens, "expect fails", "expect holds")
    ran = spec("check", evens)
    assert ran.code == 1
    assert "REFUTED        claim at_most_two (expected: holds)" in ran.out
    assert "  2  up(room0)" in ran.out and 'After step 2 n is 4: "n <= 2" does not hold.' in ran.out


def test_1_when_what_should_fail_holds(spec: Spec, evens: Path) -> None:
    change(evens, "lit[r]\n\texpect holds", "lit[r]\n\texpect fails")
    assert spec("check", evens).code == 1


def test_1_when_a_duty_is_broken(spec: Spec, evens: Path) -> None:
    add(evens, "\nop down\n\trequires n > 0\n\tchanges n\n\tn := n - 3\n")
    ran = spec("check", evens, "--mail", "-q")
    assert ran.code == 1
    assert "Claim    n: n is never negative" in ran.out
    assert "Step 2 makes n negative (-1)." in ran.out
    assert "2 down() 2 -> -1" in " ".join(ran.out.split())


def test_3_when_the_text_has_a_slip(spec: Spec, evens: Path) -> None:
    add(evens, "\nclaim oops\n\tm == 1\n\texpect holds\n")
    ran = spec("check", evens)
    assert ran.code == 3
    assert f"{evens}:25:2: error FS" in ran.err and "    \tm == 1\n    \t^\n" in ran.err


def test_3_beside_a_refutation(spec: Spec, evens: Path) -> None:
    change(evens, "expect fails", "expect holds")
    ran = spec("check", evens, evens.parent / "gone.fs")
    assert ran.code == 3
    assert "REFUTED" in ran.out and "gone.fs" in ran.err


def test_4_when_a_scope_is_not_enough(spec: Spec, evens: Path) -> None:
    add(evens, NOT_THREE)
    assert spec("check", evens).code == 0
    assert spec("check", evens, "--unbounded").code == 4
    assert "HOLDS          claim never_three" in spec("check", evens).out


def test_4_when_the_budget_is_too_small(spec: Spec, evens: Path) -> None:
    change(evens, "requires n < 4", "requires n != 3")
    add(evens, "\nclaim never_99\n\tn != 99\n\texpect holds\n")
    ran = spec("check", evens, "--budget", "1k", "--only", "never_99")
    assert ran.code == 4
    assert "UNKNOWN " in ran.out or "NOT INDUCTIVE " in ran.out
    assert "REFUTED" not in ran.out


def test_5_when_vacuous_and_strict(spec: Spec, evens: Path) -> None:
    assert spec("check", evens, "--strict").code == 0
    add(evens, NEVER_SIX)
    ran = spec("check", evens, "--strict")
    assert ran.code == 5 and "VACUOUS        claim lit_at_six" in ran.out
    assert spec("check", evens).code == 0


def test_70_when_the_tool_contradicts_itself(
    spec: Spec, evens: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = evens.parent / "other.fs"
    other.write_text(EVENS.replace("evens", "other").replace("expect fails", "expect holds"))
    decide = Decider.decide

    def doubt(self: Decider, loaded: object, file: str) -> object:
        if file.endswith("evens.fs"):
            raise InternalError("a model that does not replay")
        return decide(self, loaded, file)  # type: ignore[arg-type]

    monkeypatch.setattr(Decider, "decide", doubt)
    ran = spec("check", evens, other)
    assert ran.code == 70
    assert "internal error: InternalError: a model that does not replay" in ran.err
    assert "REFUTED        claim at_most_two" in ran.out and "Traceback" not in ran.err


# ------------------------------------------------------------------ options


def test_only_selects_by_pattern(spec: Spec, evens: Path) -> None:
    assert spec("check", evens, "--only", "at_*", "-q").out == (
        "1 verdict: 1 REFUTED as expected; exit code 0\n"
    )
    both = spec("check", evens, "--only", "at_*", "--only", "dark_at_zero", "-q")
    assert both.out.startswith("2 verdicts: ")


def test_only_that_selects_nothing_is_2(spec: Spec, evens: Path) -> None:
    ran = spec("check", evens, "--only", "at_most_tow")
    assert (ran.code, ran.out) == (2, "") and "did you mean at_most_two?" in ran.err


def test_scope_is_printed_with_the_verdict(spec: Spec, evens: Path) -> None:
    add(evens, NOT_THREE)
    ran = spec("check", evens, "--scope", "Room=2", "--only", "never_three")
    assert ran.code == 0 and "Room 2; " in ran.out


def test_unknown_name_in_scope_is_2(spec: Spec, evens: Path) -> None:
    ran = spec("check", evens, "--scope", "Rooom=2")
    assert (ran.code, ran.out) == (2, "") and "did you mean Room?" in ran.err


def test_warnings_are_said_and_do_no_harm(spec: Spec, evens: Path) -> None:
    path = evens.parent / "one.fs"
    path.write_text(
        "scheme one over evens\n\nstate unused: bool = false\n\non up(r)\n\tchanges nothing\n"
    )
    ran = spec("check", path, "-q")
    assert ran.code == 0 and ": warning FS" in ran.err and ran.err.endswith("1 warning\n")


def test_a_file_named_twice_is_decided_once(spec: Spec, evens: Path) -> None:
    assert spec("check", evens, evens, "-q").out == spec("check", evens, "-q").out


def test_a_module_below_two_schemes_is_told_once(spec: Spec, evens: Path) -> None:
    change(evens, "claim", "invariant")
    change(evens, "\texpect holds\n", "")
    change(evens, "invariant at_most_two", "claim at_most_two")
    for name in ("one", "two"):
        (evens.parent / f"{name}.fs").write_text(
            f"scheme {name} over evens\n\nstate lamps: nat = 0\n\n"
            "on up(r)\n\tchanges lamps\n\tlamps := lamps + 1\n\n"
            "claim few\n\tlamps <= n\n\texpect holds\n"
        )
    ran = spec("check", evens.parent / "one.fs", evens.parent / "two.fs", "--json")
    found = json.loads(ran.out)
    names = [(r["scheme"], r["name"]) for r in found["results"]]
    assert names.count(("evens", "dark_at_zero")) == 1 and len(set(names)) == len(names)


def test_a_file_of_scenarios_is_run(spec: Spec, evens: Path) -> None:
    (evens.parent / "one.fs").write_text(
        "scheme one over evens\n\nstate lamps: nat = 0\n\n"
        "on up(r)\n\tchanges lamps\n\tlamps := lamps + 1\n\n"
        "invariant counted\n\tlamps + lamps == n\n"
    )
    path = evens.parent / "runs.fs"
    path.write_text(
        "scenarios runs over evens with one\n\nscenario twice\n\tworld Room x\n"
        "\tup(x)\n\tup(x)\n\texpect one.lamps == 2\n"
    )
    assert spec("check", path).out == (
        "passed  twice, one (2 steps, 1 expectation)\n\n1 scenario: 1 passed; exit code 0\n"
    )
    change(path, "== 2", "== 3")
    assert spec("check", path).code == 1


# ------------------------------------------------------------------ formats


@pytest.mark.parametrize("slip", [False, True])
def test_json_is_valid_and_has_the_exit_code(spec: Spec, evens: Path, slip: bool) -> None:
    if slip:
        add(evens, "\nclaim oops\n\tm == 1\n\texpect holds\n")
    ran = spec("check", evens, "--json")
    found = json.loads(ran.out)
    jsonschema.validate(found, schema())
    assert found["exit_code"] == ran.code == (3 if slip else 0)
    assert bool(found["diagnostics"]) is slip
    assert ran.err == "" and ran.out.endswith("}\n")


def test_a_run_in_json(spec: Spec, evens: Path) -> None:
    found = json.loads(spec("check", evens, "--only", "at_most_two", "--json").out)
    (result,) = found["results"]
    assert result["scope"] == {"Room": 1}
    assert [s["args"] for s in result["trace"]] == [{"r": "room0"}] * 2
    assert result["trace"][1]["changes"] == {"n": [2, 4]}


def test_output_is_the_same_each_time(spec: Spec, evens: Path) -> None:
    add(evens, NOT_THREE + NEVER_SIX)
    for style in ("-v", "--json", "--mail"):
        assert spec("check", evens, style).out == spec("check", evens, style).out


def test_a_printed_run_can_be_piped_back(
    spec: Spec, evens: Path, tmp_path: Path
) -> None:
    mail = tmp_path / "mail.txt"
    mail.write_text("".join(f"> {x}\n" for x in spec("check", evens, "--mail").out.splitlines()))
    ran = spec("run", evens, "--replay", mail)
    assert ran.code == 0 and "REFUTED in 2 steps, as expected; replayed: 1 Room" in ran.out
