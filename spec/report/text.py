"""Verdicts for a reader at a terminal: verdict first, then the claim, then its scope."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator
from itertools import groupby

import click

from spec.ir import System
from spec.report import evidence
from spec.report.diagnostics import count, printable
from spec.report.inferred import section
from spec.report.mail import claim_text, surprises
from spec.report.model import FileReport, Report, Style
from spec.report.run import show_step, view
from spec.report.scenario import lines_of as scenario_lines
from spec.report.table import lines_of
from spec.report.words import (
    VERDICTS,
    cost_text,
    definition,
    plural,
    scope_text,
    sentence,
    verdict,
)
from spec.result import Decision, Outcome, Result
from spec.trace import Namer

_COLUMN = 15
_LOOKED_FAR = (Outcome.HOLDS, Outcome.UNKNOWN, Outcome.NOT_INDUCTIVE, Outcome.VACUOUS)
_TOLD_BY_TEXT = ("nat", "clash", "vacuity", "expectation")
NO_BUG_REPORT = (
    "This is not a bug report: the state it starts from may never be reached. "
    "A stronger invariant may exclude it."
)


def render(report: Report, style: Style) -> str:
    """The whole report, the summary line last."""
    lines: list[str] = []
    for file in report.files:
        shown = [r for r in file.results if style.verbosity != "quiet" or not r.as_expected]
        for scheme, group in groupby(shown, key=lambda r: r.scheme):
            lines += _scheme(file, scheme, list(group), style)
        lines += [x for told in file.inferred for x in section(told, style)]
        lines += scenario_lines(file, style)
    for text in evidence.legend(r for f in report.files for r in f.results):
        lines += textwrap.wrap(text, style.width, subsequent_indent="    ")
    lines += ["", summary(report)]
    kept = [x for i, x in enumerate(lines) if x or (i and lines[i - 1])]
    return "".join(f"{line}\n" for line in kept)


def _scheme(file: FileReport, scheme: str, results: list[Result], style: Style) -> Iterator[str]:
    """The results of one scheme; a module that other files stand on is told in short."""
    below = bool(file.own) and scheme not in file.own and style.verbosity != "verbose"
    plain = all(r.as_expected and not evidence.is_remarkable(r.decision) for r in results)
    if not below or not plain:
        yield from _heading(file, scheme, results[0].file, style)
        yield ""
    if below:
        short = [r for r in results if r.as_expected and not evidence.is_remarkable(r.decision)]
        if short:
            yield from _in_short(file, scheme, short, style)
        results = [r for r in results if r not in short]
    for result in results if style.verbosity == "verbose" else _without_classes(results):
        yield from _promise(file, result, style)
        if result.kind == "answer" and result.as_expected and style.verbosity != "verbose":
            yield from _errors(file, result, results, style)
    yield ""


def _without_classes(results: list[Result]) -> list[Result]:
    """An answer as good as expected stands for its classes."""
    good = {r.name for r in results if r.kind == "answer" and r.as_expected}
    return [r for r in results if r.kind != "answer_class" or r.name.partition(".")[0] not in good]


def _errors(
    file: FileReport, answer: Result, results: list[Result], style: Style
) -> Iterator[str]:
    """The runs on which an answer errs, as it is expected to."""
    system = file.system(answer.scheme)
    for r in results:
        if r.kind == "answer_class" and r.name.partition(".")[0] == answer.name and system:
            for text in _short_run(r, system):
                for line in _wrapped(f"{r.name.partition('.')[2]}: {text}", style):
                    yield " " * _COLUMN + line


def _heading(file: FileReport, scheme: str, path: str, style: Style) -> list[str]:
    system = file.system(scheme)
    kind = system.kind if system else "scheme"
    name = click.style(scheme, bold=True) if style.color else scheme
    lines = [f"{kind} {name} ({path})"]
    meaning = printable(definition(system.doc)) if system else ""
    if meaning:
        lines += textwrap.wrap(meaning, style.width, initial_indent="  ", subsequent_indent="  ")
    return lines


def _in_short(
    file: FileReport, scheme: str, results: list[Result], style: Style
) -> Iterator[str]:
    """`PROVED  9 promises of module folio` and in which scope."""
    counts = Counter(
        (r.decision.outcome, scope_text(r.decision.scope, file.system(scheme))) for r in results
    )
    for (outcome, scope), number in counts.items():
        gap = " " * max(1, _COLUMN - len(VERDICTS[outcome][0]))
        yield verdict(outcome, style.color) + gap + f"{plural(number, 'promise')} of {scheme}"
        for line in _wrapped(scope, style):
            yield " " * _COLUMN + line


# ------------------------------------------------------------- one promise


def _promise(file: FileReport, result: Result, style: Style) -> Iterator[str]:
    """A line or two; the run too where it was not expected, or where asked for."""
    system = file.system(result.scheme)
    word = VERDICTS[result.decision.outcome][0]
    gap = " " * max(1, _COLUMN - len(word))
    first, *more = _wrapped(_what(result, style), style)
    yield verdict(result.decision.outcome, style.color) + gap + first
    for line in more:
        yield " " * _COLUMN + line
    for text in _details(result, system, style):
        for line in _wrapped(text, style):
            yield " " * _COLUMN + line
    if _shows_run(result, style) and system is not None:
        yield from _run(file, result, system, style)


def _wrapped(text: str, style: Style) -> list[str]:
    return textwrap.wrap(printable(text), style.width - _COLUMN, break_on_hyphens=False) or [""]


def _what(result: Result, style: Style) -> str:
    kind = "answer" if result.kind == "answer_class" else result.kind
    name = f"{kind} {result.name}"
    english = sentence(result.doc)
    text = claim_text(result)
    both = bool(english and result.text) and style.verbosity == "verbose"
    said = f"{english} [{text}]" if both else english or text
    surprise = f" (expected: {result.expected})" if surprises(result) else ""
    if result.kind in _TOLD_BY_TEXT:
        return f"{text}{surprise}"
    return f"{name}{surprise}: {said}" if said else f"{name}{surprise}"


def _details(result: Result, system: System | None, style: Style) -> Iterator[str]:
    """Scope, what the proof leans on, the cost where it says how far one looked."""
    decision = result.decision
    verbose = style.verbosity == "verbose"
    parts = [scope_text(decision.scope, system), _given(decision, system, verbose)]
    if decision.outcome is Outcome.REFUTED and result.as_expected:
        parts.insert(0, "as expected")
    if verbose:
        parts += [f"by {decision.method}", cost_text(decision.cost)]
    elif decision.outcome in _LOOKED_FAR:
        parts.append(cost_text(decision.cost))
    yield "; ".join(part for part in parts if part)
    if decision.reason:
        yield decision.reason
    yield from evidence.remarks(decision)
    yield from evidence.reasons(result)
    yield from result.notes
    if result.as_expected and not verbose and system is not None:
        yield from _short_run(result, system)


def _given(decision: Decision, system: System | None, verbose: bool) -> str:
    """`given counts_mapping_vmas, 2 of folio`; every name where asked for."""
    layers = {p.name: p.layer for p in system.promises} if system else {}
    own = system.name if system else ""
    named = [a for a in decision.assumptions if verbose or layers.get(a, own) == own]
    others = Counter(layers[a] for a in decision.assumptions if a not in named)
    parts = named + [f"{number} of {layer}" for layer, number in others.items()]
    return "given " + ", ".join(parts) if parts else ""


def _short_run(result: Result, system: System) -> Iterator[str]:
    trace = result.decision.trace
    if trace is not None and result.decision.outcome is Outcome.REFUTED:
        namer = Namer.of(system, result.names)
        steps = [show_step(s, system.action(s.action), namer) for s in trace.steps]
        yield "; ".join(steps) or "at the start"


def _shows_run(result: Result, style: Style) -> bool:
    if result.decision.trace is None:
        return False
    return style.verbosity == "verbose" or not result.as_expected


def _run(file: FileReport, result: Result, system: System, style: Style) -> Iterator[str]:
    trace = result.decision.trace
    assert trace is not None
    inductive_step = result.decision.outcome is Outcome.NOT_INDUCTIVE
    promise = next((p for p in system.promises if p.name == result.name), None)
    run = view(
        trace, system, promise, duty=f"{result.kind}:{result.name}", names=result.names,
        inductive_step=inductive_step, every_change=style.verbosity == "verbose",
    )
    yield ""
    for line in textwrap.wrap(run.world, style.width - 4):
        yield f"    {line}"
    for line in lines_of(run, style.width - 2):
        yield f"  {line}".rstrip()
    yield ""
    ending = f"{run.ending} {NO_BUG_REPORT}".strip() if inductive_step else run.ending
    for line in textwrap.wrap(printable(ending), style.width - 4):
        yield f"    {line}"
    last = trace.steps[-1].action if trace.steps else ""
    hook = file.hooks.get((result.scheme, last))
    places = [result.where] if result.where else []
    places += [f"on {last}: {hook.where}"] if hook else []
    if places:
        yield f"    ({'; '.join(places)})"
    yield ""


# ----------------------------------------------------------------- summary


def summary(report: Report) -> str:
    """`12 verdicts: 9 PROVED, 2 REFUTED as expected, 1 UNKNOWN; exit code 4`."""
    parts = []
    results = [r for f in report.files for r in f.results]
    counts = Counter((r.decision.outcome, r.as_expected) for r in results)
    for outcome, (word, _) in VERDICTS.items():
        told: Counter[str] = Counter()
        for expected in (True, False):
            told[_aside(outcome, expected)] += counts[outcome, expected]
        parts += [f"{number} {word}{aside}" for aside, number in told.items() if number]
    head = f"{plural(len(results), 'verdict')}: {', '.join(parts)}" if results else ""
    scenarios = [s for f in report.files for s in f.scenarios]
    passed = sum(s.passed for s in scenarios)
    parts = [head] if head else []
    if scenarios:
        failed = len(scenarios) - passed
        parts.append(
            f"{plural(len(scenarios), 'scenario')}: {passed} passed"
            + (f", {failed} FAILED" if failed else "")
        )
    parts += [said for tell in (evidence.solvers, evidence.stability) if (said := tell(results))]
    slips = count([d for f in report.files for d in f.diagnostics])
    parts += [slips] if slips else []
    return "; ".join([*parts, f"exit code {report.exit_code}"])


def _aside(outcome: Outcome, expected: bool) -> str:
    if outcome is Outcome.VACUOUS:
        return ""
    if not expected:
        return " unexpectedly"
    return " as expected" if outcome is Outcome.REFUTED else ""
