"""Schemes with one random slip: what is still proved has no step that breaks it."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from solver.methods.bounded import Small, one_step
from solver.obligations import Duties, Hypothesis, Obligation, not_negative
from solver.prover import Proof, Prover
from spec import ir
from spec.ir import BOOL, INT, Action, Expr, System
from spec.load import load

SCHEMES = Path(__file__).parents[2] / "schemes"
SMALL = Small(elements=2, range=3)
LARGER = Small(elements=3, range=3, rlimit=20_000_000, total=100_000_000)
"""Some slips show only with three VMAs: one less when a second of them goes."""


def changed(e: Expr, rng: random.Random) -> Expr:
    """The expression with one closed part replaced."""
    parts = [x for x in ir.walk(e) if x.type in (BOOL, INT) and not x.loose and x.op != "lit"]
    if not parts:
        return e
    target = rng.choice(parts)
    one = ir.integer(1)
    if target.type == BOOL:
        value = rng.choice([ir.not_(target), ir.TRUE, ir.FALSE])
    else:
        value = rng.choice([ir.add(target, one), ir.sub(target, one), ir.integer(0)])

    def go(x: Expr) -> Expr:
        return value if x is target else ir.rebuild(x, tuple(go(a) for a in x.args))

    return go(e)


def mutant(system: System, rng: random.Random) -> System:
    """The scheme with only one action, and in it one slip: in an update, or a guard less."""
    own = {s.name for s in system.states if s.layer == system.name}
    action = rng.choice([a for a in system.actions if own & set(a.updates)])
    return replace(system, actions=(_slipped(action, own, rng),))


def _slipped(action: Action, own: set[str], rng: random.Random) -> Action:
    if rng.random() < 0.2 and action.guard.op == "and":
        dropped = rng.randrange(len(action.guard.args))
        kept = [p for i, p in enumerate(action.guard.args) if i != dropped]
        return replace(action, guard=ir.and_(*kept))
    place = rng.choice([k for k in action.updates if k in own])
    body = changed(action.updates[place], rng)
    return replace(action, updates={**action.updates, place: body})


def obligations(system: System) -> list[Obligation]:
    """The steps of the scheme's own invariants, with all that may be known before."""
    duties = Duties(system)
    invariants = [p for p in system.promises if p.kind == "invariant"]
    known: list[Hypothesis] = [(p.name, p.cond) for p in invariants]
    known += [(f"nat:{s.name}", not_negative(s.name, s.index)) for s in system.states if s.nat]
    return [
        duties.with_duties(o) or o
        for p in invariants
        if p.layer == system.name
        for o in duties.steps(p, known)
    ]


def disagreements(name: str, seed: int, mutants: int, small: Small) -> list[str]:
    """`proved` beside a step that breaks it, and `open` without one."""
    (system,) = load(SCHEMES / f"{name}.fs").systems
    rng = random.Random(seed)
    found = []
    for _ in range(mutants):
        wrong = mutant(system, rng)
        prover = Prover(wrong)
        for obligation in obligations(wrong):
            proved = isinstance(prover.prove(obligation), Proof)
            broken = one_step(wrong, obligation, small) is not None
            if proved == broken:
                found.append(f"{obligation.name}: proved {proved}, broken {broken}")
    return found


def test_a_few_slips_in_per_vma() -> None:
    assert disagreements("per_vma", seed=1, mutants=2, small=SMALL) == []


@pytest.mark.long
@pytest.mark.parametrize("name", ["per_vma", "per_mm", "total", "nr_pages_mapped"])
def test_many_slips(name: str) -> None:
    assert disagreements(name, seed=2, mutants=40, small=LARGER) == []
