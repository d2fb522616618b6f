"""What `explore` answers beside the plain verdicts, on systems of a few lines."""

from __future__ import annotations

from dataclasses import replace

from solver.explore import Exploration, Goal, explore
from spec import ir
from spec.ir import BOOL, FALSE, INT, TRUE, Expr, StateVar, System
from spec.result import Outcome
from tests.solver import systems
from tests.solver.systems import Write, action, at, every, v

THING = "Thing"
N = ir.read("n", (), INT)
DONE = ir.read("done", (), BOOL)
T = v("t", THING)
STATES = (
    StateVar("done", (), BOOL, FALSE),
    StateVar("n", (), INT, ir.integer(0), nat=True),
    StateVar("mark", (THING,), BOOL, FALSE),
)


def mark(x: Expr) -> Expr:
    return ir.read("mark", (x,), BOOL)


def system(*actions: ir.Action, states: tuple[StateVar, ...] = STATES) -> System:
    return System(
        "small", "module", ("small",), (ir.Sort(THING, "elements"),), (), (), (), states,
        actions, (),
    )


def add(by: int, name: str = "add", guard: Expr = TRUE) -> ir.Action:
    return action(STATES, name, (), [guard], [Write("n", TRUE, ir.add(N, ir.integer(by)))])


def finish(guard: Expr = TRUE, name: str = "finish") -> ir.Action:
    return action(STATES, name, (), [guard], [Write("done", TRUE, TRUE)])


MARK_ONE = action(
    STATES, "mark_one", [("t", THING)], [ir.not_(mark(T))], [Write("mark", at(T), TRUE)])
NOT_DONE = Goal("not_done", ir.not_(DONE))
SCOPES = ({THING: 1}, {THING: 2}, {THING: 3})


def look(s: System, *goals: Goal, budget: int = 1_000) -> Exploration:
    return explore(s, goals, scopes=SCOPES, budget=budget)


# ----------------------------------------------------------------- duties


def test_a_step_that_breaks_a_duty_has_no_successor() -> None:
    both = action(STATES, "both", (), [], [
        Write("n", TRUE, ir.sub(N, ir.integer(1))), Write("done", TRUE, TRUE)])
    found = look(system(both), NOT_DONE)
    # The slice of `done` does not see the counter; the run it finds does not replay.
    assert found.decisions["not_done"].outcome is Outcome.HOLDS
    refuted = found.decisions["nat:n"]
    assert refuted.outcome is Outcome.REFUTED
    assert refuted.trace is not None
    assert (len(refuted.trace.steps), len(refuted.trace.states)) == (1, 1)
    assert "both" not in found.fired


def test_a_duty_of_another_state_is_looked_at_when_it_matters() -> None:
    both = action(STATES, "both", (), [], [
        Write("n", TRUE, ir.sub(N, ir.integer(1))), Write("done", TRUE, TRUE)])
    found = look(system(add(1, guard=ir.le(N, ir.integer(0))), both), NOT_DONE)
    trace = found.decisions["not_done"].trace
    assert trace is not None
    assert [s.action for s in trace.steps] == ["add", "both"]


# --------------------------------------------------------------- counters


def test_a_counter_without_end_is_never_called_exhausted() -> None:
    found = look(system(add(1)), Goal("natural", ir.le(ir.integer(0), N)))
    decision = found.decisions["natural"]
    assert decision.outcome is Outcome.UNKNOWN
    assert decision.reason == "n grew beyond what is explored, after 63 steps in scope Thing=1"
    assert found.largest == {}


def test_a_bound_far_away_is_not_walked_to() -> None:
    found = look(system(add(1)), Goal("small", ir.le(N, ir.integer(1_000_000))), budget=10_000)
    assert found.decisions["small"].outcome is Outcome.UNKNOWN
    assert found.states < 10_000


def test_a_counter_is_followed_beyond_its_first_field() -> None:
    limit = Goal("small", ir.lt(N, ir.integer(40)))
    trace = look(system(add(1)), limit).decisions["small"].trace
    assert trace is not None
    assert len(trace.steps) == 40


def test_a_number_may_be_negative() -> None:
    states = (StateVar("n", (), INT, ir.integer(0)),)
    down = action(states, "down", (), [ir.le(ir.integer(-5), N)], [
        Write("n", TRUE, ir.sub(N, ir.integer(3)))])
    found = look(system(down, states=states), Goal("above", ir.le(ir.integer(-6), N)))
    assert found.decisions["above"].outcome is Outcome.HOLDS
    assert found.states == 3


