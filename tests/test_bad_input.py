"""Mutated files end in diagnostics or verdicts: a sample here, all of them by
`python -m tests.mutation` or with `-m long`."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from spec.format import format_text
from spec.parse import parse_text
from tests import mutation
from tests.mutation import Ended, attempt_all, examine, in_parallel, minimised, mutated
from tests.mutators import EDITS, mutate

SAMPLE = range(100)
ALL = 10_000


def failures(ended: list[Ended]) -> list[str]:
    return [f"{e.number}: {e.trouble}" for e in ended if e.how == "failed"]


def test_a_sample_of_mutated_files_ends_in_errors_or_verdicts() -> None:
    ended = attempt_all(SAMPLE)
    assert failures(ended) == []
    assert {e.how for e in ended} == {"errors", "verdicts"}


@pytest.mark.long
def test_all_mutated_files_end_in_errors_or_verdicts() -> None:
    assert failures(list(in_parallel(range(ALL), jobs=2))) == []


# ------------------------------------------------------------ what it has found


@pytest.mark.parametrize("block", ["on clear()", "on clear"])
def test_formatting_keeps_an_empty_list_of_parameters(block: str) -> None:
    text = f"scheme x over crates\n\n{block}\n\tchanges nothing\n"
    made = format_text(text, "x.fs")
    assert parse_text(made, "x.fs")[0] == parse_text(text, "x.fs")[0]


# ------------------------------------------------- the mutator and the search


def test_the_same_number_is_the_same_text() -> None:
    assert [mutated(n) for n in range(20)] == [mutated(n) for n in range(20)]
    assert len({mutated(n) for n in range(50)}) > 45


@pytest.mark.parametrize("edit", EDITS, ids=lambda e: e.__name__)
def test_every_edit_takes_any_bytes(edit: object) -> None:
    assert callable(edit)
    for text in (b"", b"\n", b"#", b"\xff\0", b"scheme x over folio\n\tn := 1\n"):
        for seed in range(10):
            assert isinstance(edit(text, random.Random(seed)), bytes)


def test_mutations_differ_from_what_they_were() -> None:
    text = b"scheme x over folio\n\nstate n: nat = 0\n"
    assert sum(mutate(text, random.Random(n)) != text for n in range(40)) > 30


def test_a_file_as_it_should_be_gets_verdicts(tmp_path: Path) -> None:
    for name in ("box.fs", "box_flag.fs"):
        (tmp_path / name).write_bytes((mutation.TOYS / name).read_bytes())
    assert examine(tmp_path / "box_flag.fs") == "verdicts"


def test_an_exception_is_a_failure_and_the_least_text_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(path: Path) -> str:
        if b"unlucky" in path.read_bytes():
            raise ZeroDivisionError("planted")
        return "verdicts"

    monkeypatch.setattr(mutation, "examine", broken)
    ended = mutation.attempt(7, b"a\nunlucky\nb\n", tmp_path)
    assert ended.how == "failed"
    assert "ZeroDivisionError: planted" in ended.trouble
    least = minimised(b"a\nb\nunlucky day\nc\n", lambda text: b"unlucky" in text)
    assert least == b"unlucky day"
