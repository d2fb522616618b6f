"""What blocks may read and write."""

from __future__ import annotations

import pytest

from tests.spec.texts import MODULE, SCHEME, codes, loaded

YOUNG = "state young: [Vma] bool = false\nstate seen: [Vma, Page] bool = false\n"


def op(changes: str, *updates: str) -> list[str]:
    lines = "".join(f"\t{u}\n" for u in updates)
    text = f"op touch(v: Vma, w: Vma, p: Page)\n\tchanges {changes}\n{lines}"
    return codes(f"{MODULE}{YOUNG}\n{text}")


def test_a_star_covers_every_index() -> None:
    assert op("young[*], seen[v, *]", "young[w] := true", "seen[v, p] := true") == []


def test_an_index_covers_itself_only() -> None:
    assert op("young[v]", "young[w] := true") == ["FS083", "FS082"]
    assert op("seen[v, *]", "seen[w, p] := true") == ["FS083", "FS082"]


def test_a_for_needs_the_star() -> None:
    assert op("seen[v, p]", "seen[v, q] := true for q in Page") == ["FS083", "FS082"]
    assert op("seen[v, *]", "seen[v, q] := true for q in 0 .. p") == []


def test_the_index_is_compared_by_what_it_means() -> None:
    text = "let x = v"
    assert op("young[v]", text, "young[x] := true") == []


def test_updates_under_opposite_conditions_are_a_duty_and_no_error() -> None:
    assert op("young[v]", "young[v] := true when anon", "young[v] := false when not anon") == []


def test_a_named_update_brings_its_own_list() -> None:
    text = "update mark(x: Vma)\n\tchanges young[x]\n\tyoung[x] := true\n\n"
    use = "op touch(v: Vma)\n\tdo mark(v)\n"
    assert codes(f"{MODULE}{YOUNG}\n{text}{use}") == []


def test_a_block_that_does_more_lists_only_its_own_writes() -> None:
    text = "update mark(x: Vma)\n\tchanges young[x]\n\tyoung[x] := true\n\n"
    more = "op touch(v: Vma, p: Page)\n\tchanges {}\n\tdo mark(v)\n\tseen[v, p] := true\n"
    both = more.format("young[v], seen[v, p]")
    assert codes(f"{MODULE}{YOUNG}\n{text}{more.format('seen[v, p]')}") == []
    assert codes(f"{MODULE}{YOUNG}\n{text}{both}") == []
    assert codes(f"{MODULE}{YOUNG}\n{text}{more.format('young[v]')}") == ["FS082"]


def test_a_list_of_nothing_is_wrong_beside_a_named_update() -> None:
    text = "update mark(x: Vma)\n\tchanges young[x]\n\tyoung[x] := true\n\n"
    use = "op touch(v: Vma)\n\tchanges nothing\n\tdo mark(v)\n"
    assert codes(f"{MODULE}{YOUNG}\n{text}{use}") == ["FS082"]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("total > 0", []),
        ("total > NR", []),
        ("some m in Mm: per[m] > 0", []),
        ("total > count p in Page: 0 < p", []),
        ("mapped", ["FS096"]),
        ("anon", ["FS096"]),
        ("some v in Vma: owner[v] == owner[v] and maps(v)", ["FS096"] * 3),
        ("hidden", ["FS096"]),
        ("latest == none", ["FS096"]),
    ],
)
def test_an_answer_reads_counters_sizes_and_nothing_of_the_world(
    value: str, found: list[str]
) -> None:
    text = f"""{SCHEME}state total: nat = 0
state per: [Mm] nat = 0

define hidden = mapped

invariant same
	all m in Mm: per[m] == total

on map, unmap
	changes total, per[*]
	total := 0
	per[m] := 0 for m in Mm

answer is_mapped = {value}
	expect unsafe
"""
    assert codes(text) == found


def test_a_question_may_see_more_than_counters() -> None:
    text = f"""{SCHEME}on map, unmap
	changes nothing

answer page_count(q) = if latest == none then 0 else 1
	expect unsafe
"""
    assert codes(text) == []


def test_a_question_may_see_what_a_layer_above_declares() -> None:
    question = """question guessed
	sees refs
	truth mapped
	unsafe truth and not answer "it is lost"
"""
    assert codes(MODULE + question) == []
    assert codes(MODULE + question.replace("refs", "latst")) == ["FS040"]


def test_a_counter_that_feeds_another_is_not_idle() -> None:
    text = f"""{SCHEME}state step: nat = 0
state total: nat = 0

on map, unmap
	changes step, total
	step := 1
	total := total + step

answer is_mapped = total > 0
	expect unsafe
"""
    assert codes(text) == []


def test_the_walk_is_what_on_blocks_read_of_the_world() -> None:
    text = f"""{SCHEME}state total: nat = 0

on map(v, p)
	changes total
	total := total + 1 when not maps(v) and not anon

on unmap(v, p)
	changes total
	total := total - 1 when not maps'(v)

answer is_mapped = total > 0
	expect exact
"""
    assert loaded(text).walks == {"map": ("pte",), "unmap": ("pte'",)}
