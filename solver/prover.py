"""One obligation, for any number of elements of each sort and any size of each range.

An obligation is lowered to formulas without counts, climbs the ladder of `RUNGS`, and is
proved at the first rung at which the denial of its goal is unsatisfiable.  What is
`sat` here is a model of an abstraction and never a counterexample.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from solver import cvc5_session
from solver.alternation import mentions_of_circle
from solver.enumerate import Enumerator
from solver.normal import GiveUp, conjuncts
from solver.obligations import Near, Obligation
from solver.query import Query
from solver.question import Lowering, Question, is_about_numbers
from solver.regions import Axioms, CountAxioms, Rung
from solver.session import Reply, Session
from spec import ir
from spec.ir import INT, Expr, System
from spec.result import InternalError

RUNGS: Final = (
    Rung("plain", again=True, rlimit=100_000),
    Rung("apart", apart=True, again=True, rlimit=100_000),
    Rung("regions", again=True, depth=2),
    Rung("slices", depth=1, slices=True),
    Rung("slices+", depth=2, slices=True),
    Rung("witness", depth=2, witness=0),
    Rung("witness+", depth=2, slices=True, witness=1),
    Rung("projection", depth=2, project=True, witness=0),
)


GOAL: Final = "goal!"
Z3: Final = "z3"
CVC5: Final = "cvc5"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much effort a proof may take, in z3's resource units (some 2 million a second).

    Each rung has its own limit; `regions` is that of a question about regions; no rung
    is begun when an obligation has taken `obligation`, and no obligation when all of a
    system have taken `total`.  With `crosscheck` the second solver is asked, too: about
    each proof, and where the first has no answer.
    """

    rungs: tuple[Rung, ...] = RUNGS
    regions: int = 100_000
    obligation: int = 4_000_000
    total: int = 40_000_000
    smoke: bool = True
    seed: int = 0
    crosscheck: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """`used` are the labels of the hypotheses the refutation needed.  `vacuous`: the
    hypotheses are contradictory by themselves, so the goal was not needed at all.
    `solvers` refuted the denial of every part of the goal, and every excluded region.
    `queries` are what was asked, the answer to each being `unsat`."""

    rung: str
    rlimit: int
    used: tuple[str, ...]
    vacuous: bool = False
    solvers: tuple[str, ...] = (Z3,)
    queries: tuple[Query, ...] = ()


@dataclass(frozen=True, slots=True)
class Open:
    """Not proved.  `sat`: the abstraction has a model; `unknown`: effort ran out, or
    the obligation has something that no axiom speaks about."""

    reason: Literal["sat", "unknown"]
    detail: str
    rlimit: int = 0


