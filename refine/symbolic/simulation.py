"""One step of both sides from any related state: the paths, and what is proved at their ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import z3

from refine.faults import Fault, Kind
from refine.folio import Folio
from refine.harness import Harness
from refine.symbolic.arithmetic import Term
from refine.symbolic.asking import Unfollowable
from refine.symbolic.domains import Domains, Widen, same
from refine.symbolic.engine import Decision, Pruned
from refine.symbolic.grounding import NONE, Cells, Val, and_, equal
from refine.symbolic.hazards import Watch
from refine.symbolic.proxies import SBool, SInt, is_symbolic, number_of, truth_of, truthiness
from refine.symbolic.space import Space
from refine.symbolic.storage import BOOL as A_BOOL
from refine.symbolic.storage import INT as AN_INT
from refine.symbolic.storage import Kind as LeafKind
from refine.symbolic.storage import Leaf, Survey, refill, survey
from spec.ir import BOOL, Action, Answered, StateVar

_BOUNDS = (64, 1 << 16, 1 << 30, 1 << 62)
_OF_TERMS = (TypeError, AttributeError, RecursionError, SystemError, z3.Z3Exception)
"""What may be raised because a number is a term."""
_T = TypeVar("_T")


class Broken(Exception):
    """On some path something is wrong: `model` has the world, the states, what is stored."""

    def __init__(
        self, model: Any, arguments: Mapping[str, int], fault: Fault | None = None
    ) -> None:
        super().__init__("broken")
        self.model = model
        self.arguments = arguments
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Related:
    """An implementation in any state that is related to the spec's."""

    implementation: Any
    folio: Folio
    made: Survey
    before: Survey


