"""Questions answered scope by scope: who is explored with whom, and how far."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from solver.explore.ladder import Scope, scope_text, sizes_in
from solver.explore.packing import element_bits
from solver.explore.questions import Question
from solver.explore.runs import Blocked, Runs
from solver.explore.search import MOST_STEPS, Outcome, Search
from solver.explore.site import Site, TooLarge
from solver.explore.slicing import Slice, Slicer
from solver.explore.widths import Width
from solver.explore.worlds import Setup, TooManyWorlds, worlds
from spec.ir import INT, Action, System
from spec.trace import Trace

SHARED_BITS = 8
"""Slices are explored together if that adds at most so many bits to each, or a quarter:
finding the same states twice costs more than a few more bits in each."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What exploring one slice in one scope took; `depth` is that of its deepest world,
    `ended` is empty where every state was visited."""

    scope: Scope
    slice: tuple[str, ...]
    worlds: int
    states: int
    transitions: int
    depth: int
    ended: str


class Budget:
    """States that may still be stored."""

    def __init__(self, states: int) -> None:
        self.left = states

    def spend(self, states: int) -> None:
        self.left -= states
        assert self.left >= 0

    def part(self, of: int) -> Budget:
        """An equal part of what is left, to be given back."""
        return Budget(self.left // of)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a campaign is about: the actions that may happen, the scopes in order."""

    system: System
    actions: Sequence[Action]
    scopes: Sequence[Scope]
    progress: Callable[[str], None]


class Campaign:
    """Explores what the questions need, in every scope in turn.

    Args:
        asked: the questions; answers are written into them.
    """

    def __init__(self, plan: Plan, asked: Sequence[Question], budget: Budget) -> None:
        self.plan = plan
        self.asked = asked
        self.budget = budget
        self.visits: list[Visit] = []

    def run(self) -> None:
        groups = self._groups()
        for rung, scope in enumerate(self.plan.scopes):
            left = list(groups)
            while left:
                # Small slices come first and seldom use up their part.  One part is kept
                # for the scopes that follow, or a large slice would take those from all.
                part = self.budget.part(len(left) + (scope is not self.plan.scopes[-1]))
                before = part.left
                group = left.pop(0)
                wider = group.visit(rung, scope, part)
                self.budget.spend(before - part.left)
                self.visits += group.visits
                group.visits = []
                if wider:
                    self._widen(wider)
                if apart := group.split():
                    groups += apart
                    left = [*apart, group, *left]

    def _widen(self, asked: Sequence[Question]) -> None:
        again = Campaign(self.plan, asked, self.budget)
        again.run()
        self.visits += again.visits

    def _groups(self) -> list[_Group]:
        """Questions with equal or nearly equal slices together; small slices first."""
        system = self.plan.system
        slicer = Slicer(system, self.plan.actions)
        cuts: dict[tuple[str, ...], tuple[Slice, list[_Asked]]] = {}
        for q in self.asked:
            cut = slicer.slice_for(q.reads)
            cuts.setdefault((*cut.states, *cut.consts), (cut, []))[1].append((q, cut))
        bits = _Weight(system, self.plan.scopes[-1]).bits
        kept: list[tuple[Slice, list[_Asked]]] = []
        for cut, asked in sorted(cuts.values(), key=lambda c: -bits(c[0])):
            joined = [(slicer.union(cut, host), i) for i, (host, _) in enumerate(kept)]
            shared = [
                (bits(both), i, both) for both, i in joined
                if bits(both) <= min(_enough(bits(cut)), _enough(bits(kept[i][0])))
                or (not cut.states and both == kept[i][0])
            ]
            if shared:
                _, i, both = min(shared, key=lambda x: x[:2])
                kept[i] = both, [*kept[i][1], *asked]
            else:
                kept.append((cut, asked))
        kept.sort(key=lambda k: bits(k[0]))
        return [_Group(self.plan, cut, asked) for cut, asked in kept]


