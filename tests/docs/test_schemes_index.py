"""schemes/README.md lists every file, answer, claim and scenario, with the right verdicts."""

from __future__ import annotations

import re

import pytest

from spec import ast
from spec.parse import parse_text
from tests.docs.markdown import ROOT

INDEX = (ROOT / "schemes" / "README.md").read_text(encoding="utf-8")
FILES = {p.stem: p for p in sorted((ROOT / "schemes").glob("*.fs"))}


def tree(name: str) -> ast.File:
    file, _ = parse_text(FILES[name].read_text(encoding="utf-8"), f"{name}.fs")
    assert file is not None
    return file


def listed() -> dict[str, str]:
    """`file:name` with the word behind it, empty for scenarios."""
    return dict(re.findall(r"`(\w+:\w+)`(?: (holds|fails))?", INDEX))


@pytest.mark.parametrize("name", FILES)
def test_file_is_listed(name: str) -> None:
    assert f"| `{name}.fs` |" in INDEX


def test_claims_and_scenarios_are_listed_with_their_verdicts() -> None:
    wanted = {}
    for name in FILES:
        for item in tree(name).items:
            if isinstance(item, ast.Claim):
                wanted[f"{name}:{item.name}"] = item.expect
            elif isinstance(item, ast.Scenario):
                wanted[f"{name}:{item.name}"] = ""
    assert listed() == wanted


def test_answers_are_listed_with_their_verdicts() -> None:
    table = INDEX.partition("How good")[2].partition("\n\n")[2].partition("\n\n")[0]
    head, _, *rows = [[c.strip() for c in r.strip("|").split("|")] for r in table.split("\n")]
    questions = [i.name for i in tree("folio").items if isinstance(i, ast.Question)]
    wanted = [["", *questions]]
    for name in (row[0] for row in rows):
        given = {i.question: i.expect for i in tree(name).items if isinstance(i, ast.Answer)}
        wanted.append([name, *(given.get(q) or "-" for q in questions)])
    assert [head, *rows] == wanted
    assert {row[0] for row in rows} == {n for n in FILES if tree(n).header.kind == "scheme"}


def test_messages_cited_in_the_files_are_listed() -> None:
    for name, path in FILES.items():
        for date in re.findall(r"\d{4}-\d\d-\d\d", path.read_text(encoding="utf-8")):
            assert date in INDEX, f"{name}.fs cites {date}"
