"""From files to systems: what is found where, and what a run reports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from spec import ir
from spec.load import check_text, load, load_text, packaged_path, schemes_dir
from spec.result import SpecError
from spec.run import run_scenarios
from tests.spec.mutants import mutant
from tests.spec.texts import MODULE, ROOT, SCHEME, STILL, TOYS, codes, loaded
from tests.spec.wellformed import faults

SHIPPED = sorted((ROOT / "schemes").glob("*.fs"))


def test_a_file_beside_comes_before_the_packaged_one(tmp_path: Path) -> None:
    (tmp_path / "folio.fs").write_text("module folio\n\nsort Vma\n", encoding="utf-8")
    (tmp_path / "upper.fs").write_text("module upper over folio\n", encoding="utf-8")
    found = load(tmp_path / "upper.fs")
    assert [s.name for s in found.systems[0].sorts] == ["Vma"]


def test_a_packaged_module_is_named_without_its_directory() -> None:
    found = load_text("module upper over folio\n", "elsewhere/upper.fs")
    assert list(found.sources) == ["elsewhere/upper.fs", "folio.fs"]
    assert all(p.where.startswith("folio.fs:") for p in found.modules[0].promises)
    assert packaged_path("folio") == str(schemes_dir() / "folio.fs")


def test_modules_below_are_systems_of_their_own_lowest_first() -> None:
    text = "scheme example over toy_refs\n\n" + STILL + "answer is_mapped = true\n\texpect safe\n"
    found = loaded(text)
    assert [(m.name, m.kind) for m in found.modules] == [
        ("toy_world", "module"), ("toy_refs", "module"),
    ]
    assert list(found.trees) == ["toy_world", "toy_refs", "example"]
    assert found.file is found.trees["example"]


def test_slips_of_all_files_are_raised_at_once(tmp_path: Path) -> None:
    (tmp_path / "low.fs").write_text("module low\n\ninvariant i\n\t1\n", encoding="utf-8")
    text = "module high over low\n\ninvariant j\n\t2\n\ninvariant k\n\ttruth\n\n"
    with pytest.raises(SpecError) as caught:
        load_text(text, str(tmp_path / "high.fs"))
    places = [(Path(d.span.path).name, d.span.line) for d in caught.value.diagnostics]
    assert sorted(places) == [("high.fs", 4), ("high.fs", 7), ("low.fs", 4)]


def test_a_module_that_cannot_be_read_is_reported_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "low.fs").write_bytes(b"module low\n\xff\n")
    found = check_text("module high over low\n", str(tmp_path / "high.fs"))
    assert [(d.code, Path(d.span.path).name) for d in found] == [("FS002", "low.fs")]


def test_checking_a_good_text_gives_warnings_only() -> None:
    text = SCHEME + "state spare: nat = 0\n\n" + STILL
    assert [(d.code, d.severity) for d in load_text(text, "x.fs", [TOYS]).warnings] == [
        ("FS100", "warning")
    ]
    assert codes(SCHEME + STILL) == []


# --------------------------------------------------------------- scenarios

WORLD = "\tworld NR = 2, anon, Vma a, b in A\n"
STAGE = "scenarios example over toy_world with toy_scheme, toy_flag\n\n"


def scenarios(text: str) -> dict[str, ir.Scenario]:
    return {f"{s.name}.{x.name}": x for s in loaded(text).systems for x in s.scenarios}


def test_a_scenario_runs_with_the_schemes_it_names() -> None:
    text = STAGE + "scenario one\n" + WORLD + "\tmap(a, 0)\n\texpect toy_flag.seen\n\n"
    text += "scenario all_of_them\n" + WORLD + "\tmap(a, 0)\n\texpect mapped\n"
    assert sorted(scenarios(text)) == [
        "toy_flag.all_of_them", "toy_flag.one", "toy_scheme.all_of_them",
    ]


def test_what_is_expected_of_another_scheme_is_left_out() -> None:
    text = STAGE + "scenario one\n" + WORLD
    text += "\tmap(a, 0)\n\texpect mapped, toy_flag.is_mapped, toy_scheme.mapcount == 1\n"
    found = scenarios(text)
    assert [s.text for s in found["toy_flag.one"].body if isinstance(s, ir.Check)] == [
        "mapped", "toy_flag.is_mapped",
    ]
    assert [s.text for s in found["toy_scheme.one"].body if isinstance(s, ir.Check)] == [
        "mapped", "toy_scheme.mapcount == 1",
    ]


def test_a_world_has_numbers_elements_and_every_constant() -> None:
    found = scenarios(STAGE + "scenario one\n" + WORLD + "\tmap(b, NR - 1)\n")["toy_flag.one"]
    assert dict(found.elements) == {"Vma": ("a", "b"), "Mm": ("A",)}
    assert [(n, [i.data for i in at], v.data) for n, at, v in found.values] == [
        ("NR", [], 2), ("owner", [0], 0), ("owner", [1], 0), ("anon", [], True),
    ]
    (step,) = found.body
    assert isinstance(step, ir.DoStep)
    assert step.args == (ir.lit(1, "Vma"), ir.lit(ir.LAST, "Page"))


def test_a_constant_without_an_index_is_set_everywhere() -> None:
    text = STAGE + "scenario one\n\tworld Vma a, b, Mm A, B, owner = B, NR = 1, not anon\n"
    found = scenarios(text + "\tmap(b, 0)\n")["toy_flag.one"]
    assert [v.data for n, _, v in found.values if n == "owner"] == [1, 1]


def test_scenarios_run_and_a_scheme_may_have_its_own() -> None:
    text = (TOYS / "toy_scheme.fs").read_text(encoding="utf-8")
    text += "\nscenario all_gone\n" + WORLD + """	map(a, 0)
	map(a, 1)
	pick w in Vma where not maps(w)
	map(w, 0)
	expect mapcount == 3, is_mapped, toy_scheme.mapcount == count v in Vma, p in Page: pte[v, p]
	call unmap_all(a)
	expect mapcount == 1, not maps(a), maps(b)
	for each v in Vma where maps(v) do
		call unmap_all(v)
	end
	expect mapcount == 0, not answer(is_mapped), mapcount == 7
