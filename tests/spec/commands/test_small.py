"""explain, ops, dump, doctor."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from spec.commands.doctor import CROSSCHECK, RANGES, in_range
from spec.ir_text import parse_system, show_system
from spec.load import load
from tests.spec.conftest import Ran

Spec = Callable[..., Ran]
ROOT = Path(__file__).resolve().parents[3]
SCHEMES = ROOT / "schemes"


# ------------------------------------------------------------------ explain


def test_explain_prints_the_page(spec: Spec) -> None:
    for code in ("FS017", "fs017", "17", " FS017 "):
        ran = spec("explain", code)
        assert ran.code == 0 and "FS017" in ran.out


def test_explain_without_a_code_lists_them(spec: Spec) -> None:
    pages = sorted(p.stem for p in (ROOT / "spec" / "errors").glob("FS*.md"))
    assert [line.split()[0] for line in spec("explain").out.splitlines()] == pages


def test_explain_suggests(spec: Spec) -> None:
    ran = spec("explain", "FS0177")
    assert ran.code == 2 and "did you mean FS017?" in ran.err


# ---------------------------------------------------------------------- ops


def test_ops_of_a_scheme_show_the_walk(spec: Spec) -> None:
    ran = spec("ops", SCHEMES / "per_vma.fs")
    assert ran.code == 0
    rows = {line.split("(")[0]: line for line in ran.out.splitlines()}
    assert "mapcount,         pmd[v], pte[v,*]" in rows["map_ptes"]
    assert rows["unmap_ptes"].endswith("pmd[v], pte[v,*]")
    assert max(map(len, ran.out.splitlines())) <= 100


def test_ops_of_a_module_name_the_kernel_functions(spec: Spec) -> None:
    ran = spec("ops", SCHEMES / "folio.fs")
    assert "split_vma(old, new, at)           __split_vma " in ran.out
    assert "reads" not in ran.out


def test_no_word_is_cut(spec: Spec) -> None:
    for name in ("folio", "nr_pages_mapped", "total"):
        words = set(spec("ops", SCHEMES / f"{name}.fs").out.replace(",", " ").split())
        assert {"folio_add_new_anon_rmap", "folio_try_dup_anon_rmap_ptes"} <= words


# --------------------------------------------------------------------- dump


def test_dump_of_the_ir_reads_back(spec: Spec) -> None:
    path = str(SCHEMES / "per_vma.fs")
    dumped = spec("dump", path, "--stage", "ir").out
    assert parse_system(dumped) == load(path).systems[0]
    assert dumped == show_system(load(path).systems[0])


def test_dump_of_the_tree_shows_every_block(spec: Spec) -> None:
    path = SCHEMES / "per_vma.fs"
    shown = spec("dump", path, "--stage", "ast").out
    assert shown.startswith("(File\n  :header (Header :kind scheme :name per_vma :over [folio])")
    assert "(StateDecl :name mapcount :type (TypeExpr :name nat) :init (Num :value 0))" in shown
    assert shown.count("(On") == path.read_text().count("\non ")


def test_dump_of_a_tree_with_a_slip_shows_the_rest(spec: Spec, tmp_path: Path) -> None:
    path = tmp_path / "x.fs"
    path.write_text("module x\n\nsort Vma\n\nclaim c &&\n")
    ran = spec("dump", path, "--stage", "ast")
    assert ran.code == 3 and "(SortDecl :name Vma)" in ran.out and "error FS017" in ran.err


# ------------------------------------------------------------------- doctor


def test_doctor_names_versions_and_schemes(spec: Spec) -> None:
    ran = spec("doctor")
    assert ran.code == 0
    for word in ("python", "lark", "z3-solver", "numpy", "click", "folio", "per_vma"):
        assert word in ran.out
    assert ran.out.count(" ok\n") == 7 - ("for --crosscheck" in ran.out)


def test_doctor_minds_a_version_out_of_range(spec: Spec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spec.commands.doctor._ranges", lambda: {"lark": ">=99", "gone": ">=1"})
    ran = spec("doctor")
    assert ran.code == 1
    assert ">=99         not tested\n" in ran.out and "missing\n" in ran.out


def test_ranges_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {d.split(">")[0]: d[len(d.split(">")[0]) :] for d in project["dependencies"]}
    assert declared == RANGES
    assert project["optional-dependencies"]["crosscheck"] == [f"cvc5{CROSSCHECK}"]


def test_doctor_does_not_mind_that_an_extra_is_missing(
    spec: Spec, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(package: str) -> str:
        if package == "cvc5":
            raise PackageNotFoundError
        return version(package)

    monkeypatch.setattr("spec.commands.doctor.version", missing)
    ran = spec("doctor")
    assert ran.code == 0 and "cvc5       -            >=1.4,<2     not installed" in ran.out


@pytest.mark.parametrize(
    ("version", "wanted", "inside"),
    [
        ("5.4.1.0", ">=5.4,<6", True),
        ("6.0", ">=5.4,<6", False),
        ("5.3.9", ">=5.4,<6", False),
        ("1.3.0rc1", ">=1.2,<2", True),
        ("2", "<=2", True),
        ("2.1", ">2", True),
    ],
)
def test_ranges_compare_numbers(version: str, wanted: str, inside: bool) -> None:
    assert in_range(version, wanted) is inside
