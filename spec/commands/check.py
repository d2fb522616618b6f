"""`spec check FILE...`: decide every promise."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spec.commands.inferring import noted, with_inferred
from spec.commands.loading import complain, guarded, load_file, unknown
from spec.commands.options import (
    cache_options,
    evidence_options,
    output_options,
    sizes,
    states,
    store_of,
    verbosity_of,
)
from spec.commands.verdict import exit_code
from spec.console import Console, When
from spec.ir import System
from spec.ir_text import show_system
from spec.report import FORMATS
from spec.report.model import FileReport, Report, Style
from spec.result import Result, ScenarioResult
from spec.run import run_scenario

if TYPE_CHECKING:
    from solver.decide import Decider
    from solver.evidence import Evidence
    from spec.load import Loaded


@click.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--only", multiple=True, metavar="NAME", help="Only promises so named (* and ?).")
@click.option(
    "--scope", callback=sizes, metavar="SIZES", help="Explore this scope: Vma=3,Mm=2,NR=4."
)
@click.option(
    "--budget", callback=states, metavar="STATES",
    help="Explore at most so many states for a scheme (200k, 2M).",
)
@click.option("--unbounded", is_flag=True, help="Only a proof for any size will do.")
@click.option(
    "--infer", "infers", is_flag=True,
    help="Find invariants that proofs lack, and prove as if they stood in the file.",
)
@click.option("--strict", is_flag=True, help="Vacuous promises fail.")
@click.option("--mail", "as_mail", is_flag=True, help="Counterexamples for a mail: 72 columns.")
@evidence_options
@cache_options
@output_options
@click.pass_obj
def command(
    console: Console,
    files: tuple[str, ...],
    only: tuple[str, ...],
    scope: dict[str, int] | None,
    budget: int | None,
    unbounded: bool,
    infers: bool,
    strict: bool,
    as_mail: bool,
    crosscheck: bool,
    why: tuple[str, ...],
    stability: int | None,
    certificates: str | None,
    cache: str | None,
    no_cache: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    color: When,
    progress: When,
) -> int:
    """Decide every promise of the FILES: invariants, claims, answers, never negative.

    PROVED means for any folio size and any number of processes; HOLDS in the scope that
    is printed; REFUTED comes with the shortest run; NOT INDUCTIVE and UNKNOWN are no bug
    reports.
    """
    if as_mail and as_json:
        raise click.UsageError("--mail and --json exclude each other")
    verbosity = verbosity_of(quiet, verbose)
    if certificates:
        _check_writable(certificates)
    console.enable_progress(progress)
    store = store_of(cache, no_cache)
    loaded = [load_file(path, console) for path in dict.fromkeys(files)]
    if infers:
        loaded, only = with_inferred(loaded, only, console, store)
    _check_scope(scope, [report for _, report in loaded])
    reports: tuple[FileReport, ...] = tuple(report for _, report in loaded)
    if any(found is not None for found, _ in loaded):
        from solver.decide import Decider, Options

        options = Options(scope=scope, unbounded=unbounded, only=only)
        if budget is not None:
            options = replace(options, budget=budget)
        evidence = _evidence(crosscheck, why, stability, certificates)
        decider = Decider(replace(options, evidence=evidence, store=store), console.progress)
        console.doing = "deciding"
        decider.start([(x, r.path) for x, r in loaded if x is not None and _has_promises(x)])
        reports = _told_once(
            report if found is None else _decide(decider, found, report, console)
            for found, report in loaded
        )
    console.clear()
    if not any(r.internal or r.diagnostics for r in reports):
        _check_names("--only", only, reports)
        _check_names("--why", why, reports)
    code = exit_code(reports, unbounded=unbounded, strict=strict)
    report = Report("check", reports, code, unbounded)
    if not as_json:
        complain(reports, console, console.color(color, errors=True))
    style = Style(verbosity, console.color(color), console.width())
    console.print(FORMATS["json" if as_json else "mail" if as_mail else "text"](report, style))
    return code


def _evidence(
    crosscheck: bool, why: tuple[str, ...], stability: int | None, certificates: str | None
) -> Evidence | None:
    """What is asked of proofs; None for verdicts alone."""
    if not (crosscheck or why or stability or certificates):
        return None
    from solver.evidence import Evidence

    if crosscheck and find_spec("cvc5") is None:
        raise click.UsageError(
            "--crosscheck asks cvc5, which is not installed: pip install 'foliospec[crosscheck]'")
    place = Path(certificates) if certificates else None
    return Evidence(crosscheck, stability or 1, why, place)


def _check_writable(folder: str) -> None:
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as err:
        raise click.UsageError(
            f"--certificates: {folder} cannot be written: {err.strerror}") from err


def _has_promises(loaded: Loaded) -> bool:
    return loaded.file.header.kind != "scenarios"


def _decide(
    decider: Decider, loaded: Loaded, report: FileReport, console: Console
) -> FileReport:
    """Promises decided and scenarios run; a file of scenarios has no promises of its own."""

    def work() -> FileReport:
        console.doing = f"deciding {report.path}"
        scenarios = tuple(
            result for system in loaded.systems for result in _runs(decider, system, report.path)
            if decider.options.wants(result.scenario)
        )
        if not _has_promises(loaded):
            return replace(report, scenarios=scenarios)
        results = noted(report, decider.decide(loaded, report.path))
        return replace(report, results=results, scenarios=scenarios)

    return guarded(report, console, work)


def _runs(decider: Decider, system: System, path: str) -> tuple[ScenarioResult, ...]:
    """The scenarios of a system, run now or in an earlier run of the tool."""
    store = decider.options.store
    if not system.scenarios:
        return ()
    question = f"{path}\n{show_system(system)}" if store else ""
    found = store.get("scenarios", question) if store else None
    if isinstance(found, tuple) and all(isinstance(r, ScenarioResult) for r in found):
        return found
    made = tuple(run_scenario(system, scenario, path) for scenario in system.scenarios)
    if store:
        store.put("scenarios", question, made)
    return made


def _told_once(reports: Iterable[FileReport]) -> tuple[FileReport, ...]:
    """A module below several files is reported with the first of them."""
    seen: set[tuple[str, str, str, str]] = set()
    told = []
    for report in reports:
        fresh = [r for r in report.results if _key(r) not in seen]
        seen.update(_key(r) for r in fresh)
        told.append(replace(report, results=tuple(fresh)))
    return tuple(told)


def _key(result: Result) -> tuple[str, str, str, str]:
    return result.file, result.scheme, result.kind, result.name


def _check_scope(scope: Mapping[str, int] | None, reports: list[FileReport]) -> None:
    """Every name in --scope is a sort or a size of some system."""
    systems = [s for r in reports for s in r.systems]
    known = {x.name for s in systems for x in s.sorts if x.kind == "elements"}
    known |= {c.name for s in systems for c in s.consts if c.type == "Int" and not c.index}
    for name in scope or ():
        if systems and name not in known:
            raise click.UsageError(
                f"--scope: no sort or size is named {name}; {unknown(name, sorted(known))}"
            )


def _check_names(option: str, only: tuple[str, ...], reports: tuple[FileReport, ...]) -> None:
    """Every pattern of --only and --why selects something."""
    names = [r.name for file in reports for r in file.results]
    names += [s.scenario for file in reports for s in file.scenarios]
    systems = [s for file in reports for s in file.systems]
    known = [p.name for s in systems for p in s.promises]
    known += [x.name for s in systems for x in s.scenarios]
    for pattern in only:
        if not any(selects(pattern, name) for name in names):
            raise click.UsageError(
                f"{option}: no promise is named {pattern}; {unknown(pattern, known)}"
            )


def selects(pattern: str, name: str) -> bool:
    """`folio_mapped` selects `folio_mapped.unsafe` too."""
    return fnmatchcase(name, pattern) or fnmatchcase(name.partition(".")[0], pattern)
