"""Refinements for programs: the object of `schema.json` beside this file."""

from __future__ import annotations

import json
from typing import Any, Final

from refine.faults import Fault, Place
from refine.report.reproduction import reproduction
from refine.report.text import RefineReport, Shown
from refine.result import CheckReport, Divergence, Finding
from spec.report.model import Style
from spec.report.version import version
from spec.trace import Table, Value

SCHEMA_VERSION: Final = 1


def render(report: RefineReport, style: Style) -> str:
    """The object, indented, keys in a fixed order, ASCII, a newline at the end."""
    return json.dumps(to_object(report), indent=2, ensure_ascii=True) + "\n"


def to_object(report: RefineReport) -> dict[str, Any]:
    """The report as plain dicts and lists."""
    return {
        **frame(report.exit_code),
        "implementations": [_implementation(s) for s in report.shown],
    }


def frame(exit_code: int) -> dict[str, Any]:
    """What every object of `spec refine` begins with."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "spec", "version": version()},
        "command": "refine",
        "exit_code": int(exit_code),
    }


def schema() -> dict[str, Any]:
    """The JSON schema of the object."""
    from importlib.resources import files

    text = files("refine.report").joinpath("schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _implementation(shown: Shown) -> dict[str, Any]:
    found = shown.refinement
    return {
        "file": found.path,
        "scheme": found.scheme,
        "implementation": found.implementation,
        "refines": not found.failed and not found.undecided,
        "only": list(found.only),
        "undecided": list(found.undecided),
        "fault": fault_object(found.fault),
        "checks": [_check(c, shown) for c in found.checks],
    }


def _check(check: CheckReport, shown: Shown) -> dict[str, Any]:
    return {
        "check": check.check,
        "scope": check.scope,
        "given": list(check.given),
        "reason": check.reason,
        "findings": [_finding(f) for f in check.findings],
        "parted": dict(check.parted),
        "divergence": (
            None if check.divergence is None else _divergence(check.divergence, shown)),
    }


def _finding(f: Finding) -> dict[str, Any]:
    return {
        "name": f.name, "verdict": f.verdict.value, "paths": f.paths, "runs": f.runs,
        "states": f.states, "steps": f.steps, "reason": f.reason,
    }


def _divergence(d: Divergence, shown: Shown) -> dict[str, Any]:
    return {
        "operation": d.operation,
        "world": {
            "sizes": dict(d.world.sizes),
            "consts": {n: _value(v) for n, v in d.world.consts.items()},
        },
        "reachable": d.start is None,
        "start": None if d.start is None else {n: _value(v) for n, v in d.start.items()},
        "steps": [{"operation": s.action, "args": dict(s.args)} for s in d.steps],
        "differences": [
            {"field": x.field, "wanted": x.wanted, "got": x.got} for x in d.differences],
        "fault": fault_object(d.fault),
        "stored_before": _stored(d.stored_before),
        "stored_after": _stored(d.stored_after),
        "written": {p: _place(at) for p, at in (d.written or {}).items()},
        "spec_line": _spec_line(d, shown),
        "program": (reproduction(d, shown.refinement, shown.system) or None
                    if shown.system else None),
    }


def _spec_line(d: Divergence, shown: Shown) -> str:
    """Of the first answer that is wrong, else of the operation's `on` block, if it has one."""
    answers = shown.system.answers if shown.system else ()
    wrong = [a.where for a in answers if a.question in d.where]
    hook = (shown.hooks or {}).get((shown.refinement.scheme, d.operation))
    return wrong[0] if wrong else hook.where if hook else ""


def _value(value: Value | Table) -> Any:
    """A table as a list of [indices, value]."""
    if isinstance(value, dict):
        return [[list(at), x] for at, x in value.items()]
    return value


def _stored(places: Any) -> Any:
    if places is None:
        return None
    return {p: x if isinstance(x, int | str | None) else str(x) for p, x in places.items()}


def fault_object(fault: Fault | None) -> dict[str, Any] | None:
    """What is wrong with an implementation itself; None where nothing is."""
    if fault is None:
        return None
    return {
        "kind": fault.kind.name.lower(), "message": fault.message, "hint": fault.hint,
        "place": None if fault.place is None else _place(fault.place),
    }


def _place(place: Place) -> dict[str, Any]:
    return {"file": place.path, "line": place.line}
