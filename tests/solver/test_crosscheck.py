"""The second solver: it confirms, decides, stands alone, and contradicts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest.importorskip("cvc5", reason="the extra [crosscheck] is not installed")

from solver import cvc5_session, prover
from solver.cvc5_session import ask, proof_of
from solver.methods.induction import induct
from solver.obligations import Obligation
from solver.prover import CVC5, Z3, Limits, Open, Proof, Prover
from solver.query import Query, excluded
from solver.session import Reply
from spec import ir
from spec.result import Confirmation, InternalError
from tests.solver import systems
from tests.solver.test_prover import FACTS, NR, PTES, TWO_VMAS, WORLD

DECLARED = "(declare-const p Bool)(declare-const |u.$v| Int)(declare-const h!0 Bool)"
RULE = f"{DECLARED}(assert (=> h!0 (> |u.$v| 3)))(assert (=> p (< |u.$v| 3)))"
BOTH = Limits(crosscheck=True)


def test_it_reads_what_the_first_reads() -> None:
    assert ask(Query("proof", RULE, ("h!0", "p"))).answer == "unsat"
    assert ask(Query("proof", RULE, ("h!0", "-p"))).answer == "sat"


def test_its_core_has_the_flags_that_were_needed() -> None:
    text = f"{RULE}(declare-const q Bool)"
    assert ask(Query("proof", text, ("q", "h!0", "p"))).core == ("h!0", "p")
    denied = f"{DECLARED}(assert (or p h!0))"
    assert ask(Query("proof", denied, ("-p", "-h!0"))).core == ("-p", "-h!0")


def test_effort_is_bounded_by_its_own_units() -> None:
    nested = "(declare-fun f (Int) Int)(declare-const p Bool)" + "".join(
        f"(assert (forall ((x Int) (y Int)) (> (f (+ x (f (* y {i})))) (f (f x)))))"
        for i in range(1, 6))
    assert ask(Query("proof", nested, ("p",)), rlimit=50).answer == "unknown"


def test_a_text_that_it_cannot_read_is_an_internal_error() -> None:
    with pytest.raises(InternalError, match=r"cvc5 cannot read a question: .*nonsense"):
        ask(Query("proof", "(assert nonsense)", ()))


def test_it_gives_a_proof_of_its_own() -> None:
    found = proof_of(Query("proof", RULE, ("h!0", "p")))
    assert found is not None and "u.$v" in found
    assert proof_of(Query("proof", RULE, ("h!0",))) is None


def test_a_query_is_a_file_of_its_own() -> None:
    text = Query("proof", RULE, ("h!0", "-p")).smt_lib()
    assert text.startswith("(set-logic ALL)")
    assert text.endswith("(assert h!0)\n(assert (not p))\n(check-sat)\n")
    assert excluded(("p", "q"), (True, False)) == "(assert (or (not p) q))"


# ------------------------------------------------------------- with the prover


def pigeons() -> Obligation:
    return Obligation("goal", "claim", None, "goal", FACTS, ir.implies(ir.lt(NR, PTES), TWO_VMAS))


def test_a_proof_with_its_regions_is_confirmed() -> None:
    answer = Prover(WORLD, BOTH).prove(pigeons())
    assert isinstance(answer, Proof)
    assert answer.solvers == (Z3, CVC5)
    assert {q.kind for q in answer.queries} == {"proof", "regions"}
    alone = Prover(WORLD).prove(pigeons())
    assert isinstance(alone, Proof) and alone.solvers == (Z3,)


def all_but(kind: str, answer: Reply) -> Callable[..., Reply]:
    asked = cvc5_session.ask
    return lambda query, *rest: answer if query.kind == kind else asked(query, *rest)


@pytest.mark.parametrize("kind", ["proof", "regions"])
def test_a_proof_by_one_alone_is_marked(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cvc5_session, "ask", all_but(kind, Reply("unknown", 0)))
    answer = Prover(WORLD, BOTH).prove(pigeons())
    assert isinstance(answer, Proof) and answer.solvers == (Z3,)


@pytest.mark.parametrize("kind", ["proof", "regions"])
def test_two_solvers_that_differ_are_an_internal_error(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cvc5_session, "ask", all_but(kind, Reply("sat", 0)))
    with pytest.raises(InternalError, match="two solvers differ") as caught:
        Prover(WORLD, BOTH).prove(pigeons())
    assert "(check-sat)" in "".join(caught.value.__notes__)


def unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first solver runs out of effort on every goal, but knows the regions."""
    check = prover.Session.check

    def tired(self, flags=(), rlimit=0):  # type: ignore[no-untyped-def]
        if prover.GOAL in flags:
            return Reply("unknown", 1, why="canceled")
        return check(self, flags, rlimit)

    monkeypatch.setattr(prover.Session, "check", tired)


def test_the_second_decides_where_the_first_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    unsure(monkeypatch)
    assert isinstance(Prover(WORLD).prove(pigeons()), Open)
    answer = Prover(WORLD, BOTH).prove(pigeons())
    assert isinstance(answer, Proof)
    assert answer.solvers == (CVC5,)
    assert answer.used == ("NR >= 1",)


def test_the_second_proves_nothing_that_is_false(monkeypatch: pytest.MonkeyPatch) -> None:
    unsure(monkeypatch)
    false = Obligation("goal", "claim", None, "goal", FACTS, ir.implies(ir.le(NR, PTES), TWO_VMAS))
    assert isinstance(Prover(WORLD, BOTH).prove(false), Open)


def test_hypotheses_that_contradict_each_other_are_noticed_by_the_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unsure(monkeypatch)
    known = (*FACTS, ("no", ir.lt(PTES, ir.integer(0))))
    answer = Prover(WORLD, BOTH).prove(Obligation("g", "claim", None, "g", known, TWO_VMAS))
    assert isinstance(answer, Proof) and answer.vacuous


def test_a_report_counts_who_proved_what(monkeypatch: pytest.MonkeyPatch) -> None:
    system = systems.per_vma()
    found = induct(system, limits=BOTH).decisions["counts_mapping_vmas"].confirmed
    assert found is not None and found.both > 5 and not found.alone
    assert induct(system).decisions["counts_mapping_vmas"].confirmed is None
    monkeypatch.setattr(cvc5_session, "ask", lambda *_: Reply("unknown", 0))
    found = induct(system, limits=BOTH).decisions["counts_mapping_vmas"].confirmed
    assert isinstance(found, Confirmation)
    assert found.both == 0 and {s for _, s in found.alone} == {Z3}
