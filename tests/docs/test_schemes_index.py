"""schemes/README.md lists every file, answer, claim and scenario, with the right verdicts, and
how much state each scheme keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from spec import ast
from tests.docs.index import FILES, PAGE, WIDEST, answer_tables, split, tables, tree

INDEX = PAGE.read_text(encoding="utf-8")


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
                wanted[f"{name}:{item.name}"] = item.expect or ""
            elif isinstance(item, ast.Scenario):
                wanted[f"{name}:{item.name}"] = ""
    assert listed() == wanted


def test_tables_follow_from_the_schemes() -> None:
    assert split(INDEX)[1] == tables(), "python -m tests.docs.refresh"


def test_every_answer_is_in_a_table_with_its_verdict() -> None:
    listed_answers = set(cells(split(INDEX)[1].partition("How much")[0]))
    for name in FILES:
        for item in tree(name).items:
            if isinstance(item, ast.Answer):
                assert (name, item.question, item.expect or "any") in listed_answers


def test_every_scheme_has_its_state_in_a_table() -> None:
    rows = [r[0] for r in grid(split(INDEX)[1].partition("How much")[2])[2:]]
    assert sorted(rows) == [n for n in FILES if tree(n).header.kind == "scheme"]


def test_questions_that_do_not_fit_go_to_another_table() -> None:
    asked = [f"a_question_with_a_long_name_{i}" for i in range(9)]
    all_exact = dict.fromkeys(asked, "exact")
    answers = {"first": all_exact, "second": {asked[-1]: "unsafe"}, "third": {}}
    made = list(answer_tables("world", asked, answers))
    assert all(len(line) <= WIDEST for table in made for line in table.split("\n"))
    found = set(cells("\n\n".join(made)))
    assert {(s, q, v) for s, q, v in found if v != "-"} == {
        (s, q, v) for s, given in answers.items() for q, v in given.items()}
    assert ["second" in table for table in made] == [False, False, False, False, True]


def test_a_module_that_asks_nothing_has_no_table() -> None:
    assert not list(answer_tables("world", [], {"first": {}}))


def cells(text: str) -> Iterator[tuple[str, str, str]]:
    """Row, column and content of every cell of the tables in a text."""
    for part in text.split("\n\n"):
        if "| --- |" in part:
            head, _, *rows = grid(part)
            for row in rows:
                yield from ((row[0], q, v) for q, v in zip(head[1:], row[1:], strict=True))


def grid(text: str) -> list[list[str]]:
    """The rows of a table."""
    lines = [line for line in text.split("\n") if line.startswith("|")]
    return [[c.strip() for c in line.strip("|").split("|")] for line in lines]


def test_messages_cited_in_the_files_are_listed() -> None:
    for name, path in FILES.items():
        for date in re.findall(r"\d{4}-\d\d-\d\d", path.read_text(encoding="utf-8")):
            assert date in INDEX, f"{name}.fs cites {date}"
