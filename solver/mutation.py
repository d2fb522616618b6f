"""Does a promise notice that a scheme was changed?

A mutant is a scheme with one slip.  What its scheme keeps and it does not, kills it: a run
of the explorer that breaks a promise; else, where the prover cannot show that both do the
same, a promise that was proved and is no longer.  The two are never mixed up: the second
says nothing about a run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from solver.decide import QUICK_SCOPES, QUICK_STATES
from solver.equivalence import Equivalence
from solver.explore import Exploration, Goal, explore, ladder
from solver.prover import Limits
from spec.ir import System
from spec.result import SURE, Decision, Fate, InternalError, Kill, Outcome, Result, Way

FIRST_STATES: Final = 2_000
FIRST_SCOPES: Final = 6
BUDGET: Final = 3_000_000
CROSSCHECK: Final = Limits(obligation=500_000, total=4_000_000)
"""A proof of what is false would be a short one: there are few that are hard to find."""


class Judge:
    """Judges mutants of one scheme.

    Args:
        system: the scheme.
        results: the verdicts about it and the modules below, of a whole decision.  A promise
            that is not as expected there cannot kill.
        budget: states to explore for a mutant that neither a quick look nor a proof decides.
    """

    def __init__(
        self, system: System, results: Sequence[Result], budget: int = BUDGET
    ) -> None:
        self.system = system
        self.budget = budget
        self.given = frozenset(
            r.name for r in results
            if r.kind == "invariant" and r.scheme != system.name
            and r.decision.outcome is Outcome.PROVED
        )
        own = [r for r in results if r.scheme == system.name and r.as_expected]
        self.unfit = tuple(
            _label(r) for r in results
            if r.scheme == system.name and r.kind in _PROMISES and not r.as_expected
        )
        self.kinds = {_label(r): r.kind for r in own}
        self.holding = {
            _label(r): r.decision for r in own
            if r.expected == "holds" and r.kind in _PROMISES
            and r.decision.outcome in (Outcome.PROVED, Outcome.HOLDS)
        }
        self.failing = {
            _label(r) for r in own
            if r.expected == "fails" and r.decision.outcome is Outcome.REFUTED
        }
        self.never = {r.name for r in own if r.kind == "expectation"}
        self._equivalence = self._compare()

    def _compare(self) -> Equivalence:
        from solver.methods.induction import induct

        known = induct(self.system, only=(), given=self.given).known
        kept = [n for n, d in self.holding.items() if d.outcome is Outcome.PROVED]
        return Equivalence(self.system, known, kept)

    def judge(self, mutant: System, say: Callable[[str], None]) -> Fate:
        """What kills the mutant, if anything.

        Raises:
            InternalError: a run does not replay.
        """
        return _Case(self, mutant, say).fate()

    def crosscheck(self, name: str, mutant: System, say: Callable[[str], None]) -> None:
        """Hold the prover against the runs that the explorer finds for a mutant, as if there
        were none.

        Raises:
            InternalError: what a run breaks is proved, or what differs is proved equal.
        """
        _Case(self, mutant, say).crosscheck(name)

    def equivalent(self, mutant: System) -> bool:
        """Is it proved that the mutant does what the scheme does?"""
        return self._equivalence.proved(mutant)


_PROMISES: Final = frozenset({"invariant", "claim", "answer_class", "nat", "clash"})


def _label(result: Result) -> str:
    duty = result.kind in ("nat", "clash")
    return f"{result.kind}:{result.name}" if duty else result.name


class _Case:
    """One mutant under judgement."""

    def __init__(self, judge: Judge, mutant: System, say: Callable[[str], None]) -> None:
        self.scheme = judge
        self.mutant = mutant
        self.say = say
        self.scopes = ladder(mutant)

    def fate(self) -> Fate:
        looked = self._look(FIRST_STATES, FIRST_SCOPES)
        kills = self._broken(looked)
        if not kills:
            looked = self._look(QUICK_STATES, QUICK_SCOPES)
            kills = self._broken(looked)
        if kills:
            return Fate("killed", kills)
        self.say("comparing")
        if self.scheme.equivalent(self.mutant):
            return Fate("equivalent")
        return self._prove(looked)

    # ------------------------------------------------------------ runs

    def _look(self, budget: int, scopes: int, names: frozenset[str] | None = None) -> Exploration:
        goals = [
            Goal(p.name, p.cond) for p in self.mutant.promises
            if (p.name in self.scheme.holding or p.name in self.scheme.failing)
            and (names is None or p.name in names)
        ]
        return explore(
            self.mutant, goals, scopes=self.scopes[:scopes], budget=budget,
            progress=lambda text: self.say(f"exploring {text}"),
            include_duties=names is None or any(":" in n for n in names),
        )

    def _broken(self, looked: Exploration) -> tuple[Kill, ...]:
        """Promises that a run breaks, shortest run first; operations that should not happen."""
        found = [
            self._kill(name, "refuted", decision)
            for name, decision in looked.decisions.items()
            if decision.outcome is Outcome.REFUTED and name in self.scheme.holding
        ]
        found.sort(key=lambda k: (k.steps, _RANK.get(k.kind, len(_RANK))))
        happened = [
            Kill("expectation", name, "happens",
                 Decision(Outcome.REFUTED, looked.method, scope))
            for name, scope in looked.fired.items() if name in self.scheme.never
        ]
        return (*found, *happened)

    def _kill(self, name: str, way: Way, decision: Decision) -> Kill:
        return Kill(self.scheme.kinds[name], name.rpartition(":")[2], way, decision)

    # ---------------------------------------------------------- proofs

    def _prove(self, looked: Exploration) -> Fate:
        """What is proved of the scheme and of the mutant, too; and a longer look at the rest."""
        from solver.methods.induction import induct

        wanted = self.scheme.holding.keys() | self.scheme.failing
        refuted = {
            n for n, d in looked.decisions.items() if d.outcome is Outcome.REFUTED
        }
        report = induct(
            self.mutant, only=wanted - refuted, given=self.scheme.given, refuted=refuted,
            progress=lambda text: self.say(f"proving {text}"))
        proofs = report.decisions
        open_ = {n for n in wanted - refuted if proofs[n].outcome is not Outcome.PROVED}
        deep = looked
        if open_:
            deep = self._look(self.scheme.budget, len(self.scopes), frozenset(open_))
        kills = self._broken(deep)
        if kills:
            return Fate("killed", kills)
        kills = tuple(self._changed(open_, proofs, deep.joined(looked)))
        sure = [k for k in kills if k.way in SURE]
        weak = [k for k in kills if k.way not in SURE]
        if sure:
            return Fate("killed", (*sure, *weak))
        return Fate("not_proved", tuple(weak)) if weak else Fate("survives")

    def _changed(
        self, open_: set[str], proofs: Mapping[str, Decision], deep: Exploration
    ) -> Iterator[Kill]:
        """Promises that no run breaks, and that are not what they were."""
        for name, before in self.scheme.holding.items():
            if name in open_ and before.outcome is Outcome.PROVED:
                yield self._kill(name, "not_proved", proofs[name])
        for name in sorted(self.scheme.failing):
            found = deep.decisions.get(name)
            if name in proofs and name not in open_:
                yield self._kill(name, "proved", proofs[name])
            elif found is not None and found.outcome is Outcome.HOLDS:
                yield self._kill(name, "holds", found)
            elif found is None or found.outcome is not Outcome.REFUTED:
                yield self._kill(name, "not_refuted", found or proofs[name])

    # ------------------------------------------------------ cross-check

    def crosscheck(self, name: str) -> None:
        from solver.methods.induction import induct

        looked = self._look(QUICK_STATES, QUICK_SCOPES)
        broken = self._broken(looked)
        where = f"{self.scheme.system.name}: mutant {name}"
        if broken and self.scheme.equivalent(self.mutant):
            raise InternalError(
                f"{where}: proved to do what the scheme does, and a run tells them apart: "
                f"{broken[0].name}")
        refuted = [n for n, d in looked.decisions.items() if d.outcome is Outcome.REFUTED]
        if not refuted:
            return
        report = induct(
            self.mutant, given=self.scheme.given, only=refuted, limits=CROSSCHECK,
            progress=lambda text: self.say(f"proving {text}"))
        for promise in refuted:
            found = report.decisions.get(promise)
            if found is not None and found.outcome is Outcome.PROVED:
                raise InternalError(f"{where}: {promise} is proved and refuted")
        for action in report.never:
            if action in looked.fired:
                raise InternalError(f"{where}: {action} never happens, and it does")


_RANK: Final = {k: i for i, k in enumerate(("invariant", "claim", "answer_class", "nat", "clash"))}
"""Of runs of equal length, what is shown first."""
