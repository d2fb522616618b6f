"""The schemes without their invariants: the tool finds enough of them again."""

from __future__ import annotations

import pytest

from tests.inferring import inferred, stripped_scheme

WRITING = {"exclusive_has_one_mapper", "writable_is_exclusive", "huge_is_exclusive_whole"}
"""What cow.fs names for the schemes over it to prove."""
FEW = {
    "per_vma": {
        "mapcount == count v in Vma: maps(v)",
        "stat_mapped == count v in Vma, p in Page: maps_page(v, p)",
    },
    "per_mm": {"mapcount == count m in Mm: uses(m)", *WRITING},
    "total": {
        "total == (count v in Vma, p in Page: pte[v, p]) + (count v in Vma: pmd[v])",
        "pages_mapped == count p in Page: pte_mapped(p)",
    },
    "page": {
        "mapcount == count v in Vma, p in Page: pte[v, p]",
        "stat_mapped == count p in Page: page_mapped(p)",
        # A single page has no PMD entries.
        *WRITING - {"huge_is_exclusive_whole"},
    },
    "nr_pages_mapped": {
        "all p in Page: mapcount[p] == count v in Vma: pte[v, p]",
        "entire == count v in Vma: pmd[v]",
        "nr_pages_mapped == count p in Page: mapcount[p] > 0",
        "stat_mapped == count p in Page: page_mapped(p)",
        "(anon and not deferred and entire == 0) implies "
        "(nr_pages_mapped == 0 or nr_pages_mapped == NR)",
        "NR == 1 implies not deferred",
        *WRITING,
    },
}
SLOTS = {
    "large_mapcount == (count v in Vma, p in Page: pte[v, p]) + (count v in Vma: pmd[v])",
    "id0 == none implies count0 == 0",
    "id0 == none or count0 >= 1",
    "all m in Mm: id0 == m implies count0 <= entries(m)",
    "id1 == none implies count1 == 0",
    "id1 == none or count1 >= 1",
    "all m in Mm: id1 == m implies count1 <= entries(m)",
    "id0 == none or id0 != id1",
    "maybe_shared or large_mapcount == count0 or large_mapcount == count1",
}


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.long) if n == "nr_pages_mapped" else n for n in FEW])
def test_the_invariants_are_found_again(name: str) -> None:
    found = inferred(stripped_scheme(name))
    assert found.added == FEW[name]
    assert found.report.open and not found.report.left and not found.report.refuted


def test_owner_tracking_needs_its_slots_and_its_flag() -> None:
    """MM owner tracking: the slots count what is there, the flag says when they do not."""
    found = inferred(stripped_scheme("linux_6_18"), only=[
        "exclusive_is_never_wrong", "maybe_mapped_shared", "folio_mapped", "large_mapcount"])
    assert set(found.report.open) == {
        "folio_mapped.unsafe", "folio_mapped.slow", "maybe_mapped_shared.unsafe",
        "exclusive_is_never_wrong", "nat:large_mapcount",
    }
    assert not found.report.left
    assert found.added == SLOTS