def test_a_number_that_does_not_fit_64_bits_is_refused() -> None:
    square: Expr = N
    for _ in range(6):
        square = ir.arith("*", square, square)
    decision = look(system(add(1)), Goal("small", ir.le(square, ir.integer(10)))).decisions["small"]
    assert decision.outcome is Outcome.UNKNOWN
    assert decision.reason == "numbers do not fit 64 bits in scope Thing=1"


# ------------------------------------------------------- shortest, smallest


def test_a_shorter_run_in_a_larger_scope_wins() -> None:
    alone = every([("s", THING), ("t", THING)], ir.eq(v("s", THING), T))
    late = finish(ir.and_(alone, ir.eq(N, ir.integer(2))), "late")
    marks = every([("t", THING)], mark(T))
    early = finish(ir.and_(ir.not_(alone), marks), "early")
    decision = look(system(add(1), late, early, MARK_ONE), NOT_DONE).decisions["not_done"]
    # One thing: add, add, late.  Two: mark, mark, early.  No shorter one: the first scope.
    assert decision.scope == {THING: 1}
    quick = finish(ir.not_(alone), "quick")
    decision = look(system(add(1), late, early, MARK_ONE, quick), NOT_DONE).decisions["not_done"]
    assert decision.scope == {THING: 2}
    assert decision.trace is not None
    assert [s.action for s in decision.trace.steps] == ["quick"]


def test_elements_are_numbered_by_first_use() -> None:
    goal = Goal("unmarked", ir.not_(every([("t", THING)], mark(T))))
    found = explore(system(MARK_ONE), [goal], scopes=[{THING: 3}], budget=100)
    trace = found.decisions["unmarked"].trace
    assert trace is not None
    assert [s.args["t"] for s in trace.steps] == [0, 1, 2]


def test_the_owner_of_the_first_vma_is_the_first_process() -> None:
    goal = Goal("private", ir.not_(systems.SHARED))
    found = explore(
        systems.per_vma(), [goal], scopes=[{"Mm": 2, "Vma": 3, "NR": 1}], budget=10_000)
    trace = found.decisions["private"].trace
    assert trace is not None
    assert isinstance(owner := trace.world.consts["owner"], dict)
    used = dict.fromkeys(s.args["v"] for s in trace.steps)
    assert list(used) == [0, 1]
    assert [owner[v,] for v in used] == [0, 1]


def test_the_first_action_of_the_file_is_preferred() -> None:
    found = look(system(finish(name="second"), finish(name="first")), NOT_DONE)
    trace = found.decisions["not_done"].trace
    assert trace is not None
    assert trace.steps[0].action == "second"


def test_a_truth_value_may_be_an_argument() -> None:
    say = action(STATES, "say", [("x", BOOL)], [], [Write("done", TRUE, v("x", BOOL))])
    trace = look(system(say), NOT_DONE).decisions["not_done"].trace
    assert trace is not None
    assert [s.args["x"] for s in trace.steps] == [True]
    assert trace.states[-1]["done"] is True


# ----------------------------------------------------- over-approximation


def test_a_run_that_is_shown_avoids_what_over_approximates() -> None:
    rough = replace(finish(name="rough"), overapproximates="no kernel does this")
    exact = finish(ir.eq(N, ir.integer(1)), "exact")
    step = add(1, guard=ir.eq(N, ir.integer(0)))
    trace = look(system(rough, step, exact), NOT_DONE).decisions["not_done"].trace
    assert trace is not None
    assert [s.action for s in trace.steps] == ["add", "exact"]


def test_what_only_over_approximation_breaks_is_not_refuted() -> None:
    rough = replace(finish(name="rough"), overapproximates="no kernel does this")
    decision = look(system(rough), NOT_DONE).decisions["not_done"]
    assert decision.outcome is Outcome.UNKNOWN
    assert decision.reason == (
        "the only runs that break it use rough, which over-approximates (no kernel does this)")


def test_what_holds_holds_with_over_approximation_too() -> None:
    rough = replace(finish(FALSE, name="rough"), overapproximates="no kernel does this")
    assert look(system(rough), NOT_DONE).decisions["not_done"].outcome is Outcome.HOLDS


# --------------------------------------------------------------- vacuity


def test_premises_and_actions_that_are_reached_are_named() -> None:
    never = finish(ir.lt(N, ir.integer(0)), "never")
    two = Goal("two", ir.not_(ir.eq(v("s", THING), T)))
    marked = Goal("marked", ir.close_binder("some", [("t", THING)], mark(T)))
    pair = Goal("two", ir.close_binder("some", [("s", THING), ("t", THING)], two.cond))
    found = explore(
        system(never, MARK_ONE), [], scopes=SCOPES, budget=100,
        premises=[marked, pair, Goal("done", DONE)])
    assert {n: w.scope for n, w in found.premises.items()} == {
        "marked": {THING: 1}, "two": {THING: 2}}
    assert found.fired == {"mark_one": {THING: 1}}
    assert found.largest == {THING: 3}


