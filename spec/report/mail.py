"""Counterexamples as they go into a mail: 72 columns, ASCII, only what changed."""

from __future__ import annotations

from collections import Counter

from spec.replay import METHOD as REPLAY
from spec.report.ascii import MAIL_WIDTH, field, paragraph, short_path, to_ascii
from spec.report.model import FileReport, Report, Style
from spec.report.run import view
from spec.report.table import lines_of
from spec.report.words import (
    VERDICTS,
    definition,
    flat,
    plural,
    scope_text,
    sentence,
    world_text,
)
from spec.result import Outcome, Result


def render(report: Report, style: Style) -> str:
    """Every refuted promise with its run, then what else was decided.

    With `quiet`, only the refutations that nobody expected.
    """
    blocks = []
    for file in report.files:
        shown = [
            r for r in file.results
            if _has_run(r) and not (style.verbosity == "quiet" and r.as_expected)
        ]
        blocks += [_run(file, r) for r in shown]
        others = [r for r in file.results if r not in shown]
        if others and style.verbosity != "quiet":
            blocks.append(_others(file, others, bool(shown)))
        blocks += [_scenario(s.scheme, s.scenario, s.passed) for s in file.scenarios]
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks)


def _has_run(result: Result) -> bool:
    """Refuted by a run; or not refuted by the run that came with a mail."""
    decision = result.decision
    wanted = decision.outcome is Outcome.REFUTED or decision.method == REPLAY
    return wanted and decision.trace is not None


# -------------------------------------------------------------------- one run


def _run(file: FileReport, result: Result) -> list[str]:
    system = file.system(result.scheme)
    trace = result.decision.trace
    assert system is not None and trace is not None
    promise = next((p for p in system.promises if p.name == result.name), None)
    run = view(trace, system, promise, duty=f"{result.kind}:{result.name}", names=result.names)
    meaning = definition(system.doc)
    lines = field(system.kind.capitalize(), system.name + (f"  ({meaning})" if meaning else ""))
    lines += field("Claim", f"{result.name}: {claim_text(result)}".rstrip(": "))
    lines += field("Verdict", _verdict(result, world_text(trace.world, system)))
    lines += field("World", run.world)
    lines += ["", *lines_of(run, MAIL_WIDTH), ""]
    lines += paragraph(run.ending or "After every step of this run the claim is true.")
    lines += _why(file, result)
    lines += field("Replay", f"spec run {short_path(result.file)} --replay - < this text")
    return [to_ascii(line) for line in lines]


def claim_text(result: Result) -> str:
    """The promise as it is written, on one line."""
    return flat(result.text) or flat(result.doc)


def surprises(result: Result) -> bool:
    """Did the author say what to expect, and it came otherwise?"""
    return not result.as_expected and result.expected is not None


def _verdict(result: Result, world: str) -> str:
    assert result.decision.trace is not None
    steps = plural(len(result.decision.trace.steps), "step")
    if result.decision.outcome is not Outcome.REFUTED:
        return f"not refuted by this run of {steps}; {world}"
    expected = ", as expected" if result.as_expected else ""
    found = "replayed" if result.decision.method == REPLAY else "smallest world"
    return f"REFUTED in {steps}{expected}; {found}: {world}"


def _why(file: FileReport, result: Result) -> list[str]:
    """What the author says of it, and the block by which the last step counts."""
    trace = result.decision.trace
    assert trace is not None
    doc = flat(result.doc) if flat(result.doc) != claim_text(result) else ""
    where = f"({short_path(result.where)})" if result.where else ""
    lines = field("Why", " ".join(x for x in (doc, where) if x)) if doc or where else []
    hook = file.hooks.get((result.scheme, trace.steps[-1].action)) if trace.steps else None
    if hook is not None:
        said = f": {sentence(hook.doc)}" if hook.doc else ""
        step = f"on {trace.steps[-1].action} ({short_path(hook.where)}){said}"
        lines += field(f"Step {len(trace.steps)}", step)
    return lines


# -------------------------------------------------------- the other verdicts


def _others(file: FileReport, results: list[Result], after_runs: bool) -> list[str]:
    """With runs above: one paragraph.  Without: the table of verdicts."""
    if after_runs:
        counts = Counter(r.decision.outcome for r in results)
        listed = ", ".join(f"{n} {VERDICTS[o][0]}" for o, n in sorted(counts.items()))
        return [to_ascii(x) for x in field("Others", f"{listed} ({short_path(file.path)})")]
    lines: list[str] = []
    scheme = ""
    for result in results:
        system = file.system(result.scheme)
        if result.scheme != scheme:
            scheme = result.scheme
            meaning = definition(system.doc) if system else ""
            kind = (system.kind if system else "scheme").capitalize()
            lines += [""] if lines else []
            lines += [*field(kind, scheme + (f"  ({meaning})" if meaning else "")), ""]
        lines += _table_row(result, scope_text(result.decision.scope, system))
    return [to_ascii(line) for line in lines]


def _table_row(result: Result, scope: str) -> list[str]:
    word = VERDICTS[result.decision.outcome][0]
    surprise = f" (expected: {result.expected})" if surprises(result) else ""
    because = f": {flat(result.decision.reason)}" if result.decision.reason else ""
    text = f"{result.name}; {scope}{because}{surprise}"
    wrapped = paragraph(text, MAIL_WIDTH - 15)
    return [f"{word if i == 0 else '':<15}{line}" for i, line in enumerate(wrapped)]


def _scenario(scheme: str, name: str, passed: bool) -> list[str]:
    return [to_ascii(f"{'passed' if passed else 'FAILED':<15}{name}, {scheme}")]
