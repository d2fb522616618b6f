"""Every kind of slip, once, on a small scheme; names; what is left out."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from spec.load import Loaded, Variants, load, load_text
from spec.mutants.catalogue import Catalogue, catalogue, meaning
from spec.mutants.listing import Mutant, mutants_of
from spec.mutants.texts import Texts
from spec.parse import parse_text
from spec.result import SpecError

SCHEMES = Path(__file__).parents[2] / "schemes"
NAMES = ("page", "per_vma", "per_mm", "nr_pages_mapped", "total", "linux_6_18")

TOY = """\
scheme toy over folio

state n: nat = 0
state seen: bool = false

define small = n == 1

invariant counts
	n >= 0 and (seen or small or n != 1)

update book(more: int)
	changes n
	let sum = n + more
	n := max(sum, 0)

on map_ptes(v, first, last)
	changes seen
	do book(count p in first .. last: pte[v, p] or p == 0)
	seen := true when maps(v) and not seen

on unmap_ptes(v, first, last)
	changes n, seen
	n := n - 1 when not maps'(v)
	seen := if n > 1 then seen else false

on map_pmd, unmap_pmd
	changes n
	n := count v in Vma: maps(v)

on split_pmd(v)
	changes n
	n := count w in Vma, p in Page: pte[w, p]

on dup_ptes(src, dst, first, last)
	changes n
	n := n + (count p in first .. last: true)

on dup_pmd, split_vma, merge_vma, move_ptes, move_pmd, open_vma, close_vma
	changes nothing

answer folio_mapped = n > 0 or seen
	expect unsafe
