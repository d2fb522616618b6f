"""The cache of answers: it gives back what was put in, or nothing."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from solver import store as module
from solver.prover import Open, Proof
from solver.query import Query
from solver.store import FORMAT, Store
from spec.result import Decision, Outcome

ANSWER = (Proof("plain", 7, ("a",), queries=(Query("proof", "(assert p)", ("p",)),)),)


def only_entry(place: Path) -> Path:
    (entry,) = place.glob("*/*")
    return entry


def test_what_is_kept_is_found_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "new")
    assert store.get("proof", "q") is None
    store.put("proof", "q", ANSWER)
    assert store.get("proof", "q") == ANSWER
    assert store.get("proof", "Q") is None
    assert store.get("other", "q") is None


def test_decisions_can_be_kept(tmp_path: Path) -> None:
    found = Decision(Outcome.PROVED, "induction", {"NR": "any"})
    Store(tmp_path).put("d", "q", (found,))
    assert Store(tmp_path).get("d", "q") == (found,)


@pytest.mark.parametrize("cut", [0, 1, len(FORMAT) + 10, -1])
def test_an_entry_that_was_cut_off_is_none(tmp_path: Path, cut: int) -> None:
    store = Store(tmp_path)
    store.put("proof", "q", ANSWER)
    entry = only_entry(tmp_path)
    entry.write_bytes(entry.read_bytes()[:cut])
    assert store.get("proof", "q") is None


def test_an_entry_with_any_other_byte_is_none(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put("proof", "q", ANSWER)
    entry = only_entry(tmp_path)
    whole = entry.read_bytes()
    for at in range(len(whole)):
        entry.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert store.get("proof", "q") is None


def test_an_entry_of_another_question_is_none(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put("proof", "q", ANSWER)
    entry = only_entry(tmp_path)
    path = store._path("proof", "other")
    path.parent.mkdir(exist_ok=True)
    entry.rename(path)
    assert store.get("proof", "other") is None


def test_no_code_is_run_by_an_entry(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> object:
            return (pytest.fail, ("run",))

    store = Store(tmp_path)
    for value in (Evil(), Path("x"), print):
        store.put("proof", "q", value)
        assert store.get("proof", "q") is None
    assert pickle.loads(pickle.dumps(Open("sat", "x"))) == Open("sat", "x")


def test_another_version_of_the_tool_finds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    store.put("proof", "q", ANSWER)
    monkeypatch.setattr(module, "fingerprint", lambda: b"newer")
    assert store.get("proof", "q") is None


def test_a_place_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file")
    store.put("proof", "q", ANSWER)
    assert store.get("proof", "q") is None


def test_the_oldest_entries_are_pruned(tmp_path: Path) -> None:
    import os

    store = Store(tmp_path)
    for i in range(4):
        store.put("proof", str(i), ANSWER)
        os.utime(store._path("proof", str(i)), (i, i))
    store.prune(4 * only_size(tmp_path))
    assert all(store.get("proof", str(i)) for i in range(4))
    store.prune(3 * only_size(tmp_path))
    assert [store.get("proof", str(i)) is None for i in range(4)] == [True, True, True, False]


def only_size(place: Path) -> int:
    (size,) = {p.stat().st_size for p in place.glob("*/*")}
    return size