class Simulation:
    """Steps of one implementation in one scope."""

    def __init__(self, space: Space, domains: Domains, watch: Watch) -> None:
        self.space = space
        self.engine = space.engine
        self.domains = domains
        self.watch = watch
        sizes = {s.name: space.sizes[s.name] for s in space.system.sorts}
        self.harness = Harness(space.binding, sizes, lines=False)
        self._bounds: Mapping[str, tuple[int, int]] = {}
        self._starts: list[tuple[tuple[Decision, ...], Mapping[str, tuple[int, int]]]] = []

    # ---------------------------------------------------------- what is proved

    def initial(self) -> int:
        """What is made is related to the initial state; how many paths there are.

        Raises:
            Broken, Widen, Unfollowable.
        """
        start = self.space.initial()

        def path() -> None:
            try:
                made, folio = self._call(lambda: self.harness.create(self.space.reader({})))
                goals = self._relation(made, folio, start)
            except Fault as fault:
                raise self._broken({}, fault) from fault
            self._prove(goals, {})
            self._fits(survey(made), {})

        return self._explore(path)

    def prepare(self) -> None:
        """Find the ways in which what is stored can be related to a state of the spec.

        Raises:
            Unfollowable.
        """
        found: list[tuple[Decision, ...]] = []
        self._explore(lambda: self._note_start(found))
        for prefix in found:
            self._starts.append((prefix, self._bounded(prefix)))

    def step(self, action: Action) -> int:
        """The operation keeps related states related; how many paths there are.

        Raises:
            Broken, Widen, Unfollowable.
        """
        return sum(self._step(action, args) for args in self.space.arguments(action.params))

    def answer(self, answered: Answered) -> int:
        """Related states give the same answer wherever it is asked; how many paths there are.

        Raises:
            Broken, Unfollowable.
        """
        return sum(self._answer(answered, args)
                   for args in self.space.arguments(answered.params))

    def can_happen(self, action: Action) -> bool:
        """Has some state of the scope the operation, related to stored state or not?"""
        return any(self._possible(self.space.enabled(action, args))
                   for args in self.space.arguments(action.params))

    def can_be_asked(self, answered: Answered) -> bool:
        return any(self._possible([self.space.view.value(answered.asked, args)])
                   for args in self.space.arguments(answered.params))

    # --------------------------------------------------------------- paths

    def _step(self, action: Action, args: dict[str, int]) -> int:
        enabled = self.space.enabled(action, args)
        if any(e is False for e in enabled):
            return 0
        after = self.space.after(action, args)
        before, behind = self.space.reader(self.space.states), self.space.reader(after)

        def path() -> None:
            start = self._related()
            made = start.implementation
            try:
                self._call(lambda: self.harness.step(
                    made, start.folio, action, list(args.values()), before, behind))
                stored = survey(made)
                goals = self._relation(made, start.folio, after)
            except Fault as fault:
                raise self._broken(args, fault) from fault
            self._prove(goals, args)
            self._unread(stored, made)
            self._fits(stored, args, start)

        return self._from_starts(path, enabled)

    def _answer(self, answered: Answered, args: dict[str, int]) -> int:
        asked = self.space.view.value(answered.asked, args)
        if asked is False:
            return 0
        wanted = self.space.view.value(answered.value, args)

        def path() -> None:
            start = self._related()
            made = start.implementation
            try:
                got = self._call(lambda: self.harness.checked_answer(
                    made, start.folio, answered, list(args.values())))
            except Fault as fault:
                raise self._broken(args, fault) from fault
            self._prove([_same(got, wanted, answered.type)], args)
            self._unread(start.before, made)

        return self._from_starts(path, [asked])

    def _from_starts(self, path: Callable[[], None], facts: Sequence[Val]) -> int:
        """All paths from all related states of which the facts are true."""
        terms = [f for f in facts if f is not True]
        solver = self.space.solver
        done = 0
        for prefix, bounds in self._starts:
            self._bounds = bounds
            solver.push()
            try:
                solver.add(*terms)
                done += self._explore(path, prefix)
            finally:
                solver.pop()
                self._bounds = {}
        return done

    def _explore(self, path: Callable[[], None], prefix: Sequence[Decision] = ()) -> int:
        def watched() -> None:
            with self.watch.path():
                path()

        return self.engine.explore(watched, prefix)

    def _possible(self, facts: Sequence[Val]) -> bool:
        if any(f is False for f in facts):
            return False
        self.space.solver.push()
        try:
            self.space.solver.add(*(f for f in facts if f is not True))
            return self.space.solver.model() is not None
        finally:
            self.space.solver.pop()

    def _call(self, do: Callable[[], _T]) -> _T:
        """Let the implementation run.

        Raises:
            Unfollowable: it cannot be followed, whether or not the implementation stopped that.
            Fault: as the harness does.
        """
        try:
            return do()
        finally:
            self.engine.alive()

    # ------------------------------------------------------- related states

    def _note_start(self, found: list[tuple[Decision, ...]]) -> None:
        self._related()
        found.append(self.engine.taken)

    def _related(self) -> Related:
        """Made anew, every place that may vary filled with a term, all assumed to be related.

        Raises:
            Pruned: no state of the spec is related to it on this path.
        """
        try:
            made, folio = self._call(lambda: self.harness.create(self.space.reader({})))
            facts: list[Val] = []
            first = refill(made, lambda leaf: self._any(leaf, facts))
            self.engine.assume(*facts)
            filled = survey(made)
            cells = self._call(lambda: list(self.harness.cells(made, folio)))
            self.engine.assume(*(self._equal(state, got, self.space.states[state.name])
                                 for state, got in cells))
            reader = self.space.reader(self.space.states)
            holds = self._call(lambda: self.harness.consistent(made, folio, reader))
            self.engine.assume(self._call(lambda: truthiness(holds)))
        except Fault as fault:
            if fault.kind is Kind.LOOPS or isinstance(fault.__cause__, _OF_TERMS):
                raise self.engine.abort(f"{fault.message} ({fault.place})") from fault
            raise Pruned from fault
        self._unread(filled, made)
        if self._bounds:
            refill(made, self._within)
            filled = survey(made)
        return Related(made, folio, first, filled)

    def _any(self, leaf: Leaf, facts: list[Val]) -> Any:
        """A term for all that the place may hold."""
        kinds = self.domains.of(leaf)
        if not kinds:
            return leaf.value
        if leaf.kind not in kinds:
            raise Widen({leaf.family: (leaf.kind,)})
        ctx = self.space.ctx
        if len(kinds) == 1:
            return self._filled(leaf, kinds[0], facts)
        choice = z3.Int(choice_name(leaf.path), ctx)
        for i, kind in enumerate(kinds[:-1]):
            if self.engine.branch(choice == i):
                return self._filled(leaf, kind, facts)
        return self._filled(leaf, kinds[-1], facts)

    def _filled(self, leaf: Leaf, kind: LeafKind, facts: list[Val]) -> Any:
        ctx = self.space.ctx
        if kind == A_BOOL:
            return SBool(z3.Bool(term_name(leaf.path), ctx))
        if kind != AN_INT:
            return atom(kind)
        term = z3.Int(term_name(leaf.path), ctx)
        low = high = None
        if leaf.bits is not None:
            low, high = -(1 << (leaf.bits - 1)), (1 << (leaf.bits - 1)) - 1
            facts += [term >= low, term <= high]
        return SInt(Term(term, low, high))

    def _within(self, leaf: Leaf) -> Any:
        """The same with bounds that were proved."""
        value = leaf.value
        if type(value) is SInt and leaf.path in self._bounds:
            return SInt(Term(value.term.e, *self._bounds[leaf.path]))
        return value

    def _bounded(self, prefix: Sequence[Decision]) -> Mapping[str, tuple[int, int]]:
        """Bounds of what is stored in the states of one way to be related."""
        found: dict[str, tuple[int, int]] = {}

        def path() -> None:
            for leaf in self._related().before.leaves.values():
                if type(leaf.value) is not SInt:
                    continue
                e = leaf.value.term.e
                for most in _BOUNDS:
                    if self.space.solver.refutes(z3.And(e >= -most, e <= most)) is None:
                        found[leaf.path] = (-most, most)
                        break

        self._explore(path, prefix)
        return found

    # ----------------------------------------------------------- comparing

    def _relation(self, made: Any, folio: Folio, cells: Mapping[str, Cells]) -> list[Val]:
        """What is to be true of an implementation that is related to these states.

        Raises:
            Fault: it has no logical state, or one of the wrong types.
        """
        logical = self._call(lambda: self.harness.logical(made, folio))
        goals = [self._equal(s, table if isinstance(table := logical[s.name], dict) else
                             {(): table}, cells[s.name]) for s in self.space.binding.kept]
        reader = self.space.reader(cells)
        holds = self._call(lambda: self.harness.consistent(made, folio, reader))
        return [*goals, self._call(lambda: truthiness(holds))]

    @staticmethod
    def _equal(state: StateVar, got: Mapping[Any, Any], wanted: Cells) -> Val:
        return and_([_same(got[at], wanted[at], state.type) for at in wanted])

    def _prove(self, goals: Sequence[Val], args: Mapping[str, int]) -> None:
        goal = and_(list(goals))
        if goal is True:
            return
        if goal is False:
            raise self._broken(args)
        model = self.space.solver.refutes(goal)
        if model is not None:
            raise Broken(self._simplest(z3.Not(goal)), args)

    def _broken(self, args: Mapping[str, int], fault: Fault | None = None) -> Broken:
        return Broken(self._simplest(z3.BoolVal(True, self.space.ctx)), args, fault)

    def _simplest(self, extra: Any) -> Any:
        model = self.space.simplest(extra)
        if model is None:
            raise self.engine.abort("a path that nothing satisfies")
        return model

    def _unread(self, before: Survey, made: Any) -> None:
        """Looking at what is stored has not changed it."""
        now = survey(made)
        if before.differs(now) or any(
            leaf.value is not now.leaves[path].value and not self._plainly(leaf, now.leaves[path])
            for path, leaf in before.leaves.items()
        ):
            raise self.engine.abort("an answer, abstract() or consistent() changes what is stored")

    @staticmethod
    def _plainly(a: Leaf, b: Leaf) -> bool:
        return not is_symbolic(a.value) and not is_symbolic(b.value) and same(a.value, b.value)

    def _fits(self, stored: Survey, args: Mapping[str, int], start: Related | None = None) -> None:
        """What is stored is again of a shape and of kinds that the states had which were looked
        at.

        Raises:
            Widen: it has other kinds.
            Unfollowable: it has another shape, or a word holds what does not fit.
        """
        if start is not None and (path := start.made.differs(stored)):
            raise self.engine.abort(f"{path} gets another shape than it had at first")
        wider: dict[str, tuple[LeafKind, ...]] = {}
        for path, leaf in stored.leaves.items():
            first = start.made.leaves[path] if start is not None else leaf
            kinds = self.domains.of(leaf)
            if leaf.kind not in kinds and not (not kinds and self._unchanged(first, leaf)):
                wider[leaf.family] = (*wider.get(leaf.family, ()), first.kind, leaf.kind)
            self._in_word(leaf)
        if wider:
            raise Widen(wider)

    def _unchanged(self, first: Leaf, leaf: Leaf) -> bool:
        if first.value is leaf.value or self._plainly(first, leaf):
            return True
        if first.kind != leaf.kind or first.kind not in (A_BOOL, AN_INT):
            return False
        goal = _same(leaf.value, _val(first.value), BOOL if first.kind == A_BOOL else "Int")
        return goal is True or (goal is not False and self.space.solver.refutes(goal) is None)

    def _in_word(self, leaf: Leaf) -> None:
        if leaf.bits is None:
            return
        number = number_of(leaf.value)
        low, high = -(1 << (leaf.bits - 1)), (1 << (leaf.bits - 1)) - 1
        if isinstance(number, int) and low <= number <= high:
            return
        if isinstance(number, Term):
            inside = (number.low is not None and number.low >= low
                      and number.high is not None and number.high <= high)
            fits = z3.And(number.e >= low, number.e <= high)
            if inside or self.space.solver.refutes(fits) is None:
                return
        raise self.engine.abort(f"{leaf.path} holds what has no room in {leaf.bits} bits")


def term_name(path: str) -> str:
    """The z3 constant that stands for what is stored at a place."""
    return f"self.{path}"


def choice_name(path: str) -> str:
    """The z3 constant that says of which kind it is."""
    return f"kind of self.{path}"


def atom(kind: LeafKind) -> Any:
    """The plain value of a kind that is one."""
    made, value = kind
    if made in (set, frozenset):
        return made(x for _, x in value)
    return value


def _val(value: Any) -> Val:
    """What code has, as a value of grounding.py."""
    if type(value) is SBool:
        return value.e
    return value.term.e if type(value) is SInt else value


def _same(got: Any, wanted: Val, type_: str) -> Val:
    """Is what code has the value of the spec, and of its type?"""
    if got is None:
        return equal(wanted, None) if type_.endswith("?") else False
    if type_ == BOOL:
        truth = truth_of(got)
        return False if truth is None else equal(truth, wanted)
    if truth_of(got) is not None:
        return False
    number = number_of(got)
    if number is None:
        return False
    e = number if isinstance(number, int) else number.e
    same_ = equal(e, NONE if wanted is None else wanted)
    # None is -1 in `wanted`, and code that has -1 has not None.
    return and_([same_, e != NONE]) if type_.endswith("?") else same_
