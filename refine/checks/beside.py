"""A run of an implementation beside its scheme in a large world: quick, and less thorough.

States are compared after each step, whole; answers for some arguments near the edges of
what the step touched.  What is found is run again by `refine.lockstep.explain`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from refine.adapter import Binding
from refine.checks.quick import QuickEvaluator
from refine.faults import Fault, Kind
from refine.folio import reader_of
from refine.harness import Harness
from spec.ir import Answered, System, Type
from spec.run import Play, RunError
from spec.trace import State, Step

MOST_ANSWERS: Final = 16
"""Tuples of arguments for which an answer is compared after a step."""


@dataclass(frozen=True, slots=True)
class Move:
    """An operation or a call with its arguments."""

    name: str
    args: tuple[int, ...]


class SpecRun:
    """A run of the scheme alone; `steps` is what happened."""

    def __init__(self, system: System, evaluator: QuickEvaluator) -> None:
        self.system = system
        self.world = world = evaluator.world
        self.evaluator = evaluator
        self.steps: list[Step] = []
        self._play = Play(system, world, {}, self.evaluator)

    @property
    def state(self) -> State:
        return self._play.state

    def move(self, move: Move) -> bool:
        """Make a move; False where it cannot happen here, and where it does nothing."""
        try:
            steps = self._play.perform(move.name, move.args)
        except RunError:
            return False
        self._took(steps)
        return bool(steps)

    def step(self, step: Step) -> bool:
        """Take one operation; False where it cannot happen here."""
        params = self.system.action(step.action).params
        return self.move(Move(step.action, tuple(step.args[n] for n, _ in params)))

    def _took(self, steps: Sequence[Step]) -> None:
        self.steps += steps


class Beside(SpecRun):
    """A run that both sides take, until they part.

    Args:
        binding: the implementation and its scheme.
        evaluator: of the scheme in the world where it runs.

    `parted` says that the sides differ, or that the implementation cannot go on; `stopped` that
    they do so after an operation that is not judged, `endless` that a call had no end; `steps`
    is the run, the step after which they part being its last; `compared` counts answers; `idle`
    counts the steps since the scheme changed a state of its own.
    """

    def __init__(self, binding: Binding, evaluator: QuickEvaluator) -> None:
        super().__init__(binding.system, evaluator)
        self.binding = binding
        self.parted = self.stopped = self.endless = False
        self.compared: Counter[str] = Counter()
        self.idle = 0
        sizes = {s.name: self.evaluator.size(s.name) for s in binding.system.sorts}
        self._harness = Harness(binding, sizes, lines=False)
        try:
            self._implementation, self._folio = self._harness.create(
                reader_of(self.world, self.state))
            self.parted = self._strays(self.state) or self._answers_wrong(self.state, None)
        except Fault:
            self.parted = True

    @property
    def over(self) -> bool:
        """Can the run not go on?"""
        return self.parted or self.stopped

    # ------------------------------------------------------------- inside

    def _took(self, steps: Sequence[Step]) -> None:
        states = self._play.states[-1 - len(steps) :]
        for step, before, after in zip(steps, states, states[1:], strict=False):
            if not self.over:
                self._beside(step, before, after)

    def _beside(self, step: Step, before: State, after: State) -> None:
        action = self.binding.system.action(step.action)
        args = [step.args[name] for name, _ in action.params]
        self.steps.append(step)
        changed = any(before[s.name] != after[s.name] for s in self.binding.kept)
        self.idle = 0 if changed else self.idle + 1
        try:
            self._harness.step(self._implementation, self._folio, action, args,
                               reader_of(self.world, before), reader_of(self.world, after))
            strays = self._strays(after)
        except Fault as fault:
            strays = True
            self.endless = fault.kind is Kind.LOOPS
        if strays:
            self.parted = self.binding.judges(step.action)
            self.stopped = not self.parted
        else:
            self.parted = self._answers_wrong(after, step)

    def _strays(self, state: State) -> bool:
        """Does what is stored not stand for the scheme's state?"""
        logical = self._harness.logical(self._implementation, self._folio)
        return any(logical[s.name] != state[s.name] for s in self.binding.kept) or (
            not self._harness.checked_consistent(
                self._implementation, self._folio, reader_of(self.world, state)))

    def _answers_wrong(self, state: State, step: Step | None) -> bool:
        try:
            return any(self._answers_otherwise(a, state, step) for a in self.binding.answers)
        except Fault:
            return True

    def _answers_otherwise(self, answered: Answered, state: State, step: Step | None) -> bool:
        for args in self._arguments(answered, step):
            env = dict(zip([n for n, _ in answered.params], args, strict=True))
            if self.evaluator.truth(answered.asked, state, env):
                self.compared[answered.question] += 1
                wanted = self.evaluator.value(answered.value, state, env)
                if wanted != self._harness.checked_answer(
                        self._implementation, self._folio, answered, args):
                    return True
        return False

    def _arguments(self, answered: Answered, step: Step | None) -> Iterator[tuple[int, ...]]:
        """Some tuples, the same for the same step: as many as `MOST_ANSWERS`."""
        near = self._near(step)
        values = [near[t] if t in near else range(self.evaluator.size(t))
                  for _, t in answered.params]
        found = list(product(*values))
        stride = -(-len(found) // MOST_ANSWERS)
        yield from found[len(self.steps) % stride :: stride]

    def _near(self, step: Step | None) -> Mapping[Type, Sequence[int]]:
        """Of each range its ends, and what lies at the edges of the step's arguments."""
        system = self.binding.system
        params = system.action(step.action).params if step else ()
        found: dict[Type, Sequence[int]] = {}
        for sort in system.sorts:
            if sort.kind == "range":
                last = self.evaluator.size(sort.name) - 1
                named = [step.args[n] for n, t in params if t == sort.name] if step else []
                close = {0, last, *named, *(x - 1 for x in named), *(x + 1 for x in named)}
                found[sort.name] = sorted(x for x in close if 0 <= x <= last)
        return found


def parts(
    binding: Binding, evaluator: QuickEvaluator, steps: Sequence[Step]
) -> tuple[Step, ...] | None:
    """The steps of a run up to that after which the sides part, those that cannot happen left
    out; None if they do not part."""
    run = Beside(binding, evaluator)
    for step in steps:
        if run.over:
            break
        run.step(step)
    return tuple(run.steps) if run.parted else None


