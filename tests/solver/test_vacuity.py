"""What is said to never happen: proved from what is proved, or in a scope, or not at all;
and what a module owes of which nobody asks."""

from __future__ import annotations

from pathlib import Path

from solver.decide import Decider, Options
from spec.load import load
from spec.result import Outcome, Result

BELOW = """module tower

range Floor = 0 .. 30
state at: Floor = 0
state lit: [Floor] bool = false
state done: bool = false

op climb(to: Floor)
	requires at < to and all f in Floor: f < to implies f <= at
	changes at
	at := to

op switch(f: Floor)
	changes lit[f]
	lit[f] := not lit[f]

# After thirty floors and thirteen lights.
op finish
	requires at == 30 and (count f in Floor: lit[f]) > 12
	changes done
	done := true

# False, in runs longer than anybody explores.
invariant few_lights
	(count f in Floor: lit[f]) <= 12
"""
ABOVE = """scheme watch over tower

on climb, switch, finish
	changes nothing

claim itself
	done implies done
	expect holds

expect finish never
"""
SMALL = """module door

state open: bool = false
state seen: bool = false

op push
	changes open
	open := true

op pass_through
	requires open
	changes seen
	seen := true

# False after one step.
invariant shut
	not open
"""
SCHEME = """scheme porter over door

state n: int = 0

on push
	changes n
	n := 1

on pass_through
	changes nothing

claim small
	n <= 1
	expect holds

expect pass_through never
"""


def decided(directory: Path, below: str, above: str, budget: int) -> dict[tuple[str, str], Result]:
    for text in (below, above):
        (directory / f"{text.split()[1]}.fs").write_text(text)
    name = f"{above.split()[1]}.fs"
    results = Decider(Options(budget=budget)).decide(load(directory / name), name)
    return {(r.scheme, r.name): r for r in results}


def test_an_operation_is_not_proved_impossible_by_an_invariant_that_is_not_proved(
    tmp_path: Path,
) -> None:
    found = decided(tmp_path, BELOW, ABOVE, 500)
    assert found["tower", "few_lights"].decision.outcome is not Outcome.PROVED
    finish = found["watch", "finish"]
    assert finish.decision.outcome is Outcome.UNKNOWN
    assert not finish.as_expected


def test_what_was_not_explored_to_the_end_is_no_scope(tmp_path: Path) -> None:
    finish = decided(tmp_path, BELOW, ABOVE.replace("expect finish never\n", ""), 500)
    reason = finish["watch", "finish"].decision.reason
    assert reason == "it happens in no state of those explored, which are not all of any scope"


def test_an_operation_that_a_false_invariant_excludes_and_that_happens_is_refuted(
    tmp_path: Path,
) -> None:
    found = decided(tmp_path, SMALL, SCHEME, 500)
    assert found["door", "shut"].decision.outcome is Outcome.REFUTED
    assert found["porter", "pass_through"].decision.outcome is Outcome.REFUTED
    assert found["porter", "small"].decision.outcome is Outcome.PROVED


def test_duties_of_a_module_without_promises_are_decided_for_a_scheme_over_it(
    tmp_path: Path,
) -> None:
    below = SMALL.partition("# False")[0].replace("seen: bool = false", "left: nat = 1")
    below = below.replace("changes seen\n\tseen := true", "changes left\n\tleft := left - 1")
    found = decided(tmp_path, below, SCHEME.partition("expect pass_through")[0], 500)
    assert found["door", "left"].decision.outcome is Outcome.REFUTED
    assert found["porter", "small"].decision.outcome is Outcome.PROVED


IMPOSSIBLE = """module nowhere

const N: nat where N >= 1 and N < 1
range Floor = 0 .. N - 1
state lit: [Floor] bool = false

op switch(f: Floor)
	changes lit[f]
	lit[f] := true

# True at the start without any proof, so only steps lean on the contradiction.
invariant few_lights
	(count f in Floor: lit[f]) <= 1
"""


def test_what_holds_because_there_is_no_world_is_vacuous(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.fs"
    path.write_text(IMPOSSIBLE)
    (few, *_) = Decider(Options(budget=500)).decide(load(path), "nowhere.fs")
    assert few.name == "few_lights"
    assert few.decision.outcome is Outcome.VACUOUS


def test_a_size_of_a_higher_layer_is_none_of_a_module(tmp_path: Path) -> None:
    (tmp_path / "door.fs").write_text(SMALL)
    path = tmp_path / "porter.fs"
    path.write_text(SCHEME.replace("state n", "sort Guest named g\n\nstate n"))
    found = Decider(Options(scope={"Guest": 2}, budget=500)).decide(load(path), "porter.fs")
    assert {r.scheme for r in found} == {"door", "porter"}
