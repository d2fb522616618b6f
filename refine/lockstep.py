"""Both sides of a run, concretely: the evaluator's steps and the implementation's."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, Final

from refine.adapter import Binding
from refine.faults import Fault, Kind, Place
from refine.folio import reader_of
from refine.freezing import fields
from refine.harness import Harness
from refine.limits import MOST_LINES, is_theirs
from refine.result import Difference, Divergence
from spec.eval import Evaluator
from spec.trace import Namer, State, Step, World


class Lockstep:
    """A run that is taken by both sides.

    Args:
        binding: the implementation and its scheme.
        world: sizes and constants.
        start: a state of the spec to begin in, if not the initial one.

    Raises:
        Fault: the implementation cannot be made.
    """

    def __init__(
        self, binding: Binding, world: World, start: State | None = None, lines: bool = True
    ) -> None:
        self.binding = binding
        self.world = world
        self.evaluator = Evaluator(binding.system, world)
        sizes = {s.name: self.evaluator.size(s.name) for s in binding.system.sorts}
        self.harness = Harness(binding, sizes, lines)
        self.state = start if start is not None else self.evaluator.initial()
        self.implementation, self.folio = self.harness.create(reader_of(world, self.state))
        self.namer = Namer.of(binding.system)

    def enabled(self, step: Step) -> bool:
        action = self.binding.system.action(step.action)
        return self.evaluator.enabled(action, self.state, step.args)

    def step(self, step: Step) -> None:
        """One step of both sides.

        Raises:
            StepError: the spec cannot take it.
            Fault: the implementation cannot.
        """
        action = self.binding.system.action(step.action)
        before = self.state
        after = self.evaluator.apply(action, before, step.args)
        args = [step.args[name] for name, _ in action.params]
        self.harness.step(self.implementation, self.folio, action, args,
                          reader_of(self.world, before), reader_of(self.world, after))
        self.state = after

    def differences(self, answers: bool = True) -> tuple[Difference, ...]:
        """Where the sides differ now.

        Raises:
            Fault: the implementation has no logical state or no answer.
        """
        found = list(self._state_differences())
        if answers and not found:
            found += self._answer_differences()
        if not found and not self.harness.consistent(
                self.implementation, self.folio, reader_of(self.world, self.state)):
            found.append(Difference("consistent()", True, False))
        return tuple(found)

    def _state_differences(self) -> Iterator[Difference]:
        logical = self.harness.logical(self.implementation, self.folio)
        for state in self.binding.kept:
            wanted, got = self.state[state.name], logical[state.name]
            if isinstance(wanted, dict):
                assert isinstance(got, dict)
                for at, value in wanted.items():
                    if got[at] != value:
                        yield Difference(self._place(state.name, state.index, at), value, got[at])
            else:
                assert not isinstance(got, dict)
                if got != wanted:
                    yield Difference(state.name, wanted, got)

    def _answer_differences(self) -> Iterator[Difference]:
        for answered in self.binding.system.answers:
            sizes = [range(self.evaluator.size(t)) for _, t in answered.params]
            for args in product(*sizes):
                env = dict(zip([n for n, _ in answered.params], args, strict=True))
                if not self.evaluator.truth(answered.asked, self.state, env):
                    continue
                wanted = self.evaluator.value(answered.value, self.state, env)
                got = self.harness.checked_answer(
                    self.implementation, self.folio, answered, args)
                if got != wanted:
                    types = [t for _, t in answered.params]
                    shown = self._place(answered.question, types, args).replace("[", "(", 1)
                    yield Difference(shown[:-1] + ")" if args else shown + "()", wanted, got)

    def _place(self, name: str, types: Sequence[str], at: Sequence[int]) -> str:
        shown = ", ".join(self.namer.show(x, t) for x, t in zip(at, types, strict=True))
        return f"{name}[{shown}]" if at else name


def explain(binding: Binding, world: World, steps: Sequence[Step]) -> Divergence | None:
    """The run again, watched line by line; None if the sides agree all along.

    Every run that a check finds goes through here before it is shown.
    """
    taken: list[Step] = []
    try:
        run = Lockstep(binding, world)
    except Fault as fault:
        return Divergence(world, (), "__init__", fault=fault)
    try:
        if differences := run.differences():
            return Divergence(world, (), "__init__", differences,
                              stored_after=fields(run.implementation))
    except Fault as fault:
        return Divergence(world, (), "__init__", fault=fault)
    for step in steps:
        taken.append(step)
        before = fields(run.implementation)
        writes = Writes(run.implementation)
        fault_found: Fault | None = None
        differences = ()
        try:
            with writes:
                run.step(step)
            differences = run.differences()
        except Fault as fault:
            fault_found = fault
        if fault_found or differences:
            return Divergence(
                world, tuple(taken), step.action, differences, fault_found,
                stored_before=before, stored_after=fields(run.implementation),
                written=writes.lines,
            )
    return None


MOST_WATCHED: Final = 20_000
"""Lines that are watched for writes: looking at everything stored takes its time."""


class Writes:
    """Which line of an implementation wrote which stored place last, while it is entered."""

    def __init__(self, implementation: Any) -> None:
        self._implementation = implementation
        self._lines = 0
        self._seen: Mapping[str, Any] = {}
        self._at: Place | None = None
        self.lines: dict[str, Place] = {}

    def __enter__(self) -> Writes:
        self._seen = fields(self._implementation)
        self._before = sys.gettrace()
        sys.settrace(self._call)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)
        self._note()

    def _call(self, frame: Any, event: str, arg: Any) -> Any:
        return self._line if is_theirs(frame.f_code.co_filename) else None

    def _line(self, frame: Any, event: str, arg: Any) -> Any:
        """What has changed since the last look was changed by the line that ran last."""
        self._lines += 1
        if self._lines > MOST_LINES:
            where = Place(frame.f_code.co_filename, frame.f_lineno)
            raise Fault(Kind.LOOPS, f"more than {MOST_LINES:,} lines in one call", where)
        if self._lines > MOST_WATCHED:
            return self._line
        self._note()
        self._at = Place(frame.f_code.co_filename, frame.f_lineno)
        return self._line

    def _note(self) -> None:
        now = fields(self._implementation)
        for path, value in now.items():
            if self._at is not None and (path not in self._seen or self._seen[path] != value):
                self.lines[path] = self._at
        self._seen = now
