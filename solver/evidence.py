"""What is asked of a proof beside its verdict: reasons, stability, certificates."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from solver.methods.induction import InductionReport, induct
from solver.prover import Limits, Proof, Prover
from solver.store import Store
from solver.why import reasons
from spec.ir import System
from spec.result import Decision, Outcome, Reasons, Stability


@dataclass(frozen=True, slots=True)
class Evidence:
    """`crosscheck` asks the second solver, too; `seeds` is with how many seeds of the solver
    a proof is tried; `why` are names or globs of promises whose proofs are explained;
    `certificates` is the directory for the questions of all proofs."""

    crosscheck: bool = False
    seeds: int = 1
    why: tuple[str, ...] = ()
    certificates: Path | None = None

    @property
    def limits(self) -> Limits:
        return Limits(crosscheck=self.crosscheck)

    def explains(self, name: str) -> bool:
        """Is this promise to be explained?  `folio_mapped` asks for its classes."""
        names = (name, name.partition(".")[0], name.partition(":")[2])
        return any(fnmatchcase(n, w) for w in self.why for n in names if n)


@dataclass(frozen=True, slots=True)
class Gathering:
    """A report of induction, and how it came about."""

    system: System
    report: InductionReport
    given: Collection[str]
    refuted: Collection[str]
    store: Store | None
    progress: Callable[[str], None]

    def decisions(self, evidence: Evidence) -> Mapping[str, Decision]:
        """The decisions, those that are proved with what was asked for."""
        found = dict(self.report.decisions)
        proved = [n for n, d in found.items() if d.outcome is Outcome.PROVED]
        for name, agree in self._agreeing(proved, evidence).items():
            found[name] = replace(found[name], stable=Stability(agree, evidence.seeds))
        explained = [name for name in proved if evidence.explains(name)]
        found |= {n: replace(found[n], why=why) for n, why in self._reasons(explained, evidence)}
        if evidence.certificates is not None:
            from solver import certificates

            kept = [a for name in proved for a in self.report.proofs[name]]
            certificates.write(evidence.certificates, self.system, kept, self.progress)
        return found

    def _reasons(
        self, names: Sequence[str], evidence: Evidence
    ) -> Iterator[tuple[str, tuple[Reasons, ...]]]:
        if not names:
            return
        prover = Prover(self.system, evidence.limits)
        for name in names:
            self.progress(f"{self.system.name}: explaining {name}")
            yield name, tuple(
                reasons(prover, a.obligation, a.answer)
                for a in self.report.proofs[name] if isinstance(a.answer, Proof))

    def _agreeing(self, proved: Collection[str], evidence: Evidence) -> dict[str, int]:
        """For each proved promise, with how many seeds it was; the first has proved it."""
        if evidence.seeds < 2:
            return {}
        agree = dict.fromkeys(proved, 1)
        for seed in range(1, evidence.seeds):
            report = induct(
                self.system, only=proved, given=self.given, refuted=self.refuted,
                progress=self._counting(seed + 1, evidence.seeds),
                limits=replace(evidence.limits, crosscheck=False, seed=seed), store=self.store,
            )
            for name in proved:
                decision = report.decisions.get(name)
                agree[name] += decision is not None and decision.outcome is Outcome.PROVED
        return agree

    def _counting(self, seed: int, seeds: int) -> Callable[[str], None]:
        return lambda text: self.progress(f"{text} (seed {seed} of {seeds})")
