"""A run as a program: what is printed runs, and fails where it is to fail."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from refine.lockstep import explain
from refine.models.per_vma import PerVma
from refine.program import Run, program, world_from
from refine.result import Divergence
from spec.trace import Step
from tests.refine.walking import bound

SETUP = {"Mm": 1, "Vma": 2, "owner": [0, 0], "NR": 4, "anon": False, "pmd_sized": False}


class Forgets(PerVma):
    def _map(self, vma: int, first: int, last: int) -> None:
        self._mapcount.inc()
        self._stat += last - first + 1


def divergence() -> Divergence:
    binding = bound(Forgets)
    steps = (
        Step("open_vma", {"v": 0, "first": 0, "last": 3}),
        Step("map_ptes", {"v": 0, "first": 0, "last": 1}),
        Step("map_ptes", {"v": 0, "first": 2, "last": 2}),
    )
    found = explain(binding, world_from(binding.system, SETUP), steps)
    assert found is not None
    return found


def test_a_run_that_both_sides_take() -> None:
    run = Run("per_vma", PerVma, **SETUP)
    run.open_vma(0, 0, 3)
    run.map_ptes(0, first=0, last=1)
    run.map_ptes(0, 2, 2)
    assert run.implementation.nr_mapped() == 3


def test_the_difference_is_an_assertion() -> None:
    run = Run("per_vma", Forgets, **SETUP)
    run.open_vma(0, 0, 3)
    run.map_ptes(0, 0, 1)
    with pytest.raises(AssertionError, match=r"after map_ptes\(0, 2, 2\):\nmapcount is 2, and"):
        run.map_ptes(0, 2, 2)


def test_a_fault_is_an_assertion() -> None:
    class Raises(PerVma):
        def map_ptes(self, vma: int, first: int, last: int) -> None:
            raise KeyError(first)

    run = Run("per_vma", Raises, **SETUP)
    run.open_vma(0, 0, 3)
    with pytest.raises(AssertionError, match=r"at map_ptes\(0, 0, 1\): it raises an exception"):
        run.map_ptes(0, 0, 1)


def test_what_cannot_be_asked() -> None:
    run = Run("per_vma", PerVma, **SETUP)
    with pytest.raises(ValueError, match="cannot happen here"):
        run.map_ptes(0, 0, 1)
    with pytest.raises(TypeError, match=r"takes \(v, first, last\)"):
        run.map_ptes(0)
    with pytest.raises(AttributeError, match="no operation `map_pte`"):
        run.map_pte(0)
    with pytest.raises(ValueError, match="NR is missing"):
        Run("per_vma", PerVma, **{k: v for k, v in SETUP.items() if k != "NR"})
    with pytest.raises(ValueError, match="owner has no value at"):
        Run("per_vma", PerVma, **{**SETUP, "owner": [0]})
    with pytest.raises(ValueError, match="does not allow"):
        Run("per_vma", PerVma, **{**SETUP, "NR": 1, "pmd_sized": True})


def test_the_program_fails_with_the_difference(tmp_path: Path) -> None:
    binding = bound(Forgets)
    text = program(divergence(), binding.system, "per_vma", "slips:Forgets")
    assert text.splitlines()[0] == "from refine.program import Run"
    assert text.splitlines()[-1] == "# mapcount is 2, and the scheme has 1"
    assert max(map(len, text.splitlines())) <= 88
    (tmp_path / "slips.py").write_text(
        "from tests.refine.test_program import Forgets\n")
    loading = f"""\
import sys, types
loading = types.ModuleType("refine.loading")
loading.load_implementation = lambda text: getattr(__import__("slips"), text.split(":")[1])
sys.modules["refine.loading"] = loading
sys.path[:0] = [{str(tmp_path)!r}, {str(Path(__file__).parents[2])!r}]
"""
    path = tmp_path / "shown.py"
    path.write_text(loading + text)
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True,
                          cwd=Path(__file__).parents[2])
    assert done.returncode == 1
    assert "AssertionError: after map_ptes(0, 2, 2):\nmapcount is 2" in done.stderr


def test_the_implementation_is_loaded_by_name(monkeypatch: Any) -> None:
    module = ModuleType("refine.loading")
    monkeypatch.setattr(module, "load_implementation", lambda text: PerVma, raising=False)
    monkeypatch.setitem(sys.modules, "refine.loading", module)
    Run("per_vma", "some.module:PerVma", **SETUP).open_vma(0, 0, 0)


def test_long_tables_are_short_in_text() -> None:
    binding = bound(Forgets)
    setup = {**SETUP, "Vma": 12, "Mm": 2, "owner": [0] * 10 + [1] * 2}
    found = replace(divergence(), world=world_from(binding.system, setup))
    text = program(found, binding.system, "per_vma", "slips:Forgets")
    assert "owner=[0] * 10 + [1] * 2" in " ".join(text.split())
    run: dict[str, Any] = {}
    with pytest.raises(AssertionError):
        exec(text.replace('"slips:Forgets"', "Forgets"), {"Forgets": Forgets}, run)


def test_a_run_that_starts_elsewhere_is_no_program() -> None:
    elsewhere = replace(divergence(), start={})
    with pytest.raises(ValueError, match="no operations are known"):
        program(elsewhere, bound(Forgets).system, "per_vma", "slips:Forgets")
