"""Text that survives a mailing list: ASCII, and no line too long."""

from __future__ import annotations

import textwrap
import unicodedata
from typing import Final

MAIL_WIDTH: Final = 72
_NEAREST: Final = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-",
        "\u2014": "--", "\u2026": "...", "\u2192": "->", "\u21d2": "=>", "\u2264": "<=",
        "\u2265": ">=", "\u2260": "!=", "\u00d7": "x", "\u00a0": " ", "\u00df": "ss",
        "\u00f8": "o", "\u0142": "l", "\t": " ",
    }
)


def to_ascii(text: str) -> str:
    """The nearest ASCII: accents dropped, known signs spelled out, others `?`.

    Control characters other than newlines go too.
    """
    spelled = unicodedata.normalize("NFKD", text.translate(_NEAREST))
    plain = "".join(c for c in spelled if not unicodedata.combining(c))
    return "".join(c if c == "\n" or " " <= c <= "~" else "?" for c in plain)


def field(label: str, text: str, width: int = MAIL_WIDTH) -> list[str]:
    """`Scheme   text`, what does not fit going under the text."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=f"{label:<8} ",
        subsequent_indent=" " * 9,
        break_on_hyphens=False,
    ) or [label]


def short_path(path: str, width: int = 44) -> str:
    """The last parts of a path that would fill the line."""
    if len(path) <= width:
        return path
    parts = path.split("/")
    kept = parts[-1]
    for part in reversed(parts[:-1]):
        if len(kept) + len(part) + 5 > width:
            break
        kept = f"{part}/{kept}"
    return f".../{kept}"[-width:]


def paragraph(text: str, width: int = MAIL_WIDTH) -> list[str]:
    return textwrap.wrap(text, width, break_on_hyphens=False)
