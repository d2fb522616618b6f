"""One obligation, for any number of elements of each sort and any size of each range.

An obligation is lowered to formulas without counts, climbs the ladder of `RUNGS`, and is
proved at the first rung at which the denial of its goal is unsatisfiable.  What is
`sat` here is a model of an abstraction and never a counterexample.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from solver.counts import Counts
from solver.encode import Script
from solver.normal import GiveUp, Plain, Skolem, conjuncts, finite_sizes, goals
from solver.obligations import Obligation
from solver.regions import CountAxioms, Rung, cards_in
from solver.session import Answer, Session
from spec import ir
from spec.ir import INT, TRUE, Expr, System, Type

RUNGS: Final = (
    Rung("plain", rlimit=100_000),
    Rung("regions", depth=2),
    Rung("slices", depth=1, slices=True),
    Rung("slices+", depth=2, slices=True),
    Rung("witness", depth=2, witness=0),
    Rung("witness+", depth=2, slices=True, witness=1),
    Rung("projection", depth=2, project=True, witness=0),
)
MOST_REGIONS: Final = 64


@dataclass(frozen=True, slots=True)
class Limits:
    """How much effort an obligation may take, in z3's resource units."""

    rungs: tuple[Rung, ...] = RUNGS
    enumerate: int = 1_000_000
    smoke: bool = True
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Proof:
    """`used` are the labels of the hypotheses the refutation needed.  `vacuous`: the
    hypotheses are contradictory by themselves, so the goal was not needed at all."""

    rung: str
    rlimit: int
    used: tuple[str, ...]
    vacuous: bool = False
    script: str = ""


@dataclass(frozen=True, slots=True)
class Open:
    """Not proved.  `sat`: the abstraction has a model; `unknown`: effort ran out, or
    the obligation has something that no axiom speaks about."""

    reason: Literal["sat", "unknown"]
    detail: str
    rlimit: int = 0
    goal: Expr | None = None


