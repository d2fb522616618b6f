"""Invariants that the author did not write: found, proved, and as few as will do.

Candidates come from outside, as promises (`spec/inference/` makes them from templates).
Those that some reachable state of a small scope breaks are out.  `lemmas.py` picks from the
others what the open promises need.  The pick is then proved by `induct` like invariants of
the author's, together with these; what is not inductive is dropped there, and of what is left
only that is kept which the proofs of the open promises lean on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from solver.decide import QUICK_SCOPES, QUICK_STATES
from solver.explore import Exploration, Goal, explore, ladder
from solver.explore import Scope as Sizes
from solver.lemmas import Reach, Search, condition
from solver.methods.induction import InductionReport, induct
from solver.store import Store
from spec import ir
from spec.ir import Expr, Promise, System
from spec.result import InternalError, Outcome, Scope

FILTER_STATES = 60_000
"""All candidates together.  Three processes, VMAs and two pages are exhausted with it for
schemes of a few counters."""
CHECK_STATES = 120_000
"""For what was proved in the end: it must hold there, too."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A candidate that is not used: `beside the point` (it speaks of what no open promise
    depends on), `refuted` (a reachable state breaks it), `weaker` (it follows from a simpler
    one), `not inductive`, or `not needed`; `why` says more."""

    name: str
    kind: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Inference:
    """What was looked for and found.

    Attributes:
        open: what was not proved before, by name; `left` of these is not proved now.
        refuted: what a short run breaks; nothing was looked for to prove it.
        added: the invariants, in the order of the candidates, all proved together.
        needs: for each promise or duty closed by them the added ones that it leans on.
        candidates: how many there were.
        dropped: all candidates but the added.
        scope: the largest one in which no state breaks an added one.
    """

    open: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    added: tuple[Promise, ...] = ()
    refuted: tuple[str, ...] = ()
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    candidates: int = 0
    dropped: tuple[Dropped, ...] = ()
    scope: Scope = field(default_factory=dict)


def infer(
    system: System, waves: Iterable[Sequence[Promise]], *,
    given: Collection[str] | None = None,
    wants: Callable[[str], bool] = lambda _: True,
    say: Say = lambda _: None,
    store: Store | None = None,
) -> Inference:
    """Find invariants for what is expected to hold and cannot be proved without.

    Args:
        waves: candidates, likely ones first; a wave is asked for only if those before it
            did not do.
        given: names of the modules' invariants that are proved; None takes them all for
            granted, and the caller has to make that good.
        wants: is this promise, or the place of this duty, asked for?
        say: told what is being done.
        store: where answers of the prover are kept from run to run.

    Raises:
        InternalError: something is proved, and a run breaks it.
    """
    below = {p.name for p in system.promises if p.kind == "invariant" and p.layer != system.name}
    known = below if given is None else below & set(given)
    wanted = [n for n in _expected(system) if wants(n.rpartition(":")[2])]
    return _Case(system, frozenset(known), wanted, say, store).infer(waves)


class _Case:
    """One scheme that lacks invariants."""

    def __init__(
        self, system: System, given: frozenset[str], asked: Sequence[str], say: Say,
        store: Store | None,
    ) -> None:
        self.system = system
        self.store = store
        self.given = given
        self.asked = asked
        self.say: Say = lambda text: say(f"{system.name}: {text}")
        self.scopes = ladder(system)
        self.dropped: dict[str, Dropped] = {}

    def infer(self, waves: Iterable[Sequence[Promise]]) -> Inference:
        refuted, report = self._before()
        wanted = [n for n in self.asked if n in report.open]
        if not wanted:
            return Inference(refuted=refuted)
        own = {p.name: p for p in self.system.promises if p.name in wanted}
        search = Search(
            self.system, report.known, {n: p for n, p in own.items() if p.kind == "invariant"},
            lambda text: self.say(f"looking for invariants: {text}"), self.store,
        )
        made: list[Promise] = []
        for wave in waves:
            made += wave
            near = self._near(wave, wanted)
            search.widen({p.name: p for p in self._filtered(near, search.pool)})
            search.run(wanted)
            if all(n not in search.stuck for n in wanted):
                break
        return self._confirmed(search, wanted, made, refuted)

    def _before(self) -> tuple[tuple[str, ...], InductionReport]:
        """What is refuted at first sight; what can be proved as it is."""
        asked = [p for p in self.system.promises if p.name in self.asked]
        quick = self._explore([Goal(p.name, p.cond) for p in asked], QUICK_STATES,
                              self.scopes[:QUICK_SCOPES], duties=True)
        decisions = quick.decisions
        refuted = tuple(
            n for n in self.asked
            if n in decisions and decisions[n].outcome is Outcome.REFUTED
        )
        return refuted, self._induct(self.system, self.asked, refuted)

    def _induct(
        self, system: System, only: Collection[str], refuted: Collection[str]
    ) -> InductionReport:
        return induct(system, only=set(only) - set(refuted), given=self.given, refuted=refuted,
                      progress=lambda text: self.say(f"proving {text}"), store=self.store)

    def _explore(
        self, goals: Sequence[Goal], budget: int, scopes: Sequence[Sizes],
        premises: Sequence[Goal] = (), duties: bool = False,
    ) -> Exploration:
        return explore(
            self.system, goals, scopes=scopes, budget=budget, premises=premises,
            include_duties=duties, progress=lambda text: self.say(f"exploring {text}"))

    # -------------------------------------------------------------- filter

    def _near(self, wave: Sequence[Promise], wanted: Sequence[str]) -> list[Promise]:
        """Those that speak only of states that the open promises depend on."""
        reach = Reach(self.system)
        around = frozenset().union(
            *(reach.around(condition(self.system, name)) for name in wanted))
        kept = [p for p in wave if reach.of(p.cond) <= around]
        for p in wave:
            if p not in kept:
                self.dropped[p.name] = Dropped(p.name, "beside the point")
        return kept

    def _filtered(
        self, wave: Sequence[Promise], before: Mapping[str, Promise]
    ) -> list[Promise]:
        """Those that no reachable state breaks and that no simpler one implies."""
        denied = [Goal(p.name, ir.not_(p.cond)) for p in wave]
        seen = self._explore([], FILTER_STATES, self.scopes, denied).premises
        for name, witness in seen.items():
            sizes = ", ".join(f"{n} {v}" for n, v in witness.scope.items())
            self.dropped[name] = Dropped(name, "refuted", f"by a reachable state; {sizes}")
        alive = [p for p in wave if p.name not in seen]
        return self._strongest(alive, before)

    def _strongest(
        self, alive: Sequence[Promise], before: Mapping[str, Promise]
    ) -> list[Promise]:
        """Without each disjunction that has all parts of another."""
        clauses = {p.name: disjuncts(p.cond) for p in (*before.values(), *alive)}
        by_part: dict[Expr, list[str]] = {}
        for name, parts in clauses.items():
            for part in parts:
                by_part.setdefault(part, []).append(name)
        kept = []
        for p in alive:
            rivals = {n for part in clauses[p.name] for n in by_part[part]}
            stronger = [n for n in clauses if n in rivals and clauses[n] < clauses[p.name]]
            if stronger:
                self.dropped[p.name] = Dropped(p.name, "weaker", f"follows from {stronger[0]}")
            else:
                kept.append(p)
        return kept

    # ------------------------------------------------------------- confirm

    def _confirmed(
        self, search: Search, wanted: Sequence[str], made: Sequence[Promise],
        refuted: tuple[str, ...],
    ) -> Inference:
        """The lemmas proved as the author's invariants would be, and only those needed."""
        theirs = {p.name for p in self.system.promises}
        picked = [n for n in search.needed() if n not in theirs]
        enough = len([n for n in wanted if n not in search.stuck])
        best, report = self._proved_by(search.spare(picked), made, wanted, refuted)
        if len(_closed(report, wanted)) < enough:
            best, report = self._proved_by(picked, made, wanted, refuted)
        while len(used := self._used(report, wanted, best)) < len(best):
            best, report = self._proved_by(used, made, wanted, refuted)
        seen = self._must_hold(best)
        closed = _closed(report, wanted)
        names = [p.name for p in best]
        needs = {
            n: tuple(x for x in names if x in report.decisions[n].assumptions) for n in closed
        }
        return Inference(
            tuple(wanted), tuple(n for n in wanted if n not in closed), tuple(best), refuted, needs,
            len(made), self._told(search, made, names), seen.largest,
        )

    def _proved_by(
        self, names: Collection[str], made: Sequence[Promise], wanted: Sequence[str],
        refuted: tuple[str, ...],
    ) -> tuple[list[Promise], InductionReport]:
        """What induction says with these invariants added, and those of them it proves."""
        added = [p for p in made if p.name in names]
        system = replace(self.system, promises=(*self.system.promises, *added))
        report = self._induct(system, {*wanted, *names}, refuted)
        proved = _closed(report, [p.name for p in added])
        return [p for p in added if p.name in proved], report

    @staticmethod
    def _used(
        report: InductionReport, wanted: Sequence[str], added: Sequence[Promise]
    ) -> list[str]:
        leant = {x for n in _closed(report, wanted) for x in report.decisions[n].assumptions}
        return [p.name for p in added if p.name in leant]

    def _must_hold(self, added: Sequence[Promise]) -> Exploration:
        """A last look by other means.

        Raises:
            InternalError: one of them is proved, and a run breaks it.
        """
        seen = self._explore([Goal(p.name, p.cond) for p in added], CHECK_STATES, self.scopes)
        for name, decision in seen.decisions.items():
            if decision.outcome is Outcome.REFUTED:
                raise InternalError(f"{self.system.name}: {name} is proved and refuted")
        return seen

    def _told(
        self, search: Search, made: Sequence[Promise], added: Collection[str]
    ) -> tuple[Dropped, ...]:
        for name, stuck in search.dropped.items():
            why = f"{stuck.obligation}: {stuck.detail}"
            self.dropped[name] = Dropped(name, "not inductive", why)
        return tuple(
            self.dropped.get(p.name, Dropped(p.name, "not needed"))
            for p in made if p.name not in added
        )


def _expected(system: System) -> list[str]:
    """What is expected to hold of the scheme itself: promises, then duties."""
    own = [p for p in system.promises if p.layer == system.name or p.kind != "invariant"]
    names = [p.name for p in own if p.expect == "holds"]
    duties = {
        f"{d.kind}:{d.place}": None
        for a in system.actions for d in a.duties if d.layer in ("", system.name)
    }
    return [*names, *duties]


def _closed(report: InductionReport, names: Sequence[str]) -> list[str]:
    decisions = report.decisions
    return [n for n in names if n in decisions and decisions[n].outcome is Outcome.PROVED]


def disjuncts(e: Expr) -> frozenset[Expr]:
    """The parts of a disjunction, or the condition alone."""
    return frozenset(e.args) if e.op == "or" else frozenset({e})