"""


@cache
def toy() -> Loaded:
    return load_text(TOY, "toy.fs")


@cache
def of_toy() -> Catalogue:
    return catalogue(toy(), "toy.fs", lambda _: None)


@cache
def made() -> dict[str, Mutant]:
    loaded = toy()
    below = [loaded.trees[m.name] for m in loaded.modules]
    return {m.name: m for m in mutants_of(loaded.file, below)}


def added(name: str) -> list[str]:
    """The lines that a mutant adds."""
    lines = Texts(toy().file, TOY, "toy.fs").diff(made()[name])[2:]
    return [line[1:].strip() for line in lines if line.startswith("+") and line != "+"]


SLIPS = {
    "n.init.off_by_one_1": ["state n: nat = 1"],
    "n.init.off_by_one_2": ["state n: nat = -1"],
    "seen.init.negate": ["state seen: bool = true"],
    "book.drop": ["changes nothing"],
    "book.sum.drop_part_1": ["let sum = n"],
    "book.sum.drop_part_2": ["let sum = more"],
    "book.n.drop_part_1": ["n := sum"],
    "book.n.off_by_one_2": ["n := max(sum, -1)"],
    "map_ptes.drop": ["changes nothing"],
    "map_ptes.book.drop": [],
    "map_ptes.seen.drop": [],
    "map_ptes.book.first_only": ["do book(count p in first .. first: pte[v, p] or p == 0)"],
    "map_ptes.book.last_only": ["do book(count p in last .. last: pte[v, p] or p == 0)"],
    "map_ptes.book.skip_first": [
        "do book(count p in first .. last: first < p and (pte[v, p] or p == 0))"],
    "map_ptes.book.skip_last": [
        "do book(count p in first .. last: p < last and (pte[v, p] or p == 0))"],
    "map_ptes.book.after": ["do book(count p in first .. last: pte'[v, p] or p == 0)"],
    "map_ptes.seen.negate": ["seen := false when maps(v) and not seen"],
    "map_ptes.seen.drop_when": ["seen := true"],
    "map_ptes.seen.negate_when": ["seen := true when not (maps(v) and not seen)"],
    "map_ptes.seen.drop_part_1": ["seen := true when maps(v)"],
    "map_ptes.seen.after": ["seen := true when maps'(v) and not seen"],
    "map_ptes.seen.forget_pmd": ["seen := true when (some p in Page: pte[v, p]) and not seen"],
    "unmap_ptes.n.drop": ["changes seen"],
    "unmap_ptes.n.before": ["n := n - 1 when not maps(v)"],
    "unmap_ptes.n.negate_when": ["n := n - 1 when maps'(v)"],
    "unmap_ptes.n.forget_pmd": ["n := n - 1 when not some p in Page: pte'[v, p]"],
    "unmap_ptes.n.pages_for_vmas": ["n := n - count p in first .. last: true when not maps'(v)"],
    "unmap_ptes.seen.always_then": ["seen := seen"],
    "unmap_ptes.seen.always_else": ["seen := false"],
    "unmap_ptes.seen.negate_if": ["seen := if not (n > 1) then seen else false"],
    "unmap_ptes.seen.off_by_one_1": ["seen := if n >= 1 then seen else false"],
    "map_pmd.drop": ["on unmap_pmd", "on map_pmd", "changes nothing"],
    "map_pmd.n.pages_for_vmas": ["n := count v in Vma, p in Page: maps_page(v, p)"],
    "split_pmd.n.vmas_for_pages": ["n := count w in Vma: some p in Page: pte[w, p]"],
    "split_pmd.n.first_only": ["n := count w in Vma, p in 0 .. 0: pte[w, p]"],
    "split_pmd.n.last_only": ["n := count w in Vma, p in NR - 1 .. NR - 1: pte[w, p]"],
    "dup_ptes.n.vmas_for_pages": ["n := n + 1"],
    "folio_mapped.negate": ["answer folio_mapped = not (n > 0 or seen)"],
    "folio_mapped.off_by_one_1": ["answer folio_mapped = n >= 0 or seen"],
    "folio_mapped.off_by_one_2": ["answer folio_mapped = n > 1 or seen"],
    "folio_mapped.drop_part_1": ["answer folio_mapped = n > 0"],
    "forget_pmd": ["changes nothing", "changes nothing"],
    "forget_split": ["changes nothing"],
    "forget_fork": ["changes nothing"],
}


@pytest.mark.parametrize("name", SLIPS)
def test_slip_is_made(name: str) -> None:
    assert added(name) == SLIPS[name]


def test_every_operator_is_shown() -> None:
    assert {m.operator for m in made().values()} == {made()[n].operator for n in SLIPS}


def test_promises_and_definitions_are_left_alone() -> None:
    changed = {m.name.split(".")[0] for m in made().values()}
    assert not changed & {"counts", "small"}


def test_a_number_stands_only_where_it_is_needed() -> None:
    stems = [n.rstrip("0123456789").rstrip("_") for n in made()]
    for name, stem in zip(made(), stems, strict=True):
        assert (name == stem) == (stems.count(stem) == 1)


def test_an_operation_of_a_shared_block_is_dropped_alone() -> None:
    system = Variants(TOY, "toy.fs").system(made()["map_pmd.drop"].file(toy().file))
    assert "n" not in system.action("map_pmd").updates
    assert "n" in system.action("unmap_pmd").updates


def test_the_world_is_not_changed() -> None:
    original = toy().systems[0]
    for mutant in of_toy().candidates:
        for a, b in zip(original.actions, mutant.system.actions, strict=True):
            assert a.guard is b.guard
            assert all(a.updates[n] is b.updates[n] for n in a.updates if n in _WORLD)


_WORLD = ("live", "covers", "pte", "pmd", "born")


# --------------------------------------------------------------- catalogue


def test_mutants_with_an_error_are_left_out_and_counted() -> None:
    found = of_toy()
    assert found.refused["n.init.off_by_one_2"] == ("FS076",)
    assert found.made == len(made())


def test_what_says_the_same_as_the_scheme_is_left_out() -> None:
    text = TOY.replace("on dup_pmd,", "on dup_pmd\n\tchanges n\n\tn := n + 0\n\non")
    found = catalogue(load_text(text, "toy.fs"), "toy.fs", lambda _: None)
    assert found.unchanged == ("dup_pmd.drop", "dup_pmd.n.drop_part_1")


def test_equal_mutants_are_one() -> None:
    candidates = {c.name: c for c in of_toy().candidates}
    assert "forget_fork" in candidates["dup_ptes.drop"].also
    assert "forget_split" in candidates["split_pmd.drop"].also
    systems = [meaning(c.system) for c in candidates.values()]
    assert len(set(systems)) == len(systems)


def test_a_name_in_the_file_brings_its_reason() -> None:
    text = TOY + '\nmutant forget_fork, map_ptes.drop survives "why not"\n'
    found = catalogue(load_text(text, "toy.fs"), "toy.fs", lambda _: None)
    named = {c.name for c in found.candidates if c.survives == "why not"}
    assert named == {"dup_ptes.drop", "map_ptes.drop"}


def test_a_named_mutant_that_is_none_is_idle() -> None:
    text = TOY + '\nmutant n.init.off_by_one_2 survives "why not"\n'
    found = catalogue(load_text(text, "toy.fs"), "toy.fs", lambda _: None)
    assert found.idle == ("n.init.off_by_one_2",)


# ------------------------------------------------------------ every scheme


@cache
def of(name: str) -> tuple[Loaded, str, Catalogue]:
    path = str(SCHEMES / f"{name}.fs")
    loaded = load(path)
    return loaded, path, catalogue(loaded, path, lambda _: None)


@pytest.mark.parametrize("name", NAMES)
def test_the_text_of_a_mutant_says_what_its_tree_says(name: str) -> None:
    """What is shown is what is decided."""
    loaded, path, found = of(name)
    text = loaded.sources[path]
    texts, variants = Texts(loaded.file, text, path), Variants(text, path)
    mutants = mutants_of(loaded.file, [loaded.trees[m.name] for m in loaded.modules])
    by_name = {m.name: m for m in mutants}
    for candidate in found.candidates[:: len(found.candidates) // 12]:
        shown, slips = parse_text(texts.whole(by_name[candidate.name]), path)
        assert shown is not None and not slips, candidate.name
        assert meaning(variants.system(shown)) == meaning(candidate.system), candidate.name


@pytest.mark.parametrize("name", NAMES)
def test_only_few_mutants_have_an_error(name: str) -> None:
    _, _, found = of(name)
    assert len(found.refused) <= 8
    assert set().union(*found.refused.values()) <= {"FS060", "FS064", "FS076"}


def test_names_are_those_that_a_file_may_use() -> None:
    for name in ("drop_when", "map_ptes.mapcount.drop_wen"):
        text = (SCHEMES / "per_vma.fs").read_text() + f'\nmutant {name} survives "x"\n'
        with pytest.raises(SpecError) as caught:
            load_text(text, str(SCHEMES / "per_vma.fs"))
        assert [d.code for d in caught.value.diagnostics] == ["FS130"]
    assert "did you mean `map_ptes.mapcount.drop_when`?" in caught.value.diagnostics[0].hint


def test_survivors_may_be_named_by_any_listed_name() -> None:
    loaded, path, found = of("per_vma")
    block = f'\nmutant {", ".join(found.names())} survives "x"\n'
    assert load_text(loaded.sources[path] + block, path).systems
