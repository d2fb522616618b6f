"""Which scopes are tried, and in which order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.explore import ladder, scope_text
from solver.explore.ladder import sizes_in
from spec import ir
from tests.solver import systems, toys


def test_begins_with_one_of_everything() -> None:
    assert ladder(systems.per_vma())[0] == {"Mm": 1, "Vma": 1, "NR": 1}


def test_never_has_more_owners_than_things_owned() -> None:
    assert all(s["Mm"] <= s["Vma"] for s in ladder(systems.per_vma()))


def test_reaches_two_processes_three_vmas_four_pages() -> None:
    assert {"Mm": 2, "Vma": 3, "NR": 4} in ladder(systems.per_vma())


def test_has_no_scope_twice() -> None:
    shown = [scope_text(s) for s in ladder(systems.per_vma(), {"NR": 2})]
    assert len(set(shown)) == len(shown)


def test_what_is_fixed_stays() -> None:
    for scope in ladder(systems.per_vma(), {"NR": 3, "Mm": 2}):
        assert (scope["NR"], scope["Mm"]) == (3, 2)


def test_a_plain_constant_may_be_fixed() -> None:
    assert all(s["anon"] == 1 for s in ladder(systems.per_vma(), {"anon": 1}))


@pytest.mark.parametrize("fixed", [{"Folio": 1}, {"owner": 1}, {"Vma": 0}, {"NR": 0}])
def test_refuses_what_has_no_size(fixed: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(fixed))):
        ladder(systems.per_vma(), fixed)


def test_sizes_start_where_the_facts_allow() -> None:
    system = systems.per_vma()
    fact = ir.Fact("NR >= 5", ir.le(ir.integer(5), systems.NR))
    lengths = {s["NR"] for s in ladder(replace(system, assumes=(fact,)))}
    assert lengths == {5}


def test_a_system_without_sorts_has_one_scope() -> None:
    system = toys.ring()
    assert ladder(system) == ({},)
    assert sizes_in(system, {}) == {"Bool": 2, "Room": 3}
