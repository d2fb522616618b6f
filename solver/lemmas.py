"""Which candidates the proofs of some goals need: a search led by what breaks them.

A goal that cannot be proved is broken by some small step or state that satisfies all that
is known.  The first candidate that is false before that step becomes a lemma, and a goal from
then on, as it has to be inductive itself.  Candidates that no such step asks for are never
tried, so their number costs little.  A lemma that turns out not to be inductive is dropped,
and whatever leant on it is looked at again.

What comes out is a guess: `solver.methods.induction` proves it again, and that alone counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from solver.methods.bounded import Small, one_step
from solver.obligations import Duties, Hypothesis, Obligation, duty_name
from solver.prover import Limits, Open, Proof
from solver.proving import Proving
from solver.store import Store
from spec import ir
from spec.eval import Evaluator
from spec.ir import Promise, System
from spec.trace import Trace

Say = Callable[[str], None]

EFFORT = 120_000_000
"""z3's units for one search, some 60 seconds."""
MOST_LEMMAS = 60
MOST_STEPS = 400
"""How many breaking steps are looked for in one search."""
_QUICK = Limits(obligation=300_000, smoke=False)
_FULL = Limits(smoke=False)
_BRIEF = Limits(obligation=100_000, smoke=False)
_NEAR = Small(elements=2, range=2, rlimit=1_000_000, total=2_000_000)
_FAR = Small(elements=3, range=3, rlimit=1_000_000, total=6_000_000)


@dataclass(frozen=True, slots=True)
class Proved:
    """`used` are the labels of all hypotheses that the proof needed."""

    used: frozenset[str]


@dataclass(frozen=True, slots=True)
class Stuck:
    """Not proved, and no candidate excludes what breaks it: at this obligation."""

    obligation: str
    detail: str


