"""Everything that holds in the schemes is proved, for any folio size and number of VMAs."""

from __future__ import annotations

from pathlib import Path

import pytest

from solver.methods.bounded import one_step
from solver.methods.induction import InductionReport, induct
from spec.ir import System
from spec.load import load
from spec.result import Outcome

SCHEMES = Path(__file__).parents[2] / "schemes"
FOLIO = load(SCHEMES / "folio.fs").systems[0]
ALL = ("page", "per_vma", "per_mm", "nr_pages_mapped", "total")


def holding(system: System) -> list[str]:
    """Promises and duties that are said to hold, by `expect` and by what answers promise."""
    good = {a.question: a.expect for a in system.answers}
    names = [p.name for p in system.promises if p.expect == "holds"]
    for p in system.promises:
        question, _, error = p.name.partition(".")
        if p.kind == "answer_class" and (
            good[question] == "exact" or (good[question] == "safe" and error == "unsafe")
        ):
            names.append(p.name)
    return names + [f"{d.kind}:{d.place}" for a in system.actions for d in a.duties]


def test_the_world_is_proved_by_itself() -> None:
    report = induct(FOLIO)
    assert {n: str(d.outcome) for n, d in report.decisions.items()} == dict.fromkeys(
        report.decisions, "proved")
    assert {p.name for p in FOLIO.promises} <= set(report.decisions)


def proved(system: System) -> InductionReport:
    """The scheme over a world whose invariants are proved."""
    given = {p.name for p in FOLIO.promises}
    clashes = {f"clash:{s.name}" for s in FOLIO.states}
    return induct(system, only=holding(system), given=given | clashes)


@pytest.mark.parametrize("name", ALL)
def test_what_holds_in_a_scheme_is_proved(name: str) -> None:
    (system,) = load(SCHEMES / f"{name}.fs").systems
    report = proved(system)
    wanted = {n for n in holding(system) if n not in {p.name for p in FOLIO.promises}}
    wanted -= {n for n in wanted if n.startswith("clash:")} - set(report.decisions)
    found = {n: report.decisions[n].outcome for n in wanted}
    assert found == dict.fromkeys(wanted, Outcome.PROVED)
    for n in wanted:
        if system.name != "page":
            assert set(report.decisions[n].scope.values()) == {"any"}


def test_a_small_page_is_proved_for_its_size() -> None:
    (system,) = load(SCHEMES / "page.fs").systems
    decision = induct(system, only=["one_means_only_mine"],
                      given={p.name for p in FOLIO.promises}).decisions["one_means_only_mine"]
    assert decision.outcome is Outcome.PROVED
    assert (decision.scope["NR"], decision.scope["Page"]) == (1, 1)
    assert "NR == 1" in decision.assumptions


def forgetting(name: str, op: str, state: str) -> System:
    """The scheme without its update of `state` in `op`."""
    from dataclasses import replace

    (system,) = load(SCHEMES / f"{name}.fs").systems
    return replace(system, actions=tuple(
        replace(a, updates={k: u for k, u in a.updates.items() if k != state})
        if a.name == op else a
        for a in system.actions
        if a.name in (op, "open_vma")
    ))


FORGOTTEN = [
    ("per_vma", "split_vma", "mapcount", "counts_mapping_vmas"),
    ("per_vma", "move_ptes", "mapcount", "counts_mapping_vmas"),
    ("per_mm", "dup_pmd", "mapcount", "counts_processes"),
    ("total", "split_pmd", "total", "counts_entries"),
    ("total", "unmap_ptes", "pages_mapped", "counts_pages"),
    ("nr_pages_mapped", "dup_ptes", "mapcount", "counts_ptes"),
    ("nr_pages_mapped", "unmap_ptes", "deferred", "whole_until_deferred"),
]


@pytest.mark.parametrize(("name", "op", "state", "promise"), FORGOTTEN)
def test_a_forgotten_update_is_not_proved_and_shown(
    name: str, op: str, state: str, promise: str
) -> None:
    system = forgetting(name, op, state)
    report = induct(system, only=[promise], given={p.name for p in FOLIO.promises})
    assert report.decisions[promise].outcome is Outcome.UNKNOWN
    found = one_step(system, report.open[promise].obligation)
    assert found is not None
    assert found.trace is not None
    assert [s.action for s in found.trace.steps] == [op]