def _enough(bits: int) -> int:
    """So large may a slice be to answer what one of `bits` would."""
    return max(bits + SHARED_BITS, bits * 5 // 4)


_Asked = tuple[Question, Slice]
"""A question and the smallest slice for it."""


class _Weight:
    """Bits of a slice's states in one scope, as far as it matters for planning."""

    def __init__(self, system: System, scope: Scope) -> None:
        self._system = system
        self._sizes = sizes_in(system, scope)

    def bits(self, cut: Slice) -> int:
        total = 0
        for s in self._system.states:
            if s.name in cut.states:
                cells = prod(self._sizes[t] for t in s.index)
                base = 4 if s.type == INT else element_bits(self._sizes[s.type.rstrip("?")])
                total += cells * base
        return total


class _Group:
    """Questions that are explored together."""

    def __init__(self, plan: Plan, cut: Slice, guests: Sequence[_Asked]) -> None:
        self.plan = plan
        self.system = plan.system
        self.cut = cut
        self.asked = asked = [q for q, _ in guests]
        self.visits: list[Visit] = []
        self._guests = guests
        self._leaving: list[_Asked] = []
        conditions = {q.key: q.cond for q in asked if q.cond is not None}
        self.site = Site(plan.system, cut, conditions)
        self._exact = cut.is_exact(plan.system)
        self._relevant = self._relevant_names()
        self._seen: dict[tuple[int, ...], bool] = {}
        self._widths: dict[str, Width] = {}

    def _relevant_names(self) -> list[str]:
        """The names of a scope that make a difference in this slice."""
        types = self.site.types()
        ranges = {s.size for s in self.system.sorts if s.name in types}
        return [
            n for n in self.plan.scopes[0]
            if n in types or n in ranges or n in self.cut.consts
        ]

    def split(self) -> list[_Group]:
        """Groups of their own for the questions that have left this one."""
        apart: dict[tuple[str, ...], tuple[Slice, list[_Asked]]] = {}
        for q, cut in self._leaving:
            apart.setdefault((*cut.states, *cut.consts), (cut, []))[1].append((q, cut))
        self._leaving = []
        return [_Group(self.plan, cut, guests) for cut, guests in apart.values()]

    def _dismiss(self, narrow: Mapping[str, None]) -> bool:
        """Let go of questions that do not depend on counters that may have no end."""
        for q, cut in self._guests:
            if q in self.asked and q.steps is None and not set(narrow) & set(cut.states):
                self._leaving.append((q, cut))
        gone = [q for q, _ in self._leaving]
        self.asked = [q for q in self.asked if q not in gone]
        return bool(gone)

    # ---------------------------------------------------------------- visit

    def visit(self, rung: int, scope: Scope, budget: Budget) -> list[Question]:
        """Explore one scope; returns questions that need a wider slice."""
        if not any(_worthwhile(q) for q in self.asked):
            return []
        if budget.left == 0:
            self._note(None, scope, "the budget of states was spent before the search")
            return []
        key = tuple(scope[n] for n in self._relevant)
        if key in self._seen:
            self._note(rung if self._seen[key] else None, scope, "")
            return []
        try:
            found = worlds(self.system, scope, self.cut.consts)
        except TooManyWorlds as err:
            self._note(None, scope, f"the values of {err} are too many to list")
            return []
        wider: list[Question] = []
        parts: list[Outcome] = []
        self._widths = self.site.first_widths(scope)
        groups = self.site.groups(scope, found)
        for setups in groups:
            if budget.left == 0:
                break
            parts.append(self._explore(scope, setups, budget, wider))
            if self._leaving:
                # They go first, and this scope is begun again without them.
                self._record(scope, len(found), parts, "left to smaller slices")
                self.asked = [q for q in self.asked if q not in wider]
                return wider
        complete = bool(parts) and len(parts) == len(groups) and all(p.complete for p in parts)
        self._seen[key] = complete
        if not found and all(q.exhausted is None for q in self.asked):
            self._note(None, scope, "no choice of the constants satisfies what is known of them")
        if found:
            ended = self._why(parts, len(groups))
            self._note(rung if complete else None, scope, ended)
            self._record(scope, len(found), parts, ended)
        self.asked = [q for q in self.asked if q not in wider]
        return wider

    def _why(self, parts: Sequence[Outcome], wanted: int) -> str:
        """Why the scope is not exhausted, in words; empty if it is."""
        ended = [p for p in parts if not p.complete]
        if any(p.ended == "budget" for p in ended) or len(parts) < wanted:
            depth = min((p.depth for p in ended), default=-1) if len(parts) == wanted else -1
            reached = f" after {_steps(depth)}" if depth >= 0 else ""
            return f"the budget of states ended the search{reached}"
        if refused := [p.note for p in ended if p.note]:
            return refused[0]
        if any(p.ended == "memory" for p in ended):
            return "the states are too large to keep more of them"
        if any(p.ended == "numbers" for p in ended):
            names = dict.fromkeys(n for p in ended for n in p.narrow)
            depth = min(p.depth for p in ended)
            return f"{', '.join(names)} grew beyond what is explored, after {_steps(depth)}"
        if any(p.ended == "steps" for p in ended):
            return f"no run was followed for more than {_steps(MOST_STEPS)}"
        return "only shorter runs were looked for" if ended else ""

    def _note(self, rung: int | None, scope: Scope, ended: str) -> None:
        for q in self.asked:
            if q.steps is not None:
                continue
            if rung is not None:
                q.exhausted, q.obstacle = rung, ""
            elif ended and not q.obstacle:
                q.obstacle = f"{ended} in scope {scope_text(scope)}"

    def _record(
        self, scope: Scope, count: int, parts: Sequence[Outcome], ended: str
    ) -> None:
        states = sum(p.states for p in parts)
        transitions = sum(p.transitions for p in parts)
        depth = max((p.depth for p in parts), default=-1)
        self.visits.append(
            Visit(scope, self.cut.states, count, states, transitions, depth, ended)
        )
        for q in self.asked:
            q.states += states
            q.transitions += transitions

    # ------------------------------------------------------------- one search

    def _explore(
        self, scope: Scope, setups: Sequence[Setup], budget: Budget, wider: list[Question]
    ) -> Outcome:
        """Search some worlds, with wider counters if they prove too narrow."""
        cut = False
        spent = transitions = 0
        while True:
            try:
                search = self.site.search(scope, setups, self._widths, budget.left, cut)
            except TooLarge as err:
                return Outcome(ended="refused", note=str(err))
            out = self._run(search, scope)
            budget.spend(out.states)
            spent, transitions = spent + out.states, transitions + out.transitions
            if out.ended != "numbers" or cut:
                break
            if self._dismiss(out.narrow):
                break
            cut = not self._widen(out)
        self._answer(search, scope, setups, out, wider)
        out.states, out.transitions = spent, transitions
        return out

    def _widen(self, out: Outcome) -> bool:
        """Give the counters that did not fit more room; False if they have enough."""
        wider = {name: self._widths[name].wider() for name in out.narrow}
        self._widths |= {name: w for name, w in wider.items() if w is not None}
        return None not in wider.values()

    def _run(self, search: Search, scope: Scope) -> Outcome:
        open_ = [q for q in self.asked if _worthwhile(q)]
        text = scope_text(scope)
        return search.run(
            {q.key: q.limit() for q in open_},
            [q.key for q in open_ if q.cond is not None],
            lambda depth, states: self.plan.progress(f"{text}: {_steps(depth)}, {states} states"),
        )

    def _answer(
        self,
        search: Search,
        scope: Scope,
        setups: Sequence[Setup],
        out: Outcome,
        wider: list[Question],
    ) -> None:
        tables = [{**s.kept, **s.others} for s in setups]
        runs = Runs(self.system, search, sizes_in(self.system, scope), tables)
        for q in self.asked:
            fired = q.kind == "action" and q.cond is None
            steps = out.fired.get(q.name) if fired else out.violated.get(q.key)
            if steps is None or q in wider or (fired and q.scope is not None):
                continue
            try:
                q.trace = self._trace(runs, q, steps)
            except Blocked as err:
                q.reads |= {err.place}
                wider.append(q)
                continue
            q.steps, q.scope = steps, scope

    def _trace(self, runs: Runs, q: Question, steps: int) -> Trace | None:
        if q.kind == "duty":
            return runs.to_duty(q.name, steps)
        if not q.wants_run() and self._exact:
            return None
        if q.cond is None:
            return runs.to_action(q.name, steps)
        assert q.cond is not None
        return runs.to_condition(q.key, q.cond, steps)


def _worthwhile(q: Question) -> bool:
    limit = q.limit()
    return limit is None or limit >= 0


def _steps(depth: int) -> str:
    return "1 step" if depth == 1 else f"{depth} steps"
