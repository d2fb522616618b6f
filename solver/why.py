"""What a proof used: the smallest set of hypotheses and axioms that z3 can name.

The obligation is proved once more, at the rung where it was proved, with each part of the
guard and each axiom under a flag of its own; the flags of a minimal core are the answer.
"""

from __future__ import annotations

from dataclasses import replace

from solver.normal import GiveUp, conjuncts
from solver.obligations import GUARD, Hypothesis, Obligation
from solver.prover import GOAL, Proof, Prover
from solver.question import Question
from solver.regions import Rung
from solver.session import Session
from spec import ir
from spec.ir_words import words
from spec.result import Reasons

_ORDERS = "orders!"


def reasons(prover: Prover, obligation: Obligation, proof: Proof) -> Reasons:
    """Why the obligation holds; what cannot be found again at that rung is told by the
    first proof."""
    parted = _parted(obligation)
    rung = next((r for r in prover.limits.rungs if r.name == proof.rung), None)
    solver = " and ".join(proof.solvers)
    if rung is not None:
        for asked in dict.fromkeys((prover.near(parted), parted)):
            found = _used(prover, asked, rung)
            if found is not None:
                return _sorted_out(parted, found, proof.rung, solver)
    return Reasons(obligation.name, proof.used, (), (), proof.rung, solver)


def _parted(obligation: Obligation) -> Obligation:
    """The guard in parts, each with its words for a label."""
    hypotheses: list[Hypothesis] = []
    for label, cond in obligation.hypotheses:
        if label == GUARD:
            hypotheses += [(f"{GUARD} {words(part)}", part) for part in conjuncts(cond)]
        else:
            hypotheses.append((label, cond))
    return replace(obligation, hypotheses=tuple(hypotheses))


def _used(prover: Prover, obligation: Obligation, rung: Rung) -> dict[str, None] | None:
    """Labels of hypotheses and names of schemas; None where a part is not proved."""
    used: dict[str, None] = {}
    try:
        for part in range(prover.lowering.parts(obligation)):
            question = prover.lowering.question(obligation, part, apart=rung.apart)
            core = _core(prover, question, rung)
            if core is None:
                return None
            used |= core
    except GiveUp:
        return None
    return used


def _core(prover: Prover, question: Question, rung: Rung) -> dict[str, None] | None:
    regions = prover.enumerator(question)
    axioms = prover.axioms(question, rung, regions)
    script = prover.lowering.script()
    flags = question.assume(script)
    for i, (axiom, schema) in enumerate(axioms.items()):
        script.add_if(f"a!{i}", axiom)
        flags[f"a!{i}"] = schema
    script.add_if(GOAL, ir.and_(*question.denial))
    script.flag(_ORDERS)
    script.add_orders(_ORDERS)
    flags[_ORDERS] = "A1"
    with Session(script.text(), prover.limits.seed, minimal=True) as session:
        reply = session.check([*flags, GOAL], 4 * rung.rlimit)
    if reply.answer != "unsat":
        return None
    used = {flags[f]: None for f in reply.core if f in flags}
    if rung.apart:
        used["A12"] = None
    return used | (regions.used if rung.depth else {})


def _sorted_out(
    obligation: Obligation, used: dict[str, None], rung: str, solver: str
) -> Reasons:
    labels = [label for label, _ in obligation.hypotheses if label in used]
    guards = [x.removeprefix(f"{GUARD} ") for x in labels if x.startswith(f"{GUARD} ")]
    others = [x for x in labels if not x.startswith(f"{GUARD} ")]
    schemas = sorted(set(used) - set(labels), key=lambda a: int(a[1:]))
    return Reasons(
        obligation.name, tuple(others), tuple(guards), tuple(schemas), rung, solver)
