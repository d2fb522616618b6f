"""Candidates understood in their file, and laid out to be pasted."""

from __future__ import annotations

import pytest

from spec.format import format_text
from spec.inference.grafting import grafts, pasted, with_invariants
from spec.inference.templates import WAVES, Candidate, candidates
from spec.inference.vocabulary import vocabulary
from spec.ir import FALSE, TRUE
from spec.load import Loaded, load, load_text, packaged_path
from tests.conformance.toys import TOYS
from tests.inferring import above, stripped_scheme, stripped_toy

BOXES = """\
# boxes.fs - how many things there are.
scheme boxes over box

state n: nat = 0

# What the name says.
invariant counts
	n == count t in Thing: inside[t]

on put
	changes n
	n := n + 1

on take
	changes n
	n := n - 1

on swap
	changes nothing

on empty
	changes n
	n := 0

answer is_used = n > 0
	expect exact
"""


def boxes(more: str = "") -> Loaded:
    return above(TOYS, "boxes", BOXES + more)


@pytest.mark.parametrize("name", ["linux_6_18", "nr_pages_mapped", "total", "page", "per_mm"])
def test_every_candidate_is_accepted_and_says_something(name: str) -> None:
    loaded = stripped_scheme(name)
    for wave in range(WAVES):
        made = candidates(vocabulary(loaded.systems[0], loaded.trees), wave)
        understood = grafts(loaded, wave)
        conds = [g.promise.cond for g in understood]
        assert len(set(conds)) == len(conds) and not {TRUE, FALSE} & set(conds)
        assert len(understood) > len(made) // 2


def test_a_candidate_that_the_file_states_is_left_out() -> None:
    assert "n_counts_inside" not in [g.name for g in grafts(boxes(), 0)]
    without = stripped_toy("box_count")
    assert "n_counts_inside" in [g.name for g in grafts(without, 0)]


def test_a_candidate_of_an_earlier_wave_does_not_come_again() -> None:
    loaded = stripped_scheme("nr_pages_mapped")
    first = grafts(loaded, 0)
    again = {g.promise.cond for g in grafts(loaded, 1, first)}
    assert not again & {g.promise.cond for g in first}


def test_what_the_language_refuses_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [Candidate(f"c{i}", f"c{i}", text) for i, text in enumerate(
        ["n >= 1", "n == true", "n >= 2", "no_such_thing", "n >= ", "n >= 3"])]
    monkeypatch.setattr("spec.inference.grafting.candidates", lambda words, wave: made)
    assert [g.candidate.text for g in grafts(boxes(), 0)] == ["n >= 1", "n >= 2", "n >= 3"]


def test_pasted_text_is_canonical_and_means_the_same() -> None:
    loaded = stripped_scheme("linux_6_18")
    chosen = [g for g in grafts(loaded, 0) if g.candidate.short in ("id0_free", "count0_bounded")]
    added = pasted(loaded, chosen)
    path = packaged_path("linux_6_18")
    text = loaded.sources[path] + "".join(f"\n{g.block}\n" for g in added)
    assert format_text(text, path) == text
    stated = {p.name: p.cond for p in load_text(text, path).systems[0].promises}
    assert [stated[g.name] for g in added] == [g.promise.cond for g in chosen]


def test_names_say_what_is_meant_and_are_free() -> None:
    loaded = boxes("\nclaim n_within_inside\n\tn >= 0\n\texpect holds\n")
    bounds = [g for g in grafts(loaded, 0) if g.candidate.text.startswith("n <= ")]
    names = [g.name for g in pasted(loaded, [*bounds, *bounds])]
    assert names == ["n_bounded", "n_within_inside_2"]


def test_the_file_is_taken_as_if_they_stood_in_it() -> None:
    loaded = stripped_toy("box_count")
    added = pasted(loaded, [g for g in grafts(loaded, 0) if g.name == "n_counts_inside"])
    system = with_invariants(loaded, added).systems[0]
    assert system.promises[-1].name == "n_counts_inside"
    assert system.promises[:-1] == loaded.systems[0].promises
    assert load(TOYS / "box_count.fs").systems[0].actions == system.actions
