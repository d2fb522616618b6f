"""Slips in a text as a compiler shows them: place, line, caret, what to write instead."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

from spec.report.words import plural
from spec.result import Diagnostic
from spec.source import Span

_LONGEST = 160
_UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"
_COLORS = {"error": "red", "warning": "magenta"}
Lines = Callable[[str], Sequence[str]]


def render(diagnostics: Sequence[Diagnostic], *, color: bool, lines: Lines | None = None) -> str:
    """All of them, and how many there were; empty when there are none.

    Args:
        lines: gives the lines of a file by its path; by default the file is read.
    """
    if not diagnostics:
        return ""
    source = lines or SourceLines({})
    shown = [_diagnostic(d, color, source) for d in diagnostics]
    return "\n".join(shown) + f"\n{count(diagnostics)}\n"


def count(diagnostics: Sequence[Diagnostic]) -> str:
    """`2 errors, 1 warning`."""
    parts = []
    for severity in ("error", "warning"):
        number = sum(d.severity == severity for d in diagnostics)
        if number:
            parts.append(plural(number, severity))
    return ", ".join(parts)


class SourceLines:
    """Lines of files, each read once; a file that cannot be read has none.

    Args:
        texts: texts that are no files, by the path that stands in the spans.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._lines: dict[str, Sequence[str]] = {p: t.split("\n") for p, t in texts.items()}

    def __call__(self, path: str) -> Sequence[str]:
        if path not in self._lines:
            try:
                text = Path(path).read_text(encoding="utf-8", errors="replace")
            except (OSError, ValueError):
                text = ""
            self._lines[path] = text.removeprefix("\ufeff").split("\n")
        return self._lines[path]


def _diagnostic(d: Diagnostic, color: bool, lines: Lines) -> str:
    word = f"{d.severity} {d.code}".rstrip()
    if color:
        word = click.style(word, fg=_COLORS[d.severity], bold=True)
    out = [f"{_place(d.span)}: {word}: {printable(d.message)}", *_excerpt(d.span, lines)]
    if d.hint:
        first, *more = d.hint.split("\n")
        out.append(f"    hint: {printable(first)}")
        out += [f"          {printable(line)}" for line in more]
    for span, text in d.related:
        out += [f"    {_place(span)}: {printable(text)}", *_excerpt(span, lines)]
    return "\n".join(out) + "\n"


def _place(span: Span) -> str:
    path = printable(span.path)
    return f"{path}:{span.line}:{span.column}" if span.line else path


def _excerpt(span: Span, lines: Lines) -> list[str]:
    """The line and a caret under the place; tabs are kept, so that they line up."""
    found = lines(span.path) if span.line else ()
    if not 0 < span.line <= len(found):
        return []
    text = found[span.line - 1].rstrip("\r")
    start = max(0, min(span.column - 1, len(text)))
    end = span.end_column - 1 if span.end_line == span.line else len(text)
    if not text.strip() and start == 0:
        return []
    cut = max(0, start - _LONGEST // 2) if len(text) > _LONGEST else 0
    shown = text[cut : cut + _LONGEST]
    start, end = start - cut, min(max(end - cut, start - cut + 1), len(shown) + 1)
    pad = "".join("\t" if c == "\t" else " " * _columns(c) for c in shown[:start])
    caret = "^" * max(1, sum(_columns(c) for c in shown[start:end]))
    return [f"    {printable(shown)}", f"    {pad}{caret}"]


def _columns(c: str) -> int:
    if unicodedata.combining(c):
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1


def printable(text: str) -> str:
    """Without characters that would steer a terminal; tabs and newlines stay."""
    return "".join(c if c in "\t\n" or c.isprintable() else _UNPRINTABLE for c in text)
