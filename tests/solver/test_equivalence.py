"""What is proved to be the same, and what is not."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from solver.equivalence import Equivalence
from solver.methods.induction import induct
from spec.ir import System
from spec.load import load_text

TOYS = Path(__file__).parents[1] / "conformance" / "toys"

WORLD = """\
module rooms

sort Room named x, y, z

state lit: [Room] bool = false

op light(r: Room)
	requires not lit[r]
	changes lit[r]
	lit[r] := true

op dim(r: Room)
	requires lit[r]
	changes lit[r]
	lit[r] := false

question is_lit
	truth some r in Room: lit[r]
	unsafe truth and not answer "somebody stumbles"
"""

SCHEME = """\
scheme lamps over rooms

state n: nat = 0
state last: Room? = none
state marked: [Room] bool = false

invariant counts
	n == count r in Room: lit[r]

invariant marks
	all r in Room: marked[r] iff lit[r]

on light(r)
	changes n, last, marked[r]
	n := n + 1
	last := r
	marked[r] := true

on dim(r)
	changes n, last, marked[r]
	n := n - 1
	last := none when last == r
	marked[r] := false

answer is_lit = n > 0
	expect exact
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The world stands where the schemes look for it."""
    (tmp_path / "rooms.fs").write_text(WORLD)
    monkeypatch.chdir(tmp_path)


def system(old: str = "", new: str = "") -> System:
    assert old in SCHEME
    return load_text(SCHEME.replace(old, new) if old else SCHEME, "lamps.fs").systems[0]


@cache
def _lamps() -> Equivalence:
    scheme = system()
    report = induct(scheme)
    proved = [n for n, d in report.decisions.items() if d.outcome.value == "proved"]
    return Equivalence(scheme, report.known, proved)


SAME = {
    "the guard says so": ("n := n + 1", "n := if lit[r] then n else n + 1"),
    "an invariant says so": ("n := n - 1", "n := max(n - 1, 0)"),
    "an optional place": (
        "last := none when last == r", "last := if last == r then none else last"),
    "a place with an index": ("marked[r] := false", "marked[r] := not marked[r]"),
    "a count": ("n := n + 1", "n := (count x in Room: lit[x]) + 1"),
    "an answer": ("= n > 0", "= n >= 1"),
    "a first value": ("bool = false\n\ninvariant counts", "bool = 1 > 2\n\ninvariant counts"),
}


@pytest.mark.parametrize("what", SAME)
def test_the_same_is_proved(what: str) -> None:
    assert _lamps().proved(system(*SAME[what]))


OTHER = {
    "a step": ("n := n + 1", "n := n + 2"),
    "a step in some states": ("n := n + 1", "n := if n > 1 then n else n + 1"),
    "an optional place": ("last := none when last == r", "last := none"),
    "a place with an index": ("marked[r] := false", "marked[r] := marked[r]"),
    "an answer": ("= n > 0", "= n >= 0"),
    "a first value": ("nat = 0", "nat = 1"),
    "a step in a state that invariants do not exclude": (
        "last := r", "last := if last == none then r else last"),
}


@pytest.mark.parametrize("what", OTHER)
def test_what_differs_is_not_proved_the_same(what: str) -> None:
    assert not _lamps().proved(system(*OTHER[what]))


def test_a_duty_that_the_other_may_break_counts() -> None:
    """Its value is the same, but a step that writes a place twice is none."""
    twice = "marked[r] := true\n\tmarked[x] := true for x in Room when x == r and n > 1"
    text = ("marked[r] := true", twice)
    changed = SCHEME.replace(*text).replace(
        "on light(r)\n\tchanges n, last, marked[r]", "on light(r)\n\tchanges n, last, marked[*]")
    assert not _lamps().proved(load_text(changed, "lamps.fs").systems[0])


def test_a_duty_that_the_scheme_may_break_is_none_of_a_proof() -> None:
    """Unless both break it alike."""
    scheme = system()
    known = induct(scheme).known
    assert not Equivalence(scheme, known, ()).proved(system(*SAME["an invariant says so"]))
    assert Equivalence(scheme, known, ()).proved(system(*SAME["an optional place"]))


def test_other_worlds_are_not_compared() -> None:
    assert _lamps().obligations(load_text(WORLD, "rooms.fs").systems[0]) is None


def test_the_same_scheme_needs_no_proof() -> None:
    assert _lamps().obligations(system()) == []


def test_facts_that_contradict_each_other_prove_nothing() -> None:
    """Else every slip would be harmless in a scheme that assumes too much."""
    assumed = SCHEME.replace("state n:", "assume some r in Room: r != r\n\nstate n:")
    scheme = load_text(assumed, "lamps.fs").systems[0]
    other = load_text(assumed.replace("n + 1", "n + 2"), "lamps.fs").systems[0]
    assert not Equivalence(scheme, (), ("nat:n", "clash:marked")).proved(other)


def test_guards_that_ask_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """`lend` asks `may_lend`: another answer is another guard."""
    monkeypatch.chdir(TOYS)
    text = (TOYS / "lender.fs").read_text()

    def lender(answer: str) -> System:
        return load_text(text.replace("may_lend(t) = n > 1", answer), "lender.fs").systems[0]

    scheme = lender("may_lend(t) = n > 1")
    equivalence = Equivalence(scheme, induct(scheme).known, ("nat:n",))
    same, other = lender("may_lend(t) = n >= 2"), lender("may_lend(t) = n > 0")
    names = {o.name for o in equivalence.obligations(same) or ()}
    assert "guard/same/lend" in names
    assert equivalence.proved(same)
    assert not equivalence.proved(other)
