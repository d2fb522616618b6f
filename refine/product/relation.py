"""Which pairs of a spec state and a stored state are related: equal in every state that the
implementation keeps, in every answer that is asked for, and consistent."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from refine.faults import Fault, Kind
from refine.product.behaviour import CONSISTENT, Behaviour
from refine.product.columns import Columns, Shapes, stacked
from solver.explore.slicing import reads_of
from spec.eval import Evaluator
from spec.ir import Answered, System
from spec.trace import State

_NO_ANSWER: Final = object()
_FAR: Final = 1 << 61
"""Counters of the spec have fewer bits."""


class Relation:
    """Which pairs of one world are related, for each stored state once."""

    def __init__(self, behaviour: Behaviour, evaluator: Evaluator, shapes: Shapes) -> None:
        self.behaviour = behaviour
        self.evaluator = evaluator
        self.shapes = shapes
        self.binding = behaviour.binding
        self.system: System = behaviour.binding.system
        self._tables: dict[str, NDArray[np.int64]] = {}
        self._known = 0
        self._broken: dict[int, None] = {}
        own = {s.name for s in self.binding.kept}
        self._foreign = {
            a.question: sorted(reads_of([a.value]) & {s.name for s in self.system.states} - own)
            for a in self.system.answers
        }
        self._judged: dict[tuple[Any, ...], tuple[tuple[int, ...], ...]] = {}
        self._answers: dict[tuple[str, int, tuple[int, ...]], Any] = {}
        self._arguments = {
            a.question: list(product(*(range(evaluator.size(t)) for _, t in a.params)))
            for a in self.system.answers
        }

    def first_wrong(self, columns: Columns, numbers: NDArray[np.int64]) -> int | None:
        """The first pair that is not related; None if all are."""
        wrong = self.parted(columns, numbers)
        if wrong.any():
            return int(np.flatnonzero(wrong)[0])
        found = [
            i for a in self.binding.answers
            if (i := self._wrong_answer(a, columns, numbers)) is not None
        ]
        return min(found, default=None)

    def parted(self, columns: Columns, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Of each pair: does what is stored not stand for the spec's state?  Answers are another
        matter."""
        self._learn()
        wrong = np.isin(numbers, list(self._broken))
        for state in self.binding.kept:
            wanted = columns.raw(state.name).astype(np.int64)
            wrong |= (wanted != self._tables[state.name][numbers].T).any(axis=0)
        if self.binding.has_consistent:
            held = self.behaviour.outcomes(
                CONSISTENT, (), numbers, lambda read: columns[read[1], read[2]])
            wrong |= held != 1
        return wrong

    def _learn(self) -> None:
        """The logical states of stored states that are new."""
        fresh = range(self._known, len(self.behaviour))
        if not fresh:
            return
        rows: dict[str, list[list[int]]] = {s.name: [] for s in self.binding.kept}
        for number in fresh:
            logical = self._logical(number)
            for s in self.binding.kept:
                value = None if logical is None else _within(logical[s.name])
                zero: Any = dict.fromkeys(self.shapes.indices(s), 0) if s.index else 0
                rows[s.name].append(
                    self.shapes.packed(s, zero if logical is None else value))
        for name, more in rows.items():
            new = np.array(more, np.int64).reshape(len(more), -1)
            old = self._tables.get(name)
            self._tables[name] = new if old is None else np.concatenate([old, new])
        self._known = len(self.behaviour)

    def _logical(self, number: int) -> dict[str, Any] | None:
        """None, and noted, where there is none: the run that leads there says what is wrong."""
        behaviour = self.behaviour
        assert behaviour.folio is not None
        try:
            stored = behaviour.stored(number)
            return behaviour.harness.logical(stored, behaviour.folio)
        except Fault as fault:
            if fault.kind is Kind.GLOBALS:
                raise
            self._broken[number] = None
            return None

    # ------------------------------------------------------------ answers

    def _wrong_answer(
        self, answered: Answered, columns: Columns, numbers: NDArray[np.int64]
    ) -> int | None:
        """The first pair in which an answer that is asked for differs."""
        foreign = self._foreign[answered.question]
        rows = stacked(columns, foreign, numbers)
        alike, first, which = np.unique(rows, axis=1, return_index=True, return_inverse=True)
        for i in np.argsort(first, kind="stable").tolist():
            key = (answered.question, *alike[:, i].tolist())
            if key not in self._judged:
                self._judged[key] = self._judge(
                    answered, int(alike[0, i]), columns.state(int(first[i])))
            if differing := self._judged[key]:
                for at in np.flatnonzero(which.reshape(-1) == i).tolist():
                    if self._asked(answered, columns.state(at), differing):
                        return int(at)
        return None

    def _judge(
        self, answered: Answered, number: int, state: State
    ) -> tuple[tuple[int, ...], ...]:
        """The arguments for which the answers differ, asked for or not."""
        names = [n for n, _ in answered.params]
        found = []
        for args in self._arguments[answered.question]:
            env = dict(zip(names, args, strict=True))
            wanted = self.evaluator.value(answered.value, state, env)
            got = self._answer(answered, number, args)
            if got is _NO_ANSWER or got != wanted:
                found.append(args)
        return tuple(found)

    def _answer(self, answered: Answered, number: int, args: tuple[int, ...]) -> Any:
        key = (answered.question, number, args)
        if key not in self._answers:
            behaviour = self.behaviour
            assert behaviour.folio is not None
            try:
                self._answers[key] = behaviour.harness.checked_answer(
                    behaviour.stored(number), behaviour.folio, answered, args)
            except Fault:
                self._answers[key] = _NO_ANSWER
        return self._answers[key]

    def _asked(
        self, answered: Answered, state: State, arguments: Sequence[tuple[int, ...]]
    ) -> bool:
        names = [n for n, _ in answered.params]
        return any(
            self.evaluator.truth(answered.asked, state, dict(zip(names, a, strict=True)))
            for a in arguments
        )


def _within(value: Any) -> Any:
    """The value, or one that no state of the spec has either, in a word."""
    if isinstance(value, dict):
        return {at: _within(cell) for at, cell in value.items()}
    if isinstance(value, int) and not isinstance(value, bool):
        return max(-_FAR, min(value, _FAR))
    return value
