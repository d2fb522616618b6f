"""Which predicates can hold together at one point, as far as the hypotheses say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from solver.normal import GiveUp
from solver.query import Query, excluded
from solver.question import Lowering, Question, signed
from solver.session import Answer, Session
from spec import ir
from spec.ir import Expr

MOST_REGIONS: Final = 64


class Enumerator:
    """Asks for the regions of one question; each set of predicates once.

    `used` collects the labels of the hypotheses that exclude the other combinations,
    `spent` the effort; `queries` says of each set of predicates, as questions that are
    `unsat`, that there is no other region.
    """

    def __init__(self, lowering: Lowering, question: Question, rlimit: int, seed: int) -> None:
        self._lowering = lowering
        self._question = question
        self._rlimit = rlimit
        self._seed = seed
        self._known: dict[tuple[Expr, ...], list[tuple[bool, ...]]] = {}
        self.used: dict[str, None] = {}
        self.spent = 0
        self.queries: dict[tuple[Expr, ...], list[Query]] = {}

    def regions(self, free: Sequence[Expr], predicates: Sequence[Expr]) -> list[tuple[bool, ...]]:
        """Truth values the predicates can have, all false left out; what cannot be
        decided is kept, as more regions are only weaker.

        Raises:
            GiveUp: too many of them.
        """
        key = (*free, *predicates)
        if key not in self._known:
            here = {str(x.data): ir.read(f"at!{i}", (), x.type) for i, x in enumerate(free)}
            self._asked = self.queries.setdefault(key, [])
            self._known[key] = self._ask([ir.substitute(p, here) for p in predicates])
        return self._known[key]

    def _ask(self, predicates: Sequence[Expr]) -> list[tuple[bool, ...]]:
        script = self._lowering.script()
        known = self._question.assume(
            script, lambda e: not self._question.speaks_of_counts(e))
        flags = [f"p!{i}" for i in range(len(predicates))]
        for flag, p in zip(flags, predicates, strict=True):
            script.define(flag, p)
        script.add_orders()
        text = script.text()
        found = self._by_models(text, known, flags)
        if found is None:
            found = self._by_refutation(text, known, flags)
        return sorted(found, reverse=True)

    def _by_models(
        self, text: str, known: Mapping[str, str], flags: Sequence[str]
    ) -> list[tuple[bool, ...]] | None:
        """One model after the other; None when the solver cannot decide."""
        found: list[tuple[bool, ...]] = []
        with Session(text, self._seed) as session:
            session.forbid(flags, [False] * len(flags))
            while True:
                answer = self._check(session, known, ())
                if answer == "unsat":
                    others = [excluded(flags, m) for m in ([False] * len(flags), *found)]
                    whole = "\n".join([text, *others])
                    self._asked.append(Query("regions", whole, tuple(known)))
                    return found
                if answer == "unknown":
                    return None
                found.append(session.truths(flags))
                session.forbid(flags, found[-1])
                _expect_few(found)

    def _by_refutation(
        self, text: str, known: Mapping[str, str], flags: Sequence[str]
    ) -> list[tuple[bool, ...]]:
        """Every combination that is not refuted, narrowing one predicate after the other.

        Without models of quantified formulas: refuting is quick, and needs none.
        """
        prefixes: list[tuple[bool, ...]] = [()]
        with Session(text, self._seed, models=False) as session:
            for n in range(len(flags)):
                longer = [(*p, value) for p in prefixes for value in (True, False)]
                kept = []
                for p in longer:
                    more = signed(flags[: n + 1], p)
                    if self._check(session, known, more) == "unsat":
                        self._asked.append(Query("regions", text, (*known, *more)))
                    else:
                        kept.append(p)
                prefixes = kept
                _expect_few(prefixes)
        return [p for p in prefixes if any(p)]

    def _check(self, session: Session, known: Mapping[str, str], more: Sequence[str]) -> Answer:
        reply = session.check([*known, *more], self._rlimit)
        self.spent += reply.rlimit
        if reply.answer == "unsat":
            self.used.update((known[f], None) for f in reply.core if f in known)
        return reply.answer


def _expect_few(regions: Sequence[object]) -> None:
    if len(regions) > MOST_REGIONS:
        raise GiveUp(f"more than {MOST_REGIONS} regions")
