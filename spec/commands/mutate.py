"""`spec mutate FILE...`: do the promises of a scheme notice slips in it?"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import click

from spec.commands.loading import complain, guarded, load_file
from spec.commands.options import output_options, states, verbosity_of
from spec.commands.verdict import mutation_code
from spec.console import Console, When
from spec.report.model import FileReport, Style

if TYPE_CHECKING:
    from solver.decide import Decider
    from spec.load import Loaded
    from spec.mutants.catalogue import Candidate, Catalogue
    from spec.report.mutants import Judged, MutatedFile
    from spec.result import Fate


@click.command("mutate")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--only", multiple=True, metavar="GLOB", help="Only mutants so named (* and ?).")
@click.option("--list", "as_list", is_flag=True, help="Names and diffs, nothing decided.")
@click.option(
    "--budget", callback=states, metavar="STATES",
    help="Explore at most so many states for a mutant that is hard to kill (3M).",
)
@click.option(
    "--crosscheck", is_flag=True,
    help="Try to prove what a run refuted, too: a proof is an internal error.",
)
@output_options
@click.pass_obj
def command(
    console: Console,
    files: tuple[str, ...],
    only: tuple[str, ...],
    as_list: bool,
    budget: int | None,
    crosscheck: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    color: When,
    progress: When,
) -> int:
    """Make one slip after the other in the schemes of FILES, and tell which promise notices.

    KILLED: a promise fails.  NOT PROVED: no run breaks one, but one that was proved is so no
    longer.  EQUIVALENT: proved to do what the scheme does.  SURVIVES: no promise says what
    is wrong with it, so one is missing; or the file names it with the reason,
    `mutant NAME survives "..."`.
    """
    verbosity = verbosity_of(quiet, verbose)
    if as_list and crosscheck:
        raise click.UsageError("--list decides nothing, so there is nothing to cross-check")
    console.enable_progress(progress)
    asked = _Asked(console, only, as_list, crosscheck, budget)
    found = asked.files(files)
    console.clear()
    if not any(f.report.internal or f.report.diagnostics for f in found):
        _check_only(only, found)
    from spec.report import mutants, mutants_json

    report = mutants.MutationReport(tuple(found), mutation_code(found))
    if not as_json:
        complain([f.report for f in found], console, console.color(color, errors=True))
    style = Style(verbosity, console.color(color), console.width())
    console.print((mutants_json if as_json else mutants).render(report, style))
    return report.exit_code


class _Asked:
    """What one invocation wants."""

    def __init__(
        self, console: Console, only: Sequence[str], as_list: bool, crosscheck: bool,
        budget: int | None,
    ) -> None:
        self.console = console
        self.only = only
        self.as_list = as_list
        self.crosscheck = crosscheck
        self.budget = budget

    def files(self, paths: Sequence[str]) -> list[MutatedFile]:
        loaded = [load_file(path, self.console) for path in dict.fromkeys(paths)]
        decider = None
        schemes = [(x, r.path) for x, r in loaded if x is not None and _is_scheme(x)]
        if schemes and not self.as_list:
            decider = self._decide(schemes)
        return [self._file(x, report, decider) for x, report in loaded]

    def _decide(self, schemes: Sequence[tuple[Loaded, str]]) -> Decider:
        from solver.decide import Decider, Options

        self.console.doing = "deciding the schemes"
        decider = Decider(Options(), self.console.progress)
        decider.start(schemes)
        return decider

    def _file(
        self, loaded: Loaded | None, report: FileReport, decider: Decider | None
    ) -> MutatedFile:
        from spec.report.mutants import MutatedFile

        if loaded is None:
            return MutatedFile(report)
        if not _is_scheme(loaded):
            head = loaded.file.header
            note = f"{head.kind} {head.name} ({report.path}): only schemes have mutants"
            return MutatedFile(report, note=note)
        made: list[MutatedFile] = []

        def work() -> FileReport:
            made.append(self._scheme(loaded, report, decider))
            return report

        after = guarded(report, self.console, work)
        return made[0] if made else MutatedFile(after)

    def _scheme(
        self, loaded: Loaded, report: FileReport, decider: Decider | None
    ) -> MutatedFile:
        from spec.mutants.catalogue import catalogue
        from spec.report.mutants import Judged, MutatedFile

        found = catalogue(loaded, report.path, self.console.progress)
        names = found.names()
        if self.only:
            found = found.only(self.only)
        if decider is None:
            judged = tuple(Judged(c) for c in found.candidates)
            return MutatedFile(report, found, judged, names=names)
        self.console.doing = f"deciding {report.path}"
        judged, unfit = self._judge(loaded, report, found, decider)
        return MutatedFile(report, found, judged, unfit, names=names)

    def _judge(
        self, loaded: Loaded, report: FileReport, found: Catalogue, decider: Decider
    ) -> tuple[tuple[Judged, ...], tuple[str, ...]]:
        """The fates of the mutants, worked out at the same time."""
        from solver.crew import Crew, Failed, Job
        from solver.mutation import BUDGET, Judge
        from spec.report.mutants import Judged
        from spec.result import Fate

        results = decider.decide(loaded, report.path)
        wanted = found.candidates
        judge = Judge(loaded.systems[0], results, self.budget or BUDGET)

        def job(number: int, candidate: Candidate) -> Job[Fate]:
            head = f"{found.scheme}: {number} of {len(wanted)}: {candidate.name}"

            def work(say: _Say) -> Fate:
                def tell(text: str) -> None:
                    say(f"{head}: {text}")

                tell("looking")
                if self.crosscheck:
                    judge.crosscheck(candidate.name, candidate.system, tell)
                return judge.judge(candidate.system, tell)

            return work

        jobs = [job(i, c) for i, c in enumerate(wanted, 1)]
        judged = []
        fates = Crew[Fate](self.console.progress).do(jobs)
        for candidate, fate in zip(wanted, fates, strict=True):
            if isinstance(fate, Failed):
                raise fate.error
            judged.append(Judged(candidate, fate))
        return tuple(judged), judge.unfit


if TYPE_CHECKING:
    from collections.abc import Callable

    _Say = Callable[[str], None]


def _is_scheme(loaded: Loaded) -> bool:
    return loaded.file.header.kind == "scheme"


def _check_only(only: tuple[str, ...], files: Sequence[MutatedFile]) -> None:
    """Every pattern of --only selects something."""
    names = [n for f in files for n in f.names]
    for pattern in only:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise click.UsageError(
                f"--only: no mutant is named {pattern}; {_hint(pattern, names)}")


def _hint(word: str, names: Sequence[str]) -> str:
    near = get_close_matches(word, names, n=1)
    return f"did you mean {near[0]}?" if near else "--list shows the names"
