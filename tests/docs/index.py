"""The tables of schemes/README.md that follow from the schemes: how good the answers are,
and how much state each keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from spec import ast
from spec.load import load
from spec.parse import parse_text
from spec.report.state import total_text, verdict
from spec.state_size import size_of
from tests.docs.markdown import ROOT

PAGE = ROOT / "schemes" / "README.md"
FILES = {p.stem: p for p in sorted((ROOT / "schemes").glob("*.fs"))}
WIDEST = 100
_OPENING = "<!-- tables: python -m tests.docs.refresh -->\n"
_BEHIND = "\n## By message\n"

Answers = Mapping[str, Mapping[str, str]]
"""By scheme: the questions that it answers, and how well."""


def tree(name: str) -> ast.File:
    """The syntax tree of a file, by its name without `.fs`."""
    file, _ = parse_text(FILES[name].read_text(encoding="utf-8"), f"{name}.fs")
    assert file is not None
    return file


def split(page: str) -> tuple[str, str, str]:
    """What stands before the tables, the tables, and what stands behind them."""
    before, _, rest = page.partition(_OPENING)
    shown, _, behind = rest.partition(_BEHIND)
    return before + _OPENING, shown, _BEHIND + behind


def tables() -> str:
    """The tables as they must be."""
    trees = {name: tree(name) for name in _order()}
    schemes = {n: t for n, t in trees.items() if t.header.kind == "scheme"}
    answers = {
        n: {i.question: i.expect or "any" for i in t.items if isinstance(i, ast.Answer)}
        for n, t in schemes.items()
    }
    parts = ["How good the answers are (`spec check`; `-` is no answer), by the module that asks:"]
    for module, file in trees.items():
        asked = [i.name for i in file.items if isinstance(i, ast.Question)]
        parts += answer_tables(module, asked, answers)
    parts += ["How much a folio carries for them (`spec state`):", _state_table(schemes)]
    return "\n" + "\n\n".join(parts) + "\n"


def answer_tables(module: str, asked: Sequence[str], answers: Answers) -> Iterator[str]:
    """As many tables as the questions of a module need: a scheme in a row, where it answers
    one of them."""
    row: list[str] = []
    for question in asked:
        if row and any(len(x) > WIDEST for x in _answer_rows(module, [*row, question], answers)):
            yield "\n".join(_answer_rows(module, row, answers))
            row = []
        row.append(question)
    if row:
        yield "\n".join(_answer_rows(module, row, answers))


def _answer_rows(module: str, asked: Sequence[str], answers: Answers) -> list[str]:
    rows = [
        (name, *(given.get(q, "-") for q in asked))
        for name, given in answers.items() if any(q in given for q in asked)
    ]
    return _table((module, *asked), rows)


def _state_table(schemes: Mapping[str, ast.File]) -> str:
    sizes = [size_of(load(FILES[name]).systems[0], {}) for name in schemes]
    rows = [(s.scheme, total_text(s.total), verdict(s)) for s in sizes]
    return "\n".join(_table(("", "state of one folio", "constant"), rows))


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    head = [" | ".join(titles).strip(), " | ".join("---" for _ in titles)]
    return [f"| {line} |".replace("|  |", "| |") for line in [*head, *map(" | ".join, rows)]]


def _order() -> list[str]:
    """The files in the order of the page's own table of files; others at the end."""
    listed = re.findall(r"^\| `(\w+)\.fs` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return list(dict.fromkeys([*(n for n in listed if n in FILES), *FILES]))


def write_tables() -> None:
    """Put the tables into the page."""
    before, _, behind = split(PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(before + tables() + behind, encoding="utf-8")
