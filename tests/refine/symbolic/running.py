"""Running a function of terms on all its paths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import z3

from refine.symbolic.arithmetic import Term
from refine.symbolic.asking import Limits, Solver
from refine.symbolic.engine import Engine
from refine.symbolic.proxies import SBool, SInt, known


class Ground:
    """A solver, an engine, and a number or truth value for each name."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.ctx = z3.Context()
        self.solver = Solver(self.ctx, self.limits)
        self.engine = Engine(self.solver, self.limits)

    def number(self, name: str, low: int, high: int, bounded: bool = True) -> Any:
        """Any number of a stretch; `bounded`: the term knows that."""
        term = z3.Int(name, self.ctx)
        self.solver.add(term >= low, term <= high)
        return SInt(Term(term, low, high) if bounded else Term(term))

    def truth(self, name: str) -> Any:
        return SBool(z3.Bool(name, self.ctx))

    def results(self, do: Callable[[], Any]) -> list[tuple[Any, Any]]:
        """For each path the plain result, or the exception, and a model."""
        found: list[tuple[Any, Any]] = []

        def path() -> None:
            try:
                got = do()
                got = known(got) if type(got) in (SInt, SBool) else got
            except (ArithmeticError, ValueError, TypeError) as err:
                got = type(err)
            found.append((got, self.engine.model))

        self.engine.explore(path)
        return found

    def value(self, model: Any, proxy: Any) -> Any:
        """What a term is in a model."""
        if type(proxy) is SBool:
            return z3.is_true(model.eval(proxy.e, model_completion=True))
        return model.eval(proxy.term.e, model_completion=True).as_long()
