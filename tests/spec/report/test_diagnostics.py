"""Slips as a compiler shows them."""

from __future__ import annotations

import re

from spec.report.diagnostics import render
from spec.result import Diagnostic
from spec.source import Span

TEXT = ["module m", "\tmapcount := mapcuont + 1", "  caf\u00e9 \u4e2d\u6587 x", "y" * 400 + "HERE"]


def lines(path: str) -> list[str]:
    return TEXT if path == "m.fs" else []


def span(line: int, start: int, end: int, path: str = "m.fs") -> Span:
    return Span(path, line, start, line, end)


def shown(*diagnostics: Diagnostic, color: bool = False) -> str:
    return render(diagnostics, color=color, lines=lines)


def test_place_line_caret_hint() -> None:
    slip = Diagnostic("FS021", span(2, 14, 22), "no such name: mapcuont", "did you mean mapcount?")
    assert shown(slip) == (
        "m.fs:2:14: error FS021: no such name: mapcuont\n"
        "    \tmapcount := mapcuont + 1\n"
        "    \t            ^^^^^^^^\n"
        "    hint: did you mean mapcount?\n"
        "\n"
        "1 error\n"
    )


def test_related_places_and_counts() -> None:
    slip = Diagnostic("FS040", span(1, 8, 9), "twice", related=((span(2, 2, 10), "first here"),))
    warning = Diagnostic("FS090", span(1, 1, 7), "unused", severity="warning")
    text = shown(slip, slip, warning)
    assert "    m.fs:2:2: first here\n" in text
    assert text.endswith("2 errors, 1 warning\n")
    assert "m.fs:1:1: warning FS090: unused\n" in text


def test_caret_stands_under_wide_characters() -> None:
    text = shown(Diagnostic("FS001", span(3, 11, 12), "here")).splitlines()
    assert text[2].index("^") == len("    " + "  caf\u00e9 ") + 4 + 1


def test_long_lines_are_cut_around_the_place() -> None:
    text = shown(Diagnostic("FS001", span(4, 401, 405), "here")).splitlines()
    assert len(text[1]) < 200 and text[1].endswith("HERE")
    assert text[2].rstrip().endswith("^^^^") and len(text[2]) == len(text[1])


def test_no_line_no_caret() -> None:
    text = shown(Diagnostic("FS001", Span("gone.fs", 0, 0, 0, 0), "no such file"))
    assert text.startswith("gone.fs: error FS001: no such file\n\n")


def test_place_beyond_the_text_is_survived() -> None:
    assert "error" in shown(Diagnostic("FS001", span(9, 70, 99), "beyond"))
    assert "^" in shown(Diagnostic("FS001", span(1, 70, 99), "beyond the line"))


def test_terminal_is_not_steered_by_a_file() -> None:
    text = shown(Diagnostic("FS001", span(1, 1, 2), "bad \x1b[31m byte", "\x07 bell"))
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", text)


def test_colour_is_on_the_word() -> None:
    assert "\x1b[" in shown(Diagnostic("FS001", span(1, 1, 2), "x"), color=True)


def test_nothing_to_say_is_nothing() -> None:
    assert shown() == ""
