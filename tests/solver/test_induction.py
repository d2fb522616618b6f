"""Sets of promises: what is inductive together is proved, what leans on the rest is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.methods.induction import InductionReport, any_scope, induct
from solver.prover import Limits
from spec import ir
from spec.ir import BOOL, INT, Expr, Promise, System
from spec.result import Outcome
from tests.solver import systems, toys
from tests.solver.systems import MM, NR, VMA, Write, action, at, count, every, v

ZERO, ONE = ir.integer(0), ir.integer(1)
X, Y = ir.read("x", (), INT), ir.read("y", (), INT)
SEEN = ir.read("seen", (), BOOL)


def outcomes(report: InductionReport) -> dict[str, str]:
    return {name: str(d.outcome) for name, d in report.decisions.items()}


# ----------------------------------------------------------- the folio toy

HOLDS = (
    "mapped_where_covered", "pmd_or_ptes", "unborn_is_unmapped", "counts_mapping_vmas",
    "nat:mapcount", "zero_means_unmapped", "one_means_one_process",
)


def test_all_that_holds_of_the_toy_folio_is_proved() -> None:
    found = outcomes(induct(systems.per_vma()))
    assert {n for n, o in found.items() if o == "proved"} == set(HOLDS)
    assert found["two_means_shared"] == "unknown"


@pytest.mark.parametrize("bug", sorted({b.bug for b in systems.BUGS}))
def test_a_planted_bug_is_not_proved(bug: str) -> None:
    broken = [b.breaks for b in systems.BUGS if b.bug == bug]
    found = outcomes(induct(systems.planted(bug), only=broken))
    assert found == dict.fromkeys(broken, "unknown")


def edited(name: str, **changes: object) -> System:
    """Only this action, changed: the others are as they were."""
    system = systems.per_vma()
    wrong = replace(system.action(name), **changes)  # type: ignore[arg-type]
    return replace(system, actions=(wrong,))


def without_update(name: str, state: str) -> System:
    old = systems.per_vma().action(name).updates
    return edited(name, updates={k: u for k, u in old.items() if k != state})


COUNTING = [
    "map_ptes", "unmap_ptes", "map_pmd", "unmap_pmd", "dup_ptes", "split_vma",
]


@pytest.mark.parametrize("name", COUNTING)
def test_a_dropped_update_is_not_proved(name: str) -> None:
    report = induct(without_update(name, "mapcount"), only=["counts_mapping_vmas"])
    assert outcomes(report) == {"counts_mapping_vmas": "unknown"}
    assert report.open["counts_mapping_vmas"].obligation.action == name


@pytest.mark.parametrize("name", ["unmap_ptes", "dup_ptes", "map_pmd"])
def test_an_update_off_by_one_is_not_proved(name: str) -> None:
    body = systems.per_vma().action(name).updates["mapcount"]
    old = systems.per_vma().action(name).updates
    wrong = edited(name, updates={**old, "mapcount": ir.add(body, ONE)})
    assert outcomes(induct(wrong, only=["counts_mapping_vmas"])) == {
        "counts_mapping_vmas": "unknown"}


@pytest.mark.parametrize("name", ["map_pmd", "split_vma"])
def test_a_missing_guard_is_not_proved(name: str) -> None:
    """map_pmd where PTEs are, split_vma into a VMA that is in use."""
    found = outcomes(induct(edited(name, guard=ir.TRUE)))
    assert "unknown" in {found["counts_mapping_vmas"], found["mapped_where_covered"]}


# ------------------------------------------------------ inductive together


def pair(*promises: tuple[str, str, Expr], step: int = 1) -> System:
    """x grows by y, y by `step`; `look` sets a flag."""
    states = (
        ir.StateVar("x", (), INT, ZERO), ir.StateVar("y", (), INT, ZERO),
        ir.StateVar("seen", (), BOOL, ir.FALSE),
    )
    moves = (
        action(states, "grow", (), [], [
            Write("x", ir.TRUE, ir.add(X, Y)), Write("y", ir.TRUE, ir.add(Y, ir.integer(step)))]),
        action(states, "look", (), [], [Write("seen", ir.TRUE, ir.lt(ZERO, X))]),
    )
    made = tuple(Promise(k, n, c, "holds", "pair") for k, n, c in promises)  # type: ignore[arg-type]
    return ir.System("pair", "module", ("pair",), (), (), (), (), states, moves, made)


X_NATURAL = ("invariant", "x_natural", ir.le(ZERO, X))
Y_NATURAL = ("invariant", "y_natural", ir.le(ZERO, Y))


def test_invariants_may_lean_on_each_other() -> None:
    report = induct(pair(X_NATURAL, Y_NATURAL))
    assert outcomes(report) == {"x_natural": "proved", "y_natural": "proved"}
    assert report.decisions["x_natural"].assumptions == ("y_natural",)
    assert report.decisions["y_natural"].assumptions == ()


def test_what_leans_on_a_false_invariant_falls_with_it() -> None:
    report = induct(pair(X_NATURAL, Y_NATURAL, step=-1))
    assert outcomes(report) == {"x_natural": "unknown", "y_natural": "unknown"}


def test_the_others_stay() -> None:
    small = ("invariant", "seen_means_positive", ir.implies(SEEN, ir.lt(ZERO, X)))
    found = outcomes(induct(pair(X_NATURAL, Y_NATURAL, small)))
    assert found == {
        "x_natural": "proved", "y_natural": "proved", "seen_means_positive": "proved"}
    found = outcomes(induct(pair(X_NATURAL, ("invariant", "never", ir.FALSE))))
    assert found == {"x_natural": "unknown", "never": "unknown"}


def test_an_invariant_must_hold_at_the_start() -> None:
    """Once above zero x stays there, but it starts at zero."""
    above = ("invariant", "above", ir.lt(ZERO, X))
    report = induct(pair(Y_NATURAL, above))
    assert outcomes(report)["above"] == "unknown"
    assert report.open["above"].obligation.kind == "init"


def test_a_claim_may_be_an_invariant_of_its_own() -> None:
    claim = ("claim", "y_natural", ir.le(ZERO, Y))
    report = induct(pair(claim))
    assert outcomes(report) == {"y_natural": "proved"}
    assert report.decisions["y_natural"].cost.obligations == 1


def test_a_claim_is_no_hypothesis_for_another() -> None:
    claims = (("claim", *Y_NATURAL[1:]), ("claim", *X_NATURAL[1:]))
    assert outcomes(induct(pair(*claims))) == {"y_natural": "proved", "x_natural": "unknown"}


# ------------------------------------------------------------------ duties


def counter(guarded: bool, step: int = -1) -> System:
    """A nat state that `take` lowers, guarded or not."""
    n = ir.read("n", (), INT)
    states = (ir.StateVar("n", (), INT, ZERO, nat=True, layer="counter"),)
    guard = [ir.lt(ZERO, n)] if guarded else []
    moves = (
        action(states, "take", (), guard, [Write("n", ir.TRUE, ir.add(n, ir.integer(step)))]),
        action(states, "give", (), [], [Write("n", ir.TRUE, ir.add(n, ONE))]),
    )
    natural = Promise("claim", "natural", ir.le(ZERO, n), "holds", "counter")
    return ir.System(
        "counter", "module", ("counter",), (), (), (), (), states, moves, (natural,))


def test_a_nat_state_is_proved_never_negative_or_it_is_not() -> None:
    assert outcomes(induct(counter(True)))["nat:n"] == "proved"
    assert outcomes(induct(counter(False)))["nat:n"] == "unknown"
    assert outcomes(induct(counter(True, -2)))["nat:n"] == "unknown"


def test_a_run_ends_where_a_duty_is_broken() -> None:
    """So no state has a negative nat, whatever the steps try."""
    report = induct(counter(False))
    assert outcomes(report)["natural"] == "proved"
    assert "nat:n" in report.decisions["natural"].assumptions


def test_a_write_without_a_duty_is_not_trusted() -> None:
    system = counter(False)
    silent = tuple(replace(a, duties=()) for a in system.actions)
    assert outcomes(induct(replace(system, actions=silent)))["natural"] == "unknown"


# ------------------------------------------------------------------ layers


def layered(expect: ir.Promise, assume: Expr = ir.TRUE) -> System:
    """A module whose flag follows its guard, under a scheme that knows more."""
    states = (
        ir.StateVar("low", (), BOOL, ir.FALSE, layer="below"),
        ir.StateVar("high", (), BOOL, ir.FALSE, layer="above"),
    )
    high, low = ir.read("high", (), BOOL), ir.read("low", (), BOOL)
    moves = (
        action(states, "set", (), [high], [Write("low", ir.TRUE, ir.TRUE)]),
        action(states, "clear", (), [], [Write("low", ir.TRUE, ir.FALSE)]),
    )
    never = Promise("invariant", "high_never", ir.not_(high), "holds", "above")
    consts = (ir.Const("c", (), BOOL),)
    assumes = (ir.Fact("c", assume, "above"),)
    return ir.System(
        "above", "scheme", ("below", "above"), (), consts, (), assumes, states, moves,
        (Promise("invariant", "low_never", ir.not_(low), "holds", "below"), never, expect))


CLAIM = Promise("claim", "low_stays", ir.not_(ir.read("low", (), BOOL)), "holds", "above")


def test_a_module_is_proved_from_itself_alone() -> None:
    """`low` is never set, but only because of what the scheme's state is."""
    found = outcomes(induct(layered(CLAIM)))
    assert found == {"low_never": "unknown", "high_never": "proved", "low_stays": "proved"}


