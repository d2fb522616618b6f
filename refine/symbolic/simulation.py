"""One step of both sides from any related state: the paths, and what is proved at their ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import z3

from refine.faults import Fault
from refine.folio import Folio
from refine.symbolic.arithmetic import Term
from refine.symbolic.comparing import agrees, all_agree, plainly_same, value_of
from refine.symbolic.domains import Domains, Widen
from refine.symbolic.engine import Decision
from refine.symbolic.grounding import Cells, Val, and_
from refine.symbolic.hazards import Watch
from refine.symbolic.joining import Joiner
from refine.symbolic.proxies import number_of
from refine.symbolic.space import Space
from refine.symbolic.starting import Related, Start, Starting, starts, word_bounds
from refine.symbolic.storage import BOOL, INT, Kind, Leaf, Survey, survey
from spec import ir
from spec.ir import Action, Answered


class Broken(Exception):
    """On some path something is wrong: `model` has the world, the states, what is stored."""

    def __init__(
        self, model: Any, arguments: Mapping[str, int], fault: Fault | None = None
    ) -> None:
        super().__init__("broken")
        self.model = model
        self.arguments = arguments
        self.fault = fault


class Simulation:
    """Steps of one implementation in one scope."""

    def __init__(self, space: Space, domains: Domains, watch: Watch) -> None:
        self.space = space
        self.engine = space.engine
        self.domains = domains
        self.watch = watch
        self.starting = Starting(space, domains)
        self.harness = self.starting.harness
        self.joiner = Joiner(self.engine, watch, space.binding.cls)
        self._starts: list[Start] = []

    # ---------------------------------------------------------- what is proved

    def initial(self) -> int:
        """What is made is related to the initial state; how many paths there are.

        Raises:
            Broken, Widen, Unfollowable.
        """
        start = self.space.initial()

        def path() -> None:
            try:
                made, folio = self.starting.call(
                    lambda: self.harness.create(self.space.reader({})))
                goals = self._relation(made, folio, start)
            except Fault as fault:
                raise self._broken({}, fault) from fault
            self._prove(goals, {})
            self._fits(survey(made))

        return self._explore(path)

    def prepare(self) -> None:
        """Find the ways in which what is stored can be related to a state of the spec.

        Raises:
            Widen, Unfollowable.
        """
        self._starts = starts(self.starting, self._explore)

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
        """Has some state of the scope the operation, related to what is stored or not?"""
        return any(self._possible(self.space.enabled(action, args))
                   for args in self.space.arguments(action.params))

    def can_be_asked(self, answered: Answered) -> bool:
        """The same for a question."""
        return any(self._possible([self.space.view.value(answered.asked, args)])
                   for args in self.space.arguments(answered.params))

    # --------------------------------------------------------------- paths

    def _step(self, action: Action, args: dict[str, int]) -> int:
        enabled = self.space.enabled(action, args)
        if any(e is False for e in enabled):
            return 0
        after = self.space.after(action, args)
        before, behind = self.space.reader(self.space.states), self.space.reader(after)

        def path(start: Related) -> None:
            made = start.implementation
            try:
                self.starting.call(lambda: self.harness.step(
                    made, start.folio, action, list(args.values()), before, behind))
                stored = survey(made)
                goals = self._relation(made, start.folio, after)
            except Fault as fault:
                raise self._broken(args, fault) from fault
            self._prove(goals, args)
            self.starting.unread(stored, made)
            self._fits(stored, start)

        return self._from_starts(path, enabled)

    def _answer(self, answered: Answered, args: dict[str, int]) -> int:
        asked = self.space.view.value(answered.asked, args)
        if asked is False:
            return 0
        wanted = self.space.view.value(answered.value, args)

        def path(start: Related) -> None:
            made = start.implementation
            try:
                got = self.starting.call(lambda: self.harness.checked_answer(
                    made, start.folio, answered, list(args.values())))
            except Fault as fault:
                raise self._broken(args, fault) from fault
            self._prove([agrees(got, wanted, answered.type)], args)
            self.starting.unread(start.before, made)

        return self._from_starts(path, [asked])

    def _from_starts(self, path: Callable[[Related], None], facts: Sequence[Val]) -> int:
        """All paths from all related states of which the facts are true."""
        solver = self.space.solver
        done = 0
        for start in self._starts:
            solver.push()
            try:
                solver.add(*(f for f in facts if f is not True))
                done += self._explore(partial(self._again, path, start.related), start.prefix)
            finally:
                solver.pop()
        return done

    def _again(self, path: Callable[[Related], None], related: Related) -> None:
        path(self.starting.again(related))

    def _explore(self, path: Callable[[], None], prefix: Sequence[Decision] = ()) -> int:
        def watched() -> None:
            with self.watch.path():
                path()
            self.joiner.unchanged()

        with self.joiner.active():
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

    # ------------------------------------------------------- at the end of a path

    def _relation(self, made: Any, folio: Folio, cells: Mapping[str, Cells]) -> list[Val]:
        """What is to be true of an implementation that is related to these states.

        Raises:
            Fault: it has no logical state, or one of the wrong types.
        """
        logical = self.starting.call(lambda: self.harness.logical(made, folio))
        goals = []
        for state in self.space.binding.kept:
            got = logical[state.name]
            table = got if isinstance(got, dict) else {(): got}
            goals.append(all_agree(table, cells[state.name], state.type))
        return [*goals, self.starting.holds(made, folio, cells)]

    def _prove(self, goals: Sequence[Val], args: Mapping[str, int]) -> None:
        goal = and_(list(goals))
        if goal is True:
            return
        if goal is False:
            raise self._broken(args)
        if self.space.solver.refutes(goal) is not None:
            raise Broken(self._simplest(z3.Not(goal)), args)

    def _broken(self, args: Mapping[str, int], fault: Fault | None = None) -> Broken:
        """Everything that comes here on this path is wrong."""
        return Broken(self._simplest(z3.BoolVal(True, self.space.ctx)), args, fault)

    def _simplest(self, extra: Any) -> Any:
        model = self.space.simplest(extra)
        if model is None:
            raise self.engine.abort("a path that nothing satisfies")
        return model

    def _fits(self, stored: Survey, start: Related | None = None) -> None:
        """What is stored is again of a shape and of kinds that the states had which were looked
        at.

        Raises:
            Widen: it has other kinds.
            Unfollowable: it has another shape, or a word holds what has no room in it.
        """
        if start is not None and (path := start.made.differs(stored)):
            raise self.engine.abort(f"{path} gets another shape than it had at first")
        wider: dict[str, tuple[Kind, ...]] = {}
        for path, leaf in stored.leaves.items():
            first = start.made.leaves[path] if start is not None else leaf
            kinds = self.domains.of(leaf)
            if leaf.kind not in kinds and (kinds or not self._unchanged(first, leaf)):
                wider[leaf.family] = (*wider.get(leaf.family, ()), first.kind, leaf.kind)
            self._has_room(leaf)
        if wider:
            raise Widen(wider)

    def _unchanged(self, first: Leaf, leaf: Leaf) -> bool:
        """Is it what it was when it was made, on all of this path?"""
        if first.value is leaf.value or plainly_same(first, leaf):
            return True
        if first.kind != leaf.kind or first.kind not in (BOOL, INT):
            return False
        type_ = ir.BOOL if first.kind == BOOL else ir.INT
        goal = agrees(leaf.value, value_of(first.value), type_)
        return goal is True or (goal is not False and self.space.solver.refutes(goal) is None)

    def _has_room(self, leaf: Leaf) -> None:
        """A word holds what its bits can."""
        if leaf.bits is None:
            return
        number = number_of(leaf.value)
        low, high = word_bounds(leaf.bits)
        if isinstance(number, int) and low <= number <= high:
            return
        if isinstance(number, Term):
            inside = (number.low is not None and number.low >= low
                      and number.high is not None and number.high <= high)
            fits = z3.And(number.e >= low, number.e <= high)
            if inside or self.space.solver.refutes(fits) is None:
                return
        raise self.engine.abort(f"{leaf.path} holds what has no room in {leaf.bits} bits")
