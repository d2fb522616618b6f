"""Runs as JSON: the calls of the world, and what the kernel had mapped after each.

A recording is compared with a world file where no such kernel runs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from refine.kernel.calls import CALLS, Scene, to_book
from refine.kernel.folio import KINDS, Folio
from refine.kernel.model import PROCESSES, Book, Model
from refine.kernel.runs import Difference, RunResult
from refine.kernel.script import read_script
from refine.kernel.truth import Stretch, Truth, difference, show
from spec.ir import System
from spec.run import RunError

_PART = re.compile(r"(VMA|PMD|PTE|astray) ([\d., ]+)")


def recording(result: RunResult, release: str) -> str:
    """What is kept of a run, a call in a line; `release` is the kernel's."""
    moments = [
        json.dumps({"call": m.line.removeprefix("call "),
                    "truth": None if m.truth is None else _packed(m.truth)})
        for m in result.moments
    ]
    head = json.dumps({"kernel": release, "kind": result.kind.name})
    return f'{head[:-1]}, "moments": [\n' + ",\n".join(moments) + "\n]}\n"


def _packed(truth: Truth) -> dict[str, str]:
    """`{"A 1": "VMA 0..511; PTE 3"}`: by process and place."""
    found: dict[str, list[Stretch]] = {}
    for s in sorted(truth):
        found.setdefault(f"{PROCESSES[s.process]} {s.place}", []).append(s)
    return {key: show(stretches) for key, stretches in found.items()}


def _unpacked(data: dict[str, str]) -> Truth:
    found: set[Stretch] = set()
    for key, text in data.items():
        name, place = key.split()
        for what, pages in _PART.findall(text):
            for part in pages.split(", "):
                first, _, last = part.partition("..")
                found.add(Stretch(PROCESSES.index(name), int(place), what, int(first),
                                  int(last or first)))
    return frozenset(found)


def replayed(data: dict[str, Any], worlds: Mapping[str, System]) -> Difference | None:
    """The first difference between the world file of the kind and what was recorded."""
    kind = KINDS[data["kind"]]
    model, book = Model(worlds[kind.scheme], kind), Book()
    scene = Scene(model, book, Folio(kind, 0, -1), {})
    for moment in data["moments"]:
        (call,) = read_script(moment["call"], kind, CALLS)
        before = model.vmas()
        try:
            steps = model.perform(call.name, call.args)
        except RunError as err:
            return Difference(moment["call"], None, f"the world cannot: {err.failure.got}")
        to_book(scene, None, call, before, steps)
        if moment["truth"] is not None:
            spot = difference(model.truth(book), _unpacked(moment["truth"]))
            if spot is not None:
                return Difference(moment["call"], spot, "")
    return None
