"""`spec refine`: every exit code, the formats, and implementations that cannot be loaded."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from refine.checks import CHECKS
from refine.report.json import schema
from spec.load import packaged_path
from tests.spec.conftest import Ran

Spec = Callable[..., Ran]

SCHEME = packaged_path("per_vma")
SMALL = ("--scope", "Mm=2,Vma=2,NR=2", "--check", "exhaustive")
GOOD = '''\
from refine.models.per_vma import PerVma


class Mine(PerVma):
    pass
'''
FORGETFUL = GOOD.replace("pass", '''\
def split_vma(self, old, new, at):
        self._stat += 1  # a slip
''')


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.py").write_text(GOOD)
    (tmp_path / "forgetful.py").write_text(FORGETFUL)
    return tmp_path


def flat(text: str) -> str:
    return " ".join(text.split())


# --------------------------------------------------------------- exit codes


def test_0_where_the_sides_agree(spec: Spec, here: Path) -> None:
    ran = spec("refine", SCHEME, "--impl", "good.py:Mine", *SMALL)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Scheme   per_vma  (count the VMAs that map any part of the folio)\n")
    assert "Code     good:Mine\nCheck    exhaustive: Mm=2 Vma=2 NR=2, " in ran.out
    assert ran.out.endswith("\n1 implementation: 1 refines; exit code 0\n")


def test_0_for_the_model_of_the_schemes_name(spec: Spec, here: Path) -> None:
    ran = spec("refine", SCHEME, *SMALL, "-q")
    assert (ran.code, ran.out) == (0, "1 implementation: 1 refines; exit code 0\n")


def test_6_where_they_part(spec: Spec, here: Path) -> None:
    ran = spec("refine", SCHEME, "--impl", "forgetful.py:Mine", *SMALL)
    assert (ran.code, ran.err) == (6, "")
    assert "Verdict  FAILED in 2 steps (exhaustive); " in ran.out
    assert "stat_mapped  0       1" in ran.out
    assert "forgetful.py:6: self._stat += 1" in flat(ran.out)
    assert "Spec     on split_vma (" in ran.out
    assert ran.out.endswith("\n1 implementation: 1 does not; exit code 6\n")


def test_2_for_a_scope_that_names_nothing(spec: Spec, here: Path) -> None:
    ran = spec("refine", SCHEME, "--scope", "Vmas=2")
    assert (ran.code, ran.out) == (2, "")
    assert "--scope: Vmas is neither a sort with a size nor a plain constant" in flat(ran.err)


@pytest.mark.parametrize("scope", ["Vma", "Vma=0", "Vma=2,Vma=3", "Vma=two"])
def test_2_for_a_scope_of_another_form(spec: Spec, here: Path, scope: str) -> None:
    ran = spec("refine", SCHEME, "--scope", scope)
    assert (ran.code, ran.out) == (2, "") and "Traceback" not in ran.err


def test_2_for_one_implementation_of_two_files(spec: Spec, here: Path) -> None:
    ran = spec("refine", SCHEME, packaged_path("per_mm"), "--impl", "good.py:Mine")
    assert (ran.code, ran.out) == (2, "") and "--impl is about one FILE" in ran.err


def test_2_for_a_module(spec: Spec, here: Path) -> None:
    ran = spec("refine", packaged_path("folio"))
    assert (ran.code, ran.out) == (2, "")
    assert "folio.fs is the module folio, which schemes are built on" in flat(ran.err)
    assert "name the file of a scheme, as in `spec refine schemes/per_vma.fs`" in flat(ran.err)


def test_2_for_scenarios(spec: Spec, here: Path) -> None:
    ran = spec("refine", packaged_path("examples"))
    assert (ran.code, ran.out) == (2, "")
    assert "examples.fs has scenarios, and no operations" in flat(ran.err)


@pytest.mark.parametrize("words", [["--check", "hopeful"], ["--mail", "--json"], ["-q", "-v"]])
def test_2_for_wrong_words(spec: Spec, here: Path, words: list[str]) -> None:
    ran = spec("refine", SCHEME, *words)
    assert (ran.code, ran.out) == (2, "") and "Traceback" not in ran.err


def test_3_for_a_scheme_with_errors(spec: Spec, here: Path) -> None:
    text = Path(SCHEME).read_text()
    (here / "per_vma.fs").write_text(text + "\nclaim oops\n\tm == 1\n\texpect holds\n")
    ran = spec("refine", "per_vma.fs")
    assert ran.code == 3
    assert "per_vma.fs:116:2: error FS040" in ran.err and "Traceback" not in ran.err
    assert ran.out.endswith("exit code 3\n")


def test_3_for_a_file_that_is_not_there(spec: Spec, here: Path) -> None:
    ran = spec("refine", "gone.fs", SCHEME, *SMALL)
    assert ran.code == 3 and "gone.fs" in ran.err
    assert "1 implementation: 1 refines; exit code 3" in ran.out


def test_4_where_the_budget_is_too_small(spec: Spec, here: Path) -> None:
    ran = spec("refine", SCHEME, *SMALL, "--budget", "50")
    assert ran.code == 4
    assert "map_ptes             not proved" in ran.out
    assert "Open     exhaustive: the budget of states ended the search" in ran.out
    assert ran.out.endswith("\n1 implementation: 1 not decided; exit code 4\n")


def test_4_where_an_operation_never_happens(spec: Spec, here: Path) -> None:
    ran = spec("refine", SCHEME, "--scope", "Mm=1,Vma=1,NR=2", "--check", "exhaustive")
    assert ran.code == 4
    assert "split_vma            never happened" in ran.out
    assert "it does not happen in this scope (" in flat(ran.out)


# ------------------------------------------------------------------ formats


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--impl", "good.py:Mine"], 0),
        (["--impl", "forgetful.py:Mine"], 6),
        (["--impl", "gone.py:Mine"], 6),
        (["--budget", "50"], 4),
    ],
)
def test_json_is_valid_and_has_the_exit_code(
    spec: Spec, here: Path, words: list[str], code: int
) -> None:
    ran = spec("refine", SCHEME, *SMALL, *words, "--json")
    found = json.loads(ran.out)
    jsonschema.validate(found, schema())
    assert found["exit_code"] == ran.code == code
    (told,) = found["implementations"]
    assert told["refines"] is (code == 0) and (not told["undecided"] or code != 0)


def test_json_of_a_file_with_errors_is_valid(spec: Spec, here: Path) -> None:
    (here / "broken.fs").write_text("scheme broken over folio\n")
    ran = spec("refine", "broken.fs", "--json")
    found = json.loads(ran.out)
    jsonschema.validate(found, schema())
    assert ran.code == found["exit_code"] == 3 and found["implementations"] == []


def test_a_run_in_json(spec: Spec, here: Path) -> None:
    ran = spec("refine", SCHEME, *SMALL, "--impl", "forgetful.py:Mine", "--json")
    (told,) = json.loads(ran.out)["implementations"]
    (check,) = told["checks"]
    parted = check["divergence"]
    assert [s["operation"] for s in parted["steps"]] == ["open_vma", "split_vma"]
    assert parted["differences"] == [{"field": "stat_mapped", "wanted": 0, "got": 1}]
    assert parted["reachable"] is True and parted["operation"] == "split_vma"
    at = parted["written"]["_stat"]
    assert at["file"].endswith("forgetful.py") and at["line"] == 6


@pytest.mark.parametrize("impl", ["good.py:Mine", "forgetful.py:Mine", "gone.py", "half.py"])
def test_a_mail_is_narrow_and_ascii(spec: Spec, here: Path, impl: str) -> None:
    (here / "half.py").write_text('class Half\u00e9:\n    scheme = "per_vma"\n')
    ran = spec("refine", SCHEME, *SMALL, "--impl", impl, "--mail")
    assert ran.out.isascii() and ran.out.startswith("Scheme   per_vma")
    assert all(len(line) <= 72 and line == line.rstrip() for line in ran.out.split("\n"))


@pytest.mark.parametrize("style", ["-v", "--json", "--mail"])
@pytest.mark.parametrize("impl", ["good.py:Mine", "forgetful.py:Mine"])
def test_output_is_the_same_each_time(spec: Spec, here: Path, style: str, impl: str) -> None:
    words = ("refine", SCHEME, *SMALL, "--impl", impl, style)
    assert spec(*words).out == spec(*words).out


def test_every_check_runs_where_none_is_named(spec: Spec, here: Path) -> None:
    ran = spec("refine", SCHEME, "--scope", "Mm=2,Vma=2,NR=2", "--runs", "1", "--steps", "5",
               "--json")
    (told,) = json.loads(ran.out)["implementations"]
    assert [c["check"] for c in told["checks"]] == list(CHECKS)


# ------------------------------------------------------- what does not load


def test_a_class_is_found_by_its_module(spec: Spec, here: Path) -> None:
    ran = spec("refine", SCHEME, "--impl", "refine.models.per_vma:PerVma", *SMALL, "-q")
    assert ran.code == 0
    alone = spec("refine", SCHEME, "--impl", "refine.models.per_vma", *SMALL, "-q")
    assert alone.code == 0


@pytest.mark.parametrize(
    ("impl", "message"),
    [
        ("gone.py:Mine", "there is no file gone.py"),
        ("no.such.module:Mine", "there is no module no.such.module"),
        (":Mine", "names no module"),
        ("good.py:Mime", "good.py has no class Mime. Instead did you mean Mine?"),
        ("good.py:Whatever", "good.py has no class Whatever. Instead there are: Mine"),
        ("syntax.py:Mine", "syntax.py: line 2: "),
        ("raising.py:Mine", "importing raising.py raises ZeroDivisionError: division by zero"),
        ("silent.py:Mine", "importing silent.py raises KeyError"),
        ("exiting.py:Mine", "importing exiting.py raises SystemExit: 0"),
        ("numbered.py:Mine", '`scheme` of Mine is no name. Instead write `scheme = "per_vma"`'),
        ("meta.py:Mine", "`scheme` of Mine raises RuntimeError: odd"),
        ("good.py:PATH", "good.py has no class PATH"),
        ("lacking.py:Mine", "lacking.py imports no_such_thing, which is not installed"),
        ("two.py", "two.py has more than one implementation. Instead write two.py:CLASS; there "
                   "are: One, Two"),
        ("none.py", "none.py has no class with the attribute `scheme`"),
        ("none.py:Plain", "Plain does not say which scheme it implements"),
        ("other.py:Mine", "Mine implements per_mm, not per_vma"),
        ("half.py:Half", "lacks map_ptes(v, first, last), in which the scheme changes mapcount"),
    ],
)
def test_what_cannot_be_loaded_is_said_in_a_line(
    spec: Spec, here: Path, impl: str, message: str
) -> None:
    texts = {
        "syntax": "x = 1\nclass Mine(:\n", "raising": "x = 1 / 0\n",
        "silent": "raise KeyError\n", "lacking": "import no_such_thing\n",
        "two": 'class One:\n    scheme = "per_vma"\n\n\nclass Two(One):\n    pass\n',
        "none": "class Plain:\n    pass\n", "other": 'class Mine:\n    scheme = "per_mm"\n',
        "exiting": "import sys\nsys.exit(0)\n", "numbered": "class Mine:\n    scheme = 3\n",
        "meta": "class Meta(type):\n    @property\n    def scheme(cls):\n        "
                "raise RuntimeError('odd')\n\n\nclass Mine(metaclass=Meta):\n    pass\n",
        "half": 'class Half:\n    scheme = "per_vma"\n',
    }
    for name, text in texts.items():
        (here / f"{name}.py").write_text(text)
    ran = spec("refine", SCHEME, "--impl", impl)
    assert ran.code == 6
    assert message in flat(ran.out)
    assert "Traceback" not in ran.out + ran.err


def test_a_scheme_without_a_model_says_what_to_do(spec: Spec, here: Path) -> None:
    text = Path(SCHEME).read_text().replace("per_vma", "mine")
    (here / "mine.fs").write_text(text)
    ran = spec("refine", "mine.fs")
    assert ran.code == 6 and "there is no model of mine" in flat(ran.out)
    assert "name an implementation with --impl package.module:Class" in flat(ran.out)


def test_what_an_implementation_prints_is_not_in_the_report(spec: Spec, here: Path) -> None:
    (here / "loud.py").write_text(GOOD.replace("pass", """\
