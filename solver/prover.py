"""One obligation, for any number of elements of each sort and any size of each range.

An obligation is lowered to formulas without counts, climbs the ladder of `RUNGS`, and is
proved at the first rung at which the denial of its goal is unsatisfiable.  What is
`sat` here is a model of an abstraction and never a counterexample.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from solver.counts import Counts
from solver.encode import Script
from solver.normal import GiveUp, Plain, Skolem, finite_sizes, goals
from solver.obligations import Obligation
from solver.regions import CountAxioms, Rung, cards_in
from solver.session import Session
from spec import ir
from spec.ir import INT, Expr, System, Type

RUNGS: Final = (
    Rung("plain", rlimit=1_000_000),
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
        self._sound: set[tuple[Expr, ...]] = set()

    def prove(self, obligation: Obligation) -> Proof | Open:
        """Decide all parts of the goal; the first that resists is the answer."""
        try:
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
        for rung in self.limits.rungs:
            try:
                axioms = tuple(self._axioms(question, rung))
            except GiveUp as why:
                reason, detail = "unknown", str(why)
                continue
            if any(r.issuperset(axioms) for r in refused):
                continue
            answer = self._try(question, axioms, rung)
            spent += answer.rlimit
            if isinstance(answer, Proof):
                return Proof(rung.name, spent, answer.used, answer.vacuous, answer.script)
            if answer.reason == "sat":
                refused.append(set(axioms))
            reason, detail = answer.reason, answer.detail
        return Open(reason, detail, spent)

    def _axioms(self, question: _Question, rung: Rung) -> list[Expr]:
        touched = _constants(question.all)

        def enumerate_(free: Sequence[Expr], preds: Sequence[Expr]) -> list[tuple[bool, ...]]:
            return self._enumerate(question, free, preds)

        return CountAxioms(
            self.system, self._counts, rung, touched, enumerate_).build(question.all)

    def _try(self, question: _Question, axioms: Sequence[Expr], rung: Rung) -> Proof | Open:
        script = Script(self.system, self._finite)
        flags = {}
        for i, hypothesis in enumerate(question.hypotheses):
            if hypothesis:
                flags[f"h!{i}"] = question.labels[i]
                script.add_if(f"h!{i}", ir.and_(*hypothesis))
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

    # ----------------------------------------------------------- regions

    def _enumerate(
        self, question: _Question, free: Sequence[Expr], preds: Sequence[Expr]
    ) -> list[tuple[bool, ...]]:
        """Truth values the predicates can have at one point, by asking for all.

        What cannot be decided is kept: more regions are only weaker.
        """
        here = {str(x.data): ir.read(f"at!{i}", (), x.type) for i, x in enumerate(free)}
        script = Script(self.system, self._finite)
        known = [e for h in question.hypotheses for e in h]
        for e in known:
            if not any(cards_in([e], self._counts)):
                script.add(e)
        flags = [f"p!{i}" for i in range(len(preds))]
        for flag, p in zip(flags, preds, strict=True):
            script.define(flag, ir.substitute(p, here))
        script.add_orders()
        found: list[tuple[bool, ...]] = []
        text = script.text()
        with Session(text, self.limits.seed) as session:
            session.forbid(flags, [False] * len(flags))
            while True:
                reply = session.check((), self.limits.enumerate)
                if reply.answer == "unsat":
                    return sorted(found, reverse=True)
                if reply.answer == "unknown":
                    break
                found.append(session.truths(flags))
                session.forbid(flags, found[-1])
                if len(found) > MOST_REGIONS:
                    raise GiveUp(f"more than {MOST_REGIONS} regions")
        with Session(text, self.limits.seed) as session:
            return _all_allowed(session, flags, self.limits.enumerate // len(flags))


def _all_allowed(session: Session, flags: Sequence[str], rlimit: int) -> list[tuple[bool, ...]]:
    """Every combination that is not refuted, narrowing one predicate after the other."""
    prefixes: list[tuple[bool, ...]] = [()]
    for n in range(len(flags)):
        longer = [(*p, value) for p in prefixes for value in (True, False)]
        prefixes = [
            p
            for p in longer
            if session.check(_signed(flags[: n + 1], p), rlimit).answer != "unsat"
        ]
        if len(prefixes) > MOST_REGIONS:
            raise GiveUp(f"more than {MOST_REGIONS} regions")
    return [p for p in prefixes if any(p)]


def _signed(flags: Sequence[str], values: Sequence[bool]) -> list[str]:
    return [f if yes else f"-{f}" for f, yes in zip(flags, values, strict=True)]


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
