"""`spec check`: what is asked of proofs, and the cache."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from solver.session import Reply
from spec.commands import check as module
from tests.spec.commands.test_check import EVENS
from tests.spec.conftest import Ran

Spec = Callable[..., Ran]


@pytest.fixture
def evens(tmp_path: Path) -> Path:
    path = tmp_path / "evens.fs"
    path.write_text(EVENS)
    return path


def test_why_says_what_a_proof_used(spec: Spec, evens: Path) -> None:
    ran = spec("check", evens, "--why", "dark*", "--only", "dark*")
    assert ran.code == 0
    assert "- at up: " in ran.out


def test_why_of_nothing_is_2(spec: Spec, evens: Path) -> None:
    ran = spec("check", evens, "--why", "dark_at_zeor")
    assert ran.code == 2
    assert "--why: no promise is named dark_at_zeor; did you mean dark_at_zero?" in ran.err


def test_stability_is_counted(spec: Spec, evens: Path) -> None:
    ran = spec("check", evens, "--stability", 2, "--json")
    found = {r["name"]: r.get("stability") for r in json.loads(ran.out)["results"]}
    assert found["dark_at_zero"] == {"agree": 2, "seeds": 2}
    assert found["at_most_two"] is None
    assert spec("check", evens, "--stability", 1).code == 2


def test_certificates_are_written(spec: Spec, evens: Path, tmp_path: Path) -> None:
    place = tmp_path / "new" / "certificates"
    assert spec("check", evens, "--certificates", place).code == 0
    assert list(place.glob("evens/*.smt2")) and (place / "evens" / "manifest.json").is_file()


def test_certificates_that_cannot_be_written_are_2(
    spec: Spec, evens: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    ran = spec("check", evens, "--certificates", tmp_path / "file" / "in")
    assert ran.code == 2 and "cannot be written" in ran.err


def test_crosscheck_needs_the_second_solver(
    spec: Spec, evens: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    ran = spec("check", evens, "--crosscheck")
    assert ran.code == 2
    assert "pip install 'foliospec[crosscheck]'" in ran.err


def test_crosscheck_says_how_many_both_proved(spec: Spec, evens: Path) -> None:
    pytest.importorskip("cvc5", reason="the extra [crosscheck] is not installed")
    ran = spec("check", evens, "--crosscheck", "-q")
    assert ran.code == 0 and "by z3 and cvc5; exit code 0" in ran.out


# -------------------------------------------------------------------- cache


def test_a_second_run_asks_nobody(
    spec: Spec, evens: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SPEC_NO_CACHE")
    place = tmp_path / "kept"
    first = spec("check", evens, "--cache", place)
    monkeypatch.setattr("solver.decide._Case.results", lambda self: pytest.fail("decided again"))
    assert spec("check", evens, "--cache", place) == first
    monkeypatch.setenv("SPEC_CACHE", str(place))
    assert spec("check", evens) == first


def test_another_text_or_other_options_are_decided_anew(
    spec: Spec, evens: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SPEC_NO_CACHE")
    place = tmp_path / "kept"
    assert "1 REFUTED as expected" in spec("check", evens, "--cache", place, "-q").out
    assert "1 REFUTED" not in spec(
        "check", evens, "--cache", place, "-q", "--only", "dark_at_zero").out
    evens.write_text(EVENS.replace("n <= 2", "n <= 4"))
    assert spec("check", evens, "--cache", place, "-q").code == 1


def test_no_cache_keeps_nothing(
    spec: Spec, evens: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SPEC_NO_CACHE")
    place = tmp_path / "kept"
    assert spec("check", evens, "--cache", place, "--no-cache").code == 0
    assert not place.exists()


def test_a_cache_that_cannot_be_written_does_no_harm(
    spec: Spec, evens: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SPEC_NO_CACHE")
    place = tmp_path / "kept"
    place.mkdir()
    place.chmod(0o500)
    assert spec("check", evens, "--cache", place).code == 0


def test_two_solvers_that_differ_are_70_with_the_question_in_the_dump(
    spec: Spec, evens: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("cvc5", reason="the extra [crosscheck] is not installed")
    monkeypatch.setattr("solver.cvc5_session.ask", lambda *_: Reply("sat", 0))
    ran = spec("check", evens, "--crosscheck")
    assert ran.code == 70
    assert "two solvers differ: z3 says unsat, cvc5 says sat" in ran.err
    (dump,) = (line for line in ran.err.splitlines() if line.endswith(".txt"))
    text = Path(dump).read_text()
    assert "(check-sat)" in text and "module evens" in text and "z3-solver: " in text