def test_an_action_that_changes_nothing_can_happen() -> None:
    idle = ir.Action("idle", (("t", THING),), mark(T), {})
    assert look(system(MARK_ONE, idle)).fired == {"mark_one": {THING: 1}, "idle": {THING: 1}}


# ---------------------------------------------------------------- budget


def test_the_budget_is_kept_to_the_state() -> None:
    goal = Goal("true", ir.le(ir.integer(0), N))
    for budget in range(1, 12):
        found = explore(systems.per_vma(), [goal_about_ptes()], scopes=[
            {"Mm": 1, "Vma": 1, "NR": 1}, {"Mm": 2, "Vma": 2, "NR": 2}], budget=budget)
        assert found.states == budget
        assert found.decisions["ptes"].outcome is Outcome.UNKNOWN or budget >= 12
    assert look(system(), goal, budget=1).decisions["true"].outcome is Outcome.HOLDS


def goal_about_ptes() -> Goal:
    return Goal("ptes", systems.PMD_OR_PTES)


def test_what_ended_the_search_is_said() -> None:
    scopes = [{"Mm": 1, "Vma": 1, "NR": 1}, {"Mm": 1, "Vma": 2, "NR": 2}]
    found = explore(
        systems.per_vma(), [goal_about_ptes()], scopes=scopes, budget=50, include_duties=False)
    decision = found.decisions["ptes"]
    assert decision.outcome is Outcome.HOLDS
    assert decision.scope == {"Mm": 1, "Vma": 1, "NR": 1, "anon": "any", "owner": "any"}
    assert decision.reason == (
        "the budget of states ended the search after 2 steps in scope Mm=1 Vma=2 NR=2")


def test_twice_the_same_question_gives_the_same_answer() -> None:
    goals = [Goal(p.name, p.cond) for p in systems.per_vma().promises]
    scopes = [{"Mm": 2, "Vma": 3, "NR": 2}]
    once, again = (
        explore(systems.per_vma(), goals, scopes=scopes, budget=800) for _ in range(2))
    assert once == again


def test_progress_is_told() -> None:
    said: list[str] = []
    undone = Goal("undone", every([("t", THING)], ir.not_(ir.and_(mark(T), DONE))))
    explore(
        system(MARK_ONE), [undone], scopes=[{THING: 2}], budget=100, progress=said.append)
    assert said == [
        "Thing=2: 1 step, 2 states", "Thing=2: 2 steps, 3 states", "Thing=2: 3 steps, 3 states"]


# ------------------------------------------------------------ long ranges


def test_a_range_longer_than_a_mask_is_explored_all_the_same() -> None:
    page = ir.Sort("Page", "range", (), 70)
    states = (StateVar("up_to", ("Page",), BOOL, FALSE),)
    p, q = v("p", "Page"), v("q", "Page")

    def on(x: Expr) -> Expr:
        return ir.read("up_to", (x,), BOOL)

    below = every([("q", "Page")], ir.implies(ir.lt(q, p), on(q)))
    fill = action(states, "fill", [("p", "Page")], [ir.not_(on(p)), below], [
        Write("up_to", at(p), TRUE)])
    s = System("long", "module", ("long",), (page,), (), (), (), states, (fill,), ())
    last = Goal("never_full", ir.not_(on(ir.lit(ir.LAST, "Page"))))
    found = explore(s, [last], scopes=[{}], budget=100)
    trace = found.decisions["never_full"].trace
    assert trace is not None
    assert len(trace.steps) == 70


# --------------------------------------------------------- absurd scopes


def test_a_scope_without_measure_is_refused() -> None:
    goals = [Goal(p.name, p.cond) for p in systems.per_vma().promises]
    scope = {"Mm": 1, "Vma": 200, "NR": 300}
    found = explore(systems.per_vma(), goals, scopes=[scope], budget=1_000)
    decision = found.decisions["counts_mapping_vmas"]
    assert decision.outcome is Outcome.UNKNOWN
    assert "too many to list" in decision.reason


def test_many_vmas_are_put_in_order_all_the_same() -> None:
    goals = [Goal("pmd_or_ptes", systems.PMD_OR_PTES)]
    scope = {"Mm": 1, "Vma": 12, "NR": 1, "anon": 1}
    found = explore(systems.per_vma(), goals, scopes=[scope], budget=5_000)
    assert found.decisions["pmd_or_ptes"].outcome is Outcome.HOLDS
    # How many VMAs are live, and whether one of them maps the page, by PTE or by PMD.
    assert found.states == 13 + 13 + 2 * 12
