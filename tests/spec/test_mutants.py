"""Whatever the text, parsing says what is wrong with it, or the file can be formatted."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec.format import format_text
from spec.parse import parse_text
from tests.spec.mutants import mutant

SCHEMES = sorted((Path(__file__).parents[2] / "schemes").glob("*.fs"))
TEXTS = [path.read_text(encoding="utf-8") for path in SCHEMES]


def check_mutant(text: str) -> None:
    file, problems = parse_text(text, "m.fs")
    for problem in problems:
        span = problem.span
        assert (1, 1) <= (span.line, span.column) <= (span.end_line, span.end_column)
        assert problem.message
    if not problems:
        assert file is not None
        made = format_text(text, "m.fs")
        assert parse_text(made, "m.fs") == (file, ())
        assert format_text(made, "m.fs") == made


@pytest.mark.parametrize("seed", range(12))
def test_sample_of_mutants(seed: int) -> None:
    for i, text in enumerate(TEXTS):
        check_mutant(mutant(text, seed * len(TEXTS) + i))


@pytest.mark.long
def test_two_thousand_mutants() -> None:
    for seed in range(2000):
        check_mutant(mutant(TEXTS[seed % len(TEXTS)], 1_000_000 + seed))
