"""`spec new`: a scheme that checks, and nothing overwritten."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from spec.load import load
from spec.new import scheme_text
from spec.parse import parse_text
from tests.spec.conftest import Ran

Spec = Callable[..., Ran]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_new_scheme_has_every_operation_and_no_slip(spec: Spec, here: Path) -> None:
    ran = spec("new", "mine", "--author", "A. Person", "--date", "2026-03-01")
    assert ran == Ran(0, "mine.fs is written; next: spec check mine.fs\n", "")
    text = (here / "mine.fs").read_text()
    assert text.startswith(
        "# mine.fs - what its counters count, in one sentence.\n"
        "# A. Person, 2026-03-01.\nscheme mine over folio\n"
    )
    loaded = load("mine.fs")
    assert loaded.warnings == ()
    names = [a.name for a in loaded.systems[0].actions]
    assert all(f"\non {name}(" in text for name in names)
    assert [a.question for a in loaded.systems[0].answers] == [
        "folio_mapped", "maybe_mapped_shared", "fully_mapped_alone", "partially_mapped",
        "pte_mapped_too",
    ]


def test_what_the_new_scheme_promises_holds(spec: Spec) -> None:
    spec("new", "mine")
    ran = spec("check", "mine.fs", "--strict", "--unbounded")
    assert (ran.code, ran.err) == (0, "")
    assert "PROVED         invariant counts_nothing_yet" in ran.out


def test_the_new_scheme_is_laid_out_canonically(spec: Spec) -> None:
    spec("new", "mine")
    assert spec("fmt", "--check", "mine.fs") == Ran(0, "", "")


def test_nothing_is_overwritten(spec: Spec, here: Path) -> None:
    (here / "mine.fs").write_text("precious\n")
    ran = spec("new", "mine")
    assert ran.code == 2 and "mine.fs is there already" in ran.err
    assert (here / "mine.fs").read_text() == "precious\n"


def test_a_dangling_link_is_not_followed(spec: Spec, here: Path) -> None:
    (here / "mine.fs").symlink_to("elsewhere.fs")
    assert spec("new", "mine").code == 2
    assert not (here / "elsewhere.fs").exists()


def test_over_an_own_module(spec: Spec, here: Path) -> None:
    (here / "rooms.fs").write_text(
        "module rooms\n\nsort Room\n\nstate lit: [Room] bool = false\n\n"
        "op light(r: Room)\n\tchanges lit[r]\n\tlit[r] := true\n\n"
        "question any_light\n\ttruth some r in Room: lit[r]\n"
        '\tunsafe answer and not truth "somebody stumbles"\n'
    )
    assert spec("new", "counter", "--over", "rooms").code == 0
    text = (here / "counter.fs").read_text()
    assert "on light(r)\n\tchanges nothing\n" in text
    assert "answer any_light = false\n" in text


def test_unknown_module_is_3(spec: Spec, here: Path) -> None:
    assert spec("new", "mine", "--over", "nowhere").code == 3
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("name", ["scheme", "folio_mapped", "maps"])
def test_a_name_that_does_not_check_leaves_no_file(spec: Spec, here: Path, name: str) -> None:
    ran = spec("new", name)
    if ran.code != 0:
        assert ran.code == 3 and "error FS" in ran.err
        assert list(here.iterdir()) == []


def test_a_question_without_a_harmless_answer_is_named() -> None:
    text = (
        "module m\n\nquestion q\n\ttruth true\n\tunsafe truth != answer \"always\"\n\n"
        "question n: nat\n\ttruth 0\n\tunsafe answer != truth \"drift\"\n"
    )
    file, slips = parse_text(text, "m.fs")
    assert file is not None and slips == ()
    assert "# Not answered yet: q, n.\n" in scheme_text("s", "m", [file])
