"""A model made into a plain run: the spec's evaluator and the plain class, without z3."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

import z3

from refine.adapter import Binding
from refine.faults import Fault, Kind
from refine.freezing import fields
from refine.lockstep import Lockstep, Writes, explain
from refine.result import Difference, Divergence
from refine.symbolic.domains import Domains
from refine.symbolic.simulation import Broken
from refine.symbolic.space import Space
from refine.symbolic.starting import choice_name, term_name
from refine.symbolic.storage import BOOL, INT, Leaf, atom, refill
from spec.ir import Action, Answered, Promise
from spec.result import InternalError
from spec.trace import Step

Refill = Callable[[Leaf], Any]


class Replay:
    """Shows what a model says, or that it does not happen.

    Args:
        given: invariants that hold where a step starts.
    """

    def __init__(
        self, binding: Binding, space: Space, domains: Domains, given: Sequence[Promise]
    ) -> None:
        self.binding = binding
        self.space = space
        self.domains = domains
        self.given = given

    def initial(self, broken: Broken) -> Divergence | None:
        """What is wrong where it is made; None for a fault that does not happen."""
        picture = self.space.picture(broken.model, self.space.initial())
        found = explain(self.binding, picture.world, ())
        if found is None and broken.fault is None:
            raise InternalError("a model of __init__ does not replay")
        return found

    def step(self, action: Action, broken: Broken) -> Divergence | None:
        """The step after which the sides are not related; None for a fault that does not happen.

        Raises:
            InternalError: the model does not replay.
        """
        run = self._start(broken)
        step = Step(action.name, dict(broken.arguments))
        start = run.state
        if not run.enabled(step):
            raise InternalError(f"a model of {action.name} does not replay: its guard is false")
        before = fields(run.implementation)
        writes = Writes(self.binding.cls, run.implementation)
        fault: Fault | None = None
        differences: tuple[Difference, ...] = ()
        endless = broken.fault is not None and broken.fault.kind is Kind.LOOPS
        try:
            # Watching writes takes the place of counting lines.
            with nullcontext() if endless else writes:
                run.step(step)
            differences = run.differences(())
        except Fault as found:
            fault = found
        if fault is None and not differences:
            self._expect_fault(action.name, broken)
            return None
        return Divergence(
            run.world, (step,), action.name, differences, fault, start, before,
            fields(run.implementation), writes.lines, frozenset(writes.stepped))

    def answer(self, answered: Answered, broken: Broken) -> Divergence | None:
        """The related state in which the answers differ; None for a fault that does not happen.

        Raises:
            InternalError: the model does not replay.
        """
        run = self._start(broken)
        fault: Fault | None = None
        differences: tuple[Difference, ...] = ()
        try:
            differences = tuple(d for d in run.differences((answered,)) if d.question)
        except Fault as found:
            fault = found
        if fault is None and not differences:
            self._expect_fault(answered.question, broken)
            return None
        return Divergence(run.world, (), answered.question, differences, fault, run.state,
                          stored_after=fields(run.implementation))

    @staticmethod
    def _expect_fault(name: str, broken: Broken) -> None:
        """Only a fault can come of numbers being terms, and not happen here."""
        if broken.fault is None:
            raise InternalError(f"a model of {name} does not replay: the sides agree")

    def _start(self, broken: Broken) -> Lockstep:
        picture = self.space.picture(broken.model)
        run = Lockstep(self.binding, picture.world, picture.state)
        refill(run.implementation, lambda leaf: self._value(broken.model, leaf))
        evaluator = run.evaluator
        if not evaluator.world_is_allowed():
            raise InternalError("a model does not replay: the world is not allowed")
        for promise in self.given:
            if not evaluator.truth(promise.cond, picture.state):
                raise InternalError(f"a model does not replay: {promise.name} is false")
        if differences := run.differences(()):
            raise InternalError("a model does not replay: it does not start related: "
                                f"{differences[0].field}")
        return run

    def _value(self, model: Any, leaf: Leaf) -> Any:
        kinds = self.domains.of(leaf)
        if not kinds:
            return leaf.value
        ctx = self.space.ctx
        which = 0
        if len(kinds) > 1:
            said = model.eval(z3.Int(choice_name(leaf.path), ctx), model_completion=True).as_long()
            # The last kind stands for every other number.
            which = said if 0 <= said < len(kinds) else len(kinds) - 1
        kind = kinds[which]
        if kind == INT:
            term = z3.Int(term_name(leaf.path), ctx)
            return int(model.eval(term, model_completion=True).as_long())
        if kind == BOOL:
            term = z3.Bool(term_name(leaf.path), ctx)
            return z3.is_true(model.eval(term, model_completion=True))
        return atom(kind)
