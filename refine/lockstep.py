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
from refine.stored import Meter, metered
from refine.wrapping import words
from spec.eval import Evaluator
from spec.ir import Answered
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

    def differences(self, asked: Sequence[Answered] | None = None) -> tuple[Difference, ...]:
        """Where the sides differ now.

        Args:
            asked: the answers that are compared; None for all that are judged.
        Raises:
            Fault: the implementation has no logical state or no answer.
        """
        found = list(self._state_differences())
        if not found:
            found += self._answer_differences(self.binding.answers if asked is None else asked)
        if not found and not self.harness.checked_consistent(
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

    def _answer_differences(self, asked: Sequence[Answered]) -> Iterator[Difference]:
        for answered in asked:
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
                    yield Difference(shown[:-1] + ")" if args else shown + "()", wanted, got,
                                     answered.question)

    def _place(self, name: str, types: Sequence[str], at: Sequence[int]) -> str:
        shown = ", ".join(self.namer.show(x, t) for x, t in zip(at, types, strict=True))
        return f"{name}[{shown}]" if at else name


def explain(binding: Binding, world: World, steps: Sequence[Step]) -> Divergence | None:
    """The run again, watched line by line; None if the sides agree all along.

    Every run that a check finds goes through here before it is shown.
    """
    writes = Writes(binding.cls)
    try:
        with writes:
            run = Lockstep(binding, world)
    except Fault as fault:
        return Divergence(world, (), "__init__", fault=fault)
    for taken in range(len(steps) + 1):
        before = fields(run.implementation) if taken else None
        fault_found: Fault | None = None
        differences: tuple[Difference, ...] = ()
        try:
            if taken:
                with writes:
                    run.step(steps[taken - 1])
            differences = run.differences()
        except Fault as fault:
            fault_found = fault
        if fault_found or differences:
            return Divergence(
                world, tuple(steps[:taken]), steps[taken - 1].action if taken else "__init__",
                differences, fault_found, stored_before=before,
                stored_after=fields(run.implementation), written=writes.lines,
                stepped=frozenset(writes.stepped))
    return None


MOST_WATCHED: Final = 20_000
"""Lines that are watched for writes: looking at everything stored takes its time."""


class Writes:
    """Which line of an implementation wrote which stored place last, while it is entered.

    Args:
        cls: of the implementation; it is watched from where it is made.
        implementation: one that is there already.

    A word is written whatever is stored in it, a plain value where it changes.
    """

    def __init__(self, cls: type[Any], implementation: Any = None) -> None:
        self._cls = cls
        self._implementation = implementation
        self._seen: Mapping[str, Any] = {}
        self.lines: dict[str, Place] = {}
        self.stepped: set[str] = set()
        """Places that were written after the implementation was made."""

    def __enter__(self) -> Writes:
        self._lines = 0
        self._making = self._implementation is None
        self._at: Place | None = None
        self._meter = Meter()
        self._seen = self._fields()
        self._before = sys.gettrace()
        self._metered = metered(self._meter)
        self._metered.__enter__()
        sys.settrace(self._call)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)
        self._metered.__exit__(None, None, None)
        self._note()

    def _fields(self) -> dict[str, Any]:
        return {} if self._implementation is None else fields(self._implementation)

    def _call(self, frame: Any, event: str, arg: Any) -> Any:
        if not is_theirs(frame.f_code.co_filename):
            return None
        if self._implementation is None:
            first = frame.f_locals.get("self")
            if isinstance(first, self._cls):
                self._implementation = first
        return self._line

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
        now = self._fields()
        stored = set(self._meter.words)
        self._meter.words.clear()
        known = words(self._implementation) if stored else {}
        for path, value in now.items():
            if self._at is not None and (
                    path not in self._seen or self._seen[path] != value
                    or (path in known and id(known[path]) in stored)):
                self.lines[path] = self._at
                if not self._making:
                    self.stepped.add(path)
        self._seen = now
