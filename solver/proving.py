"""Many obligations of one system: in which process each is proved, and what is known.

An obligation goes to a prover in this process, or, once a system has taken some effort,
to one of several forked processes.  Answers are kept from run to run in a `Store`.
Neither has any influence on an answer, nor on which answers are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from solver.crew import Crew, Failed
from solver.obligations import Duties, Obligation
from solver.prover import Limits, Open, Proof, Prover
from solver.store import Store
from spec.ir import System
from spec.ir_text import show_expr, show_system

ALONE: Final = 400_000
"""Effort (z3's units) of one system before forking pays."""

FEW: Final = 4


@dataclass(frozen=True, slots=True)
class Attempt:
    """An obligation and what became of it."""

    obligation: Obligation
    answer: Proof | Open


Attempts = tuple[Attempt, ...]
"""The last one counts: a step that could not be proved is tried once more for the runs
that keep all duties."""


class Proving:
    """Proves groups of obligations of one system.

    Args:
        store: where answers are kept; None for nowhere.
        progress: called with the name of each obligation before it is tried.
    """

    def __init__(
        self, system: System, limits: Limits, store: Store | None,
        progress: Callable[[str], None],
    ) -> None:
        self.system = system
        self.limits = limits
        self.prover = Prover(system, limits)
        self.spent = 0
        self._duties = Duties(system)
        self._store = store
        self._say = progress
        self._world = _world(system, limits) if store is not None else ""

    def all_of(
        self, groups: Sequence[Sequence[Obligation]], rungs: int = 0
    ) -> list[list[Attempts]]:
        """The attempts at each group's obligations in their order, up to the first that is
        not proved: what comes behind it in the group says nothing more.

        Args:
            rungs: climb only so many; 0 for all.
        """
        jobs = [(g, o) for g, group in enumerate(groups) for o in group]
        known = {i: kept for i, (_, o) in enumerate(jobs) if (kept := self._kept(o, rungs))}
        found: list[list[Attempts]] = [[] for _ in groups]
        over: set[int] = set()
        work = _Work(self, [o for _, o in jobs], [g for g, _ in jobs], rungs, known)
        for i, (g, obligation) in enumerate(jobs):
            if g in over:
                continue
            if self.spent > self.limits.total:
                attempts: Attempts = (Attempt(
                    obligation, Open("unknown", "the effort for this system is spent")),)
            else:
                attempts = work.of(i)
                self.spent += sum(a.answer.rlimit for a in attempts)
            found[g].append(attempts)
            if isinstance(attempts[-1].answer, Open):
                over.add(g)
        return found

    def attempts_at(
        self, obligation: Obligation, rungs: int, say: Callable[[str], None]
    ) -> Attempts:
        """Prove one, here; a step that resists also for the runs that keep all duties."""
        say(obligation.name)
        attempts: Attempts = (Attempt(obligation, self.prover.prove(obligation, rungs)),)
        if isinstance(attempts[0].answer, Open) and obligation.kind == "step":
            # A step that breaks a duty leads nowhere, so the others are all that counts.
            fuller = self._duties.with_duties(obligation)
            if fuller is not None:
                attempts += (Attempt(fuller, self.prover.prove(fuller, rungs)),)
        self._keep(obligation, rungs, attempts)
        return attempts

    def in_crew(
        self, obligations: Sequence[Obligation], rungs: int, wanted: Callable[[int], bool],
        found: Callable[[int, Attempts | Failed], None],
    ) -> list[Attempts | Failed | None]:
        """Prove these in several processes.  The obligations stay here: only answers travel."""
        def job(o: Obligation) -> Callable[[Callable[[str], None]], Attempts]:
            return lambda say: self.attempts_at(o, rungs, say)

        return Crew[Attempts](self._say).do([job(o) for o in obligations], wanted, found)

    @property
    def pays_to_fork(self) -> bool:
        return self.spent > ALONE

    def tell(self, text: str) -> None:
        self._say(text)

    # ------------------------------------------------------------- answers

    def _kept(self, obligation: Obligation, rungs: int) -> Attempts | None:
        if self._store is None:
            return None
        answers = self._store.get("obligation", self._question(obligation, rungs))
        if answers is None or not _are_answers(answers):
            return None
        attempts: Attempts = (Attempt(obligation, answers[0]),)
        if len(answers) == 2:
            fuller = self._duties.with_duties(obligation)
            if fuller is None:
                return None
            attempts += (Attempt(fuller, answers[1]),)
        return attempts

    def _keep(self, obligation: Obligation, rungs: int, attempts: Attempts) -> None:
        if self._store is not None:
            answers = tuple(a.answer for a in attempts)
            self._store.put("obligation", self._question(obligation, rungs), answers)

    def _question(self, o: Obligation, rungs: int) -> str:
        """All that the answer depends on, but the tool itself."""
        lines = [self._world, f"rungs {rungs}", o.name, o.kind, o.promise]
        if o.action is not None:
            action = self.system.action(o.action)
            lines.append(f"action {action.params}")
            lines += [f"{d.kind} {d.place} {show_expr(d.ok)}" for d in action.duties]
        lines += [f"{label!r} {show_expr(cond)}" for label, cond in o.hypotheses]
        return "\n".join([*lines, show_expr(o.goal)])


def _world(system: System, limits: Limits) -> str:
    """What the prover reads of a system beside the obligation."""
    bare = replace(
        system, actions=(), promises=(), answers=(), calls=(), scenarios=(), expects={})
    return f"{show_system(bare)}\n{limits!r}"


def _are_answers(found: object) -> bool:
    return isinstance(found, tuple) and len(found) in (1, 2) and all(
        isinstance(x, Proof | Open) for x in found)


class _Work:
    """The attempts at a list of obligations, made when first asked for.

    One after the other here, until that has taken so much effort that forking pays; then
    all that are left at once, but for groups that have failed.
    """

    def __init__(
        self, proving: Proving, obligations: Sequence[Obligation], groups: Sequence[int],
        rungs: int, known: dict[int, Attempts],
    ) -> None:
        self._proving = proving
        self._obligations = obligations
        self._groups = groups
        self._rungs = rungs
        self._known = known
        self._failed_at: dict[int, int] = {}

    def of(self, i: int) -> Attempts:
        if i not in self._known:
            left = list(self._left(i))
            if self._proving.pays_to_fork and len(left) >= FEW:
                self._share(left)
            else:
                self._known[i] = self._proving.attempts_at(
                    self._obligations[i], self._rungs, self._proving.tell)
        self._note(i, self._known[i])
        return self._known[i]

    def _left(self, first: int) -> Iterator[int]:
        for i in range(first, len(self._obligations)):
            if i not in self._known and self._wanted(i):
                yield i

    def _wanted(self, i: int) -> bool:
        return i <= self._failed_at.get(self._groups[i], i)

    def _note(self, i: int, attempts: Attempts) -> None:
        """An obligation that resists makes all behind it in its group pointless."""
        if isinstance(attempts[-1].answer, Open):
            group = self._groups[i]
            self._failed_at[group] = min(i, self._failed_at.get(group, i))

    def _share(self, left: Sequence[int]) -> None:
        def found(j: int, result: Attempts | Failed) -> None:
            if isinstance(result, Failed):
                raise result.error
            self._known[left[j]] = result
            self._note(left[j], result)

        self._proving.in_crew(
            [self._obligations[i] for i in left], self._rungs,
            lambda j: self._wanted(left[j]), found)
