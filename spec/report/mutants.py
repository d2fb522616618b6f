"""What became of the mutants of schemes, for a reader at a terminal."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import click

from spec.ir import System
from spec.mutants.catalogue import Candidate, Catalogue
from spec.report.diagnostics import count, printable
from spec.report.model import FileReport, Style
from spec.report.run import show_step
from spec.report.words import definition, plural, scope_text
from spec.report.world import world_line
from spec.result import Fate, Kill
from spec.trace import Namer

_COLUMN: Final = 15
_INDENT: Final = " " * _COLUMN


@dataclass(frozen=True, slots=True)
class Judged:
    """A mutant and what became of it; None where only a list was asked for."""

    candidate: Candidate
    fate: Fate | None = None

    @property
    def as_expected(self) -> bool:
        """Is it killed and not named in the file, or the other way round?  What is proved to
        do the same may be named or not."""
        if self.fate is None or self.fate.verdict == "equivalent":
            return True
        return (self.fate.verdict == "survives") == (self.candidate.survives is not None)


@dataclass(frozen=True, slots=True)
class MutatedFile:
    """One file; `catalogue` is None where it has no mutants or could not be used, and
    `note` says why.  `unfit` are promises that are not as expected in the scheme itself, so
    that they kill nothing; `names` are those of all its mutants, asked for or not."""

    report: FileReport
    catalogue: Catalogue | None = None
    judged: tuple[Judged, ...] = ()
    unfit: tuple[str, ...] = ()
    note: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MutationReport:
    """`exit_code` is what the process will end with."""

    files: tuple[MutatedFile, ...]
    exit_code: int


WORDS: Final = {
    "killed": ("KILLED", "green"),
    "not_proved": ("NOT PROVED", "yellow"),
    "equivalent": ("EQUIVALENT", "cyan"),
    "survives": ("SURVIVES", "red"),
    "named": ("NAMED", "blue"),
    "listed": ("MUTANT", "cyan"),
}
"""A word and a colour for each; `named` is one that survives as its file says."""


def render(report: MutationReport, style: Style) -> str:
    """The whole report, the summary line last."""
    lines: list[str] = []
    for file in report.files:
        lines += _file(file, style)
    lines.append(summary(report))
    return "".join(f"{line}".rstrip() + "\n" for line in lines)


def word_of(judged: Judged) -> str:
    """The key of its word in WORDS."""
    if judged.fate is None:
        return "listed"
    if judged.fate.verdict == "survives" and judged.candidate.survives is not None:
        return "named"
    return judged.fate.verdict


# ------------------------------------------------------------------ one file


def _file(file: MutatedFile, style: Style) -> Iterator[str]:
    if file.note and style.verbosity != "quiet":
        yield file.note
        yield ""
    if file.catalogue is None:
        return
    quiet = style.verbosity == "quiet"
    shown = [j for j in file.judged if not (quiet and j.as_expected)]
    if not shown and not file.catalogue.idle:
        return
    yield from _heading(file, file.catalogue, style)
    for judged in shown:
        yield from _mutant(judged, style)
    for name in file.catalogue.idle:
        word = click.style("IDLE", fg="red", bold=True) if style.color else "IDLE"
        text = f"{name}: named in the file, but " + _why_idle(name, file.catalogue)
        yield from _labelled(word, "IDLE", text, style)
    yield ""


def _heading(file: MutatedFile, catalogue: Catalogue, style: Style) -> Iterator[str]:
    name = catalogue.scheme
    system = file.report.system(name)
    shown = click.style(name, bold=True) if style.color else name
    yield f"scheme {shown} ({file.report.path})"
    meaning = printable(definition(system.doc)) if system else ""
    if meaning:
        yield from textwrap.wrap(
            meaning, style.width, initial_indent="  ", subsequent_indent="  ")
    if file.unfit:
        text = f"not as expected in the scheme itself, so they kill nothing: {_list(file.unfit)}"
        yield from textwrap.wrap(text, style.width, initial_indent="  ", subsequent_indent="  ")
    yield ""


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(names)


def _why_idle(name: str, catalogue: Catalogue) -> str:
    codes = catalogue.refused.get(name)
    if codes is None:
        return "it says the same as the scheme"
    return f"it has an error ({', '.join(codes)}; spec explain {codes[0]})"


def _mutant(judged: Judged, style: Style) -> Iterator[str]:
    key = word_of(judged)
    word, shade = WORDS[key]
    colored = click.style(word, fg=shade, bold=True) if style.color else word
    candidate = judged.candidate
    yield from _labelled(colored, word, f"{candidate.name}{_end(judged, key)}", style)
    if candidate.also and (key == "listed" or style.verbosity == "verbose"):
        yield from _wrapped(f"the same as {', '.join(candidate.also)}", style)
    if judged.fate is not None and style.verbosity == "verbose":
        for kill in judged.fate.kills:
            yield from _wrapped(_details(kill, candidate.system), style)
    if key in ("survives", "listed") or style.verbosity == "verbose" or not judged.as_expected:
        for line in candidate.diff:
            yield _INDENT + printable(line)


def _labelled(colored: str, word: str, text: str, style: Style) -> Iterator[str]:
    first, *more = textwrap.wrap(
        printable(text), style.width - _COLUMN, break_on_hyphens=False) or [""]
    yield colored + " " * max(1, _COLUMN - len(word)) + first
    for line in more:
        yield _INDENT + line


def _wrapped(text: str, style: Style) -> Iterator[str]:
    for line in textwrap.wrap(printable(text), style.width - _COLUMN, break_on_hyphens=False):
        yield _INDENT + line


def _end(judged: Judged, key: str) -> str:
    """What stands behind the name."""
    fate, reason = judged.fate, judged.candidate.survives
    if fate is None:
        return ""
    unexpected = "" if judged.as_expected or reason is None else (
        " (named in the file as surviving)")
    match key:
        case "named":
            return f": survives, as its file says: {reason}"
        case "survives":
            return ": no promise notices it"
        case "equivalent":
            return ": does what the scheme does, proved for any size"
        case _:
            more = len(fate.kills) - 1
            rest = f" ({more} more)" if more > 0 else ""
            return f"{unexpected}: {kill_text(fate.kills[0])}{rest}"


def kill_text(kill: Kill) -> str:
    """`invariant counts, 3 steps`."""
    what = "expectation" if kill.way == "happens" else _kind(kill)
    name = f"{what} {kill.name}"
    match kill.way:
        case "refuted":
            return f"{name}, {plural(kill.steps, 'step')}"
        case "happens":
            return f"{kill.name} happens, and never should"
        case "holds":
            return f"{name} should fail, and holds in {_scope(kill)}"
        case "proved":
            return f"{name} should fail, and is proved"
        case "not_proved":
            return f"{name} is no longer proved; no run breaks it, so this is no bug report"
        case "not_refuted":
            return f"{name} should fail, and no run breaks it any more; nor is it proved"


def _kind(kill: Kill) -> str:
    return {"answer_class": "answer", "nat": "never negative:", "clash": "written twice:"}.get(
        kill.kind, kill.kind)


def _scope(kill: Kill) -> str:
    return scope_text({n: v for n, v in kill.decision.scope.items() if v != "any"})


def _details(kill: Kill, system: System) -> str:
    """The run, or why there is no proof."""
    run = run_steps(kill, system)
    if run:
        return f"{kill.name}: {world(kill, system)}: {'; '.join(run)}"
    parts = [kill_text(kill)]
    if kill.decision.reason:
        parts.append(kill.decision.reason)
    return "; ".join(parts)


def run_steps(kill: Kill, system: System) -> list[str]:
    """The steps of the run that breaks the promise, empty where there is none."""
    trace = kill.decision.trace
    if trace is None:
        return []
    namer = Namer.of(system, {})
    return [show_step(s, system.action(s.action), namer) for s in trace.steps]


def world(kill: Kill, system: System) -> str:
    """The world of that run, as a scenario writes it."""
    trace = kill.decision.trace
    return world_line(trace.world, system, Namer.of(system, {})) if trace is not None else ""


# ------------------------------------------------------------------- summary


def summary(report: MutationReport) -> str:
    """`81 mutants: 72 KILLED, 9 EQUIVALENT; 24 left out: ...; exit code 0`."""
    every = [j for f in report.files for j in f.judged]
    words = Counter(word_of(j) for j in every)
    parts = []
    if any(f.catalogue for f in report.files):
        told = [f"{words[key]} {WORDS[key][0]}" for key in WORDS if words[key] and key != "listed"]
        parts.append(f"{plural(len(every), 'mutant')}" + (f": {', '.join(told)}" if told else ""))
        parts += _left_out(report)
    wrong = sum(not j.as_expected for j in every if word_of(j) != "survives")
    parts += [f"{wrong} not as the file says"] if wrong else []
    slips = count([d for f in report.files for d in f.report.diagnostics])
    parts += [slips] if slips else []
    return "; ".join([*parts, f"exit code {report.exit_code}"])


def _left_out(report: MutationReport) -> list[str]:
    found = [f.catalogue for f in report.files if f.catalogue]
    numbers = (
        (sum(len(c.refused) for c in found), "with an error"),
        (sum(len(c.unchanged) for c in found), "the same as the scheme"),
        (sum(len(x.also) for c in found for x in c.candidates), "the same as another"),
    )
    told = [f"{n} {what}" for n, what in numbers if n]
    return [f"left out: {', '.join(told)}"] if told else []