class Prover:
    """Proves obligations of one system; what they share is lowered once."""

    def __init__(self, system: System, limits: Limits | None = None) -> None:
        self.system = system
        self.limits = limits or Limits()
        self.lowering = Lowering(system)
        self.near = Near(system)
        self._empty: str | None = None
        self._sound: list[frozenset[Expr]] = []

    def prove(self, obligation: Obligation, rungs: int = 0) -> Proof | Open:
        """Decide all parts of the goal; the first that resists is the answer.

        Args:
            rungs: climb only so many; 0 for all.
        """
        try:
            self._expect_elements()
            whole = Proof("trivial", 0, (), solvers=(Z3, CVC5))
            for part in range(self.lowering.parts(obligation)):
                answer = self._decide(obligation, part, rungs)
                if isinstance(answer, Open):
                    return replace(answer, rlimit=whole.rlimit + answer.rlimit)
                whole = _joined(whole, answer)
        except GiveUp as why:
            return Open("unknown", str(why))
        return whole

    def _decide(self, obligation: Obligation, part: int, rungs: int) -> Proof | Open:
        """One part of the goal, from the hypotheses near to it, then from all."""
        ladder = self.limits.rungs[: rungs or None]
        few = self.near(obligation)
        answer = self._climb(few, part, ladder)
        if isinstance(answer, Proof) or few == obligation:
            return answer
        again = self._climb(obligation, part, [r for r in ladder if r.again])
        return replace(again, rlimit=answer.rlimit + again.rlimit)

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
        script = self.lowering.script()
        for fact in self.system.where:
            for e in conjuncts(self.lowering.plain.lower(fact.cond)):
                if is_about_numbers(e):
                    script.add(e)
        script.add(ir.lt(size, ir.integer(1)))
        with Session(script.text(), self.limits.seed) as session:
            return session.check((), self.limits.regions).answer != "unsat"

    # ------------------------------------------------------------ ladder

    def _climb(self, obligation: Obligation, part: int, ladder: Sequence[Rung]) -> Proof | Open:
        """The rungs one after the other; one that says no more than a refused one is
        left out."""
        question = self.lowering.question(obligation, part)
        refused: list[set[Expr]] = []
        undecided: list[tuple[Question, Axioms, Rung]] = []
        last = Open("unknown", "no rung")
        spent = 0
        regions = self.enumerator(question)
        # A bound of a count needs to know what counts are; a step mostly does not.
        if obligation.kind in ("nat", "claim") and question.size:
            ladder = [r for r in ladder if r.depth] or ladder
        for rung in ladder:
            if spent + regions.spent > self.limits.obligation:
                break
            asked = question
            if rung.apart:
                asked = self.lowering.question(obligation, part, apart=True)
                if asked.size >= question.size:
                    continue
            try:
                axioms = self.axioms(asked, rung, regions)
            except GiveUp as why:
                last = Open("unknown", str(why))
                continue
            said = {*asked.formulas, *axioms}
            if any(r.issuperset(said) for r in refused):
                continue
            answer = self._try(asked, axioms, rung)
            spent += answer.rlimit
            if isinstance(answer, Proof):
                return self._finished(answer, asked, rung, spent, regions)
            if answer.reason == "sat":
                refused.append(said)
            else:
                undecided.append((asked, axioms, rung))
            last = answer
        if self.limits.crosscheck:
            for asked, axioms, rung in undecided:
                found = self._second(asked, axioms, rung)
                if found is not None:
                    return self._finished(found, asked, rung, spent, regions)
        if undecided and last.reason == "unknown":
            last = replace(last, detail=last.detail + mentions_of_circle(question))
        return replace(last, rlimit=spent + regions.spent)

    def _finished(
        self, proof: Proof, question: Question, rung: Rung, spent: int, regions: Enumerator
    ) -> Proof:
        """With what the regions took, and what the second solver says of all of it."""
        queries = proof.queries
        needed = set(proof.used)
        if rung.depth:
            queries += tuple(q for asked in regions.queries.values() for q in asked)
            needed |= set(regions.used)
        used = tuple(x for x in question.labels if x in needed)
        proof = replace(proof, rlimit=spent + regions.spent, used=used, queries=queries)
        return confirmed(proof) if self.limits.crosscheck else proof

    def enumerator(self, question: Question) -> Enumerator:
        """Finds the regions of a question."""
        return Enumerator(self.lowering, question, self.limits.regions, self.limits.seed)

    def axioms(self, question: Question, rung: Rung, regions: Enumerator) -> Axioms:
        """What a rung says of the counts of a question."""
        touched = question.constants()
        return CountAxioms(
            self.system, question.counts, rung, touched, regions.regions
        ).build(question.formulas)

    def _written(self, question: Question, axioms: Iterable[Expr]) -> tuple[str, dict[str, str]]:
        """The question as a text, and the flags of its hypotheses with their labels."""
        script = self.lowering.script(question.counts.describe)
        flags = question.assume(script)
        for axiom in axioms:
            script.add(axiom)
        script.add_if(GOAL, ir.and_(*question.denial))
        script.add_orders()
        return script.text(), flags

    def _try(self, question: Question, axioms: Axioms, rung: Rung) -> Proof | Open:
        text, flags = self._written(question, axioms)
        with Session(text, self.limits.seed) as session:
            reply = session.check([*flags, GOAL], rung.rlimit)
            if reply.answer != "unsat":
                return Open(reply.answer, _detail(reply, rung), reply.rlimit)
            used = tuple(flags[f] for f in reply.core if f in flags)
            vacuous = self._is_vacuous(session, question, axioms, tuple(flags), reply.rlimit)
            query = Query("proof", text, reply.core)
            return Proof(rung.name, reply.rlimit, used, vacuous, queries=(query,))

    def _second(self, question: Question, axioms: Axioms, rung: Rung) -> Proof | None:
        """What the second solver can do where the first has run out of effort."""
        text, flags = self._written(question, axioms)
        reply = cvc5_session.ask(Query("proof", text, (*flags, GOAL)))
        if reply.answer != "unsat":
            return None
        hypotheses = tuple(f for f in reply.core if f != GOAL)
        vacuous = cvc5_session.ask(Query("proof", text, tuple(flags))).answer == "unsat"
        query = Query("proof", text, reply.core)
        used = tuple(flags[f] for f in hypotheses)
        return Proof(rung.name, 0, used, vacuous, (CVC5,), (query,))

    def _is_vacuous(
        self, session: Session, question: Question, axioms: Iterable[Expr],
        flags: tuple[str, ...], rlimit: int,
    ) -> bool:
        """With the goal left out, do the same hypotheses and axioms prove anything?"""
        if not self.limits.smoke:
            return False
        said = frozenset((*question.known, *axioms))
        if any(said <= more for more in self._sound):
            return False
        answer = session.check(flags, 2 * rlimit).answer
        if answer == "sat":
            self._sound.append(said)
        return answer == "unsat"


def _detail(reply: Reply, rung: Rung) -> str:
    if reply.answer == "sat":
        return f"what is known does not decide it (up to rung {rung.name})"
    if "cancel" in reply.why or "resource" in reply.why:
        return f"the effort ran out (at rung {rung.name})"
    return f"{reply.why} (at rung {rung.name})"


def _joined(a: Proof, b: Proof) -> Proof:
    """Two parts of one goal."""
    names = ["trivial", *(r.name for r in RUNGS)]
    return Proof(
        max(a.rung, b.rung, key=lambda n: names.index(n) if n in names else len(names)),
        a.rlimit + b.rlimit,
        tuple(dict.fromkeys((*a.used, *b.used))),
        a.vacuous or b.vacuous,
        tuple(x for x in a.solvers if x in b.solvers),
        (*a.queries, *b.queries),
    )


def confirmed(proof: Proof) -> Proof:
    """The proof with the solvers that refute all of its questions.

    Raises:
        InternalError: what one solver refutes has a model for the other.
    """
    agreed = True
    for query in proof.queries:
        reply = cvc5_session.ask(query)
        if reply.answer == "sat":
            error = InternalError(f"two solvers differ: {Z3} says unsat, {CVC5} says sat")
            error.add_note(f"The question they differ on:\n\n{query.smt_lib()}")
            raise error
        agreed = agreed and reply.answer == "unsat"
    if CVC5 in proof.solvers:
        # Its own refutation of the goal; the regions are the other solver's in any case.
        return proof
    return replace(proof, solvers=(Z3, CVC5)) if agreed else proof
