"""The JSON report: valid by its schema, the same bytes each time."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files

import jsonschema
import pytest

from spec.report import FORMATS, Style
from spec.report.json import schema, to_object
from spec.report.model import FileReport
from spec.result import Diagnostic
from spec.source import Span
from tests.compare import assert_golden
from tests.spec.report import samples

render = FORMATS["json"]
SPAN = Span("schemes/x.fs", 3, 5, 3, 9)


def full() -> FileReport:
    slip = Diagnostic("FS021", SPAN, "no such name", "did you mean pte?", related=((SPAN, "here"),))
    return replace(samples.every_verdict(), diagnostics=(slip,))


def test_schema_is_itself_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_report_of_every_verdict_is_valid_and_stable() -> None:
    text = render(samples.report(full(), samples.scenarios(), exit_code=3), Style())
    jsonschema.validate(json.loads(text), schema())
    assert text.isascii() and text.endswith("}\n")
    assert_golden("report/report.json", text.replace(_version(text), "VERSION"))


def _version(text: str) -> str:
    return str(json.loads(text)["tool"]["version"])


def test_trace_says_changes_by_name() -> None:
    file = samples.every_verdict()
    found = to_object(samples.report(replace(file, results=(samples.refuted(file.systems[0]),))))
    step = found["results"][0]["trace"][2]
    assert step["op"] == "split_vma"
    assert step["args"] == {"old": "a", "new": "b", "at": 1}
    assert step["changes"]["pte[a,1]"] == [True, False]
    assert found["results"][0]["scope"]["Vma"] == 2


def test_scope_of_a_proof_says_any() -> None:
    found = to_object(samples.report(samples.every_verdict()))
    assert found["results"][0]["verdict"] == "proved"
    assert found["results"][0]["scope"]["NR"] == "any"


@pytest.mark.parametrize(
    ("value", "said"),
    [("0..3", "0..3"), ("Shmem", "Shmem"), ("any", "any"), (7, 7), ("1", 1), ("true", 1)])
def test_scope_has_numbers_tried_and_values_of_constants(
    value: str | int, said: str | int
) -> None:
    file = samples.every_verdict()
    first = file.results[0]
    scoped = replace(first, decision=replace(first.decision, scope={"limit": value}))
    found = to_object(samples.report(replace(file, results=(scoped,))))
    jsonschema.validate(found, schema())
    assert found["results"][0]["scope"]["limit"] == said


@pytest.mark.parametrize("field", ["verdict", "scope", "trace", "as_expected", "cost"])
def test_schema_wants_every_field(field: str) -> None:
    found = to_object(samples.report(samples.every_verdict()))
    del found["results"][0][field]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found, schema())


def test_schema_is_packaged() -> None:
    assert files("spec.report").joinpath("schema.json").is_file()
