"""Reasons, stability and certificates of proofs."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from solver import cvc5_session, evidence
from solver.evidence import Evidence, Gathering
from solver.methods.induction import InductionReport, induct
from solver.session import Session
from spec.ir import System
from spec.result import Decision, Outcome, Reasons, Stability
from tests.solver import systems

WORLD = systems.per_vma()
MAIN = "counts_mapping_vmas"


def gathered(
    asked: Evidence, system: System = WORLD, report: InductionReport | None = None
) -> dict[str, Decision]:
    found = report or induct(system, limits=asked.limits)
    return dict(Gathering(system, found, (), (), None, lambda _: None).decisions(asked))


# ------------------------------------------------------------------ reasons


def reasons_at(step: str, system: System = WORLD) -> Reasons:
    (found,) = (
        w for w in gathered(Evidence(why=(MAIN,)), system)[MAIN].why
        if w.obligation == f"{MAIN}/{step}"
    )
    return found


def test_a_step_leans_on_the_invariant_and_on_parts_of_the_guard() -> None:
    found = reasons_at("map_pmd")
    assert found.hypotheses == (MAIN,)
    assert found.guards == ("not (some p in Page: pmd[v] or pte[v, p])",)
    assert (found.rung, found.solver) == ("plain", "z3")


def test_an_order_is_named_where_it_is_needed() -> None:
    assert reasons_at("map_ptes").axioms == ("A1",)
    assert reasons_at("map_pmd").axioms == ()


def test_a_claim_about_counts_leans_on_axioms_about_counts() -> None:
    found = gathered(Evidence(why=("zero_means_unmapped",)))["zero_means_unmapped"].why
    assert [w.obligation for w in found] == ["zero_means_unmapped"]
    assert found[0].axioms and set(found[0].axioms) <= {f"A{n}" for n in range(1, 13)}


def test_only_what_is_asked_for_is_explained() -> None:
    found = gathered(Evidence(why=("zero_*",)))
    assert [n for n, d in found.items() if d.why] == ["zero_means_unmapped"]
    assert not any(d.why for d in gathered(Evidence()).values())


def test_duties_and_classes_of_answers_can_be_asked_for() -> None:
    asked = Evidence(why=("mapcount", "folio_mapped"))
    assert asked.explains("nat:mapcount") and asked.explains("folio_mapped.unsafe")
    assert not asked.explains("page_mapcount.unsafe")


# ---------------------------------------------------------------- stability


def test_each_seed_counts() -> None:
    found = gathered(Evidence(seeds=3))
    proved = [d for d in found.values() if d.outcome is Outcome.PROVED]
    assert proved and all(d.stable == Stability(3, 3) for d in proved)


def test_a_proof_that_needs_a_lucky_seed_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    report = induct(WORLD)
    check = Session.check

    def unlucky(self, flags=(), rlimit=0):  # type: ignore[no-untyped-def]
        return check(self, flags, 1 if self.seed == 2 and "zero" not in self.text else rlimit)

    monkeypatch.setattr(Session, "check", unlucky)
    found = gathered(Evidence(seeds=3), report=report)
    assert found[MAIN].stable == Stability(2, 3)


def test_without_seeds_nothing_is_said() -> None:
    assert all(d.stable is None for d in gathered(Evidence()).values())


# ------------------------------------------------------------- certificates


def test_every_question_is_a_file_that_is_unsat(tmp_path: Path) -> None:
    gathered(Evidence(certificates=tmp_path))
    folder = tmp_path / WORLD.name
    manifest = json.loads((folder / "manifest.json").read_text())
    names = {o["promise"] for o in manifest["obligations"]}
    assert {MAIN, "zero_means_unmapped"} <= names
    files = [f for o in manifest["obligations"] for f in o["files"]]
    assert {f["asks"] for f in files} >= {"proof"}
    for f in files:
        text = (folder / f["file"]).read_text()
        assert hashlib.sha256(text.encode()).hexdigest() == f["sha256"]
        asserted = text.replace("(check-sat)", "").replace("(set-logic ALL)", "")
        with Session(asserted) as session:
            assert session.check((), 2_000_000).answer == "unsat", f["file"]


def test_an_obligation_without_files_is_by_rewriting(tmp_path: Path) -> None:
    gathered(Evidence(certificates=tmp_path))
    manifest = json.loads((tmp_path / WORLD.name / "manifest.json").read_text())
    for o in manifest["obligations"]:
        assert o["by_rewriting"] == (not o["files"])


def test_a_second_run_leaves_no_file_of_the_first(tmp_path: Path) -> None:
    gathered(Evidence(certificates=tmp_path))
    folder = tmp_path / WORLD.name
    (folder / "mine.txt").write_text("kept")
    before = {p.name for p in folder.iterdir()}
    report = induct(WORLD, only=["zero_means_unmapped"])
    gathered(Evidence(certificates=tmp_path), report=report)
    after = {p.name for p in folder.iterdir()}
    assert "mine.txt" in after and after < before
    listed = json.loads((folder / "manifest.json").read_text())
    named = {n for o in listed["obligations"] for f in o["files"] for n in (f["file"], f["proof"])}
    assert after - {"mine.txt", "manifest.json"} == named - {None}


def test_cvc5_gives_its_own_proof(tmp_path: Path) -> None:
    pytest.importorskip("cvc5", reason="the extra [crosscheck] is not installed")
    gathered(Evidence(certificates=tmp_path))
    folder = tmp_path / WORLD.name
    assert len(list(folder.glob("*.cpc"))) == len(list(folder.glob("*.smt2")))


def test_without_cvc5_there_are_the_questions_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cvc5_session, "installed", lambda: False)
    gathered(Evidence(certificates=tmp_path))
    assert not list(tmp_path.rglob("*.cpc")) and list(tmp_path.rglob("*.smt2"))
    assert evidence.Limits().crosscheck is False
