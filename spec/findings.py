"""What the checker finds in one run: each slip is kept once, and none stops the search."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from spec.result import Diagnostic
from spec.source import Span

Related = tuple[tuple[Span, str], ...]


class Slips:
    """Collects the diagnostics of one run, in the order in which they are found."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, Span, str], Diagnostic] = {}
        self._unknown: set[tuple[str, str]] = set()

    def error(
        self, code: str, span: Span, message: str, hint: str = "", related: Related = ()
    ) -> None:
        self.add(Diagnostic(code, span, message, hint, "error", related))

    def unknown(self, code: str, span: Span, name: str, message: str, hint: str = "") -> None:
        """A name that means nothing: said once in a file, however often it is used."""
        if (span.path, name) not in self._unknown:
            self._unknown.add((span.path, name))
            self.error(code, span, message, hint)

    def warning(self, code: str, span: Span, message: str, hint: str = "") -> None:
        self.add(Diagnostic(code, span, message, hint, "warning"))

    def add(self, diagnostic: Diagnostic) -> None:
        key = (diagnostic.code, diagnostic.span, diagnostic.message)
        self._found.setdefault(key, diagnostic)

    @property
    def errors(self) -> int:
        """How many errors there are so far (warnings not counted)."""
        return sum(d.severity == "error" for d in self._found.values())

    def all(self) -> tuple[Diagnostic, ...]:
        """Everything found: file by file, within a file in the order of the text."""
        files = {d.span.path: i for i, d in reversed(list(enumerate(self._found.values())))}
        return tuple(sorted(self._found.values(), key=lambda d: (files[d.span.path], d.span)))

    def warnings(self) -> tuple[Diagnostic, ...]:
        return tuple(d for d in self.all() if d.severity == "warning")


def near(name: str, known: Iterable[str]) -> str:
    """`did you mean ...?` for a name close to a known one, else the empty string."""
    close = difflib.get_close_matches(name, sorted(set(known)), n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else ""
