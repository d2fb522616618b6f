"""One step at a time, from any related state: the implementation run on terms, all paths.

What is stored is arbitrary, as long as it is related to a state of the spec in which the
invariants hold.  On each path through a method it is proved that the stored state afterwards
stands for the state after the spec's step.  With the initial state and the answers that is
refinement in the scope, for runs of any length.  See refine/symbolic/README.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from refine.adapter import Binding
from refine.result import CheckReport, Divergence, Finding, Verdict
from refine.symbolic.asking import Limits, Unfollowable
from refine.symbolic.domains import Domains, Widen
from refine.symbolic.hazards import Watch, files_of
from refine.symbolic.outside import Outside
from refine.symbolic.replaying import Replay
from refine.symbolic.simulation import Broken, Simulation
from refine.symbolic.space import Space
from refine.symbolic.warming import warm
from solver.explore.ladder import scope_text
from spec.ir import Action, Answered, Promise

START: Final = "__init__"
NOT_REACHED: Final = ("from a state that satisfies relation and invariants; "
                      "whether a run leads there is not known")


def check(
    binding: Binding, scope: Mapping[str, int], given_invariants: Sequence[Promise], *,
    limits: Limits | None = None, progress: Callable[[str], None] = lambda text: None,
) -> CheckReport:
    """Prove that each operation and each answer of an implementation is the scheme's.

    Args:
        binding: of all operations and answers those are proved that it judges.
        scope: a size for each sort, a value for each size of a range, as in
            {"Mm": 2, "Vma": 3, "NR": 4}.
        given_invariants: what `spec check` proves of the scheme and its modules.
    Returns:
        A finding for making it (`__init__`), for each operation and for each question.  The
        divergence starts in a state that need not be reachable.
    Raises:
        InternalError: a model of the solver does not replay.
    """
    return _Check(binding, scope, tuple(given_invariants), limits or Limits(), progress).run()


class _Check:
    def __init__(
        self, binding: Binding, scope: Mapping[str, int], given: tuple[Promise, ...],
        limits: Limits, progress: Callable[[str], None],
    ) -> None:
        self.binding = binding
        self.scope = scope
        self.given = given
        self.limits = limits
        self.progress = progress
        self.divergence: Divergence | None = None
        self.findings: dict[str, Finding] = {}

    def run(self) -> CheckReport:
        self.outside = Outside(self.binding.cls)
        try:
            self.watch = Watch(self.limits, files_of(self.binding.cls))
            self.space = Space(self.binding, self.scope, self.given, self.limits)
            self.domains = Domains(self.limits)
            if self.outside.unseen:
                raise Unfollowable(self.outside.unseen)
            if self.space.solver.model() is None:
                raise Unfollowable("nothing in this scope satisfies what is known of it")
            warm(self.binding, self.space, self.domains, self._reaches_out)
            while not self._all():
                pass
            reason = ""
        except Unfollowable as why:
            reason = str(why)
            self._give_up(reason)
        if outside := self._reaches_out():
            self._withdraw(outside)
        return CheckReport("symbolic", scope_text(self.scope), tuple(self.findings.values()),
                           self.divergence, self._taken_for_granted(), reason)

    def _all(self) -> bool:
        """Prove everything; False where more values have to be allowed first."""
        self.findings, self.divergence = {}, None
        self.simulation = Simulation(self.space, self.domains, self.watch)
        self.replay = Replay(self.binding, self.space, self.domains, self.given)
        system = self.binding.system
        try:
            self._one(START, self.simulation.initial, self.replay.initial, None)
            self._begin()
            self.simulation.prepare()
            self.watch.keep()
            for action in system.actions:
                if self.binding.judges(action.name):
                    self._action(action)
            for answered in self.binding.answers:
                self._answered(answered)
        except Widen as wide:
            self.domains.widen(wide.found)
            return False
        return True

    def _action(self, action: Action) -> None:
        if self._is_idle(action):
            self._found(Finding(action.name, Verdict.IDLE))
            return
        self._one(
            action.name, lambda: self.simulation.step(action),
            lambda broken: self.replay.step(action, broken),
            lambda: self.simulation.can_happen(action))

    def _is_idle(self, action: Action) -> bool:
        """Without a method nothing that is stored changes, and no state that is compared.  What
        `consistent()` says of the layers below may change all the same."""
        return not (self.binding.hooks[action.name].names or self.binding.has_consistent)

    def _answered(self, answered: Answered) -> None:
        self._one(
            answered.question, lambda: self.simulation.answer(answered),
            lambda broken: self.replay.answer(answered, broken),
            lambda: self.simulation.can_be_asked(answered))

    def _one(
        self, name: str, prove: Callable[[], int], show: Callable[[Broken], Divergence | None],
        possible: Callable[[], bool] | None,
    ) -> None:
        self.progress(name)
        self._begin()
        started = self.simulation.engine.paths
        try:
            paths = prove()
            if not paths:
                self._found(self._vacuous(name, possible))
            elif hazard := next(self.watch.hazards(), ""):
                self._found(Finding(name, Verdict.NOT_PROVED, paths, reason=hazard))
            else:
                self._found(Finding(name, Verdict.PROVED, paths))
        except Unfollowable as why:
            paths = self.simulation.engine.paths - started
            self._found(Finding(name, Verdict.NOT_PROVED, paths, reason=str(why)))
        except Broken as broken:
            paths = self.simulation.engine.paths - started + 1
            why_not = self._reaches_out()
            divergence = None if why_not else show(broken)
            if divergence is None:
                why_not = why_not or f"on terms, and not on numbers: {broken.fault}"
                self._found(Finding(name, Verdict.NOT_PROVED, paths, reason=why_not))
                return
            self.divergence = self.divergence or divergence
            reason = "" if name == START else NOT_REACHED
            self._found(Finding(name, Verdict.FAILED, paths, reason=reason))

    def _begin(self) -> None:
        self.watch.begin()
        self.simulation.engine.left = self.limits.paths

    def _vacuous(self, name: str, possible: Callable[[], bool] | None) -> Finding:
        if possible is not None and not possible():
            if self.binding.system.expects.get(name) == "never":
                return Finding(name, Verdict.IDLE, reason="it never happens, as the scheme expects")
            return Finding(name, Verdict.UNSEEN, reason="it does not happen in this scope")
        return Finding(name, Verdict.NOT_PROVED,
                       reason="nothing that is stored is related to a state where it happens")

    def _found(self, finding: Finding) -> None:
        self.findings[finding.name] = finding

    def _reaches_out(self) -> str:
        """Why nothing is proved of it if something outside has changed; else empty."""
        return self.outside.told()

    def _give_up(self, reason: str) -> None:
        """Nothing is proved, as not all could be looked at."""
        self._withdraw(reason)
        system = self.binding.system
        for name in (START, *(a.name for a in system.actions),
                     *(a.question for a in system.answers)):
            if name not in self.findings and (name == START or self.binding.judges(name)):
                self._found(Finding(name, Verdict.NOT_PROVED, reason=reason))

    def _withdraw(self, reason: str) -> None:
        """What was proved rests on the implementation having no other state than its own."""
        for name, f in self.findings.items():
            if f.verdict is Verdict.PROVED:
                self.findings[name] = Finding(name, Verdict.NOT_PROVED, f.paths, reason=reason)

    def _taken_for_granted(self) -> tuple[str, ...]:
        given = [p.name for p in self.given]
        if any(a.duties for a in self.binding.system.actions):
            given.append("no step makes a nat place negative or writes a place twice")
        decided = {n for n, f in self.findings.items()
                   if f.verdict in (Verdict.PROVED, Verdict.IDLE, Verdict.UNSEEN)}
        open_ = [a.name for a in self.binding.system.actions
                 if not self._is_idle(a) and a.name not in decided]
        if open_:
            given.append("what is stored keeps its shape, and places that never changed here "
                         f"keep their values, in {', '.join(open_)}")
        return tuple(given)
