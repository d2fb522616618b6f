"""What stands behind a proof, in text and in JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema

from spec.report import FORMATS, Style
from spec.report.evidence import AXIOMS
from spec.report.json import schema
from spec.report.model import FileReport
from spec.result import Confirmation, Outcome, Reasons, Result, Stability
from tests.docs.markdown import ROOT
from tests.spec.report import samples

NAME = "mapped_where_covered"
WHY = (
    Reasons(f"{NAME}/init", (), (), (), "plain", "z3"),
    Reasons(
        f"{NAME}/map_ptes", (NAME, "anon"), ("first <= last", "live[v]"), ("A1", "A11"), "plain",
        "z3"),
    Reasons(NAME, ("anon",), (), ("A7",), "regions", "z3 and cvc5"),
)


def proved(**fields: object) -> FileReport:
    system = samples.forgetful()
    made: Result = samples.result(system, NAME, Outcome.PROVED)
    decision = replace(made.decision, **fields)  # type: ignore[arg-type]
    return FileReport(samples.FILE, (system,), (replace(made, decision=decision),))


def text(file: FileReport) -> str:
    return FORMATS["text"](samples.report(file), Style("normal", False))


def test_each_obligation_says_what_it_leans_on() -> None:
    shown = " ".join(text(proved(why=WHY)).split())
    step = f"{NAME} itself, anon; guard `first <= last`; guard `live[v]`; A1, A11"
    assert (
        f"- at the start: by rewriting alone - at map_ptes: {step} "
        "- from what is known: anon; A7 " in shown)


def test_axioms_that_were_named_are_explained_once() -> None:
    shown = text(proved(why=WHY))
    assert [x for x in shown.splitlines() if x[:1] == "A"] == [
        f"{name}: {AXIOMS[name]}" for name in ("A1", "A7", "A11")]
    assert "A1: " not in text(proved())


def test_the_words_of_axioms_are_those_of_the_page_on_trust() -> None:
    page = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")
    rows = [r.strip(" |").split(" | ") for r in page.splitlines() if r.strip().startswith("| A")]
    assert {r[0]: r[1] for r in rows} == dict(AXIOMS)


def test_a_proof_by_one_solver_alone_is_marked() -> None:
    shown = text(proved(confirmed=Confirmation(3, ((f"{NAME}/map_ptes", "z3"),))))
    assert f"by z3 alone: {NAME}/map_ptes\n" in shown
    assert "; 4 obligations: 3 by z3 and cvc5, 1 by z3 alone; exit code" in shown


def test_a_proof_by_both_is_counted_only() -> None:
    shown = text(proved(confirmed=Confirmation(4)))
    assert "alone" not in shown
    assert "; 4 obligations: 4 by z3 and cvc5; exit code" in shown


def test_stability_is_said_of_each_proof_and_of_all() -> None:
    assert "proved with 3 of 5 seeds\n" in text(proved(stable=Stability(3, 5)))
    assert "; 0 proofs with each of 5 seeds, 1 not with all; " in text(
        proved(stable=Stability(3, 5)))
    assert "; 1 proof with each of 5 seeds; " in text(proved(stable=Stability(5, 5)))


def test_a_module_told_in_short_is_told_in_full_where_there_is_more_to_say() -> None:
    whole = proved(confirmed=Confirmation(0, ((f"{NAME}/map_ptes", "z3"),)))
    below = replace(whole, own=("other",))
    assert "by z3 alone" in text(below)
    assert "1 promise of forgetful" in text(replace(proved(), own=("other",)))


def test_json_has_it_all() -> None:
    file = proved(
        why=WHY, stable=Stability(2, 3), confirmed=Confirmation(1, ((f"{NAME}/init", "cvc5"),)))
    found = json.loads(FORMATS["json"](samples.report(file), Style()))
    jsonschema.validate(found, schema())
    (result,) = found["results"]
    assert result["stability"] == {"agree": 2, "seeds": 3}
    assert result["confirmed"] == {
        "both": 1, "alone": [{"obligation": f"{NAME}/init", "solver": "cvc5"}]}
    assert result["why"][1]["guards"] == ["first <= last", "live[v]"]


def test_json_says_nothing_of_what_was_not_asked_for() -> None:
    (result,) = json.loads(FORMATS["json"](samples.report(proved()), Style()))["results"]
    assert not {"why", "stability", "confirmed"} & set(result)
