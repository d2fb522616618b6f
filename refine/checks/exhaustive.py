"""Every state of a scope that both sides can reach together, breadth first.

States of the spec come from the explorer's machine, without any use of symmetry: nothing
says that an implementation treats its VMAs alike.  Beside each stands the number of the
stored state (product/behaviour.py), so that a pair is one packed state.  The first pair that is
not related ends the search; it is the end of a shortest run.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Final

from refine.adapter import Binding
from refine.faults import Fault
from refine.product.behaviour import Behaviour
from refine.product.pairs import Narrow, Pairs
from refine.result import CheckReport, Divergence, Finding, Verdict
from solver.explore.ladder import Scope, scope_text, sizes_in
from solver.explore.site import Site, TooLarge
from solver.explore.slicing import Slice, reads_of
from solver.explore.widths import Width
from solver.explore.worlds import Setup, TooManyWorlds, values_of, worlds
from spec.trace import World

BUDGET: Final = 2_000_000
"""Pairs of states in all worlds of a scope."""


def check(
    binding: Binding, scope: Scope, budget: int = BUDGET,
    progress: Callable[[str], None] = lambda text: None,
) -> CheckReport:
    """Compare both sides in every reachable state of a scope.

    Args:
        scope: a size for each sort, a value for each size of a range, as in
            {"Mm": 2, "Vma": 3, "NR": 4}.
        budget: how many pairs of states may be stored.
    Returns:
        EXHAUSTED for every operation that happens in the scope; or the shortest run after
        which the sides differ; or the reason why the scope was not exhausted.
    """
    return _Check(binding, scope, budget, progress).run()


class _Check:
    def __init__(
        self, binding: Binding, scope: Scope, budget: int, progress: Callable[[str], None]
    ) -> None:
        system = binding.system
        self.binding = binding
        self.system = system
        self.scope = scope
        self.left = budget
        self.progress = progress
        self.site = Site(system, _without_ghosts(binding), {})
        self.cut: dict[str, None] = {}
        """Counters of the spec that grow without end: states that do not fit are left out."""
        self.sizes = sizes_in(system, scope)
        self.states = 0
        self.steps: dict[str, int] = {}
        self.parted: dict[str, int] = {}
        self.behaviour = Behaviour(binding, self.sizes, lambda name, index: None)
        self.widths: dict[str, Width] = self.site.first_widths(scope)

    def run(self) -> CheckReport:
        try:
            setups = worlds(self.system, self.scope, [c.name for c in self.system.consts])
            reason = "" if setups else "no choice of the constants satisfies what is known of them"
            divergence = None
            for number, setup in enumerate(setups):
                divergence, reason = self._world(setup, f"{number + 1} of {len(setups)}")
                if divergence or reason:
                    break
            if divergence is None:
                self.behaviour.recheck()
        except TooManyWorlds as err:
            divergence, reason = None, f"the values of {err} are too many to list"
        except TooLarge as err:
            divergence, reason = None, str(err)
        except Fault as fault:
            divergence, reason = Divergence(World({}, {}), (), "", fault=fault), ""
        return self._report(divergence, reason)

    def _world(self, setup: Setup, which: str) -> tuple[Divergence | None, str]:
        tables = {**setup.kept, **setup.others}
        consts = {c.name: values_of(c, tables[c.name], self.sizes) for c in self.system.consts}
        world = World({n: k for n, k in self.sizes.items() if n != "Bool"}, consts)

        def say(states: int) -> None:
            self.progress(f"{scope_text(self.scope)}, world {which}: {states} states")

        while True:
            machine = self.site.search(self.scope, [setup], self.widths, 1, False).machine
            pairs = Pairs(world, machine, self.behaviour, self.left, say, self.cut)
            try:
                divergence, reason = pairs.explore()
            except Narrow as narrow:
                wider = {n: self.widths[n].wider() for n in narrow.names}
                self.cut |= {n: None for n, w in wider.items() if w is None}
                self.widths |= {n: w for n, w in wider.items() if w is not None}
                continue
            self.left -= pairs.count
            self.states += pairs.count
            for total, more in ((self.steps, pairs.steps), (self.parted, pairs.parted)):
                for name, steps in more.items():
                    total[name] = total.get(name, 0) + steps
            return divergence, reason and f"{reason} in world {which}"

    def _report(self, divergence: Divergence | None, reason: str) -> CheckReport:
        failed = divergence.where if divergence else ()
        cut = reason or "the search ended at the difference" if divergence or reason else ""
        findings = [
            self._finding(a.name, self.steps.get(a.name, 0), failed, cut)
            for a in self.system.actions if self.binding.judges(a.name)]
        findings += [
            self._finding(a.question, None, failed, cut) for a in self.binding.answers]
        scope = scope_text(self.scope)
        for name in self.cut:
            w = self.widths[name]
            scope += f", {name} in {-(1 << (w.bits - 1))}..{(1 << (w.bits - 1)) - 1}"
        return CheckReport("exhaustive", scope, tuple(findings), divergence, reason=reason,
                           parted=self.parted)

    def _finding(
        self, name: str, steps: int | None, failed: Collection[str], cut: str
    ) -> Finding:
        """Of an operation, or of an answer (`steps` is None); `cut`: why not all was seen."""
        if name in failed:
            verdict, why = Verdict.FAILED, ""
        elif cut:
            verdict, why = Verdict.NOT_PROVED, cut
        elif steps == 0 and self.system.expects.get(name) == "never":
            verdict, why = Verdict.IDLE, "it never happens, as the scheme expects"
        elif steps == 0:
            before = " before the sides part" if self.parted else ""
            verdict, why = Verdict.UNSEEN, f"it does not happen in this scope{before}"
        else:
            verdict, why = Verdict.EXHAUSTED, ""
        return Finding(name, verdict, states=self.states, steps=steps or 0, reason=why)


def _without_ghosts(binding: Binding) -> Slice:
    """The whole system but for ghosts that nothing else looks at: they are not compared."""
    system = binding.system
    ghosts = set(binding.ghosts)
    looked_at = reads_of([
        *(a.guard for a in system.actions), *(a.value for a in system.answers),
        *(e for a in system.actions for n, e in a.updates.items() if n not in ghosts),
        *(d.ok for a in system.actions for d in a.duties if d.place not in ghosts),
    ])
    gone = ghosts - looked_at
    actions = tuple(
        replace(
            a, updates={n: e for n, e in a.updates.items() if n not in gone},
            duties=tuple(d for d in a.duties if d.place not in gone),
        )
        for a in system.actions
    )
    states = tuple(s.name for s in system.states if s.name not in gone)
    return Slice(states, tuple(c.name for c in system.consts), actions)
