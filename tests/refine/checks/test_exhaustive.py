"""The exhaustive check: all pairs of a scope, the shortest run to a difference."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from refine.checks.exhaustive import check
from refine.faults import Kind
from refine.models.per_vma import PerVma
from refine.result import CheckReport, Verdict
from spec.eval import Evaluator
from tests.refine.walking import bound, small_worlds

SMALL = {"Mm": 2, "Vma": 2, "NR": 2}


def checked(cls: type[Any], scope: dict[str, int] | None = None, **more: Any) -> CheckReport:
    return check(bound(cls), scope or SMALL, **more)


def test_the_model_keeps_up_in_every_state_of_a_scope() -> None:
    found = checked(PerVma)
    assert (found.failed, found.reason) == (False, "")
    assert {f.verdict for f in found.findings} == {Verdict.EXHAUSTED}
    assert found.findings[0].states == states_of(SMALL)


def states_of(scope: dict[str, int]) -> int:
    """How many states the evaluator reaches in all worlds of a scope of per_vma."""
    system = bound(PerVma).system
    total = 0
    for world in small_worlds(bound(PerVma), scope):
        ev = Evaluator(system, world)
        work = [ev.initial()]
        seen = {repr(work[0])}
        while work:
            state = work.pop()
            for action in system.actions:
                for values in product(*(range(ev.size(t)) for _, t in action.params)):
                    args = dict(zip([n for n, _ in action.params], values, strict=True))
                    if ev.enabled(action, state, args):
                        after = ev.apply(action, state, args)
                        if repr(after) not in seen:
                            seen.add(repr(after))
                            work.append(after)
        total += len(seen)
    return total


def test_a_forgotten_walk_takes_three_steps() -> None:
    class ForgottenWalk(PerVma):
        def map_ptes(self, vma: int, first: int, last: int) -> None:
            self._mapcount.inc()
            self._stat += last - first + 1

    found = checked(ForgottenWalk).divergence
    assert found is not None and len(found.steps) == 3
    (difference,) = found.differences
    assert (difference.field, difference.wanted, difference.got) == ("mapcount", 1, 2)
    assert found.written is not None and found.written["_mapcount"].line > 0
    assert (found.stored_before, found.stored_after) == (
        {"_mapcount": 0, "_stat": 1}, {"_mapcount": 1, "_stat": 2})


def test_a_wrong_answer_is_found_without_a_wrong_state() -> None:
    class OffByOne(PerVma):
        def maybe_mapped_shared(self, mm: int) -> bool:
            return self._mapcount.value > 1

    found = checked(OffByOne).divergence
    assert found is not None
    assert found.differences[0].field == "maybe_mapped_shared(A)"


def test_an_answer_is_compared_only_where_it_is_asked_for() -> None:
    """Nobody asks in a VMA that does not map the folio by PTEs alone and whole."""

    class Careless(PerVma):
        def fully_mapped_alone(self, vma: int) -> bool:
            return self._mapcount.value <= 0

    assert not checked(Careless).failed


def test_what_one_vma_does_alone_is_seen() -> None:
    """No symmetry is used, so an implementation need not have any."""

    class Partial(PerVma):
        def unmap_ptes(self, vma: int, first: int, last: int) -> None:
            if vma == 1 and first == 1:
                self._stat -= 1
                return
            super().unmap_ptes(vma, first, last)

    assert checked(Partial).failed


def test_state_in_a_global_is_named() -> None:
    calls = [0]

    class Shared(PerVma):
        def map_pmd(self, vma: int) -> None:
            calls[0] += 1
            self._mapcount.inc()
            self._stat += self.folio.NR if calls[0] != 7 else 0

    found = checked(Shared).divergence
    assert found is not None and found.fault is not None
    assert found.fault.kind is Kind.GLOBALS


def test_state_that_never_matters_is_not_taken_for_a_global() -> None:
    class Counts(PerVma):
        def __init__(self, folio: Any) -> None:
            super().__init__(folio)
            self.walks = 0

        def _maps_any(self, vma: int) -> bool:
            self.walks = (self.walks + 1) % 2
            return super()._maps_any(vma)

    assert not checked(Counts, {"Mm": 1, "Vma": 2, "NR": 2}).failed


def test_the_budget_is_a_reason_and_no_pass() -> None:
    found = checked(PerVma, budget=100)
    assert not found.failed and "budget of states" in found.reason
    assert {f.verdict for f in found.findings} == {Verdict.NOT_PROVED}


def test_what_does_not_happen_is_not_called_checked() -> None:
    verdicts = {f.name: f.verdict for f in checked(PerVma, {"Mm": 1, "Vma": 1, "NR": 2}).findings}
    assert verdicts["split_vma"] is Verdict.UNSEEN
    assert verdicts["map_ptes"] is Verdict.EXHAUSTED


@pytest.mark.parametrize("scope", [{"Mm": 1, "Vma": 2, "NR": 2}, {"Mm": 2, "Vma": 2, "NR": 2}])
def test_twice_the_same(scope: dict[str, int]) -> None:
    assert checked(PerVma, scope) == checked(PerVma, scope)
