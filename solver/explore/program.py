"""A slice of a system as instructions: guards, writes, duties, conditions.

What an action writes is taken apart into *rows*: an update `pte := if %0 == v then ..
else pte[%0, %1]` touches the row of `v` only.  An index that the update does not pin
down in this way is run through whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from solver.explore.grounding import STATES, Stage, symbol_of
from solver.explore.masks import Grounder
from solver.explore.slicing import Slice, duty_key, unchanged
from solver.explore.tape import Tape, Val
from spec import ir
from spec.ir import FALSE, TRUE, Action, Expr, StateVar, System, Type

INITIAL = Stage("states", "initial", "const")
"""Initial values: per state in so far as constants differ."""


@dataclass(frozen=True, slots=True)
class Write:
    """New values for rows of a state: one index per coordinate that is pinned (an
    array of positions), or the dim of the tape along which the coordinate runs."""

    state: str
    coords: tuple[Val | int, ...]
    value: Val


@dataclass(frozen=True, slots=True)
class Move:
    """An action; `allowed` filters tuples of arguments without looking at a state."""

    name: str
    params: tuple[tuple[str, Type], ...]
    allowed: Val | None
    guard: Val | None
    writes: tuple[Write, ...]
    duties: tuple[tuple[str, Val], ...]


class Program:
    """The instructions for one slice.

    Args:
        conditions: closed conditions to evaluate in every state, by name.
        known: constants read as these literals.
        frozen: constants that differ from state to state, without index.
        liftable: the ranges that fit a mask.
    """

    def __init__(
        self,
        system: System,
        cut: Slice,
        conditions: Mapping[str, Expr],
        known: Mapping[Expr, Expr],
        frozen: frozenset[str],
        liftable: frozenset[Type],
    ) -> None:
        self.tape = Tape()
        states = {s.name: s for s in system.states if s.name in cut.states}
        self.states = states
        symbols = {
            c.name: symbol_of(c.index, c.type, c.name in frozen, liftable)
            for c in system.consts
        } | {s.name: symbol_of(s.index, s.type, True, liftable) for s in states.values()}
        self.symbols = symbols
        self.grounder = Grounder(self.tape, symbols, liftable)
        self._known = known
        self.inits = {n: self._initial(s) for n, s in states.items()}
        self.conditions = {
            n: self.grounder.value(assuming(e, known), STATES) for n, e in conditions.items()
        }
        self.moves = tuple(m for a in cut.actions if (m := self._move(a)) is not None)

    def _initial(self, state: StateVar) -> Write:
        coords, body = self._whole(state, assuming(state.init, self._known))
        return Write(state.name, coords, self._row_value(state, body, INITIAL))

    # ---------------------------------------------------------------- moves

    def _move(self, action: Action) -> Move | None:
        guard = assuming(action.guard, self._known)
        if guard is FALSE:
            return None
        conjuncts = _conjuncts(guard)
        conjuncts += [
            d for d in _distinctions(conjuncts)
            if d not in conjuncts and not self.grounder.reads_state(d)
        ]
        fixed = [c for c in conjuncts if not self.grounder.reads_state(c)]
        loose = [c for c in conjuncts if self.grounder.reads_state(c)]
        given = dict(self._known) | _facts(conjuncts)
        params = dict(action.params)
        name = action.name
        grid = Stage("instances", f"grid {name}", f"grid {name}", f"grid {name}", params)
        before = Stage("instances", f"guard {name}", f"prelude {name}", name, params)
        after = Stage("steps", f"step {name}", f"prelude {name}", name, params)
        return Move(
            name, action.params,
            self._conjunction(fixed, grid), self._conjunction(loose, before),
            tuple(
                w for n, e in action.updates.items()
                for w in self._writes(n, assuming(e, given), given, before, after)
            ),
            tuple(self._duties(action, given, after)),
        )

    def _conjunction(self, conjuncts: Sequence[Expr], stage: Stage) -> Val | None:
        """The conjuncts that speak of the same parameters are put together first."""
        groups: dict[frozenset[str], list[Expr]] = {}
        for c in conjuncts:
            groups.setdefault(c.free, []).append(c)
        vals = [self.grounder.value(ir.and_(*g), stage) for g in groups.values()]
        return self.grounder.conjunction(vals, stage) if vals else None

    def _duties(
        self, action: Action, given: Mapping[Expr, Expr], stage: Stage
    ) -> Iterator[tuple[str, Val]]:
        for duty in action.duties:
            ok = assuming(duty.ok, given)
            if ok is not TRUE:
                yield duty_key(duty), self.grounder.value(ok, stage)

    # --------------------------------------------------------------- writes

    def _writes(
        self, name: str, body: Expr, given: Mapping[Expr, Expr], before: Stage, after: Stage
    ) -> Iterator[Write]:
        state = self.states[name]
        if body is unchanged(state):
            return
        pinned = {i: terms for i in self._rows_of(state) if (terms := _pins(state, body, i))}
        for choice in product(*pinned.values()):
            at = dict(zip(pinned, choice, strict=True))
            row = assuming(ir.substitute(body, {f"%{i}": t for i, t in at.items()}), given)
            coords, row = self._whole(state, row, at, before, after)
            yield Write(name, coords, self._row_value(state, row, after))

    def _rows_of(self, state: StateVar) -> list[int]:
        lifted = self.symbols[state.name].lifted
        return [i for i in range(len(state.index)) if i != lifted]

    def _whole(
        self, state: StateVar, body: Expr, pinned: Mapping[int, Expr] | None = None,
        before: Stage = STATES, after: Stage = STATES,
    ) -> tuple[tuple[Val | int, ...], Expr]:
        """The coordinates of the rows; one that is not pinned becomes an axis."""
        coords: list[Val | int] = []
        names: dict[str, Expr] = {}
        moving = any(self.grounder.reads_state(t) for t in (pinned or {}).values())
        for i in self._rows_of(state):
            term = (pinned or {}).get(i)
            if term is None:
                axis = f"{state.name}%{i}"
                names[f"%{i}"] = ir.var(axis, state.index[i])
                coords.append(self.grounder.axis(axis, state.index[i]))
            else:
                coords.append(self.grounder.index(term, after if moving else before))
        return tuple(coords), ir.substitute(body, names)

    def _row_value(self, state: StateVar, body: Expr, stage: Stage) -> Val:
        lifted = self.symbols[state.name].lifted
        if lifted is None:
            return self.grounder.value(body, stage)
        return self.grounder.mask(body, f"%{lifted}", state.index[lifted], stage)


# ------------------------------------------------------------ simplification


def assuming(e: Expr, known: Mapping[Expr, Expr]) -> Expr:
    """The expression where every occurrence of a known term is its known value."""
    memo: dict[Expr, Expr] = {}

    def go(x: Expr) -> Expr:
        if x in known:
            return known[x]
        found = memo.get(x)
        if found is None:
            found = memo[x] = ir.rebuild(x, tuple(go(a) for a in x.args))
        return found

    return go(e)


def _conjuncts(guard: Expr) -> list[Expr]:
    return list(guard.args) if guard.op == "and" else [] if guard is TRUE else [guard]


def _facts(conjuncts: Sequence[Expr]) -> dict[Expr, Expr]:
    """What holds whenever the guard does, as replacements."""
    facts: dict[Expr, Expr] = {}
    for c in conjuncts:
        inner, held = (c.args[0], FALSE) if c.op == "not" else (c, TRUE)
        facts[inner] = held
        facts[ir.not_(inner)] = ir.not_(held)
        if inner.op == "==":
            facts[ir.eq(inner.args[1], inner.args[0])] = held
    return facts


def _distinctions(conjuncts: Sequence[Expr]) -> Iterator[Expr]:
    """`live[v] and not live[w]` says that v and w differ."""
    positive = [c for c in conjuncts if c.op == "read"]
    negative = [c.args[0] for c in conjuncts if c.op == "not" and c.args[0].op == "read"]
    for a, b in product(positive, negative):
        if a.data == b.data:
            differing = [(x, y) for x, y in zip(a.args, b.args, strict=True) if x is not y]
            if len(differing) == 1:
                yield ir.not_(ir.eq(*differing[0]))


def _pins(state: StateVar, body: Expr, position: int) -> list[Expr]:
    """The terms to which an update pins this index; none if it can touch every row."""
    name = f"%{position}"
    terms: dict[Expr, Expr] = {}
    for x in ir.walk(body):
        if x.op == "==" and x.loose == 0:
            a, b = x.args
            for side, other in ((a, b), (b, a)):
                if side.op == "var" and side.data == name and not _has_formal(other):
                    terms[x] = other
    if not terms or assuming(body, dict.fromkeys(terms, FALSE)) is not unchanged(state):
        return []
    return list(dict.fromkeys(terms.values()))


def _has_formal(e: Expr) -> bool:
    return any(n.startswith("%") for n in e.free)

