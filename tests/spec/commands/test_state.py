"""spec state: files, JSON, what is no scheme, exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from spec.report.state_json import schema
from tests.spec.conftest import Ran

Spec = Callable[..., Ran]
ROOT = Path(__file__).resolve().parents[3]
SCHEMES = ROOT / "schemes"


def test_constant_state_is_said_so(spec: Spec) -> None:
    ran = spec("state", SCHEMES / "per_vma.fs")
    assert ran.code == 0 and "262144  1 GiB             2 counts\n" in ran.out
    assert "\nconstant: yes\n" in ran.out


def test_a_count_for_each_page_is_named(spec: Spec) -> None:
    ran = spec("state", SCHEMES / "nr_pages_mapped.fs")
    assert ran.code == 0 and "262144  1 GiB             262147 counts, 1 flag\n" in ran.out
    assert "\nconstant: no, NR counts (mapcount)\n" in ran.out


def test_comments_say_what_places_are(spec: Spec) -> None:
    out = spec("state", SCHEMES / "linux_6_18.fs").out
    assert "id0              Mm id or none  1         _mm_id[2] and\n" in out


def test_each_file_is_a_block_and_there_once(spec: Spec) -> None:
    files = [SCHEMES / f"{n}.fs" for n in ("per_vma", "total", "per_vma")]
    out = spec("state", *files).out
    assert out.count("\nconstant: ") == 2 and out.count("scheme per_vma (") == 1


def test_cost_is_pointed_to(spec: Spec) -> None:
    out = " ".join(spec("state", SCHEMES / "total.fs").out.split())
    assert "Page tables and the world's state are not counted." in out and "`spec ops FILE`" in out


@pytest.mark.parametrize(("name", "what"), [("folio", "a module"), ("examples", "scenarios")])
def test_a_file_without_a_scheme_alone_is_wrong_usage(spec: Spec, name: str, what: str) -> None:
    ran = spec("state", SCHEMES / f"{name}.fs")
    assert (ran.code, ran.out) == (2, "")
    assert f"{name}.fs holds {what}; only schemes have state of their own" in ran.err


def test_a_module_among_schemes_is_noted(spec: Spec) -> None:
    ran = spec("state", SCHEMES / "folio.fs", SCHEMES / "per_vma.fs")
    assert ran.code == 0 and "constant: yes" in ran.out
    assert "holds a module; only schemes have state of their own" in " ".join(ran.out.split())


def test_a_file_with_errors_does_not_keep_the_others_back(spec: Spec, tmp_path: Path) -> None:
    path = tmp_path / "bad.fs"
    path.write_text("scheme bad over folio\n\nstate n: natt = 0\n")
    ran = spec("state", path, SCHEMES / "per_vma.fs")
    assert ran.code == 3 and "error FS041" in ran.err and "constant: yes" in ran.out
    alone = spec("state", path)
    assert (alone.code, alone.out) == (3, "")


def test_json_is_that_of_the_schema(spec: Spec, tmp_path: Path) -> None:
    path = tmp_path / "bad.fs"
    path.write_text("scheme bad over folio\n\nstate n: natt = 0\n")
    files = [SCHEMES / f"{n}.fs" for n in ("folio", "page", "linux_6_18")]
    ran = spec("state", *files, path, "--json")
    found = json.loads(ran.out)
    jsonschema.validate(found, schema())
    assert ran.code == found["exit_code"] == 3 and found["diagnostics"]
    page, linux = found["schemes"]
    assert page["constant"] and page["assumes"] == ["NR == 1"]
    assert [s["NR"] for s in page["samples"]] == [1]
    assert not linux["constant"] and linux["grows_with"] == [{"name": "NR", "of": "constant"}]
    assert {"holds": "id", "sort": "Mm", "sum": [{"times": 2, "by": []}]} in linux["total"]


def test_a_failure_of_the_tool_is_70(
    spec: Spec, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("a bad day")

    monkeypatch.setattr("spec.state_size.size_of", fail)
    ran = spec("state", SCHEMES / "per_vma.fs", "--json")
    assert ran.code == 70 and "Traceback" not in ran.err
    jsonschema.validate(json.loads(ran.out), schema())


def test_colour_when_asked(spec: Spec) -> None:
    assert "\x1b[32mconstant: yes" in spec(
        "state", SCHEMES / "per_vma.fs", "--color", "always").out
