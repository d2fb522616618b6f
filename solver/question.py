"""An obligation as formulas without counts, ready to be written down for a solver."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Final

from solver import axioms
from solver.counts import Counts
from solver.encode import Script, order_axioms
from solver.normal import Plain, Skolem, finite_sizes, goals
from solver.obligations import Obligation
from solver.regions import cards_in
from spec import ir
from spec.ir import TRUE, Expr, System, Type

MOST_INSTANCES: Final = 16


@dataclass(frozen=True, slots=True)
class Question:
    """One part of an obligation: can the hypotheses and the denial all be true?

    `labels[i]` names `hypotheses[i]`, which is a conjunction.
    """

    labels: tuple[str, ...]
    hypotheses: tuple[tuple[Expr, ...], ...]
    denial: tuple[Expr, ...]
    counts: Counts

    @property
    def known(self) -> tuple[Expr, ...]:
        return tuple(e for h in self.hypotheses for e in h)

    @property
    def formulas(self) -> tuple[Expr, ...]:
        return (*self.known, *self.denial)

    def assume(
        self, script: Script, wanted: Callable[[Expr], bool] = lambda _: True
    ) -> dict[str, str]:
        """Write the hypotheses, each under a flag; the flags with their labels."""
        flags = {}
        for i, (label, parts) in enumerate(zip(self.labels, self.hypotheses, strict=True)):
            cond = ir.and_(*(e for e in parts if wanted(e)))
            if cond is not TRUE:
                flags[f"h!{i}"] = label
                script.add_if(f"h!{i}", cond)
        return flags

    def constants(self) -> list[Expr]:
        """Parameters and things that exist by assumption, in order of appearance."""
        found: dict[Expr, None] = {}
        for f in self.formulas:
            for e in ir.walk(f):
                if e.op == "read" and not e.args and str(e.data)[0] in "$!":
                    found[e] = None
        return list(found)

    @property
    def size(self) -> int:
        """How many different predicates are counted."""
        ground, generic = cards_in(self.formulas, self.counts)
        return len({str(g.data) for g in ground} | {c.name for c in generic})

    def speaks_of_counts(self, e: Expr) -> bool:
        return any(cards_in([e], self.counts))


class Lowering:
    """Lowers the obligations of one system; what they share is lowered once."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.finite = finite_sizes(system)
        self.plain = Plain(self.finite)
        self._orders = order_axioms(system)
        self._ranges = _range_sizes(system, self.finite)
        self._elements = {s.name for s in system.sorts if s.kind == "elements"}
        self._counts: dict[tuple[Expr, ...], Counts] = {}

    def script(self, describe: Callable[[str], str] | None = None) -> Script:
        """An empty script over the sorts of the system.

        Args:
            describe: what the number of this name counts, for a comment in the text.
        """
        return Script(self.finite, self._orders, describe)

    def parts(self, obligation: Obligation) -> int:
        """How many questions the goal makes."""
        return len(goals(self.plain.lower(obligation.goal)))

    def question(self, obligation: Obligation, part: int, apart: bool = False) -> Question:
        """One part of the goal, with all hypotheses.

        Args:
            apart: inside counts, set the action's parameters apart from all others.

        Raises:
            GiveUp: the obligation has something that cannot be lowered.
        """
        counts = self._counting(self._parameters(obligation) if apart else ())
        hypotheses = []
        for n, (_, cond) in enumerate(obligation.hypotheses):
            lowered = counts.lower(self.plain.lower(cond))
            hypotheses.append(tuple(Skolem(f"h{n}.").assertion(lowered)))
        goal = goals(self.plain.lower(obligation.goal))[part]
        denial = tuple(Skolem("").denial(counts.lower(goal)))
        labels = tuple(label for label, _ in obligation.hypotheses)
        return _with_instances(Question(labels, tuple(hypotheses), denial, counts))

    def _counting(self, apart: tuple[Expr, ...]) -> Counts:
        if apart not in self._counts:
            self._counts[apart] = Counts(self._ranges, self.finite, apart)
        return self._counts[apart]

    def _parameters(self, obligation: Obligation) -> tuple[Expr, ...]:
        if obligation.action is None:
            return ()
        return tuple(
            ir.read(f"${name}", (), type_)
            for name, type_ in self.system.action(obligation.action).params
            if type_ in self._elements
        )


def _with_instances(question: Question) -> Question:
    """Hypotheses that count under a binder are also said of the terms at hand.

    An instance follows from the hypothesis; its counts have closed arguments, so they
    join the family of the other such counts.
    """
    counted = {
        e: cards_in([e], question.counts)[1]
        for e in question.known
        if e.op == "all"
    }
    if not any(counted.values()):
        return question
    constants = question.constants()
    return replace(question, hypotheses=tuple(
        (*parts, *(i for e in parts if counted.get(e) for i in _instances(e, constants)))
        for parts in question.hypotheses
    ))


def _instances(e: Expr, constants: Sequence[Expr]) -> list[Expr]:
    assert isinstance(e.data, tuple)
    choices = [[c for c in constants if c.type == t] for t in e.data]
    return [ir.open_binder(e, values) for values in islice(product(*choices), MOST_INSTANCES)]


def _range_sizes(system: System, finite: dict[Type, int]) -> dict[Type, Expr]:
    return {
        sort.name: axioms.range_size(sort)
        for sort in system.sorts
        if sort.kind == "range" and sort.name not in finite
    }


def is_about_numbers(e: Expr) -> bool:
    """No binders, no elements: only constants and arithmetic."""
    return all(
        x.op not in ir.QUANTIFIERS and x.op != "/" and not (x.op == "read" and x.args)
        for x in ir.walk(e)
    )


def signed(flags: Sequence[str], values: Sequence[bool]) -> list[str]:
    """Flags that are to be true as they are, the others with a minus."""
    return [f if yes else f"-{f}" for f, yes in zip(flags, values, strict=True)]