"""
    (result,) = run_scenarios(loaded(text).systems, "example.fs")
    assert (result.steps, result.checked) == (6, 9)
    assert [(f.text, f.wanted, f.got) for f in result.failures] == [("mapcount == 7", "7", "0")]


def test_batches_go_by_stretches_of_neighbours() -> None:
    text = SCHEME + """state calls: nat = 0

on map
	changes nothing

on unmap
	changes calls
	calls := calls + 1

call drop(v: Vma)
	for batch first .. last of p in Page where pte[v, p] do
		unmap(v, first)
	end

scenario s
	world NR = 4, anon, Vma a in A
	map(a, 0)
	map(a, 1)
	map(a, 3)
	call drop(a)
	expect calls == 2
"""
    (result,) = run_scenarios(loaded(text).systems, "example.fs")
    assert result.passed


def test_a_module_cannot_play_what_asks_a_scheme() -> None:
    text = "module example over toy_refs\n\nscenario s\n" + WORLD + "\tmap(a, 0)\n\thold()\n"
    assert codes(text) == ["FS098"]


# -------------------------------------------------------------- robustness


def _outcome(text: str, path: Path) -> None:
    """A text gives systems or errors, never anything else."""
    try:
        found = load_text(text, str(path))
    except SpecError as err:
        assert any(d.severity == "error" for d in err.diagnostics)
        return
    for one in (*found.modules, *found.systems):
        assert faults(one) == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_mutated_schemes_give_systems_or_errors(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for seed in range(12):
        _outcome(mutant(text, seed), path)


@pytest.mark.long
def test_thousands_of_mutated_files_give_systems_or_errors() -> None:
    texts = [
        (p, p.read_text(encoding="utf-8", errors="replace"))
        for p in [*SHIPPED, *sorted(TOYS.glob("*.fs"))]
    ]
    for seed in range(3000):
        path, text = texts[seed % len(texts)]
        _outcome(mutant(text or "x", seed), path)


def test_the_ir_is_the_same_in_every_run() -> None:
    program = (
        "from spec.load import load\nfrom spec.ir_text import show_system\n"
        "print(show_system(load('schemes/nr_pages_mapped.fs').systems[0]))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_a_chain_of_layers_too_deep_to_unfold_is_an_error() -> None:
    lets = "\n".join(f"\tlet x{i} = x{i - 1} * NR + x{i - 1}" for i in range(1, 100))
    text = f"{MODULE}op big\n\tchanges nothing\n\tlet x0 = NR\n{lets}\n"
    assert set(codes(text)) == {"FS120"}