@dataclass(frozen=True, slots=True)
class _Question:
    """Lowered formulas of one goal; `flags[i]` switches the hypotheses of `labels[i]`."""

    labels: tuple[str, ...]
    hypotheses: tuple[tuple[Expr, ...], ...]
    denial: tuple[Expr, ...]

    @property
    def all(self) -> list[Expr]:
        return [e for h in self.hypotheses for e in h] + list(self.denial)

    def state(
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


@dataclass
class _Effort:
    rlimit: int = 0
    used: dict[str, None] = field(default_factory=dict)


class Prover:
    """Proves obligations of one system; lowered expressions are shared between them."""

    def __init__(self, system: System, limits: Limits | None = None) -> None:
        self.system = system
        self.limits = limits or Limits()
        self._finite = finite_sizes(system)
        self._plain = Plain(self._finite)
        self._counts = Counts(_range_sizes(system, self._finite), self._finite)
        self._empty: str | None = None
        self._sound: set[tuple[Expr, ...]] = set()

    def prove(self, obligation: Obligation) -> Proof | Open:
        """Decide all parts of the goal; the first that resists is the answer."""
        try:
            self._expect_elements()
            questions = self._questions(obligation)
        except GiveUp as why:
            return Open("unknown", str(why))
        effort = _Effort()
        rung, script, vacuous = "trivial", "", False
        for question in questions:
            answer = self._climb(question)
            effort.rlimit += answer.rlimit
            if isinstance(answer, Open):
                return Open(answer.reason, answer.detail, effort.rlimit)
            effort.used.update(dict.fromkeys(answer.used))
            rung = max(rung, answer.rung, key=_rank)
            script, vacuous = answer.script, vacuous or answer.vacuous
        return Proof(rung, effort.rlimit, tuple(effort.used), vacuous, script)

    # ---------------------------------------------------------- lowering

    def _expect_elements(self) -> None:
        """Sorts have elements: so says the encoding, and so must the facts of a range.

        Raises:
            GiveUp: a range whose size is not known to be 1 or more.
        """
        if self._empty is None:
            self._empty = next(
                (sort.name for sort in self.system.sorts if self._may_be_empty(sort)), "")
        if self._empty:
            raise GiveUp(
                f"the range {self._empty} may be empty; a `where` must say that it is not")

    def _may_be_empty(self, sort: ir.Sort) -> bool:
        if not isinstance(sort.size, str):
            return False
        size = ir.read(sort.size, (), INT)
        script = self.script()
        for fact in self.system.where:
            for e in conjuncts(self._plain.lower(fact.cond)):
                if _is_about_numbers(e):
                    script.add(e)
        script.add(ir.lt(size, ir.integer(1)))
        with Session(script.text(), self.limits.seed) as session:
            return session.check((), self.limits.enumerate).answer != "unsat"

    def _questions(self, obligation: Obligation) -> list[_Question]:
        hypotheses = []
        for n, (_, cond) in enumerate(obligation.hypotheses):
            skolem = Skolem(f"h{n}.")
            hypotheses.append(tuple(skolem.assertion(self._lower(cond))))
        labels = tuple(label for label, _ in obligation.hypotheses)
        made = []
        for goal in goals(self._plain.lower(obligation.goal)):
            denial = tuple(Skolem("").denial(self._counts.lower(goal)))
            made.append(_Question(labels, tuple(hypotheses), denial))
        return made

    def _lower(self, e: Expr) -> Expr:
        return self._counts.lower(self._plain.lower(e))

    # ------------------------------------------------------------ ladder

    def _climb(self, question: _Question) -> Proof | Open:
        refused: list[set[Expr]] = []
        spent = 0
        reason: Literal["sat", "unknown"] = "sat"
        detail = ""
        regions = _Regions(self, question)
        for rung in self.limits.rungs:
            try:
                axioms = self._axioms(question, rung, regions)
            except GiveUp as why:
                reason, detail = "unknown", str(why)
                continue
            if any(r.issuperset(axioms) for r in refused):
                continue
            answer = self._try(question, axioms, rung)
            spent += answer.rlimit
            if isinstance(answer, Proof):
                used = tuple(x for x in question.labels if x in {*answer.used, *regions.used})
                return replace(answer, rlimit=spent + regions.rlimit, used=used)
            if answer.reason == "sat":
                refused.append(set(axioms))
            reason, detail = answer.reason, answer.detail
        return Open(reason, detail, spent + regions.rlimit)

    def _axioms(self, question: _Question, rung: Rung, regions: _Regions) -> list[Expr]:
        touched = _constants(question.all)
        return CountAxioms(
            self.system, self._counts, rung, touched, regions.enumerate).build(question.all)

    def _try(self, question: _Question, axioms: Sequence[Expr], rung: Rung) -> Proof | Open:
        script = self.script()
        flags = question.state(script)
        for axiom in axioms:
            script.add(axiom)
        script.add_if("goal!", ir.and_(*question.denial))
        script.add_orders()
        text = script.text()
        with Session(text, self.limits.seed) as session:
            reply = session.check([*flags, "goal!"], rung.rlimit)
            if reply.answer != "unsat":
                detail = reply.why or f"the abstraction has a model at rung {rung.name}"
                return Open(reply.answer, detail, reply.rlimit)
            used = tuple(flags[f] for f in reply.core if f in flags)
            vacuous = self._is_vacuous(session, question, axioms, tuple(flags), reply.rlimit)
            return Proof(rung.name, reply.rlimit, used, vacuous, text)

    def _is_vacuous(
        self, session: Session, question: _Question, axioms: Sequence[Expr],
        flags: tuple[str, ...], rlimit: int,
    ) -> bool:
        """With the goal left out, do the same hypotheses and axioms prove anything?"""
        if not self.limits.smoke:
            return False
        key = (*(e for h in question.hypotheses for e in h), *axioms)
        if key in self._sound:
            return False
        answer = session.check(flags, 2 * rlimit).answer
        if answer == "sat":
            self._sound.add(key)
        return answer == "unsat"

    def script(self) -> Script:
        """An empty script over the sorts of the system."""
        return Script(self.system, self._finite)

    def speaks_of_counts(self, e: Expr) -> bool:
        return any(cards_in([e], self._counts))


class _Regions:
    """Which predicates can hold together at one point, as far as the hypotheses say.

    `used` collects the labels of the hypotheses that exclude the others.
    """

    def __init__(self, prover: Prover, question: _Question) -> None:
        self._prover = prover
        self._question = question
        self._known: dict[tuple[Expr, ...], list[tuple[bool, ...]]] = {}
        self.used: dict[str, None] = {}
        self.rlimit = 0

    def enumerate(
        self, free: Sequence[Expr], preds: Sequence[Expr]
    ) -> list[tuple[bool, ...]]:
        """Truth values the predicates can have, all false left out; what cannot be
        decided is kept, as more regions are only weaker.

        Raises:
            GiveUp: too many of them.
        """
        key = (*free, *preds)
        if key not in self._known:
            here = {str(x.data): ir.read(f"at!{i}", (), x.type) for i, x in enumerate(free)}
            self._known[key] = self._ask([ir.substitute(p, here) for p in preds])
        return self._known[key]

    def _ask(self, preds: Sequence[Expr]) -> list[tuple[bool, ...]]:
        script = self._prover.script()
        known = self._question.state(
            script, lambda e: not self._prover.speaks_of_counts(e))
        flags = [f"p!{i}" for i in range(len(preds))]
        for flag, p in zip(flags, preds, strict=True):
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
        with Session(text, self._prover.limits.seed) as session:
            session.forbid(flags, [False] * len(flags))
            while True:
                reply = self._check(session, known, ())
                if reply == "unsat":
                    return found
                if reply == "unknown":
                    return None
                found.append(session.truths(flags))
                session.forbid(flags, found[-1])
                _expect_few(found)

    def _by_refutation(
        self, text: str, known: Mapping[str, str], flags: Sequence[str]
    ) -> list[tuple[bool, ...]]:
        """Every combination that is not refuted, narrowing one predicate after the other."""
        prefixes: list[tuple[bool, ...]] = [()]
        with Session(text, self._prover.limits.seed) as session:
            for n in range(len(flags)):
                longer = [(*p, value) for p in prefixes for value in (True, False)]
                prefixes = [
                    p
                    for p in longer
                    if self._check(session, known, _signed(flags[: n + 1], p)) != "unsat"
                ]
                _expect_few(prefixes)
        return [p for p in prefixes if any(p)]

    def _check(self, session: Session, known: Mapping[str, str], more: Sequence[str]) -> Answer:
        limits = self._prover.limits
        reply = session.check([*known, *more], limits.enumerate)
        self.rlimit += reply.rlimit
        if reply.answer == "unsat":
            self.used.update((known[f], None) for f in reply.core if f in known)
        return reply.answer


def _expect_few(regions: Sequence[object]) -> None:
    if len(regions) > MOST_REGIONS:
        raise GiveUp(f"more than {MOST_REGIONS} regions")


def _signed(flags: Sequence[str], values: Sequence[bool]) -> list[str]:
    return [f if yes else f"-{f}" for f, yes in zip(flags, values, strict=True)]


def _is_about_numbers(e: Expr) -> bool:
    """No counts, no elements: only constants and arithmetic."""
    return all(x.op not in ir.QUANTIFIERS and x.op != "/" and not (
        x.op == "read" and x.args) for x in ir.walk(e))


def _rank(rung: str) -> int:
    names = [r.name for r in RUNGS]
    return names.index(rung) if rung in names else -1


def _range_sizes(system: System, finite: dict[Type, int]) -> dict[Type, Expr]:
    sizes: dict[Type, Expr] = {}
    for sort in system.sorts:
        if sort.kind == "range" and sort.name not in finite:
            if isinstance(sort.size, str):
                sizes[sort.name] = ir.read(sort.size, (), INT)
            elif sort.size is not None:
                sizes[sort.name] = ir.integer(sort.size)
    return sizes


def _constants(formulas: Sequence[Expr]) -> list[Expr]:
    """Parameters and named things, in order of appearance."""
    found: dict[Expr, None] = {}
    for f in formulas:
        for e in ir.walk(f):
            if e.op == "read" and not e.args and str(e.data)[0] in "$!":
                found[e] = None
    return list(found)
