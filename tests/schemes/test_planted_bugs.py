"""One slip at a time in `per_vma.fs`: what was proved is refuted, by a run of known length."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from solver.decide import Decider, Options
from spec.eval import Evaluator, replay
from spec.load import load_text
from spec.result import Outcome, Result

PER_VMA = Path(__file__).parents[2] / "schemes" / "per_vma.fs"
COUNT = "counts_mapping_vmas"
UNSAFE = "folio_mapped.unsafe"
NAT = "mapcount"


@dataclass(frozen=True, slots=True)
class Slip:
    """In the block of `operation` the update becomes `update`, or goes; `steps` are the
    lengths of the shortest runs to what breaks, found within `budget` states: what holds
    in spite of the slip need not be explored far."""

    name: str
    operation: str
    update: str
    steps: dict[str, int]
    budget: int = 7_000


SLIPS = (
    # open_vma, map both pages, split between them.
    Slip("split_vma forgets the count", "split_vma", "", {COUNT: 3, UNSAFE: 4, NAT: 5}),
    # open_vma, split: nothing is mapped.
    Slip("split_vma counts also where nothing is mapped", "split_vma", "mapcount + 1", {COUNT: 2}),
    # Three pages, the first and the last mapped; split behind the first.
    Slip(
        "split_vma looks at one page of the new VMA only", "split_vma",
        "mapcount + 1 when maps'(old) and pte'[new, at]", {COUNT: 4, UNSAFE: 5, NAT: 6}, 100_000,
    ),
    # open_vma, map page 0, map page 1.
    Slip("map_ptes without the walk", "map_ptes", "mapcount + 1", {COUNT: 3}),
    # Page 1 first, then page 0.
    Slip(
        "map_ptes walks up to its own first page only", "map_ptes",
        "mapcount + 1 when not some p in 0 .. first: pte[v, p]", {COUNT: 3},
    ),
    # A single page is a range too.
    Slip(
        "map_ptes takes the end of the range for the page behind it", "map_ptes",
        "mapcount + 1 when first < last and not maps(v)", {COUNT: 2, UNSAFE: 2, NAT: 3},
    ),
    # open_vma, map both pages, unmap one.
    Slip(
        "unmap_ptes without the walk", "unmap_ptes", "mapcount - 1", {COUNT: 3, UNSAFE: 3, NAT: 4}
    ),
    # open_vma, map, unmap: the PTEs were still there when it looked.
    Slip("unmap_ptes walks too early", "unmap_ptes", "mapcount - 1 when not maps(v)", {COUNT: 3}),
    Slip("map_pmd forgets the count", "map_pmd", "", {COUNT: 2, UNSAFE: 2, NAT: 3}),
    Slip("unmap_pmd forgets the count", "unmap_pmd", "", {COUNT: 3}),
    # open_vma twice, map, fork.
    Slip("dup_ptes forgets the count", "dup_ptes", "", {COUNT: 4, UNSAFE: 5, NAT: 6}),
    Slip(
        "dup_ptes walks the parent's VMA", "dup_ptes", "mapcount + 1 when not maps(src)",
        {COUNT: 4, UNSAFE: 5, NAT: 6},
    ),
    # Half of the pages, then the other half.
    Slip("dup_ptes without the walk", "dup_ptes", "mapcount + 1", {COUNT: 5}),
    Slip("dup_pmd forgets the count", "dup_pmd", "", {COUNT: 4, UNSAFE: 5, NAT: 6}),
    # open_vma, map both pages, split, merge.
    Slip("merge_vma forgets the count", "merge_vma", "", {COUNT: 4}),
    # One half maps: open_vma, map page 0, split, merge.
    Slip(
        "merge_vma counts where one of the two maps", "merge_vma",
        "mapcount - 1 when maps(left) or maps(right)", {COUNT: 4, UNSAFE: 4, NAT: 5},
    ),
    # open_vma twice, map, move all of it.
    Slip("move_ptes counts the new VMA twice", "move_ptes", "mapcount + 1", {COUNT: 4}),
    Slip(
        "move_ptes looks at the old VMA too early", "move_ptes",
        "mapcount + (if maps(old) then 1 else 0) - (if maps(new) then 1 else 0)", {COUNT: 4},
    ),
)


def with_slip(slip: Slip) -> str:
    """The scheme with this slip, everything else as it is."""
    before, on, rest = PER_VMA.read_text(encoding="utf-8").partition(f"on {slip.operation}(")
    block, blank, after = rest.partition("\n\n")
    head = block.partition("\n")[0]
    changes = f"mapcount\n\tmapcount := {slip.update}" if slip.update else "nothing"
    assert on and blank
    return f"{before}{on}{head}\n\tchanges {changes}{blank}{after}"


def verdicts(slip: Slip) -> dict[str, Result]:
    loaded = load_text(with_slip(slip), "per_vma.fs")
    decider = Decider(Options(budget=slip.budget, only=(COUNT, UNSAFE, NAT)))
    return {r.name: r for r in decider.decide(loaded, "per_vma.fs") if r.scheme == "per_vma"}


@pytest.mark.parametrize("slip", SLIPS, ids=lambda s: s.name.replace(" ", "_"))
def test_a_slip_is_refuted_by_its_shortest_run(slip: Slip) -> None:
    system = load_text(with_slip(slip), "per_vma.fs").systems[0]
    found = verdicts(slip)
    lengths = {}
    for name, result in found.items():
        trace = result.decision.trace
        if result.decision.outcome is Outcome.REFUTED and trace is not None:
            lengths[name] = len(trace.steps)
            assert replay(system, trace.world, trace.steps).states == trace.states
    assert lengths == slip.steps
    proved = {n for n, r in found.items() if r.decision.outcome is Outcome.PROVED}
    assert not proved & slip.steps.keys()


def test_the_run_to_the_forgotten_split_ends_with_two_vmas_and_a_count_of_one() -> None:
    trace = verdicts(SLIPS[0])[COUNT].decision.trace
    assert trace is not None
    assert [step.action for step in trace.steps] == ["open_vma", "map_ptes", "split_vma"]
    system = load_text(with_slip(SLIPS[0]), "per_vma.fs").systems[0]
    ev = Evaluator(system, trace.world)
    count = next(p.cond for p in system.promises if p.name == COUNT)
    assert trace.states[-1]["mapcount"] == 1
    assert [ev.truth(count, state) for state in trace.states] == [True, True, True, False]