def test_what_is_given_is_not_proved_again() -> None:
    report = induct(layered(CLAIM), given={"low_never"})
    assert "low_never" not in report.decisions
    assert report.decisions["low_stays"].assumptions == ("low_never",)


def test_a_module_does_not_use_what_the_scheme_assumes() -> None:
    c = ir.read("c", (), BOOL)
    low = replace(CLAIM, cond=ir.or_(c, ir.not_(ir.read("low", (), BOOL))))
    system = layered(low, assume=c)
    module_claim = replace(low, kind="invariant", layer="below", name="low_or_c")
    both = replace(system, promises=(module_claim, low))
    assert outcomes(induct(both)) == {"low_or_c": "unknown", "low_stays": "proved"}


# ---------------------------------------------------------- never, vacuous


def test_an_action_that_cannot_happen_is_named() -> None:
    system = replace(layered(CLAIM), expects={"set": "never"})
    assert induct(system).never == {"set": ("high_never",)}
    assert induct(replace(system, expects={"clear": "never"}), only=[]).never == {}


def test_contradictory_assumptions_make_a_claim_vacuous() -> None:
    c = ir.read("c", (), BOOL)
    system = layered(replace(CLAIM, cond=ir.read("high", (), BOOL)), assume=c)
    both = replace(system, assumes=(*system.assumes, ir.Fact("not c", ir.not_(c), "above")))
    assert induct(both).decisions["low_stays"].outcome is Outcome.VACUOUS


