"""What an implementation does at an operation, as a table: run once, used for many states.

It is a function of its stored state, of the arguments, and of what it reads; the folio hands
out nothing else.  So it is run once for each way its reads can come out, and the outcome is
looked up wherever the same reads give the same values.  Whether it is such a function is not
taken for granted: outcomes are found a second time in the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from refine.adapter import Binding
from refine.faults import Fault, Kind
from refine.folio import Folio
from refine.freezing import Frozen, freeze, snapshot
from refine.harness import Harness
from spec.ir import TRUE, Action, Type

CONSISTENT: Final = Action("consistent()", (), TRUE, {})
"""Looked up as an operation is; its outcome is 1 where `consistent()` holds, else 0."""

Indices = NDArray[np.intp]
Read = tuple[str, str, tuple[int, ...]]
"""`before`, `after` or `const`, the name, the indices."""
Look = Callable[[Read], NDArray[Any]]
"""The values of a read, one for each step of a batch."""

UNKNOWN: Final = -1
_FIRST_READ: Final = -2
FAULT: Final = -1_000_000_000
"""Outcomes from here downwards are faults."""


class Endless(Exception):
    """The step `at` of a batch does not come to an end: no others are tried, each of which may
    take as long."""

    def __init__(self, at: int) -> None:
        self.at = at


@dataclass(slots=True)
class Fork:
    """Where every run with the same arguments has read the same so far.

    `next`, by stored state: UNKNOWN; or the stored state it ends in; or a read, as
    _FIRST_READ - its number in `reads`.
    """

    next: NDArray[np.int64]
    reads: list[Read] = field(default_factory=list)
    children: dict[tuple[int, Any], Fork] = field(default_factory=dict)

    def make_room(self, stored: int) -> None:
        if self.next.size < stored:
            grown = np.full(2 * stored + 8, UNKNOWN)
            grown[: self.next.size] = self.next
            self.next = grown


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the implementation: what it read, and the outcome."""

    action: Action
    args: tuple[int, ...]
    number: int
    reads: Mapping[Read, Any]
    outcome: int