def open_vma(self, vma, first, last):
        print("hello")
"""))
    ran = spec("refine", SCHEME, *SMALL, "--impl", "loud.py:Mine", "--json")
    jsonschema.validate(json.loads(ran.out), schema())
    assert ran.code == 0 and "hello" in ran.err


# --------------------------------------------------------------------- only


def test_what_is_not_judged_is_no_pass(spec: Spec, here: Path) -> None:
    words = ("refine", SCHEME, *SMALL, "--impl", "forgetful.py:Mine", "--only", "map_ptes",
             "--only", "nr_mapped")
    ran = spec(*words)
    assert (ran.code, ran.err) == (0, "")
    assert "\nJudged   only map_ptes, nr_mapped\n" in ran.out
    assert "Parted   exhaustive: the sides differ after split_vma (" in flat(ran.out).replace(
        "Parted ", "Parted   ")
    assert "not judged; nothing beyond was looked at" in flat(ran.out)
    assert "unmap_ptes" not in ran.out
    assert ran.out.endswith("1 implementation: 1 refines in what was judged; exit code 0\n")
    found = json.loads(spec(*words, "--json").out)
    jsonschema.validate(found, schema())
    (told,) = found["implementations"]
    assert told["only"] == ["map_ptes", "nr_mapped"]
    assert told["checks"][0]["parted"]["split_vma"] > 0


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("map_pte", "--only: per_vma has no operation or answer map_pte; did you mean map_ptes?"),
        ("nr_maped", "did you mean nr_mapped?"),
        ("frobnicate", "has no operation or answer frobnicate; known: open_vma, "),
    ],
)
def test_2_for_a_name_that_is_not_there(
    spec: Spec, here: Path, name: str, message: str
) -> None:
    ran = spec("refine", SCHEME, *SMALL, "--only", "map_ptes", "--only", name)
    assert (ran.code, ran.out) == (2, "") and message in flat(ran.err)