# ------------------------------------------------------- scope, cost, only


def test_scope_is_any_but_what_an_assumption_says() -> None:
    system = systems.per_vma()
    assert any_scope(system) == {
        MM: "any", VMA: "any", "Page": "any", "NR": "any", "anon": "any", "owner": "any"}
    fixed = (ir.Fact("NR == 1", ir.eq(NR, ONE)), ir.Fact("not anon", ir.not_(systems.ANON)))
    scope = any_scope(replace(system, assumes=fixed))
    assert (scope["Page"], scope["NR"], scope["anon"]) == (1, 1, "false")


def test_only_what_is_asked_is_decided() -> None:
    report = induct(systems.per_vma(), only=["one_means_one_process"])
    assert list(report.decisions) == ["one_means_one_process"]
    assert [label for label, _ in report.known][-1] == "counts_mapping_vmas"


def test_cost_is_the_same_every_time() -> None:
    one, two = (induct(toys.semaphore()).decisions for _ in range(2))
    assert one == two
    assert one["held_is_exact"].cost.obligations == 2
    assert one["held_is_exact"].cost.rlimit > 0


def test_progress_names_each_obligation() -> None:
    said: list[str] = []
    induct(toys.semaphore(), progress=said.append)
    assert said[:2] == ["held_is_exact/take", "held_is_exact/give"]


def test_without_smoke_the_same_is_proved() -> None:
    quiet = induct(toys.semaphore(), limits=Limits(smoke=False))
    assert outcomes(quiet) == outcomes(induct(toys.semaphore()))


def test_a_count_of_all_is_no_bound_on_a_count_of_some() -> None:
    t = v("t", "Thread")
    system = toys.semaphore()
    holds = ir.read("holds", (t,), BOOL)
    everyone = count([("t", "Thread")], ir.TRUE)
    held = ir.read("held", (), INT)
    full = every([("t", "Thread")], holds)
    claims = (
        Promise("claim", "at_most_all", ir.le(held, everyone), "holds", "semaphore"),
        Promise("claim", "fewer", ir.lt(held, everyone), "fails", "semaphore"),
        Promise("claim", "all_or_fewer", ir.or_(full, ir.lt(held, everyone)), "holds", "semaphore"),
    )
    found = outcomes(induct(replace(system, promises=(*system.promises[:1], *claims))))
    assert [found[c.name] for c in claims] == ["proved", "unknown", "proved"]


def test_formals_take_the_place_of_indices() -> None:
    """Two threads at once: `at(t)` twice, in one step."""
    pairs = [("t", "Thread"), ("u", "Thread")]
    t, u = v("t", "Thread"), v("u", "Thread")
    base = toys.semaphore()
    held = ir.read("held", (), INT)
    for by, outcome in ((2, "unknown"), (1, "unknown")):
        both = action(base.states, "take_two", pairs,
                      [ir.not_(ir.read("holds", (x,), BOOL)) for x in (t, u)], [
            Write("holds", ir.or_(at(t), at(u)), ir.TRUE),
            Write("held", ir.TRUE, ir.add(held, ir.integer(by)))])
        system = replace(base, actions=(*base.actions, both), promises=base.promises[:1])
        assert outcomes(induct(system))["held_is_exact"] == outcome
    apart = replace(both, guard=ir.and_(both.guard, ir.not_(ir.eq(t, u))), updates={
        **both.updates, "held": ir.add(held, ir.integer(2))})
    system = replace(base, actions=(*base.actions, apart), promises=base.promises[:1])
    assert outcomes(induct(system))["held_is_exact"] == "proved"
