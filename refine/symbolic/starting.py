"""An implementation in any state that is related to a state of the spec."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import z3

from refine.faults import Fault, Kind
from refine.folio import Folio
from refine.freezing import snapshot
from refine.harness import Harness
from refine.symbolic.arithmetic import Term
from refine.symbolic.comparing import all_agree, plainly_same
from refine.symbolic.domains import Domains, Widen
from refine.symbolic.engine import Decision, Engine, Pruned
from refine.symbolic.grounding import Cells, Val
from refine.symbolic.proxies import SBool, SInt, truthiness
from refine.symbolic.space import Space
from refine.symbolic.storage import BOOL, INT, Leaf, Survey, atom, refill, survey
from refine.symbolic.storage import Kind as Holds

_MOST: Final = (64, 1 << 16, 1 << 30, 1 << 62)
_OF_TERMS: Final = (TypeError, AttributeError, RecursionError, SystemError, z3.Z3Exception)
"""What may be raised because a number is a term."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Related:
    """`made`: what it stored when it was made; `before`: what was put in its place."""

    implementation: Any
    folio: Folio
    made: Survey
    before: Survey



@dataclass(frozen=True, slots=True)
class Start:
    """One of the ways in which what is stored can be related: the decisions that lead there,
    and what is there then."""

    prefix: tuple[Decision, ...]
    related: Related


class Starting:
    """Makes related states on the paths of an engine."""

    def __init__(self, space: Space, domains: Domains) -> None:
        self.space = space
        self.engine: Engine = space.engine
        self.domains = domains
        sizes = {s.name: space.sizes[s.name] for s in space.system.sorts}
        self.harness = Harness(space.binding, sizes, lines=False)

    def call(self, do: Callable[[], _T]) -> _T:
        """Let the implementation run.

        Raises:
            Unfollowable: it cannot be followed, whether or not the implementation stopped that.
            Fault: as the harness does.
        """
        try:
            return do()
        finally:
            self.engine.alive()

    def related(self) -> Related:
        """Made anew, every place that may vary filled with a term, all assumed to be related.

        Raises:
            Pruned: no state of the spec is related to it on this path.
        """
        try:
            made, folio = self.call(lambda: self.harness.create(self.space.reader({})))
            first = self._fill(made)
            filled = survey(made)
            cells = self.call(lambda: list(self.harness.cells(made, folio)))
            self.engine.assume(*(all_agree(got, self.space.states[state.name], state.type)
                                 for state, got in cells))
            self.engine.assume(self.holds(made, folio, self.space.states))
        except Fault as fault:
            # Any other exception would come of numbers, too: then it is not related.
            if fault.kind is Kind.LOOPS or isinstance(fault.__cause__, _OF_TERMS):
                raise self.engine.abort(f"{fault.message} ({fault.place})") from fault
            raise Pruned from fault
        self.unread(filled, made)
        return Related(made, folio, first, filled)

    def again(self, related: Related) -> Related:
        """The same in a copy, for one path."""
        try:
            copied = snapshot(related.implementation)
        except Fault as fault:
            raise self.engine.abort(fault.message) from fault
        self.unread(related.before, copied, "a copy of it is not like it")
        return replace(related, implementation=copied)

    def holds(self, made: Any, folio: Folio, cells: Mapping[str, Cells]) -> Val:
        """What `consistent()` says where the layers below are in these states."""
        reader = self.space.reader(cells)
        said = self.call(lambda: self.harness.consistent(made, folio, reader))
        return self.call(lambda: truthiness(said))

    def unread(
        self, before: Survey, made: Any,
        why: str = "an answer, abstract() or consistent() changes what is stored",
    ) -> None:
        """Looking at what is stored has not changed it.

        Raises:
            Unfollowable: it has; `why` says so.
        """
        now = survey(made)
        if before.differs(now) or any(
            leaf.value is not now.leaves[path].value and not plainly_same(leaf, now.leaves[path])
            for path, leaf in before.leaves.items()
        ):
            raise self.engine.abort(why)

    def bounded(self, related: Related) -> Related:
        """The same, where numbers know bounds that are proved here."""
        refill(related.implementation, self._within)
        return replace(related, before=survey(related.implementation))

    # -------------------------------------------------------------- inside

    def _fill(self, made: Any) -> Survey:
        facts: list[Val] = []
        first = refill(made, lambda leaf: self._any(leaf, facts))
        self.engine.assume(*facts)
        return first

    def _any(self, leaf: Leaf, facts: list[Val]) -> Any:
        """A term for all that the place may hold."""
        kinds = self.domains.of(leaf)
        if not kinds:
            return leaf.value
        if leaf.kind not in kinds:
            raise Widen({leaf.family: (leaf.kind,)})
        choice = z3.Int(choice_name(leaf.path), self.space.ctx)
        for i, kind in enumerate(kinds[:-1]):
            if self.engine.branch(choice == i):
                return self._filled(leaf, kind, facts)
        return self._filled(leaf, kinds[-1], facts)

    def _filled(self, leaf: Leaf, kind: Holds, facts: list[Val]) -> Any:
        ctx = self.space.ctx
        if kind == BOOL:
            return SBool(z3.Bool(term_name(leaf.path), ctx))
        if kind != INT:
            return atom(kind)
        term = z3.Int(term_name(leaf.path), ctx)
        if leaf.bits is None:
            return SInt(Term(term))
        low, high = word_bounds(leaf.bits)
        facts += [term >= low, term <= high]
        return SInt(Term(term, low, high))

    def _within(self, leaf: Leaf) -> Any:
        value = leaf.value
        if type(value) is not SInt:
            return value
        e, low, high = value.term.e, value.term.low, value.term.high
        for most in _MOST:
            if low is not None and high is not None and -most <= low and high <= most:
                break
            if self.space.solver.refutes(z3.And(e >= -most, e <= most)) is None:
                return SInt(Term(e, -most, most))
        return value


def starts(starting: Starting, explore: Callable[[Callable[[], None]], object]) -> list[Start]:
    """All ways in which what is stored can be related.

    Args:
        explore: runs a path in all ways.
    """
    found: list[Start] = []

    def path() -> None:
        related = starting.related()
        found.append(Start(starting.engine.taken, starting.bounded(related)))

    explore(path)
    return found


def word_bounds(bits: int) -> tuple[int, int]:
    """The least and the greatest value of a word."""
    return -(1 << (bits - 1)), (1 << (bits - 1)) - 1


def term_name(path: str) -> str:
    """The z3 constant that stands for what is stored at a place."""
    return f"self.{path}"


def choice_name(path: str) -> str:
    """The z3 constant that says of which kind it is."""
    return f"kind of self.{path}"
