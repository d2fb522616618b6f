"""`spec infer` and `spec check --infer`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

import solver.inference
from spec.load import schemes_dir
from spec.report.json import schema
from spec.result import InternalError
from tests.conformance.toys import TOYS
from tests.spec.conftest import Ran
from tests.stripping import stripped

Spec = Callable[..., Ran]


@pytest.fixture
def count(tmp_path: Path) -> Path:
    """A right count of things in a box, without its invariant."""
    shutil.copy(TOYS / "box.fs", tmp_path)
    path = tmp_path / "box_count.fs"
    path.write_text(stripped((TOYS / "box_count.fs").read_text()))
    return path


def test_it_prints_what_can_be_pasted(spec: Spec, count: Path) -> None:
    ran = spec("infer", count)
    assert ran.code == 0 and ran.err == ""
    assert "invariant n_counts_inside\n\tn == count t in Thing: inside[t]\n" in ran.out
    assert "For is_used, one_is_one, two_are_two, n is never negative." in ran.out
    assert "any number of Thing" in ran.out
    count.write_text(count.read_text() + "\n" + ran.out)
    assert spec("fmt", "--check", count).code == 0
    assert spec("check", count, "--unbounded").code == 0
    again = spec("infer", count)
    assert again.out == (
        "# No invariants are needed: everything that is expected to hold is proved without.\n")


def test_quiet_is_the_invariants_alone(spec: Spec, count: Path) -> None:
    assert spec("infer", count, "-q").out == (
        "invariant n_counts_inside\n\tn == count t in Thing: inside[t]\n")


def test_verbose_says_what_was_dropped_and_why(spec: Spec, count: Path) -> None:
    out = spec("infer", count, "-v").out
    assert "candidates not needed:" in out and "#   n <= count t in Thing: inside[t]\n" in out


def test_json_is_valid(spec: Spec, count: Path) -> None:
    found = json.loads(spec("infer", count, "--json").out)
    jsonschema.validate(found, schema())
    (told,) = found["inferred"]
    assert [i["name"] for i in told["invariants"]] == ["n_counts_inside"]
    assert told["scope"] == {"Thing": "any"} and told["left"] == []
    assert len(told["dropped"]) == told["candidates"] - 1


def test_what_is_left_is_not_proved(spec: Spec, count: Path) -> None:
    count.write_text(count.read_text() + "\nclaim few\n\tn < 9\n\texpect holds\n")
    ran = spec("infer", count)
    assert ran.code == 4 and "Still not proved, " in ran.out and "tried: few." in ran.out


def test_what_is_refuted_needs_no_invariant(spec: Spec, count: Path) -> None:
    count.write_text(count.read_text() + "\nclaim one\n\tn < 2\n\texpect holds\n")
    ran = spec("infer", count)
    assert ran.code == 1 and "# Refuted, so no invariant can help: one.\n" in ran.out


def test_only_schemes_lack_invariants(spec: Spec, count: Path) -> None:
    ran = spec("infer", count.parent / "box.fs")
    assert ran.code == 2 and "is a module; invariants are inferred for schemes" in ran.err


def test_a_file_with_an_error_is_not_looked_at(spec: Spec, count: Path) -> None:
    count.write_text(count.read_text() + "\nclaim oops\n\tm == 1\n\texpect holds\n")
    ran = spec("infer", count)
    assert ran.code == 3 and "FS040" in ran.err and ran.out == ""


def test_the_same_each_time(spec: Spec, count: Path) -> None:
    assert spec("infer", count, "-v").out == spec("infer", count, "-v").out


# ------------------------------------------------------------------- check


def test_check_without_is_not_proved(spec: Spec, count: Path) -> None:
    assert spec("check", count, "--unbounded").code == 4


def test_check_proves_as_if_they_stood_in_the_file(spec: Spec, count: Path) -> None:
    ran = spec("check", count, "--infer", "--unbounded")
    assert ran.code == 0
    assert "given n_counts_inside" in ran.out
    assert "PROVED         invariant n_counts_inside: n == count t in Thing: inside[t]" in ran.out
    assert "               inferred, not in the file" in ran.out
    assert "inferred invariants (not in the file; `spec infer` prints them) of box_count" in ran.out
    assert "    invariant n_counts_inside\n        n == count t in Thing: inside[t]\n" in ran.out
    assert count.read_text().count("invariant") == 0


def test_check_of_one_promise(spec: Spec, count: Path) -> None:
    found = json.loads(spec("check", count, "--infer", "--only", "one_is_one", "--json").out)
    jsonschema.validate(found, schema())
    assert [(r["name"], r["verdict"], r["notes"]) for r in found["results"]] == [
        ("one_is_one", "proved", []),
        ("n_counts_inside", "proved", ["inferred, not in the file"]),
    ]
    assert [i["name"] for i in found["inferred"][0]["invariants"]] == ["n_counts_inside"]


def test_check_of_several_files(spec: Spec, count: Path) -> None:
    """Modules and complete schemes among them, which lack nothing."""
    shutil.copy(TOYS / "box_flag.fs", count.parent)
    files = [count.parent / f"{n}.fs" for n in ("box", "box_flag", "box_count")]
    found = json.loads(spec("check", *files, "--infer", "--json").out)
    lacking = {t["scheme"] for t in found["inferred"] if t["invariants"]}
    assert lacking == {"box_count"}
    added = [r["scheme"] for r in found["results"] if r["notes"]]
    assert added == ["box_count"]


def test_a_false_claim_stays_refuted(spec: Spec, count: Path) -> None:
    count.write_text(count.read_text() + "\nclaim one\n\tn < 2\n\texpect holds\n")
    ran = spec("check", count, "--infer")
    assert ran.code == 1 and "REFUTED        claim one (expected: holds)" in ran.out


def test_an_unproved_invariant_of_a_module_is_no_help(spec: Spec, count: Path) -> None:
    """Nine things fit into no scope that is explored, so it is neither refuted nor proved."""
    box = count.parent / "box.fs"
    few = "\ninvariant few_inside\n\t(count t in Thing: inside[t]) < 9\n"
    box.write_text(box.read_text() + few)
    count.write_text(count.read_text() + "\nclaim few\n\tn < 9\n\texpect holds\n")
    ran = spec("infer", count)
    assert ran.code == 4 and "tried: few." in ran.out
    ran = spec("check", count, "--infer", "--unbounded", "--budget", "20k")
    assert ran.code == 4


@pytest.mark.parametrize("command", ["infer", "check"])
def test_a_contradiction_is_the_tool_s_failure(
    spec: Spec, count: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def contradicts(self: object, added: object) -> None:
        raise InternalError("box_count: it is proved and refuted")

    monkeypatch.setattr(solver.inference._Case, "_must_hold", contradicts)
    options = ["--infer"] if command == "check" else []
    ran = spec(command, count, *options)
    assert ran.code == 70 and "proved and refuted" in ran.err


# ----------------------------------------------------------------- at length


@pytest.mark.long
def test_owner_tracking_as_the_command_does_it(spec: Spec, tmp_path: Path) -> None:
    """All of it, exit code 0, none of the author's invariants; and pasted it is proved."""
    path = tmp_path / "linux_6_18.fs"
    text = stripped((schemes_dir() / "linux_6_18.fs").read_text())
    path.write_text(text)
    ran = spec("check", path, "--infer", "--unbounded")
    assert ran.code == 0, ran.out
    printed = spec("infer", path)
    assert printed.code == 0 and printed.out.count("\ninvariant ") == 12
    path.write_text(f"{text}\n{printed.out}")
    assert spec("check", path, "--unbounded").code == 0
    assert spec("fmt", "--check", path).code == 0


@pytest.mark.long
def test_a_false_claim_about_slots_is_never_proved(spec: Spec, tmp_path: Path) -> None:
    """`maybe_shared_is_exact` is broken by a run of eight steps that no quick look finds."""
    path = tmp_path / "linux_6_18.fs"
    text = stripped((schemes_dir() / "linux_6_18.fs").read_text())
    path.write_text(text.replace("expect fails", "expect holds"))
    ran = spec("check", path, "--infer", "--only", "maybe_shared_is_exact")
    assert ran.code == 1 and "REFUTED        claim maybe_shared_is_exact" in ran.out
