"""Which candidates there are for which states."""

from __future__ import annotations

from functools import cache

import pytest

from spec.inference.templates import WAVES, Candidate, candidates
from spec.inference.vocabulary import Vocabulary, vocabulary
from spec.load import Loaded, schemes_dir
from tests.conformance.toys import TOYS
from tests.inferring import above

OPS = (
    "open_vma, close_vma, map_ptes, unmap_ptes, map_pmd, unmap_pmd, split_pmd, dup_ptes, "
    "dup_pmd, split_vma, merge_vma, move_ptes, move_pmd"
)
SLOTS = f"""\
scheme slots over folio

state total: nat = 0
state per_page: [Page] nat = 0
state id: Mm? = none
state other: Mm? = none
state n: nat = 0
state flag: bool = false

define part(m: Mm) = count v in Vma: owner[v] == m and pmd[v]

on {OPS}
	changes nothing

claim nothing_said
	total + n >= 0 and not (flag and id == none and other == none and per_page[0] < 0)
	expect holds

answer folio_mapped = n > 0
	expect unsafe
"""


@cache
def slots() -> Loaded:
    return above(schemes_dir(), "slots", SLOTS)


def words(loaded: Loaded) -> Vocabulary:
    return vocabulary(loaded.systems[0], loaded.trees)


@cache
def texts(wave: int = 0) -> frozenset[str]:
    return frozenset(c.text for c in candidates(words(slots()), wave))


@pytest.mark.parametrize("text", [
    "total == count v in Vma, p in Page: pte[v, p]",
    "total == count v in Vma: maps(v)",
    "total == count m in Mm: uses(m)",
    "total == (count v in Vma, p in Page: pte[v, p]) + (count v in Vma: pmd[v])",
    "total == count p in Page: some v in Vma: pte[v, p]",
    "total == count m in Mm: some v in Vma: owner[v] == m and pmd[v]",
    "total == count p in Page: per_page[p] > 0",
    "total == n",
    "total <= n",
    "n <= NR",
    "total <= count v in Vma, p in Page: pte[v, p]",
    "total >= count v in Vma: pmd[v]",
])
def test_a_counter_counts_something(text: str) -> None:
    assert text in texts()


@pytest.mark.parametrize("text", [
    "all p in Page: per_page[p] == count v in Vma: pte[v, p]",
    "all p in Page: per_page[p] == count v in Vma: maps_page(v, p)",
    "all p in Page: per_page[p] <= total",
])
def test_a_table_counts_at_its_index(text: str) -> None:
    assert text in texts()


@pytest.mark.parametrize("text", [
    "id == none implies n == 0",
    "id == none or n >= 1",
    "all m in Mm: id == m implies n <= part(m)",
    "all m in Mm: id == m implies n <= count v in Vma, p in Page: owner[v] == m and pte[v, p]",
    "all m in Mm: id == m implies n <= (count v in Vma, p in Page: owner[v] == m and pte[v, p])"
    " + (count v in Vma: owner[v] == m and pmd[v])",
    "all m in Mm: id == m implies uses(m)",
    "id == none or id != other",
    "other == none or id != none",
])
def test_a_slot_counts_for_its_owner(text: str) -> None:
    assert text in texts()


@pytest.mark.parametrize("text", [
    "flag or total == n",
    "not flag or total > 0",
    "flag or id == none",
    "flag or total == n or id != none",
])
def test_a_flag_is_set_or_else(text: str) -> None:
    assert text in texts()


@pytest.mark.parametrize("text", [
    "total == (if n > 0 then NR else 0)",
    "anon implies total <= n",
    "not flag implies total == n",
    "(anon and not flag and n == 0) implies (total == 0 or total == NR)",
])
def test_less_plain_forms_come_later(text: str) -> None:
    assert text in texts(1) - texts(0)


def test_a_comparison_is_never_with_itself() -> None:
    assert not any("total == 0 or total > 0" in t for t in texts())


def test_claims_may_be_what_another_proof_needs() -> None:
    assert [t.startswith("total + n >= 0 and not (") for t in texts(WAVES - 1)] == [True]


def test_an_assumed_constant_tells_no_cases_apart() -> None:
    text = SLOTS.replace("state total", "assume anon\n\nstate total", 1)
    loaded = above(schemes_dir(), "slots", text)
    assert [c.word for c in words(loaded).constants] == ["pmd_sized"]


def test_names_are_told_apart() -> None:
    for wave in range(WAVES):
        made = candidates(words(slots()), wave)
        assert len({c.name for c in made}) == len(made)


def test_the_order_is_always_the_same() -> None:
    def made() -> list[Candidate]:
        return [c for w in range(WAVES) for c in candidates(words(slots()), w)]

    assert made() == made()


def test_a_variable_means_nothing_else_in_the_file() -> None:
    text = SLOTS.replace("state n: nat", "state p: nat").replace("total + n", "total + p")
    loaded = above(schemes_dir(), "slots", text.replace("= n > 0", "= p > 0"))
    made = {c.text for c in candidates(words(loaded), 0)}
    assert "p == count v in Vma, p2 in Page: pte[v, p2]" in made


def test_a_place_on_a_range_is_counted_up_to() -> None:
    text = (TOYS / "gauge_area.fs").read_text()
    made = {c.text for c in candidates(words(above(TOYS, "gauge_area", text)), 0)}
    assert "below == count t in Tick: t < needle" in made


def test_what_the_scheme_does_not_look_at_is_not_counted() -> None:
    assert not any("live" in t or "covers" in t for t in texts())
