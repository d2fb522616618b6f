"""`spec refine --costs` and `--overflow`: figures of models, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from refine.report.json import schema
from spec.load import packaged_path
from tests.spec.conftest import Ran

Spec = Callable[..., Ran]

SCHEME = packaged_path("per_vma")


def flat(text: str) -> str:
    return " ".join(text.split())


# -------------------------------------------------------------------- costs


def test_costs_of_continuing_a_folio_from_its_end(spec: Spec) -> None:
    """James Houghton, 2023-02-08 00:35: nr (nr - 1) / 2 entries are looked at in vain."""
    ran = spec("refine", SCHEME, "--costs")
    assert ran.code == 0
    part = ran.out.partition("map_descending")[2].partition("unmap_whole")[0]
    assert part.rstrip().splitlines()[-1].startswith("    9  512  130,816     511")
    assert max(map(len, ran.out.splitlines())) <= 72


def test_costs_as_json(spec: Spec) -> None:
    found = json.loads(spec("refine", SCHEME, "--costs", "--order", "9", "--json").out)
    jsonschema.validate(found, schema())
    (told,) = found["costs"]
    rows = [r for r in told["rows"] if r["workload"] == "map_descending"]
    assert [(r["order"], r["folio"], r["empty"]) for r in rows] == [
        (9, "file", 130_816), (9, "anon", None)]


# ----------------------------------------------------------------- overflow


def test_a_total_mapcount_wraps_after_the_reference_count(spec: Spec) -> None:
    """Both grow by the pages of the folio, 2023-07-02: 4,194,303 processes, and two more."""
    ran = spec("refine", packaged_path("total"), "--overflow", "--order", "9")
    assert (ran.code, ran.err) == (0, "")
    head, _, part = ran.out.partition("order 9, 512 pages (file): each further process, by PTEs\n")
    assert head.startswith("Scheme   total  (")
    assert "Code     refine.models.total:Total\n" in head
    rows = part.partition("\n\n")[0].splitlines()
    assert rows[1].split() == ["_refcount", "32", "512", "4,194,303", "4,194,303"]
    assert rows[4].split() == ["_total_mapcount", "32", "512", "4,194,305", "too", "many", "after"]
    assert "    folio_mapped() is False, not True" in rows
    assert ran.out.isascii() and max(map(len, ran.out.splitlines())) <= 72


NARROW = '''\
from refine.models.per_vma import PerVma
from refine.stored import Atomic


class Narrow(PerVma):
    def __init__(self, folio):
        super().__init__(folio)
        self._mapcount = Atomic(-1, 16)
'''


def test_what_wraps_before_the_reference_count_is_said_last(
    spec: Spec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "narrow.py").write_text(NARROW)
    ran = spec("refine", SCHEME, "--impl", "narrow.py", "--overflow", "--order", "2")
    assert ran.out.endswith("""
Before the reference count does, or with it, there wraps
  _mapcount, before it
    order 2 (file), by PTEs: 32,769 VMAs in 1 process
""")


def test_overflow_of_several_models_as_json(spec: Spec) -> None:
    files = (packaged_path("page"), SCHEME, packaged_path("folio"))
    ran = spec("refine", *files, "--overflow", "--order", "0", "--json")
    found = json.loads(ran.out)
    jsonschema.validate(found, schema())
    assert ran.code == found["exit_code"] == 0
    assert [told["scheme"] for told in found["overflow"]] == ["page", "per_vma"]
    row = next(r for r in found["overflow"][0]["rows"] if r["counter"] == "_mapcount")
    assert (row["way"], row["wraps_at"], row["fits"]) == ("process_ptes", 2**31 + 1, False)
    assert row["against_references"] == "after"
    assert ["folio_mapped()", True, False] in row["wrong"]


def test_each_model_of_several_has_its_table(spec: Spec) -> None:
    ran = spec("refine", packaged_path("page"), SCHEME, "--overflow", "--order", "9")
    page, _, per_vma = ran.out.partition("\nScheme   per_vma")
    assert page.endswith("\nThe scheme's world has no folio of this order.\n")
    assert "_mapcount" in per_vma


def test_a_table_is_a_mail(spec: Spec) -> None:
    words = ("refine", SCHEME, "--overflow", "--order", "1")
    assert spec(*words, "--mail").out == spec(*words).out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--overflow", "--costs"), "--costs and --overflow exclude each other"),
        (("--overflow", "--check", "random"), "--check is about checks, and --overflow runs none"),
        (("--costs", "--seed", "1"), "--seed is about checks, and --costs runs none"),
        (("--order", "3"), "--order goes with --costs or --overflow"),
        (("--overflow", "--order", "19"), "19 is not in the range"),
    ],
)
def test_2_for_words_that_do_not_go_together(
    spec: Spec, words: tuple[str, ...], message: str
) -> None:
    ran = spec("refine", SCHEME, *words)
    assert (ran.code, ran.out) == (2, "") and message in flat(ran.err)


@pytest.mark.parametrize("kind", ["--costs", "--overflow"])
@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("def map_ptes(self, v, first, last): raise KeyError(first)", "map_ptes: KeyError: 0"),
        ("def __init__(self, folio): raise SystemExit(0)", "__init__: SystemExit: 0"),
    ],
)
def test_6_where_there_are_no_figures(
    spec: Spec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, body: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "odd.py").write_text(
        f"from refine.models.per_vma import PerVma\n\n\nclass Odd(PerVma):\n    {body}\n")
    words = ("refine", SCHEME, "--impl", "odd.py:Odd", kind, "--order", "1")
    ran = spec(*words)
    assert ran.code == 6 and "Traceback" not in ran.out + ran.err
    assert message in flat(ran.out)
    found = json.loads(spec(*words, "--json").out)
    jsonschema.validate(found, schema())
    assert found["exit_code"] == 6


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("def abstract(self): return 7", "abstract() returns int 7"),
        ("def abstract(self): return {'mapcount': 1}", "abstract() has no stat_mapped"),
        ("def abstract(self): return 1 / 0", "abstract: ZeroDivisionError"),
    ],
)
def test_6_where_the_abstraction_is_wrong(
    spec: Spec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "odd.py").write_text(
        f"from refine.models.per_vma import PerVma\n\n\nclass Odd(PerVma):\n    {body}\n")
    ran = spec("refine", SCHEME, "--impl", "odd.py:Odd", "--overflow", "--order", "1")
    assert ran.code == 6 and "Traceback" not in ran.out + ran.err
    assert message in flat(ran.out)
