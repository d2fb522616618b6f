"""How much state each scheme keeps, for programs: the object of `state_schema.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from spec.report.json import diagnostic_object
from spec.report.model import Style
from spec.report.state import StateReport
from spec.report.version import version
from spec.report.words import flat
from spec.state_size import SIZE, Amount, Content, Place, StateSize, Term

SCHEMA_VERSION: Final = 1


def render(report: StateReport, style: Style) -> str:
    """The object, indented, keys in a fixed order, ASCII, a newline at the end."""
    return json.dumps(to_object(report), indent=2, ensure_ascii=True) + "\n"


def to_object(report: StateReport) -> dict[str, Any]:
    """The report as plain dicts and lists."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "spec", "version": version()},
        "command": "state",
        "exit_code": report.exit_code,
        "diagnostics": [
            diagnostic_object(d) for f in report.files for d in f.report.diagnostics
        ],
        "internal_errors": [
            {"file": f.report.path, "dump": f.report.internal}
            for f in report.files if f.report.internal
        ],
        "schemes": [
            _scheme(f.report.path, f.size) for f in report.files if f.size is not None
        ],
    }


def schema() -> dict[str, Any]:
    """The JSON schema of the object."""
    from importlib.resources import files

    text = files("spec.report").joinpath("state_schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _scheme(path: str, size: StateSize) -> dict[str, Any]:
    return {
        "file": path,
        "scheme": size.scheme,
        "assumes": [flat(text) for text in size.assumes],
        "places": [_place(p) for p in size.places],
        "total": _total(size.total),
        "samples": [{SIZE: n, "total": _total(size.at(n))} for n in size.samples],
        "constant": size.is_constant,
        "grows_with": [{"name": f.name, "of": f.of} for f in size.grows_with],
        "not_counted": list(size.world),
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "name": place.name,
        "index": list(place.index),
        **_content(place.content),
        "optional": place.optional,
        "number": _term(place.number),
        "doc": flat(place.doc),
    }


def _total(total: Mapping[Content, Amount]) -> list[dict[str, Any]]:
    return [
        {**_content(content), "sum": [_term(t) for t in amount]}
        for content, amount in total.items()
    ]


def _content(content: Content) -> dict[str, Any]:
    return {"holds": content.kind, "sort": content.sort or None}


def _term(term: Term) -> dict[str, Any]:
    return {"times": term.times, "by": [f.name for f in term.by]}
