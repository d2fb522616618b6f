"""Reports for programs: one JSON object, described by `schema.json` beside this file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from spec.eval import Evaluator
from spec.ir import System
from spec.report.changes import place_text, with_attempt
from spec.report.model import FileReport, Inferred, Report, Style
from spec.report.version import version
from spec.report.world import world_line
from spec.result import Decision, Diagnostic, Result, ScenarioFailure, ScenarioResult, Scope
from spec.source import Span
from spec.trace import Change, Namer, State, Trace, Value, changes
from spec.world import scope_of

SCHEMA_VERSION: Final = 1


def render(report: Report, style: Style) -> str:
    """The object, indented, keys in a fixed order, ASCII, a newline at the end."""
    return json.dumps(to_object(report), indent=2, ensure_ascii=True) + "\n"


def to_object(report: Report) -> dict[str, Any]:
    """The report as plain dicts and lists."""
    results = [_result(f, r) for f in report.files for r in f.results]
    results += [_scenario(f, s) for f in report.files for s in f.scenarios]
    inferred = [_inferred(f, told) for f in report.files for told in f.inferred]
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "spec", "version": version()},
        "command": report.command,
        "exit_code": report.exit_code,
        "diagnostics": [
            diagnostic_object(d) for f in report.files for d in (*f.diagnostics, *f.misfits)
        ],
        "internal_errors": [
            {"file": f.path, "dump": f.internal} for f in report.files if f.internal
        ],
        "results": results,
        **({"inferred": inferred} if inferred else {}),
    }


def schema() -> dict[str, Any]:
    """The JSON schema of the object."""
    from importlib.resources import files

    text = files("spec.report").joinpath("schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


# ----------------------------------------------------------------- results


def _result(file: FileReport, result: Result) -> dict[str, Any]:
    decision = result.decision
    system = file.system(result.scheme)
    trace = decision.trace
    return {
        "file": result.file,
        "scheme": result.scheme,
        "kind": result.kind,
        "name": result.name,
        "verdict": decision.outcome.value,
        "expected": result.expected,
        "as_expected": result.as_expected,
        "scope": scope_object(decision.scope, system),
        "method": decision.method,
        "assumptions": list(decision.assumptions),
        **_trace(trace, system, result.names),
        "text": result.text,
        "doc": result.doc,
        "where": result.where,
        "reason": decision.reason,
        "notes": list(result.notes),
        "cost": {
            "states": decision.cost.states,
            "transitions": decision.cost.transitions,
            "obligations": decision.cost.obligations,
            "rlimit": decision.cost.rlimit,
        },
        **_evidence(decision),
    }


def _evidence(decision: Decision) -> dict[str, Any]:
    """What was asked of a proof beside its verdict; nothing where nothing was."""
    found: dict[str, Any] = {}
    if decision.confirmed is not None:
        alone = [{"obligation": o, "solver": s} for o, s in decision.confirmed.alone]
        found["confirmed"] = {"both": decision.confirmed.both, "alone": alone}
    if decision.stable is not None:
        found["stability"] = {"agree": decision.stable.agree, "seeds": decision.stable.seeds}
    if decision.why:
        found["why"] = [
            {
                "obligation": w.obligation,
                "hypotheses": list(w.hypotheses),
                "guards": list(w.guards),
                "axioms": list(w.axioms),
                "rung": w.rung,
                "solver": w.solver,
            }
            for w in decision.why
        ]
    return found


def _scenario(file: FileReport, result: ScenarioResult) -> dict[str, Any]:
    system = file.system(result.scheme)
    trace = result.trace
    return {
        "file": result.file,
        "scheme": result.scheme,
        "kind": "scenario",
        "name": result.scenario,
        "verdict": "passed" if result.passed else "failed",
        "expected": "passed",
        "as_expected": result.passed,
        "scope": scope_object(scope_of(trace.world, system), system) if trace and system else {},
        "method": "run",
        "assumptions": [],
        **_trace(trace, system, result.names),
        "text": "",
        "doc": result.doc,
        "where": result.where,
        "reason": "",
        "notes": [],
        "checked": result.checked,
        "failures": [_failure(f) for f in result.failures],
    }


def _inferred(file: FileReport, told: Inferred) -> dict[str, Any]:
    system = file.system(told.scheme)
    return {
        "file": file.path,
        "scheme": told.scheme,
        "invariants": [
            {"name": i.name, "block": i.block, "needed_for": list(i.needed_for)}
            for i in told.invariants
        ],
        "scope": scope_object(told.scope, system),
        "explored": scope_object(told.looked, system) if told.looked else {},
        "open": list(told.open),
        "left": list(told.left),
        "refuted": list(told.refuted),
        "candidates": told.candidates,
        "dropped": [
            {"name": d.name, "text": d.text, "kind": d.kind, "why": d.why} for d in told.dropped
        ],
    }


def scope_object(scope: Scope, system: System | None) -> dict[str, int | str]:
    """A number, `any`, the numbers tried, or an element for every sort and constant; of a
    bool constant 0 or 1.

    A range is as large as its size says; what the scope does not name can be anything.
    """
    truths = {"true": 1, "false": 0}
    shown = {n: truths.get(v, _number(v)) if isinstance(v, str) else v for n, v in scope.items()}
    for sort in system.sorts if system else ():
        size = shown.get(sort.size, "any") if isinstance(sort.size, str) else sort.size
        shown.setdefault(sort.name, "any" if size is None else size)
    for const in system.consts if system else ():
        shown.setdefault(const.name, "any")
    return shown


def _number(text: str) -> int | str:
    """An element of a range is shown by its number."""
    return int(text) if text.isdecimal() else text


def _failure(failure: ScenarioFailure) -> dict[str, Any]:
    return {
        "why": failure.why,
        "step": failure.step,
        "text": failure.text,
        "wanted": failure.wanted,
        "got": failure.got,
        "where": failure.where,
    }


# -------------------------------------------------------------------- runs


def _trace(
    trace: Trace | None, system: System | None, names: Mapping[str, tuple[str, ...]]
) -> dict[str, Any]:
    """The steps of a run, the world it is in and the state before the first step."""
    if trace is None or system is None:
        return {"trace": None, "world": None, "initial": None}
    namer = Namer.of(system, names)
    trace = with_attempt(trace, Evaluator(system, trace.world))
    steps = []
    for i, step in enumerate(trace.steps):
        params = dict(system.action(step.action).params)
        found = changes(trace.states[i], trace.states[i + 1])
        shown = {
            "op": step.action,
            "args": {n: _plain(x, params[n], namer) for n, x in step.args.items()},
            "changes": _changes(found, system, namer),
        }
        steps.append({**shown, "call": step.call} if step.call else shown)
    return {
        "trace": steps,
        "world": world_line(trace.world, system, namer),
        "initial": _state(trace.states[0], system, namer),
    }


def _changes(
    found: tuple[Change, ...], system: System, namer: Namer
) -> dict[str, list[bool | int | str | None]]:
    return {
        place_text(c, system, namer): [
            _plain(c.old, system.state(c.place).type, namer),
            _plain(c.new, system.state(c.place).type, namer),
        ]
        for c in found
    }


def _state(state: State, system: System, namer: Namer) -> dict[str, Any]:
    """Every place with its value."""
    shown: dict[str, Any] = {}
    for name, value in state.items():
        type_ = system.state(name).type
        entries = value.items() if isinstance(value, dict) else [((), value)]
        for at, x in entries:
            place = place_text(Change(name, at, None, None), system, namer)
            shown[place] = _plain(x, type_, namer)
    return shown


def _plain(value: Value, type_: str, namer: Namer) -> bool | int | str | None:
    """Elements by name; bools, numbers and pages as they are; `none` as null."""
    if value is None or isinstance(value, bool):
        return value
    sort = namer.sorts.get(type_.rstrip("?"))
    if sort is None or sort.kind == "range":
        return value
    return namer.show(value, type_)


# ------------------------------------------------------------- diagnostics


def diagnostic_object(d: Diagnostic) -> dict[str, Any]:
    """A slip, as `schema.json` says."""
    return {
        "code": d.code,
        "severity": d.severity,
        **_span(d.span),
        "message": d.message,
        "hint": d.hint,
        "related": [{**_span(span), "message": text} for span, text in d.related],
    }


def _span(span: Span) -> dict[str, Any]:
    return {
        "file": span.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
