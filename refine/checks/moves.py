"""Which move a run makes next, from a few bits and the state: nothing else decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from refine.checks.beside import Move, SpecRun
from spec.ir import (
    Action,
    Batches,
    Branch,
    Call,
    DoStep,
    Expr,
    Loop,
    Stmt,
    System,
    Type,
    and_,
)
from spec.trace import State

MOST_TRIES: Final = 200
"""Arguments of one operation that are looked at before another is taken."""
MOST_VALUES: Final = 12
"""Values of one parameter among them."""
MOST_CALLS: Final = 8
"""Arguments of one call that are tried."""

_STRIDE: Final = 397
"""Prime to the number of kinds, which is 1 less than a power of 2; far from its divisors."""

ARGUMENTS: Final = 4
"""Numbers that a move is drawn from, beside the one that chooses what it is: one for each
parameter; a fifth parameter takes the first number again."""


class Chooser:
    """The moves of one system.

    Args:
        weights: of each operation and call by name; positive.
        rare: operations that every second move looks at first.
        span: numbers that choose a move go from 1 to span - 1.
    """

    def __init__(
        self, system: System, weights: Mapping[str, int], rare: Sequence[str], span: int
    ) -> None:
        self._rare = rare
        self._searches = {a.name: Search(a) for a in system.actions}
        self._calls = {c.name: c for c in system.calls}
        self._inside = {c.name: operations_in(system, c.body) for c in system.calls}
        self._names = list(weights)
        self._table: list[int] = []
        total, sum_ = sum(weights.values()), 0
        for i, weight in enumerate(weights.values()):
            sum_ += weight
            upto = 1 + (span - 1) * sum_ // total
            self._table += [i] * (upto - 1 - len(self._table))

    def make(self, run: SpecRun, kind: int, numbers: Sequence[int]) -> bool:
        """Make the move that `kind` chooses, or the next one in the list that can happen.

        What the run has done too often already it does no more; so a run comes to an end
        where nothing else can happen (an anon folio that is not mapped any more).

        Args:
            kind: from 1 to the span.
            numbers: for the arguments; `ARGUMENTS` of them.
        Returns: was any move made?
        """
        candidates = Candidates(run)
        late = _overtaken(run, self._searches)
        for name in dict.fromkeys((*(self._rare if kind % 2 else ()), *self._from(kind - 1))):
            if name in late or late.intersection(self._inside.get(name, ())):
                continue
            for move in self._moves(name, run, candidates, numbers):
                if run.move(move):
                    return True
        return False

    def _from(self, at: int) -> Iterator[str]:
        """All names, each once: heavy ones tend to come early."""
        size = len(self._table)
        stops = dict.fromkeys(self._table[(at + i * _STRIDE) % size] for i in range(size))
        return (self._names[i] for i in stops)

    def _moves(
        self, name: str, run: SpecRun, candidates: Candidates, numbers: Sequence[int]
    ) -> Iterator[Move]:
        if name in self._calls:
            yield from _calls(self._calls[name], candidates, numbers)
            return
        args = self._searches[name].find(run, candidates, numbers)
        if args is not None:
            yield Move(name, args)


def _overtaken(run: SpecRun, operations: Collection[str]) -> set[str]:
    """Operations that this run has taken twice as often as its steps would give each: opening
    and closing VMAs is nearly always possible."""
    taken = Counter(s.action for s in run.steps)
    limit = 2 * (len(run.steps) // len(operations) + 2)
    return {name for name, k in taken.items() if k > limit}


class Candidates:
    """Values of arguments in the present state: of a sort all elements; of a range its ends,
    and both sides of the edges of all stretches in the tables (covers, pte)."""

    def __init__(self, run: SpecRun) -> None:
        self._run = run
        self._found: dict[Type, list[int]] = {}

    def lists(self, types: Sequence[Type], numbers: Sequence[int]) -> list[list[int]]:
        """For each parameter all candidates, begun where its number says.  Of two neighbours in
        one range (first, last) every second time the ends of the range come first."""
        found = []
        for i, type_ in enumerate(types):
            number = numbers[i % len(numbers)]
            known = self._of(type_)
            at = (number >> 1) % len(known)
            if self._ordered(type_):
                pair = i if types[i - 1 : i] == [type_] else i + 1
                if pair < len(types) and types[pair] == type_ and numbers[pair % len(numbers)] % 2:
                    at = -1 if pair == i else 0
                elif number % 2:
                    known = [self._anywhere(type_, number), *known]
                    at = 0
            found.append((known[at:] + known[:at])[:MOST_VALUES])
        return found

    def upwards(self, types: Sequence[Type], args: list[int]) -> tuple[int, ...]:
        """Neighbours in one range in their order."""
        for i in range(1, len(args)):
            if self._ordered(types[i]) and types[i] == types[i - 1]:
                args[i - 1 : i + 1] = sorted(args[i - 1 : i + 1])
        return tuple(args)

    def different(self, types: Sequence[Type], args: Sequence[int]) -> bool:
        """Are no two neighbours the same element (as in mremap() of a VMA to itself)?"""
        return not any(
            types[i] == types[i - 1] and args[i] == args[i - 1] and not self._ordered(types[i])
            for i in range(1, len(args)))

    def _anywhere(self, type_: Type, number: int) -> int:
        return number * self._run.evaluator.size(type_) // 256

    def _ordered(self, type_: Type) -> bool:
        return any(s.name == type_ and s.kind == "range" for s in self._run.system.sorts)

    def _of(self, type_: Type) -> list[int]:
        if type_ not in self._found:
            self._found[type_] = self._all(type_)
        return self._found[type_]

    def _all(self, type_: Type) -> list[int]:
        system, size = self._run.system, self._run.evaluator.size(type_)
        if not self._ordered(type_) or size <= 16:
            return list(range(size))
        found = {0, size - 1}
        for state in system.states:
            if state.index and state.index[-1] == type_ and not state.nat:
                found |= _edges(self._run.state, state.name, size)
        return sorted(found)


def _edges(state: State, name: str, size: int) -> set[int]:
    """Both sides of each place where a row of the table changes."""
    table = state[name]
    assert isinstance(table, dict)
    cells = list(table.values())
    found: set[int] = set()
    for start in range(0, len(cells), size):
        row = cells[start : start + size]
        if row.count(row[0]) != size:
            found.update(x for i in range(1, size) if row[i] != row[i - 1] for x in (i - 1, i))
    return found


class Search:
    """Arguments with which an operation can happen: one parameter after the other, each part
    of the guard asked as soon as it can be.

    Args:
        action: the operation.
    """

    def __init__(self, action: Action) -> None:
        self._types = [t for _, t in action.params]
        self._names = [n for n, _ in action.params]
        parts = action.guard.args if action.guard.op == "and" else (action.guard,)
        self._guards = [
            and_(*(p for p in parts if self._ready(p) == i)) for i in range(len(self._names) + 1)
        ]

    def _ready(self, part: Expr) -> int:
        """How many parameters must be known."""
        return max((i for i, n in enumerate(self._names, 1) if n in part.free), default=0)

    def find(
        self, run: SpecRun, candidates: Candidates, numbers: Sequence[int]
    ) -> tuple[int, ...] | None:
        """The first that can happen, beginning where the numbers say."""
        values = candidates.lists(self._types, numbers)
        if not run.evaluator.truth(self._guards[0], run.state):
            return None
        self._left = MOST_TRIES
        return self._rest(run, values, {})

    def _rest(
        self, run: SpecRun, values: Sequence[Sequence[int]], env: dict[str, int]
    ) -> tuple[int, ...] | None:
        at = len(env)
        if at == len(values):
            return tuple(env.values())
        for value in values[at]:
            inner = {**env, self._names[at]: value}
            self._left -= 1
            if self._left < 0:
                return None
            if run.evaluator.truth(self._guards[at + 1], run.state, inner):
                found = self._rest(run, values, inner)
                if found is not None:
                    return found
        return None


def _calls(
    call: Call, candidates: Candidates, numbers: Sequence[int]
) -> Iterator[Move]:
    """A call with some arguments, begun where the numbers say; ranges go upwards."""
    types = [t for _, t in call.params]
    values = candidates.lists(types, numbers)
    for shift in range(MOST_CALLS if types else 1):
        args = [v[shift * (i + 1) % len(v)] for i, v in enumerate(values)]
        if candidates.different(types, args):
            yield Move(call.name, candidates.upwards(types, args))


def operations_in(system: System, body: Sequence[Stmt]) -> list[str]:
    """The operations that statements can perform, also by other calls."""
    found: list[str] = []
    for stmt in body:
        match stmt:
            case DoStep(name, _, False):
                found.append(name)
            case DoStep(name):
                inner = next(c.body for c in system.calls if c.name == name)
                found += operations_in(system, inner)
            case Branch():
                found += operations_in(system, stmt.then + stmt.orelse)
            case Loop() | Batches():
                found += operations_in(system, stmt.body)
    return list(dict.fromkeys(found))
