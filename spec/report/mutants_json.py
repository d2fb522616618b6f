"""What became of the mutants, for programs: the object of `mutants_schema.json`."""

from __future__ import annotations

import json
from typing import Any, Final

from spec.report.json import diagnostic_object, scope_object
from spec.report.model import Style
from spec.report.mutants import Judged, MutatedFile, MutationReport, run_steps, world
from spec.report.version import version
from spec.result import Kill

SCHEMA_VERSION: Final = 1


def render(report: MutationReport, style: Style) -> str:
    """The object, indented, keys in a fixed order, ASCII, a newline at the end."""
    return json.dumps(to_object(report), indent=2, ensure_ascii=True) + "\n"


def to_object(report: MutationReport) -> dict[str, Any]:
    """The report as plain dicts and lists."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "spec", "version": version()},
        "command": "mutate",
        "exit_code": report.exit_code,
        "diagnostics": [
            diagnostic_object(d) for f in report.files for d in f.report.diagnostics
        ],
        "internal_errors": [
            {"file": f.report.path, "dump": f.report.internal}
            for f in report.files if f.report.internal
        ],
        "files": [_file(f) for f in report.files if f.catalogue is not None],
    }


def schema() -> dict[str, Any]:
    """The JSON schema of the object."""
    from importlib.resources import files

    text = files("spec.report").joinpath("mutants_schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _file(file: MutatedFile) -> dict[str, Any]:
    catalogue = file.catalogue
    assert catalogue is not None
    return {
        "file": file.report.path,
        "scheme": catalogue.scheme,
        "made": catalogue.made,
        "refused": [{"name": n, "codes": list(c)} for n, c in catalogue.refused.items()],
        "unchanged": list(catalogue.unchanged),
        "idle": list(catalogue.idle),
        "unfit": list(file.unfit),
        "mutants": [_mutant(j) for j in file.judged],
    }


def _mutant(judged: Judged) -> dict[str, Any]:
    candidate, fate = judged.candidate, judged.fate
    return {
        "name": candidate.name,
        "also": list(candidate.also),
        "operator": candidate.operator,
        "where": candidate.where,
        "diff": "\n".join(candidate.diff) + "\n",
        "verdict": None if fate is None else fate.verdict,
        "survives": candidate.survives,
        "as_expected": judged.as_expected,
        "killed_by": [_kill(k, judged) for k in (fate.kills if fate else ())],
    }


def _kill(kill: Kill, judged: Judged) -> dict[str, Any]:
    system = judged.candidate.system
    has_run = kill.decision.trace is not None
    return {
        "kind": kill.kind,
        "name": kill.name,
        "way": kill.way,
        "method": kill.decision.method,
        "scope": scope_object(kill.decision.scope, system),
        "world": world(kill, system) if has_run else None,
        "run": run_steps(kill, system) if has_run else None,
        "reason": kill.decision.reason,
    }