class Behaviour:
    """Stored states by number, and what leads from one to the other.

    Args:
        const: the value of a constant in the world that is looked at now.
    """

    def __init__(
        self, binding: Binding, sizes: Mapping[Type, int],
        const: Callable[[str, tuple[int, ...]], Any],
    ) -> None:
        self.binding = binding
        self.harness = Harness(binding, sizes)
        self.const = const
        self.faults: list[Fault] = []
        """The outcome FAULT - i stands for `faults[i]`."""
        self.runs = 0
        self._numbers: dict[Frozen, int] = {}
        self._stored: list[Any] = []
        self._roots: dict[tuple[str, tuple[int, ...]], Fork] = {}
        self._seen: list[Run] = []
        self.folio: Folio | None = None
        self._consts = frozenset(c.name for c in binding.system.consts)
        self._optional = {
            s.name: sizes[s.type[:-1]] for s in binding.system.states if s.type.endswith("?")
        }
        """How an optional state without a value is packed."""

    # -------------------------------------------------------- stored states

    def initial(self) -> int:
        """The number of what `__init__` stores, in the world of now.

        Raises:
            Fault: it cannot be made.
        """
        made, self.folio = self.harness.create(lambda n, i: self.const(n, i), self.folio)
        return self._number(made)

    def stored(self, number: int) -> Any:
        """An implementation with this stored state; it must not be changed."""
        return self._stored[number]

    def __len__(self) -> int:
        return len(self._stored)

    def _number(self, implementation: Any) -> int:
        key = freeze(implementation)
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self._stored)
            self._stored.append(implementation)
        return found

    # --------------------------------------------------------------- steps

    def outcomes(
        self, action: Action, args: tuple[int, ...], numbers: NDArray[np.int64], look: Look
    ) -> NDArray[np.int64]:
        """The stored states that steps lead to.

        Args:
            numbers: the stored states they start in.
            look: the values that their reads have.
        Returns:
            Numbers of stored states; `FAULT - i` for `faults[i]`.
        Raises:
            Endless: one of them does not come to an end.
        """
        out = np.empty(numbers.size, np.int64)
        root = self._roots.setdefault((action.name, args), Fork(np.empty(0, np.int64)))
        work: list[tuple[Fork, Indices, tuple[tuple[Read, Any], ...]]] = [
            (root, np.arange(numbers.size), ())
        ]
        while work:
            fork, at, path = work.pop()
            self._learn(fork, action, args, numbers, at, path, look)
            found = fork.next[numbers[at]]
            reads = (found <= _FIRST_READ) & (found > FAULT)
            if not reads.any():
                out[at] = found
                continue
            out[at[~reads]] = found[~reads]
            for code in np.unique(found[reads]):
                read = fork.reads[_FIRST_READ - int(code)]
                here = at[found == code]
                values = look(read)[here] if read[0] != "const" else None
                if values is None:
                    value = self.const(read[1], read[2])
                    work.append((_child(fork, code, value), here, (*path, (read, value))))
                    continue
                for value in np.unique(values):
                    plain = value.item()
                    work.append((_child(fork, code, plain), here[values == value],
                                 (*path, (read, plain))))
        return out

    def _learn(
        self, fork: Fork, action: Action, args: tuple[int, ...], numbers: NDArray[np.int64],
        at: Indices, path: tuple[tuple[Read, Any], ...], look: Look,
    ) -> None:
        """Run the implementation from the stored states that were never seen here."""
        fork.make_room(len(self._stored))
        here = numbers[at]
        new = np.flatnonzero(fork.next[here] == UNKNOWN)
        if new.size:
            known, first = np.unique(here[new], return_index=True)
            for number, i in zip(known.tolist(), new[first].tolist(), strict=True):
                self._run(fork, action, args, number, int(at[i]), path, look)

    def _run(
        self, fork: Fork, action: Action, args: tuple[int, ...], number: int, at: int,
        path: tuple[tuple[Read, Any], ...], look: Look,
    ) -> None:
        """One run, in the step `at` of the batch; every fork on its way learns from it."""
        known = dict(path)
        new: list[tuple[Read, Any]] = []

        def read(read: Read) -> Any:
            if read not in known:
                if read[0] == "const":
                    value = self.const(read[1], read[2])
                else:
                    value = look(read)[at].item()
                known[read] = value
                new.append((read, value))
            return self._plain(read, known[read])

        outcome = self._execute(action, args, number, read)
        if self._is_endless(action, outcome):
            raise Endless(at)
        for what, value in new:
            fork = self._descend(fork, action, number, what, value)
        if fork.next[number] != UNKNOWN:
            self._blame(action)
        fork.next[number] = outcome
        self._seen.append(Run(action, args, number, known, outcome))

    def _is_endless(self, action: Action, outcome: int) -> bool:
        """Is there no point in trying other steps?"""
        if outcome > FAULT or action is CONSISTENT or not self.binding.judges(action.name):
            return False
        return self.faults[FAULT - outcome].kind is Kind.LOOPS

    def _descend(self, fork: Fork, action: Action, number: int, read: Read, value: Any) -> Fork:
        if read not in fork.reads:
            fork.reads.append(read)
        code = _FIRST_READ - fork.reads.index(read)
        if fork.next[number] not in (UNKNOWN, code):
            self._blame(action)
        fork.next[number] = code
        child = _child(fork, code, value)
        child.make_room(len(self._stored))
        return child

    def recheck(self, most: int = 2_000) -> None:
        """Do some of the runs again, in the opposite order: the outcomes must be the same.

        Raises:
            Fault: one is not, so that the rest cannot be relied on.
        """
        stride = max(1, len(self._seen) // most)
        for run in self._seen[::-stride]:
            self._run_again(run)

    def _run_again(self, run: Run) -> None:
        def read(read: Read) -> Any:
            if read not in run.reads:
                self._blame(run.action)
            return self._plain(read, run.reads[read])

        outcome = self._execute(run.action, run.args, run.number, read)
        if outcome != run.outcome and not (outcome <= FAULT and run.outcome <= FAULT):
            self._blame(run.action)

    def _plain(self, read: Read, value: Any) -> Any:
        """As an implementation reads it: None where an optional state has no value."""
        if read[0] != "const" and self._optional.get(read[1]) == value:
            return None
        return value

    def _blame(self, action: Action) -> None:
        hooks = self.binding.hooks[action.name].names if action is not CONSISTENT else (
            "consistent",)
        raise Fault(Kind.GLOBALS, f"{', '.join(hooks)}: from the same stored state, with the same "
                    "arguments and reads, it did something else the second time",
                    hint="keep all state in attributes of `self`; no globals, no class attributes, "
                    "no clock, no random numbers")

    def _execute(
        self, action: Action, args: tuple[int, ...], number: int, read: Callable[[Read], Any]
    ) -> int:
        self.runs += 1
        implementation = snapshot(self._stored[number])
        assert self.folio is not None

        def reader(phase: str) -> Callable[[str, tuple[int, ...]], Any]:
            return lambda name, index: read(
                ("const" if name in self._consts else phase, name, index))

        try:
            if action is CONSISTENT:
                return int(self.harness.checked_consistent(
                    implementation, self.folio, reader("before")))
            self.harness.step(
                implementation, self.folio, action, args, reader("before"), reader("after"))
            return self._number(implementation)
        except Fault as fault:
            if fault.kind is Kind.GLOBALS:
                raise
            self.faults.append(fault)
            return FAULT - len(self.faults) + 1


def _child(fork: Fork, code: Any, value: Any) -> Fork:
    return fork.children.setdefault((int(code), value), Fork(np.empty(0, np.int64)))
