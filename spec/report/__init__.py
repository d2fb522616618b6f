"""Reports: a table of formats.  A format is a function of a report and a style.

To add one, write `render(report, style) -> str` in a module of its own and a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from spec.report import json, mail, text
from spec.report.model import FileReport, Report, Style

FORMATS: Final[Mapping[str, Callable[[Report, Style], str]]] = {
    "text": text.render,
    "mail": mail.render,
    "json": json.render,
}

__all__ = ["FORMATS", "FileReport", "Report", "Style"]