@dataclass
class Search:
    """Lemmas for the goals of one system.

    Args:
        known: what holds in every reachable state already.
        pool: the candidates in order of preference.  Invariants of the system that are not
            proved stand among them.

    Attributes:
        found: what became of each goal and each lemma.
        dropped: the lemmas that are not inductive, and where they fail.
    """

    system: System
    known: Sequence[Hypothesis]
    pool: dict[str, Promise]
    say: Say = lambda _: None
    store: Store | None = None
    spent: int = 0
    found: dict[str, Proved | Stuck] = field(default_factory=dict)
    dropped: dict[str, Stuck] = field(default_factory=dict)
    _chosen: set[str] = field(default_factory=set)
    _asked: int = 0

    def __post_init__(self) -> None:
        self._goals: list[str] = []
        self._reach = Reach(self.system)
        self._refresh()

    def _refresh(self) -> None:
        names = {p.name for p in self.system.promises}
        more = [p for n, p in self.pool.items() if n not in names]
        self._whole = replace(self.system, promises=(*self.system.promises, *more))
        self._promises = {p.name: p for p in self._whole.promises}
        self._duties = Duties(self._whole)

    @property
    def stuck(self) -> frozenset[str]:
        return frozenset(n for n, f in self.found.items() if isinstance(f, Stuck))

    def widen(self, more: Mapping[str, Promise]) -> None:
        """Further candidates, less preferred; goals that were stuck are tried again."""
        self.pool |= more
        self.found = {n: f for n, f in self.found.items() if isinstance(f, Proved)}
        self._refresh()

    def run(self, goals: Sequence[str]) -> None:
        """Work on the goals, and on the lemmas that they need, until nothing is left."""
        self._goals = list(goals)
        while (name := self._next()) is not None:
            result = self._settle(name)
            self.found[name] = result
            if isinstance(result, Stuck) and name in self.pool:
                self._drop(name, result)

    def _next(self) -> str | None:
        """A goal, or what a proof leans on; not what no proof leans on any more."""
        wanted = [*self._goals, *self.needed()]
        return next((n for n in wanted if n not in self.found), None)

    def needed(self) -> tuple[str, ...]:
        """The lemmas that the proofs of the goals lean on, directly or through others."""
        reached: set[str] = set()
        todo = list(self._goals)
        while todo:
            result = self.found.get(todo.pop())
            if isinstance(result, Proved):
                fresh = (result.used & self._chosen) - reached
                reached |= fresh
                todo += sorted(fresh)
        return tuple(n for n in self.pool if n in reached)

    def _drop(self, name: str, why: Stuck) -> None:
        self.dropped[name] = why
        del self.pool[name]
        self._chosen.discard(name)
        self.found = {
            n: f for n, f in self.found.items()
            if not (isinstance(f, Proved) and name in f.used) and (n != name or n in self._goals)
        }

    # ------------------------------------------------------------- one goal

    def _settle(self, name: str) -> Proved | Stuck:
        """Prove every obligation of a goal, choosing lemmas as they are needed."""
        used: set[str] = set()
        at = 0
        while at < len(todo := list(self._obligations(name))):
            self.say(todo[at].name)
            answer = self._answer(name, todo[at])
            if isinstance(answer, Stuck):
                return answer
            if answer is not None:
                used |= answer.used
                at += 1
        return Proved(frozenset(used))

    def _answer(self, name: str, obligation: Obligation) -> Proved | Stuck | None:
        """None: one lemma more was chosen, to be tried with."""
        detail = ""
        for limits, small in ((_QUICK, _NEAR), (_FULL, _FAR)):
            attempt = self._prove(obligation, limits)
            if isinstance(attempt, Proof):
                return Proved(frozenset(attempt.used))
            detail = attempt.detail
            found = self._choose(name, obligation, small)
            if found == "chosen":
                return None
            if found == "none":
                # The step satisfies every candidate, so no proof from them can exist.
                return Stuck(obligation.name, "a step that satisfies all candidates breaks it")
        return Stuck(obligation.name, detail)

    def _obligations(self, name: str) -> Iterator[Obligation]:
        wanted = self._chosen | ({name} & set(self.pool))
        lemmas = [(n, p.cond) for n, p in self.pool.items() if n in wanted]
        known = [*self.known, *(h for h in lemmas if h[0] not in {n for n, _ in self.known})]
        promise = self._promises.get(name)
        if promise is None:
            for action in self.system.actions:
                for duty in action.duties:
                    if duty_name(duty) == name:
                        yield self._duties.duty(action, duty, known)
        elif promise.kind == "invariant":
            yield from self._duties.starts(promise)
            yield from self._duties.steps(promise, known)
        else:
            yield self._duties.claim(promise, known)

    def _prove(self, obligation: Obligation, limits: Limits) -> Proof | Open:
        if self.spent > EFFORT:
            return Open("unknown", "the effort for the search is spent")
        proving = Proving(self._whole, limits, self.store, lambda _: None)
        ((attempts,),) = proving.all_of([[obligation]])
        self.spent += proving.spent
        return attempts[-1].answer

    # ------------------------------------------------------------- a lemma

    def _choose(
        self, name: str, obligation: Obligation, small: Small
    ) -> Literal["chosen", "none", "no step"]:
        """Choose a candidate that is false where a small step breaks the obligation; `none`
        is false there, or there is `no step` to be found."""
        spent = self._asked == MOST_STEPS or self.spent > EFFORT
        if spent or obligation.kind == "init" or len(self._chosen) >= MOST_LEMMAS:
            return "no step"
        self._asked += 1
        broken = one_step(self._whole, obligation, small)
        if broken is None or broken.trace is None:
            return "no step"
        excludes = self._excluding(broken.trace)
        near = self._reach.around(condition(self._whole, name))
        best = next((n for n in excludes if self._reach.of(self.pool[n].cond) <= near), None)
        chosen = best or next(iter(excludes), None)
        if chosen is None:
            return "none"
        self.say(f"{obligation.name}: needs {chosen}?")
        self._chosen.add(chosen)
        return "chosen"

    def _excluding(self, run: Trace) -> list[str]:
        """The candidates, not chosen yet, that are false in the first state."""
        ev = Evaluator(self._whole, run.world)
        return [
            n for n, p in self.pool.items()
            if n not in self._chosen and not ev.truth(p.cond, run.states[0])
        ]

    # ------------------------------------------------------- fewer of them

    def spare(self, names: Sequence[str]) -> tuple[str, ...]:
        """The same without those that follow from the others, the last first."""
        kept = list(names)
        for name in reversed(names):
            rest = [(n, self.pool[n].cond) for n in kept if n != name]
            claim = self._duties.claim(self.pool[name], [*self.known, *rest])
            if isinstance(self._prove(claim, _BRIEF), Proof):
                kept.remove(name)
        return tuple(kept)


def condition(system: System, name: str) -> ir.Expr:
    """What a promise says, or all steps with this duty (`nat:mapcount`) have to keep."""
    found = [p.cond for p in system.promises if p.name == name]
    return ir.and_(*found, *(
        d.ok for a in system.actions for d in a.duties if duty_name(d) == name))


class Reach:
    """What of the scheme's own state can influence what, through updates."""

    def __init__(self, system: System) -> None:
        self._own = frozenset(s.name for s in system.states if s.layer == system.name)
        self._sources = ir.sources(system, self._own)

    def of(self, e: ir.Expr) -> frozenset[str]:
        """The scheme's states that the expression reads."""
        return self._own.intersection(str(x.data) for x in ir.walk(e) if x.op == "read")

    def around(self, e: ir.Expr) -> frozenset[str]:
        """Those, and all that their values come from."""
        return frozenset().union(*(self._sources[n] for n in self.of(e)))
