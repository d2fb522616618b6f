"""The world against what a kernel was seen to do; no kernel is needed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from refine.kernel.calls import CALLS
from refine.kernel.folio import KINDS
from refine.kernel.recording import replayed
from spec.ir import System
from tests.refine.kernel.directed import DIRECTED
from tests.refine.kernel.worlds import NOTICED_BY, WRONG, WRONG_ANSWERS, wrong_worlds

RECORDED = sorted((Path(__file__).parent / "recorded").glob("*.json"))


def recorded(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("path", RECORDED, ids=lambda p: p.stem)
def test_the_world_is_as_it_was_seen(path: Path, worlds: Mapping[str, System]) -> None:
    assert replayed(recorded(path), worlds) is None


def test_every_kind_and_every_call_is_recorded() -> None:
    runs = [recorded(p) for p in RECORDED]
    assert {r["kind"] for r in runs} == set(KINDS)
    seen = {m["call"].partition("(")[0] for r in runs for m in r["moments"]}
    assert seen == set(CALLS)
    assert {p.stem for p in RECORDED} == set(DIRECTED)


@pytest.mark.parametrize("name", [*WRONG, *WRONG_ANSWERS])
def test_a_wrong_world_is_noticed(name: str) -> None:
    data = recorded(Path(__file__).parent / "recorded" / f"{NOTICED_BY[name]}.json")
    assert replayed(data, wrong_worlds(name)) is not None


def test_a_reading_that_is_off_by_one_page_is_noticed(worlds: Mapping[str, System]) -> None:
    data = recorded(Path(__file__).parent / "recorded" / "disk_small_folio.json")
    data["moments"][1]["truth"]["A 1"] = "PTE 2..14; VMA 2..15"
    found = replayed(data, worlds)
    assert found is not None and found.spot is not None
    assert found.line.startswith("fault_around(a1, ")
    assert [(s.what, s.first, s.last) for s in found.spot.kernel] == [
        ("PTE", 2, 14), ("VMA", 2, 15)]
