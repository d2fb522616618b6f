"""The table of error codes in the language reference."""

from __future__ import annotations

import re

from tests.docs.markdown import ROOT

PAGE = ROOT / "docs" / "language.md"
ROW = re.compile(r"\| (FS\d+) \| (.+?) \|$", re.MULTILINE)


def titles() -> list[tuple[str, str]]:
    """Every code with the title of its page."""
    pages = sorted((ROOT / "spec" / "errors").glob("FS*.md"))
    heads = [p.read_text(encoding="utf-8").split("\n")[0].removeprefix("# ") for p in pages]
    return [(code, title) for code, _, title in (h.partition(": ") for h in heads)]
