"""What stands behind a proof, in words: solvers, seeds, and what each step leans on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from spec.report.words import plural
from spec.result import Decision, Reasons, Result

AXIOMS: Final[Mapping[str, str]] = {
    "A1": "a range is a linear order with a first and a last element",
    "A2": "the change of a count is the change at the elements that were touched",
    "A3": "a condition that does not speak of what is counted goes outside the count",
    "A4": "a count is the sum of the disjoint regions inside its predicate",
    "A5": "a number of points is not negative",
    "A6": "a region of k points or more has k different points",
    "A7": "k different points in a region make its size at least k",
    "A8": "a count of one or more has a point",
    "A9": "where a coordinate is determined by the others, it need not be counted",
    "A10": "a range has as many elements as its size says",
    "A11": "a quotient is rounded towards minus infinity",
    "A12": "a quantifier may be split into some elements and all others",
}
"""The closed list of facts about counts and orders, as docs/trust.md has it."""


def remarks(decision: Decision) -> Iterator[str]:
    """Which solver stands alone, and with how many seeds it was proved."""
    if decision.confirmed is not None:
        for solver in sorted({s for _, s in decision.confirmed.alone}):
            names = [o for o, s in decision.confirmed.alone if s == solver]
            yield f"by {solver} alone: {', '.join(names)}"
    if decision.stable is not None:
        yield f"proved with {decision.stable.agree} of {decision.stable.seeds} seeds"


def is_remarkable(decision: Decision) -> bool:
    """Is there more to say than the verdict?"""
    unsteady = decision.stable is not None and decision.stable.agree < decision.stable.seeds
    alone = decision.confirmed is not None and bool(decision.confirmed.alone)
    return bool(decision.why) or unsteady or alone


def reasons(result: Result) -> Iterator[str]:
    """A line for each obligation: what it leans on."""
    for why in result.decision.why:
        yield f"- {_where(result, why)}: {'; '.join(_parts(result, why)) or 'by rewriting alone'}"


def _where(result: Result, why: Reasons) -> str:
    """`at map_ptes`, `from the invariants`: the obligation's name without the promise's."""
    own, _, step = why.obligation.rpartition("/")
    if not own:
        return "from what is known"
    other = "" if own.partition(":")[2] == result.name or own == result.name else f" ({own})"
    return {"init": "at the start"}.get(step, f"at {step}") + other


def _parts(result: Result, why: Reasons) -> Iterator[str]:
    before = [f"{h} itself" if h == result.name else h for h in why.hypotheses]
    if before:
        yield ", ".join(before)
    for guard in why.guards:
        yield f"guard `{guard}`"
    if why.axioms:
        yield ", ".join(why.axioms)


def legend(results: Iterable[Result]) -> Iterator[str]:
    """What the names of axioms mean, for those that were named."""
    used = {a for r in results for w in r.decision.why for a in w.axioms}
    for name in sorted(used, key=lambda a: int(a[1:])):
        yield f"{name}: {AXIOMS[name]}"


def solvers(results: Iterable[Result]) -> str:
    """`212 obligations: 210 by z3 and cvc5, 2 by z3 alone`; nothing without a crosscheck."""
    found = [r.decision.confirmed for r in results if r.decision.confirmed is not None]
    if not found:
        return ""
    both = sum(c.both for c in found)
    alone = Counter(s for c in found for _, s in c.alone)
    parts = [f"{both} by z3 and cvc5"]
    parts += [f"{alone[s]} by {s} alone" for s in sorted(alone)]
    return f"{plural(both + alone.total(), 'obligation')}: {', '.join(parts)}"


def stability(results: Iterable[Result]) -> str:
    """`97 proofs with each of 5 seeds, 1 not with all`; nothing where not asked for."""
    found = [
        r.decision.stable for r in results
        if r.decision.stable is not None and r.kind != "answer"
    ]
    if not found:
        return ""
    steady = sum(s.agree == s.seeds for s in found)
    rest = f", {len(found) - steady} not with all" if steady < len(found) else ""
    return f"{plural(steady, 'proof')} with each of {found[0].seeds} seeds{rest}"
