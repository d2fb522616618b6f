"""Which method decides what, in which order, and how verdicts become results.

For each promise: a quick look by the explorer for a short counterexample; a proof
without bound; the explorer with its whole budget, which refutes or exhausts a scope; and
last, for what must be inductive and is not proved, the one step that breaks it.  A
satisfiable abstraction of the prover is never shown: only runs that replay are.

The invariants of the modules are decided once, in the module alone, and are hypotheses
in every scheme above it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Protocol

from solver.crew import Crew, Failed, Job
from solver.explore import Exploration, Goal, Scope, explore, ladder
from solver.vacuity import operations, with_premise
from solver.verdicts import answers, duty_results, promise_result
from spec.ir import Promise, System
from spec.ir_text import show_system
from spec.result import Decision, InternalError, Outcome, Result

if TYPE_CHECKING:
    from solver.evidence import Evidence
    from solver.obligations import Obligation
    from solver.store import Store

QUICK_STATES = 7_000
QUICK_SCOPES = 9
MODULE_STATES = 1_000
"""States and scopes of the first look; more only where it and a proof do not decide.
Modules state invariants, which are seldom wrong: a shorter look."""


class Loaded(Protocol):
    """What `spec.load.load` returns, as far as it is needed here."""

    @property
    def systems(self) -> tuple[System, ...]: ...

    @property
    def modules(self) -> tuple[System, ...]: ...


@dataclass(frozen=True, slots=True)
class Options:
    """`scope` fixes sizes (names of sorts and of nat constants); `budget` is the number
    of states the explorer may store for one scheme; `only` are names or globs of promises
    and duties; with `unbounded` a verdict in a scope will not do, so none is looked for.
    `evidence` is what is asked of proofs beside their verdicts; `store` keeps answers from
    run to run, and has no influence on any."""

    scope: Mapping[str, int] | None = None
    budget: int = 500_000
    unbounded: bool = False
    only: tuple[str, ...] = ()
    evidence: Evidence | None = None
    store: Store | None = None

    def wants(self, name: str) -> bool:
        """Is this promise, duty or class asked for?  `folio_mapped` asks for its classes."""
        names = (name, name.partition(".")[0])
        return not self.only or any(fnmatchcase(n, o) for o in self.only for n in names)


Progress = Callable[[str], None]


def _silent(_: str) -> None:
    return None


class Decider:
    """Decides files; what it found about a module or a scheme it does not decide again."""

    def __init__(self, options: Options, progress: Progress = _silent) -> None:
        self.options = options
        self.progress = progress
        self._done: dict[_Key, tuple[Result, ...] | Failed] = {}

    def start(self, files: Sequence[tuple[Loaded, str]]) -> None:
        """Decide what these files need, at the same time; `decide` then finds it done.

        With names in `only` the modules wait: they are decided when a proof leans on them.
        """
        wanted: dict[_Key, System] = {}
        for loaded, file in files:
            if not self.options.only:
                wanted |= {_key(m): m for m in loaded.modules}
            wanted |= {_key(s, file): s for s in loaded.systems}
        self._work(wanted)

    def _work(self, wanted: Mapping[_Key, System]) -> None:
        todo = {}
        for key, system in wanted.items():
            if key not in self._done:
                kept = self._kept(key)
                if kept is None:
                    todo[key] = system
                else:
                    self._done[key] = kept
        jobs = [self._job(system, key) for key, system in todo.items()]
        found = Crew[tuple[Result, ...]](self.progress).do(jobs)
        for key, results in zip(todo, found, strict=True):
            if results is not None:
                self._done[key] = results
                self._keep(key, results)

    def _kept(self, key: _Key) -> tuple[Result, ...] | None:
        """What an earlier run has found; files of certificates have to be written, though."""
        evidence = self.options.evidence
        if self.options.store is None or (evidence and evidence.certificates):
            return None
        found = self.options.store.get("results", self._question(key))
        if isinstance(found, tuple) and all(isinstance(r, Result) for r in found):
            return found
        return None

    def _keep(self, key: _Key, results: tuple[Result, ...] | Failed) -> None:
        if self.options.store is not None and not isinstance(results, Failed):
            self.options.store.put("results", self._question(key), results)

    def _question(self, key: _Key) -> str:
        """All that the results depend on, but the tool itself."""
        return "\n".join([repr(replace(self.options, store=None)), *key])

    def decide(self, loaded: Loaded, file: str) -> tuple[Result, ...]:
        """Every promise of one file; those of the modules below come first.

        Args:
            file: how the file is named in the results.
        Raises:
            InternalError: two methods disagree, or a run does not replay.
        """
        self.start([(loaded, file)])
        leaning = [r for s in loaded.systems for r in self._found(_key(s, file))]
        below = self._below(loaded, leaning)
        own: list[Result] = []
        for system in loaded.systems:
            found = self._found(_key(system, file))
            unproved = (_leant_on(found) & _invariants(system)) - _proved(below)
            if unproved:
                found = self._job(system, _key(system, file), unproved)(self.progress)
            own += found
        return tuple(r for r in (*below, *own) if self.options.wants(r.name))

    def _below(self, loaded: Loaded, own: Sequence[Result]) -> list[Result]:
        """Results of the modules, those that nobody asks for or leans on left out."""
        names = _leant_on(own)
        wanted = {
            _key(m): m
            for m in loaded.modules
            if any(self.options.wants(n) or n in names for n in _names(m))
        }
        self._work(wanted)
        return [r for key in wanted for r in self._found(key)]

    def _job(
        self, system: System, key: _Key, unproved: frozenset[str] = frozenset()
    ) -> Job[tuple[Result, ...]]:
        """Work on one system.  It takes the invariants of the modules below for granted,
        which `decide` makes good: if one is not proved, the work is done again without."""
        given = _invariants(system) - unproved
        options = self.options
        if system.kind == "module":
            # What is proved of it is a hypothesis elsewhere, asked for or not; and the sizes
            # of layers above mean nothing to it.
            known = {s.name for s in system.sorts} | {c.name for c in system.consts}
            scope = {n: v for n, v in (options.scope or {}).items() if n in known}
            options = replace(options, only=(), scope=scope)
        return lambda say: _Case(system, options, say, given, key[1]).results()

    def _found(self, key: _Key) -> tuple[Result, ...]:
        found = self._done[key]
        if isinstance(found, Failed):
            raise found.error
        return found


_Key = tuple[str, str]
"""The text of a system, and the file that its results are reported for."""


def _key(system: System, file: str = "") -> _Key:
    if system.kind == "module":
        own = (p.where.partition(":")[0] for p in system.promises if p.layer == system.name)
        file = next(own, f"{system.name}.fs")
    return show_system(system), file


def _names(module: System) -> Iterator[str]:
    """What results there may be for a module: of its promises, places and operations."""
    yield from (p.name for p in module.promises)
    for action in module.actions:
        yield action.name
        yield from (d.place for d in action.duties)


def _invariants(system: System) -> frozenset[str]:
    """Names of the invariants that belong to the modules below a system."""
    return frozenset(
        p.name for p in system.promises if p.kind == "invariant" and p.layer != system.name
    )


def _leant_on(results: Sequence[Result]) -> frozenset[str]:
    return frozenset(label for r in results for label in r.decision.assumptions)


def _proved(results: Sequence[Result]) -> frozenset[str]:
    return frozenset(r.name for r in results if r.decision.outcome is Outcome.PROVED)


class _Case:
    """One system under decision."""

    def __init__(
        self, system: System, options: Options, progress: Progress, given: frozenset[str], file: str
    ) -> None:
        self.system = system
        self.options = options
        self.say = progress
        self.file = file
        self.given = given
        own = [p for p in system.promises if p.layer == system.name or p.kind != "invariant"]
        self.promises = [p for p in own if options.wants(p.name)]
        self.decisions: dict[str, Decision] = {}
        self.open: dict[str, Obligation] = {}
        self.never: Mapping[str, tuple[str, ...]] = {}
        self.scopes = ladder(system, options.scope)

    def results(self) -> tuple[Result, ...]:
        most = MODULE_STATES if self.system.kind == "module" else QUICK_STATES
        states = min(most, self.options.budget)
        quick = self._explore(self.promises, states, self.scopes[:QUICK_SCOPES])
        self._settle(quick)
        self._induct()
        deep = self._look_deeper(quick)
        # What is only given may be false; `decide` sees to that.
        proved = [name for name, by in self.never.items() if not self.given & set(by)]
        both = [name for name in proved if name in deep.fired]
        if both:
            raise InternalError(f"{self.system.name}: {both[0]} never happens, and it does")
        self._show_steps()
        found = [
            promise_result(self.system, p, with_premise(p, self.decisions[p.name], deep), self.file)
            for p in self.promises
        ]
        duties = {n: d for n, d in self.decisions.items() if ":" in n}
        return (
            *found,
            *answers(self.system, found, self.file),
            *duty_results(self.system, duties, self.file),
            *(() if self.options.only else operations(self.system, deep, self.never, self.file)),
        )

    # ------------------------------------------------------------ methods

    def _explore(
        self, promises: Sequence[Promise], budget: int, scopes: Sequence[Scope]
    ) -> Exploration:
        goals = [Goal(p.name, p.cond) for p in promises]
        premises = [Goal(p.name, p.premise) for p in self.promises if p.premise is not None]
        return explore(
            self.system, goals, scopes=scopes, budget=budget, premises=premises,
            progress=lambda text: self.say(f"{self.system.name}: exploring {text}"),
            include_duties=not self.options.only or bool(self._duties()),
        )

    def _settle(self, exploration: Exploration) -> None:
        """Keep what a run has refuted."""
        for name, decision in exploration.decisions.items():
            asked = {p.name for p in self.promises} | self._duties()
            if decision.outcome is Outcome.REFUTED and name in asked:
                self.decisions[name] = decision

    def _induct(self) -> None:
        """Prove what no run has refuted.  No solver is loaded where nothing is left."""
        wanted = {p.name for p in self.promises} | self._duties()
        if wanted <= set(self.decisions):
            return
        from solver.evidence import Evidence, Gathering
        from solver.methods.induction import induct

        evidence, store = self.options.evidence or Evidence(), self.options.store
        refuted = set(self.decisions)

        def say(text: str) -> None:
            self.say(f"{self.system.name}: proving {text}")

        report = induct(
            self.system, only=wanted - refuted, given=self.given, refuted=refuted,
            progress=say, limits=evidence.limits, store=store,
        )
        gathering = Gathering(self.system, report, self.given, refuted, store, say)
        for name, decision in gathering.decisions(evidence).items():
            if name in wanted and name not in self.decisions:
                self.decisions[name] = decision
        self.open = {name: attempt.obligation for name, attempt in report.open.items()}
        self.never = report.never

    def _duties(self) -> set[str]:
        """`nat:mapcount`, `clash:pte`: those of this layer's places, if asked for."""
        found = {
            f"{d.kind}:{d.place}"
            for a in self.system.actions
            for d in a.duties
            if d.layer in ("", self.system.name)
        }
        return {n for n in found if self.options.wants(n.partition(":")[2])}

    def _look_deeper(self, quick: Exploration) -> Exploration:
        """Spend the whole budget on what is neither refuted nor proved, or never seen."""
        undecided = {n for n, d in self.decisions.items() if d.outcome is Outcome.UNKNOWN}
        if self.options.budget <= QUICK_STATES or not (undecided or self._unseen(quick)):
            return quick
        promises = [p for p in self.promises if p.name in undecided]
        deep = self._explore(promises, self.options.budget, self.scopes)
        for name in sorted(undecided & set(deep.decisions)):
            found = deep.decisions[name]
            if found.outcome is Outcome.REFUTED or not self.options.unbounded:
                self.decisions[name] = _weaker(self.decisions[name], found)
        return deep.joined(quick)

    def _unseen(self, quick: Exploration) -> bool:
        """Is there a premise that no state met, an operation that did not happen?"""
        premises = any(
            p.premise is not None and p.name not in quick.premises
            for p in self.promises
            if self.decisions[p.name].outcome is not Outcome.REFUTED
        )
        silent = {a.name for a in self.system.actions} - set(quick.fired) - set(self.never)
        silent -= {name for name, word in self.system.expects.items() if word == "never"}
        return premises or bool(silent and not self.options.only)

    def _show_steps(self) -> None:
        """The step that breaks what must be inductive, or what nothing else decided."""
        if not self.open:
            return
        from solver.methods.bounded import one_step

        for p in self.promises:
            decision = self.decisions[p.name]
            unsettled = decision.outcome is Outcome.UNKNOWN or (
                decision.outcome is Outcome.HOLDS and p.kind == "invariant"
            )
            if unsettled and p.name in self.open and p.expect != "fails":
                self.say(f"{self.system.name}: looking for the step that breaks {p.name}")
                found = one_step(self.system, self.open[p.name])
                if found is not None:
                    self.decisions[p.name] = found


def _weaker(proof: Decision, exploration: Decision) -> Decision:
    """What exploring says of what could not be proved; the prover's reason is kept."""
    if exploration.outcome is Outcome.UNKNOWN:
        reason = "; ".join(r for r in (proof.reason, exploration.reason) if r)
    elif exploration.outcome is Outcome.HOLDS:
        reason = f"not proved for every size: {proof.reason}" if proof.reason else ""
    else:
        return exploration
    return Decision(
        exploration.outcome, exploration.method, exploration.scope, exploration.trace,
        exploration.assumptions, reason, exploration.cost,
    )
