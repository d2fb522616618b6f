"""Room for numbers."""

from __future__ import annotations

import numpy as np

from solver.explore.widths import STEP_BITS, WIDENINGS, Sums, Width, first_widths, number_type
from spec import ir
from spec.ir import INT, Expr
from tests.solver import systems

N = ir.read("n", (), INT)
SIZES = {"Bool": 2, "Mm": 2, "Vma": 3, "Page": 4}


def power(times: int) -> Expr:
    made: Expr = N
    for _ in range(times):
        made = ir.arith("*", made, made)
    return made


def test_a_counter_has_room_for_twice_what_is_counted() -> None:
    system = systems.per_vma()
    all_ptes = systems.count(
        [("v", "Vma"), ("p", "Page")], systems.pte(systems.v("v", "Vma"), systems.v("p", "Page")))
    widths = first_widths(system, ["mapcount"], SIZES, Sums.of([all_ptes]))
    assert widths["mapcount"] == Width(5, signed=False)


def test_a_large_literal_does_not_make_fields_large() -> None:
    system = systems.per_vma()
    sums = Sums.of([ir.le(systems.MAPCOUNT, ir.integer(1_000_000))])
    assert first_widths(system, ["mapcount"], SIZES, sums)["mapcount"].bits < 10


def test_a_field_is_widened_a_few_times_only() -> None:
    width: Width | None = Width(3, signed=False)
    steps = 0
    while width is not None and (wider := width.wider()) is not None:
        assert wider.bits == width.bits + STEP_BITS
        width = wider
        steps += 1
    assert steps == WIDENINGS


def test_the_type_holds_every_number_on_the_way() -> None:
    reads = {"n": 1 << 10}
    assert number_type([power(1)], SIZES, reads) is np.int32
    assert number_type([power(2)], SIZES, reads) is np.int64
    assert number_type([power(3)], SIZES, reads) is None
    difference = ir.sub(power(2), ir.add(power(2), ir.integer(1)))
    assert number_type([ir.le(difference, N)], SIZES, reads) is np.int64
