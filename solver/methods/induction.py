"""Proof by induction, for any number of elements and any size of each range.

The invariants are shown first, layer by layer.  Those of a layer are assumed together
and each must be true at the start and kept by every action; one that is not is dropped,
and whatever leant on it is shown again without it, until nothing changes: what stays is
the largest set of them that is inductive (as far as the prover can see).  Duties, claims
and answers are then shown from the invariants; a claim that does not follow from them is
tried as an invariant of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from solver.normal import conjuncts
from solver.obligations import GUARD, Duties, Hypothesis, Obligation, duty_name, not_negative
from solver.prover import Limits, Open, Proof
from solver.proving import Attempt, Proving
from solver.store import Store
from spec.ir import BOOL, FALSE, INT, Expr, Promise, Sort, System
from spec.result import Confirmation, Cost, Decision, Outcome

METHOD = "induction"
QUICK_RUNGS = 3
"""For a claim that does not follow from the invariants: it rarely is one itself."""


@dataclass(frozen=True, slots=True)
class InductionReport:
    """What induction says about a system.

    `decisions` has an entry per promise asked for and per duty (`nat:mapcount`,
    `clash:pte`): PROVED, VACUOUS or UNKNOWN.  `open` has, for what is not proved, the
    obligation that resisted.  `proofs` has the attempts that a decision rests on.
    `known` are the hypotheses that hold in every reachable
    state, `never` the actions that cannot happen as they contradict these, with what that
    leans on: what is proved of such a step says nothing.
    """

    decisions: Mapping[str, Decision]
    open: Mapping[str, Attempt]
    proofs: Mapping[str, tuple[Attempt, ...]]
    known: tuple[Hypothesis, ...]
    never: Mapping[str, tuple[str, ...]]
    attempts: tuple[Attempt, ...]


def induct(
    system: System,
    *,
    only: Collection[str] | None = None,
    given: Collection[str] = (),
    refuted: Collection[str] = (),
    progress: Callable[[str], None] | None = None,
    limits: Limits | None = None,
    store: Store | None = None,
) -> InductionReport:
    """Decide every promise and every duty of the system, as far as induction can.

    Args:
        only: names of promises and duties to decide; invariants are proved in any case,
            as the others may lean on them.
        given: names of invariants that are proved already, for the modules alone.
        refuted: names of invariants that a run has broken: not tried, never leant on.
        progress: called with the name of each obligation before it is tried.
        store: where answers are kept from run to run.
    """
    proving = Proving(system, limits or Limits(), store, progress or (lambda _: None))
    return _Induction(system, frozenset(given), frozenset(refuted), proving).run(only)


@dataclass
class _Case:
    """The attempts for one promise or duty."""

    attempts: list[Attempt] = field(default_factory=list)

    @property
    def failed(self) -> Attempt | None:
        return next((a for a in self.attempts if isinstance(a.answer, Open)), None)

    def used(self) -> set[str]:
        return {
            label
            for a in self.attempts
            if isinstance(a.answer, Proof)
            for label in a.answer.used
        }


class _Induction:
    def __init__(
        self, system: System, given: frozenset[str], refuted: frozenset[str], proving: Proving
    ) -> None:
        self.system = system
        self.duties = Duties(system)
        self.proving = proving
        self.given = given
        self.refuted = refuted
        self.cases: dict[str, _Case] = {}
        self.known: list[Hypothesis] = []
        self.attempts: list[Attempt] = []
        self._no_world: bool | None = None

    def run(self, only: Collection[str] | None) -> InductionReport:
        for rank in self.duties.ranks:
            self._invariants(rank)
            self._layer_duties(rank, only)
        self._claims([
            p for p in self.system.promises
            if p.kind != "invariant" and (only is None or p.name in only)
        ])
        return self._report(only)

    # -------------------------------------------------------- invariants

    def _invariants(self, rank: int) -> None:
        mine = [
            p
            for p in self.system.promises
            if p.kind == "invariant" and self.duties.rank(p.layer) == rank
        ]
        proved = [p for p in mine if p.name in self.given]
        trial = [p for p in mine if p.name not in self.given | self.refuted]
        base = [*self.known, *self._naturals(rank), *((p.name, p.cond) for p in proved)]
        trial = self._inductive(trial, base)
        self.known = [*base, *((p.name, p.cond) for p in trial)]

    def _inductive(self, trial: list[Promise], base: list[Hypothesis]) -> list[Promise]:
        """The largest part of `trial` that is inductive together.

        Rounds: all are tried from all; then those that leant on one that failed again,
        from what is left.
        """
        unsettled = list(trial)
        while unsettled:
            known = [*base, *((p.name, p.cond) for p in trial)]
            cases = self._all([self._preserved(p, known) for p in unsettled])
            self.cases.update(zip((p.name for p in unsettled), cases, strict=True))
            dropped = {p.name for p in unsettled if self.cases[p.name].failed}
            trial = [p for p in trial if p.name not in dropped]
            unsettled = [p for p in trial if self.cases[p.name].used() & dropped]
        return trial

    def _naturals(self, rank: int) -> list[Hypothesis]:
        """The `nat` states that never are negative, as new hypotheses."""
        labels = {label for label, _ in self.known}
        states = self.duties.naturals(rank)
        while True:
            groups = [list(self.duties.stays_natural(s, states)) for s in states]
            cases = [_Case([a[-1] for a in found]) for found in self.proving.all_of(groups)]
            kept = [s for s, case in zip(states, cases, strict=True) if not case.failed]
            if kept == states:
                break
            states = kept
        made = [(f"nat:{s.name}", not_negative(s.name, s.index)) for s in states]
        return [h for h in made if h[0] not in labels]

    def _preserved(
        self, promise: Promise, known: Sequence[Hypothesis]
    ) -> list[Obligation]:
        return [*self.duties.starts(promise), *self.duties.steps(promise, known)]

    def _all(self, groups: Sequence[Sequence[Obligation]], rungs: int = 0) -> list[_Case]:
        """Prove each group until one of it resists."""
        cases = []
        for found in self.proving.all_of(groups, rungs):
            self.attempts += [a for attempts in found for a in attempts]
            cases.append(_Case([attempts[-1] for attempts in found]))
        return cases

    # --------------------------------------------------- duties and claims

    def _layer_duties(self, rank: int, only: Collection[str] | None) -> None:
        groups: dict[str, list[Obligation]] = {}
        for action in self.system.actions:
            for duty in action.duties:
                name = duty_name(duty)
                if self.duties.rank(duty.layer) != rank or name in self.given:
                    continue
                if only is None or name in only:
                    groups.setdefault(name, []).append(
                        self.duties.duty(action, duty, self.known))
        self.cases.update(zip(groups, self._all(list(groups.values())), strict=True))

    def _claims(self, promises: Sequence[Promise]) -> None:
        """From the invariants; where that does not do, as an invariant of its own."""
        direct = self._all([[self.duties.claim(p, self.known)] for p in promises])
        resisting = [p for p, case in zip(promises, direct, strict=True) if case.failed]
        own = self._all(
            [self._preserved(p, [*self.known, (p.name, p.cond)]) for p in resisting], QUICK_RUNGS)
        self.cases.update(zip((p.name for p in promises), direct, strict=True))
        for promise, case in zip(resisting, own, strict=True):
            if not case.failed:
                self.cases[promise.name] = case

    # ------------------------------------------------------------ report

    def _report(self, only: Collection[str] | None) -> InductionReport:
        asked = {
            name: case for name, case in self.cases.items() if only is None or name in only
        }
        opened = {name: case.failed for name, case in asked.items() if case.failed}
        return InductionReport(
            {name: self._decision(name, case) for name, case in asked.items()},
            {name: attempt for name, attempt in opened.items() if attempt},
            {name: tuple(case.attempts) for name, case in asked.items()},
            tuple(self.known),
            self._never(),
            tuple(self.attempts),
        )

    def _decision(self, name: str, case: _Case) -> Decision:
        rlimit = sum(a.answer.rlimit for a in case.attempts)
        cost = Cost(obligations=len(case.attempts), rlimit=rlimit)
        scope = any_scope(self.system)
        failed = case.failed
        if failed is not None:
            assert isinstance(failed.answer, Open)
            reason = f"{failed.obligation.name}: {failed.answer.detail}"
            return Decision(Outcome.UNKNOWN, METHOD, scope, reason=reason, cost=cost)
        hollow = [a for a in case.attempts if isinstance(a.answer, Proof) and a.answer.vacuous]
        standing = [a for a in hollow if a.obligation.action is None]
        if standing or (hollow and self._excludes_all_worlds()):
            first = (standing or hollow)[0].obligation.name
            reason = f"{first}: what is known contradicts itself"
            return Decision(
                Outcome.VACUOUS, METHOD, scope, assumptions=self._assumptions(name, case),
                reason=reason, cost=cost)
        return Decision(
            Outcome.PROVED, METHOD, scope, assumptions=self._assumptions(name, case), cost=cost,
            confirmed=_confirmation(case.attempts) if self.proving.limits.crosscheck else None)

    def _excludes_all_worlds(self) -> bool:
        """Do the facts about the constants contradict each other?"""
        if self._no_world is None:
            facts = tuple(self.duties.facts(len(self.system.layers)))
            nothing = Obligation("facts", "claim", None, "facts", facts, FALSE)
            self._no_world = not self._all([[nothing]])[0].failed
        return self._no_world

    def _assumptions(self, name: str, proof: _Case) -> tuple[str, ...]:
        """Labels of all that the proof leant on, directly or through an invariant."""
        reached: set[str] = set()
        todo: list[_Case | None] = [proof]
        while todo:
            case = todo.pop()
            for label in sorted(case.used()) if case else ():
                if label not in reached:
                    reached.add(label)
                    todo.append(self.cases.get(label))
        facts = [f.text for f in (*self.system.where, *self.system.assumes)]
        order = [*facts, *(label for label, _ in self.known), name]
        return tuple(x for x in dict.fromkeys(order) if x in reached and x not in (GUARD, name))

    def _never(self) -> dict[str, tuple[str, ...]]:
        """Actions whose guard contradicts what is known: of those expected to, and of any
        that a proof stumbled on, maybe under invariants that were dropped since."""
        suspects = {
            a.obligation.action
            for a in self.attempts
            if isinstance(a.answer, Proof) and a.answer.vacuous
        } | {name for name, verdict in self.system.expects.items() if verdict == "never"}
        actions = [a for a in self.system.actions if a.name in suspects]
        cases = self._all([[self.duties.never(a, self.known)] for a in actions])
        return {
            action.name: self._assumptions(action.name, case)
            for action, case in zip(actions, cases, strict=True)
            if not case.failed
        }


def _confirmation(attempts: Sequence[Attempt]) -> Confirmation:
    """Which solvers proved what; an obligation that rewriting settles needs none."""
    both = 0
    alone = []
    for a in attempts:
        if isinstance(a.answer, Proof) and a.answer.queries:
            if len(a.answer.solvers) > 1:
                both += 1
            else:
                alone.append((a.obligation.name, a.answer.solvers[0]))
    return Confirmation(both, tuple(alone))


# ------------------------------------------------------------------- scope


def any_scope(system: System) -> dict[str, int | str]:
    """`any` for each sort and constant, but what an assumption says outright."""
    forced = _forced(system)
    scope: dict[str, int | str] = {}
    for sort in system.sorts:
        scope[sort.name] = _sort_scope(sort, forced)
    for const in system.consts:
        scope[const.name] = forced.get(const.name, "any")
    return scope


def _sort_scope(sort: Sort, forced: Mapping[str, int | str]) -> int | str:
    if sort.kind == "enum":
        return len(sort.names)
    if isinstance(sort.size, int):
        return sort.size
    return forced.get(sort.size, "any") if sort.size else "any"


def _forced(system: System) -> dict[str, int | str]:
    """Constants without index that a fact fixes: `NR == 1`, `anon`, `not anon`."""
    values: dict[str, int | str] = {}
    for fact in (*system.where, *system.assumes):
        for part in conjuncts(fact.cond):
            values.update(_says(part))
    return values


def _says(e: Expr) -> dict[str, int | str]:
    if e.op == "read" and e.type == BOOL and not e.args:
        return {str(e.data): "true"}
    if e.op == "not" and e.args[0].op == "read" and not e.args[0].args:
        return {str(e.args[0].data): "false"}
    if e.op == "==" and e.args[0].type == INT:
        for a, b in (e.args, e.args[::-1]):
            if a.op == "read" and not a.args and b.op == "lit":
                assert isinstance(b.data, int)
                return {str(a.data): b.data}
    return {}
