"""spec mutate: text, JSON, options, exit codes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from spec.report.mutants_json import schema
from tests.spec.conftest import Ran

Spec = Callable[..., Ran]
ROOT = Path(__file__).resolve().parents[3]
TOYS = ROOT / "tests" / "conformance" / "toys"

LAX = """\
scheme lax over box

state n: nat = 0
state used: bool = false

invariant counts
	n == count t in Thing: inside[t]

on put(t)
	changes n, used
	n := n + 1
	used := true

on take(t)
	changes n
	n := n - 1

on swap
	changes nothing

on empty
	changes n
	n := 0

answer is_used = used
	expect safe
"""


@pytest.fixture
def lax(tmp_path: Path) -> Path:
    """A scheme whose answer may be wrong in the harmless direction as often as it likes."""
    shutil.copy(TOYS / "box.fs", tmp_path)
    (tmp_path / "lax.fs").write_text(LAX)
    return tmp_path / "lax.fs"


def name(path: Path, *blocks: str) -> Path:
    path.write_text(path.read_text() + "".join(f"\n{b}\n" for b in blocks))
    return path


def test_a_survivor_is_shown_with_its_diff(spec: Spec, lax: Path) -> None:
    ran = spec("mutate", lax, "--only", "used.*", "-q")
    assert ran.code == 4
    assert "SURVIVES       used.init.negate: no promise notices it" in ran.out
    assert "               +state used: bool = true" in ran.out


def test_a_kill_is_told_with_the_length_of_its_run(spec: Spec, lax: Path) -> None:
    ran = spec("mutate", lax, "--only", "put.*")
    assert ran.code == 0
    assert "KILLED         put.drop: invariant counts, 1 step" in ran.out


def test_verbose_shows_runs_and_diffs(spec: Spec, lax: Path) -> None:
    ran = spec("mutate", lax, "--only", "put.drop", "-v")
    assert "counts: Thing x: put(x)" in " ".join(ran.out.split())
    assert "-\tn := n + 1" in ran.out


def test_quiet_says_nothing_of_what_is_killed(spec: Spec, lax: Path) -> None:
    ran = spec("mutate", lax, "--only", "put.*", "-q")
    assert ran.out.startswith("6 mutants: 6 KILLED") and ran.out.count("\n") == 1


def test_a_named_survivor_is_as_expected(spec: Spec, lax: Path) -> None:
    name(lax, 'mutant used.init.negate survives "slow is no concern"')
    ran = spec("mutate", lax, "--only", "used.init.negate")
    assert ran.code == 0
    assert "NAMED          used.init.negate: survives, as its file says: slow" in ran.out


def test_a_named_mutant_that_is_killed_is_not_as_expected(spec: Spec, lax: Path) -> None:
    name(lax, 'mutant put.drop survives "so they say"')
    ran = spec("mutate", lax, "--only", "put.drop")
    assert ran.code == 1
    assert "put.drop (named in the file as surviving): invariant counts" in ran.out


def test_a_named_mutant_that_is_none_is_not_as_expected(spec: Spec, lax: Path) -> None:
    name(lax, 'mutant n.init.off_by_one_2 survives "so they say"')
    ran = spec("mutate", lax, "--only", "n.*")
    assert ran.code == 1
    assert "n.init.off_by_one_2: named in the file, but it has an error (FS076;" in ran.out


def test_an_unknown_name_is_an_error_of_the_file(spec: Spec, lax: Path) -> None:
    name(lax, 'mutant put.dropp survives "so they say"')
    for command in ("mutate", "check"):
        ran = spec(command, lax)
        assert ran.code == 3 and "did you mean `put.drop`?" in ran.err


def test_list_decides_nothing(spec: Spec, lax: Path) -> None:
    ran = spec("mutate", lax, "--list")
    assert ran.code == 0
    assert "MUTANT         take.drop" in ran.out and "KILLED" not in ran.out


def test_only_schemes_have_mutants(spec: Spec, lax: Path) -> None:
    ran = spec("mutate", lax.parent / "box.fs", lax, "--list", "--only", "put.drop")
    assert ran.code == 0
    assert "module box" in ran.out and "only schemes have mutants" in ran.out


def test_only_must_select_something(spec: Spec, lax: Path) -> None:
    ran = spec("mutate", lax, "--only", "put.dorp")
    assert ran.code == 2 and "did you mean put.drop?" in ran.err


@pytest.mark.parametrize("options", [("-q", "-v"), ("--list", "--crosscheck"), ("--budget", "0")])
def test_options_that_make_no_sense(spec: Spec, lax: Path, options: tuple[str, ...]) -> None:
    assert spec("mutate", lax, *options).code == 2


def test_json_is_as_its_schema_says(spec: Spec, lax: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    found = json.loads(spec("mutate", lax, "--json").out)
    jsonschema.validate(found, schema())
    mutants = {m["name"]: m for f in found["files"] for m in f["mutants"]}
    assert mutants["put.drop"]["verdict"] == "killed"
    first = mutants["put.drop"]["killed_by"][0]
    assert (first["name"], first["way"], first["run"]) == ("counts", "refuted", ["put(x)"])
    assert mutants["used.init.negate"]["verdict"] == "survives"
    assert found["exit_code"] == 4


def test_json_of_a_list_and_of_an_error(spec: Spec, lax: Path) -> None:
    listed = json.loads(spec("mutate", lax, "--json", "--list").out)
    jsonschema.validate(listed, schema())
    assert {m["verdict"] for m in listed["files"][0]["mutants"]} == {None}
    name(lax, 'mutant nothing_such survives "x"')
    broken = json.loads(spec("mutate", lax, "--json").out)
    jsonschema.validate(broken, schema())
    assert broken["exit_code"] == 3 and broken["diagnostics"][0]["code"] == "FS130"


def test_the_same_bytes_each_time(spec: Spec, lax: Path) -> None:
    assert spec("mutate", lax).out == spec("mutate", lax).out


def test_a_contradiction_is_an_internal_error(
    spec: Spec, lax: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: the prover takes the mutant for the scheme, and a run tells them apart."""
    from solver.equivalence import Equivalence

    assert spec("mutate", lax, "--crosscheck", "--only", "put.drop").code == 0
    monkeypatch.setattr(Equivalence, "proved", lambda *_: True)
    ran = spec("mutate", lax, "--crosscheck", "--only", "put.drop")
    assert ran.code == 70
    assert "mutant put.drop" in ran.err and "counts" in ran.err
