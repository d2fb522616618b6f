"""The symbolic check: what is right is proved, what is wrong is found, the rest is neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from refine.checks.symbolic import NOT_REACHED, check
from refine.faults import Kind
from refine.lockstep import Lockstep
from refine.models.per_vma import PerVma
from refine.result import CheckReport, Finding, Verdict
from refine.symbolic.asking import Limits
from spec.ir import FALSE
from tests.refine.symbolic import planted
from tests.refine.walking import bound

SCOPE = {"Mm": 2, "Vma": 2, "NR": 3}
IDLE = {"open_vma", "close_vma", "split_pmd", "move_pmd"}


def report(
    cls: type[Any], scope: dict[str, int] | None = None, operations: Sequence[str] = (),
    **options: Any,
) -> CheckReport:
    binding = replace(bound(cls), only=frozenset(operations))
    given = [p for p in binding.system.promises if p.kind == "invariant"]
    return check(binding, scope or SCOPE, given, **options)


def found(of: CheckReport) -> dict[str, Finding]:
    return {f.name: f for f in of.findings}


def verdicts(of: CheckReport, verdict: Verdict) -> set[str]:
    return {f.name for f in of.findings if f.verdict is verdict}


def test_per_vma_is_proved() -> None:
    of = report(PerVma)
    assert of.complete and not of.failed and of.scope == "Mm=2 Vma=2 NR=3"
    assert verdicts(of, Verdict.IDLE) == IDLE
    assert verdicts(of, Verdict.PROVED) == {f.name for f in of.findings} - IDLE
    paths = {f.name: f.paths for f in of.findings}
    # A range of n of 3 pages leaves 3 - n to be walked: 9 + 4 + 1 ends of the walk, 2 VMAs.
    # Joined, they are one path of each range, or two where what was found is asked.
    assert 12 <= paths["map_ptes"] <= paths["unmap_ptes"] <= 24
    assert paths["__init__"] == 1 and paths["map_pmd"] == 2
    assert of.given[:2] == ("mapped_where_covered", "covers_where_live")
    assert len(of.given) == 11


def test_it_says_the_same_each_time() -> None:
    assert report(PerVma) == report(PerVma)
    one, other = report(planted.WalkFromOne), report(planted.WalkFromOne)
    assert one.divergence is not None and other.divergence is not None
    assert (one.findings, one.divergence.start) == (other.findings, other.divergence.start)


def test_what_is_right_in_a_roundabout_way() -> None:
    of = report(planted.Roundabout, {"Mm": 1, "Vma": 1, "NR": 2})
    assert of.complete and not of.failed, of


WRONG = {
    planted.ForgottenWalk: "map_ptes",
    planted.WalkFromOne: "unmap_ptes",
    planted.RangeOffByOne: "unmap_ptes",
    planted.WrongBias: "__init__",
    planted.RarelyRaises: "map_ptes",
    planted.ReadsTooFar: "unmap_ptes",
    planted.WrongAnswer: "maybe_mapped_shared",
    planted.AnswersWithANumber: "folio_mapped",
    planted.WrapsTooEarly: "map_ptes",
    planted.NeverEnds: "unmap_pmd",
}


@pytest.mark.parametrize("cls", WRONG, ids=lambda c: c.__name__)
def test_what_is_wrong_is_found_and_replayed(cls: type[Any]) -> None:
    of = report(cls)
    divergence = of.divergence
    assert of.failed and divergence is not None
    assert divergence.operation == WRONG[cls] in verdicts(of, Verdict.FAILED)
    assert divergence.differences or divergence.fault
    if WRONG[cls] != "__init__":
        assert found(of)[WRONG[cls]].reason == NOT_REACHED
        assert divergence.start is not None
        evaluator = Lockstep(bound(PerVma), divergence.world).evaluator
        for promise in bound(PerVma).system.promises:
            if promise.kind == "invariant":
                assert evaluator.truth(promise.cond, divergence.start)
    # What has nothing to do with it is proved all the same.
    assert "nr_mapped" in verdicts(of, Verdict.PROVED) or WRONG[cls] == "__init__"


def test_where_it_goes_wrong_is_shown() -> None:
    divergence = report(planted.ForgottenWalk).divergence
    assert divergence is not None and divergence.written is not None
    assert [s.action for s in divergence.steps] == ["map_ptes"]
    assert divergence.stored_before == {"_mapcount": 0, "_stat": 1}
    assert divergence.stored_after == {"_mapcount": 1, "_stat": 2}
    [difference] = divergence.differences
    assert (difference.field, difference.wanted, difference.got) == ("mapcount", 1, 2)
    assert "planted.py" in str(divergence.written["_stat"])


def test_faults_are_named() -> None:
    for cls, kind in ((planted.RarelyRaises, Kind.RAISES), (planted.ReadsTooFar, Kind.RANGE),
                      (planted.AnswersWithANumber, Kind.TYPE)):
        divergence = report(cls, operations=[WRONG[cls]]).divergence
        assert divergence is not None and divergence.fault is not None
        assert divergence.fault.kind is kind


NOT_FOLLOWED = {
    planted.Swallows: ("map_pmd", "pickles"),
    planted.SwallowsLast: ("map_pmd", "pickles"),
    planted.TellsApart: ("map_ptes", "`is`"),
    planted.AsksForTheType: ("map_pmd", "`type()`"),
    planted.CatchesTypeErrors: ("map_pmd", "`except`"),
    planted.UsesALibrary: ("map_pmd", "random"),
    planted.Grows: ("map_pmd", "shape"),
    planted.CopiesItself: ("map_pmd", "a copy of it"),
    planted.AnsweringChanges: ("folio_mapped", "changes what is stored"),
    planted.CutsShort: ("map_pmd", "more than 64 values"),
}


@pytest.mark.parametrize("cls", NOT_FOLLOWED, ids=lambda c: c.__name__)
def test_what_is_not_followed_is_not_proved(cls: type[Any]) -> None:
    name, why = NOT_FOLLOWED[cls]
    of = report(cls, operations=[name, "fully_mapped_alone"])
    assert found(of)[name].verdict is Verdict.NOT_PROVED
    assert why in found(of)[name].reason
    assert not of.complete and not of.failed


@pytest.mark.parametrize("cls", [
    planted.CountsElsewhere, planted.NotTheSameTwice, planted.SharedByAll,
], ids=lambda c: c.__name__)
def test_what_reaches_outside_of_itself(cls: type[Any]) -> None:
    """Found by plain steps, before terms get there."""
    of = report(cls)
    assert f"{cls.__name__}, which is outside" in of.reason
    assert {f.verdict for f in of.findings} == {Verdict.NOT_PROVED} and len(of.findings) == 18
    assert not of.complete and of.divergence is None


def test_what_reaches_outside_only_while_it_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("refine.checks.symbolic.warm", lambda *_: None)
    of = report(planted.CountsElsewhere)
    assert not verdicts(of, Verdict.PROVED) and not of.failed
    assert "outside" in found(of)["map_pmd"].reason
    of = report(planted.NotTheSameTwice, operations=["map_ptes"])
    assert "outside" in found(of)["map_ptes"].reason
    of = report(planted.SharedByAll, operations=["map_ptes"])
    assert found(of)["map_ptes"].verdict is Verdict.NOT_PROVED


def test_what_cannot_be_stored() -> None:
    class Floating(PerVma):
        def __init__(self, folio: Any) -> None:
            super().__init__(folio)
            self._share = 0.5

    of = report(Floating)
    assert "_share is float" in of.reason and not of.complete


def test_limits_are_not_passes() -> None:
    of = report(PerVma, limits=Limits(paths=3), operations=["map_ptes", "map_pmd"])
    assert found(of)["map_ptes"].verdict is Verdict.NOT_PROVED
    assert found(of)["map_ptes"].reason == "more than 3 paths"
    assert found(of)["map_pmd"].verdict is Verdict.PROVED
    of = report(PerVma, limits=Limits(queries=40))
    assert of.reason or verdicts(of, Verdict.NOT_PROVED)
    of = report(PerVma, limits=Limits(rlimit=10))
    assert "gives up" in of.reason and not verdicts(of, Verdict.PROVED)


def test_one_operation_alone_says_what_it_takes_for_granted() -> None:
    of = report(PerVma, operations=["map_pmd", "nr_mapped"])
    assert list(found(of)) == ["__init__", "map_pmd", "nr_mapped"]
    assert verdicts(of, Verdict.PROVED) == set(found(of))
    assert " unmap_ptes" in of.given[-1] and " map_pmd" not in of.given[-1]
    assert "open_vma" not in of.given[-1]


def test_what_does_not_happen_in_the_scope() -> None:
    of = report(PerVma, {"Mm": 1, "Vma": 1, "NR": 1})
    for name in ("map_pmd", "dup_ptes", "split_vma", "merge_vma"):
        assert found(of)[name].verdict is Verdict.UNSEEN
        assert found(of)[name].reason == "it does not happen in this scope"


def test_without_the_invariants_it_is_not_inductive() -> None:
    """Then some state that no run reaches has a count that does not fit in its word."""
    of = check(replace(bound(PerVma), only=frozenset({"map_pmd"})), SCOPE, [])
    assert of.failed and of.divergence is not None
    assert of.divergence.stored_before == {"_mapcount": 2**31 - 1, "_stat": 0}


def test_nothing_satisfies_what_is_given() -> None:
    binding = bound(PerVma)
    never = replace(binding.system.promises[0], cond=FALSE)
    of = check(binding, SCOPE, [never])
    assert "nothing in this scope" in of.reason and not of.complete
    assert verdicts(of, Verdict.NOT_PROVED) == set(found(of)) > {"map_ptes", "nr_mapped"}
