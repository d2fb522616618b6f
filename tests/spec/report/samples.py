"""Decided promises built by hand: a scheme with a planted bug, and every verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from spec import ir
from spec.eval import Evaluator, StepError
from spec.ir import Answered, Promise, System, Watch
from spec.report.model import FileReport, Hook, Report
from spec.result import Cost, Decision, Outcome, Result, ScenarioFailure, ScenarioResult
from spec.trace import State, Step, Table, Trace, World
from tests.solver import systems as s

FILE = "schemes/forgetful.fs"
DOC = "forgetful.fs - count the VMAs that map any part of the folio.\nAfter a mail of 2023."
ANY: Mapping[str, int | str] = {"Mm": "any", "Vma": "any", "NR": "any", "anon": "any"}
SMALL: Mapping[str, int | str] = {"Mm": 1, "Vma": 2, "NR": 2, "anon": "false"}


def forgetful() -> System:
    """`per_vma` that forgets the count when a VMA is split, as a front end would give it."""
    plain = s.planted("split_forgets")
    counter = ir.StateVar("mapcount", (), ir.INT, ir.integer(0), nat=True, layer="forgetful")
    states = tuple(
        counter if v.name == "mapcount" else replace(v, layer="folio") for v in plain.states
    )
    return replace(
        plain,
        name="forgetful",
        layers=("folio", "forgetful"),
        states=states,
        promises=(*_promises(plain), _folio_mapped()),
        answers=(_answer(),),
        doc=DOC,
    )


def _promises(plain: System) -> tuple[Promise, ...]:
    told = {p.name: p for p in plain.promises}
    counted = Watch("count v in Vma: maps(v)", s.count(s.ALL_V, s.maps(s.v("v", s.VMA))))
    mapcount = Watch("mapcount", s.MAPCOUNT)
    return (
        replace(
            told["counts_mapping_vmas"],
            layer="forgetful",
            text="mapcount == count v in Vma: maps(v)",
            doc="The definition: how many VMAs map part of the folio.",
            where=f"{FILE}:8",
            watch=(mapcount, counted),
        ),
        replace(
            told["zero_means_unmapped"],
            kind="invariant",
            layer="forgetful",
            text="mapcount == 0 implies not mapped",
            where=f"{FILE}:34",
        ),
        replace(
            told["two_means_shared"],
            layer="forgetful",
            text="mapcount == 2 implies shared",
            doc="Two VMAs need not be two processes.",
            where=f"{FILE}:30",
            watch=(mapcount, Watch("shared", s.SHARED)),
        ),
        replace(
            told["mapped_where_covered"],
            text="all v in Vma, p in Page: maps_page(v, p) implies (live[v] and covers[v, p])",
            binders=("v", "p"),
            where="schemes/folio.fs:50",
        ),
    )


def _answer() -> Answered:
    truth, given = s.MAPPED, ir.lt(ir.integer(0), s.MAPCOUNT)
    return Answered(
        "folio_mapped", (), ir.BOOL, given, truth, ir.TRUE,
        (
            ("unsafe", ir.and_(truth, ir.not_(given)), "a mapped folio is freed"),
            ("slow", ir.and_(given, ir.not_(truth)), "an unmapped folio is kept"),
        ),
        "exact", where=f"{FILE}:25",
    )


def _folio_mapped() -> Promise:
    answered = _answer()
    return Promise(
        "answer_class", "folio_mapped.unsafe", ir.not_(answered.classes[0][1]), "holds",
        "forgetful", text='never "a mapped folio is freed"', where=f"{FILE}:25",
    )


# --------------------------------------------------------------------- runs


def world(pages: int = 2, vmas: int = 2, mms: int = 1, anon: bool = False) -> World:
    """The VMAs are dealt out to the processes in turn."""
    owner: Table = {(v,): v % mms for v in range(vmas)}
    return World(
        {"Mm": mms, "Vma": vmas, "Page": pages}, {"NR": pages, "anon": anon, "owner": owner}
    )


def run_of(system: System, where: World, *steps: tuple[str, dict[str, int]]) -> Trace:
    """The steps from the start; a last step that breaks a duty ends the run."""
    ev = Evaluator(system, where)
    states = [ev.initial()]
    for name, args in steps:
        try:
            states.append(ev.apply(system.action(name), states[-1], args))
        except StepError as err:
            assert err.why != "guard", err
    return Trace(where, tuple(Step(n, a) for n, a in steps), tuple(states))


OPEN = ("open_vma", {"v": 0, "first": 0, "last": 1})
MAP = ("map_ptes", {"v": 0, "first": 0, "last": 1})
OPEN_RIGHT = ("open_vma", {"v": 1, "first": 0, "last": 0})
MAP_RIGHT = ("map_ptes", {"v": 1, "first": 0, "last": 0})
SPLIT = ("split_vma", {"old": 0, "new": 1, "at": 1})
UNMAP_LEFT = ("unmap_ptes", {"v": 0, "first": 0, "last": 0})
UNMAP_RIGHT = ("unmap_ptes", {"v": 1, "first": 1, "last": 1})


# ------------------------------------------------------------------ results


def result(
    system: System,
    name: str,
    outcome: Outcome,
    *,
    kind: str = "",
    trace: Trace | None = None,
    as_expected: bool = True,
    expected: str | None = "holds",
    reason: str = "",
    scope: Mapping[str, int | str] = ANY,
) -> Result:
    promise = next((p for p in system.promises if p.name == name), None)
    methods = {Outcome.PROVED: "induction", Outcome.NOT_INDUCTIVE: "bounded induction"}
    proved = outcome is Outcome.PROVED
    decision = Decision(
        outcome, methods.get(outcome, "explorer"), scope, trace,
        ("mapped_where_covered",) if proved else (), reason,
        Cost(obligations=13, rlimit=48229) if proved else Cost(states=1234, transitions=5678),
    )
    return Result(
        FILE, system.name, kind or (promise.kind if promise else "answer"), name, decision,
        expected, as_expected, promise.text if promise else "", promise.doc if promise else "",
        promise.where if promise else "",
    )


def refuted(system: System) -> Result:
    """Nobody expected it."""
    trace = run_of(system, world(), OPEN, MAP, SPLIT)
    return result(
        system, "counts_mapping_vmas", Outcome.REFUTED, trace=trace, as_expected=False, scope=SMALL
    )


def wrong_answer(system: System) -> Result:
    trace = run_of(system, world(), OPEN, MAP, SPLIT, UNMAP_LEFT)
    return result(
        system, "folio_mapped.unsafe", Outcome.REFUTED, trace=trace, as_expected=False, scope=SMALL
    )


def negative(system: System) -> Result:
    """The last step has no state after it."""
    trace = run_of(system, world(), OPEN, MAP, SPLIT, UNMAP_LEFT, UNMAP_RIGHT)
    made = result(
        system, "mapcount", Outcome.REFUTED, kind="nat", trace=trace, as_expected=False,
        scope=SMALL,
    )
    return replace(made, text="mapcount is never negative")


def as_expected(system: System) -> Result:
    """Refuted, as its author says: two VMAs of one process."""
    trace = run_of(system, world(), OPEN, MAP, OPEN_RIGHT, MAP_RIGHT)
    return result(
        system, "two_means_shared", Outcome.REFUTED, trace=trace, expected="fails", scope=SMALL
    )


def not_inductive(system: System) -> Result:
    """The step starts where no run gets: two VMAs map, and the count is one."""
    where = world()
    ev = Evaluator(system, where)
    both: Table = {(0,): True, (1,): True}
    odd: State = {**ev.initial(), "live": both, "pmd": both, "born": True, "mapcount": 1}
    after = ev.apply(system.action("unmap_pmd"), odd, {"v": 0})
    trace = Trace(where, (Step("unmap_pmd", {"v": 0}),), (odd, after))
    return result(
        system, "zero_means_unmapped", Outcome.NOT_INDUCTIVE, trace=trace, as_expected=False,
        scope=SMALL,
    )


def every_verdict() -> FileReport:
    """One file with each kind of verdict."""
    system = forgetful()
    results = (
        result(system, "mapped_where_covered", Outcome.PROVED),
        refuted(system),
        as_expected(system),
        wrong_answer(system),
        result(system, "folio_mapped", Outcome.UNSAFE, expected="exact", as_expected=False),
        result(system, "two_means_shared", Outcome.HOLDS, scope=SMALL),
        not_inductive(system),
        result(
            system, "two_means_shared", Outcome.UNKNOWN, as_expected=False,
            reason="1000000 states and no end", scope=SMALL,
        ),
        replace(
            result(
                system, "split_pmd", Outcome.VACUOUS, kind="vacuity", as_expected=False,
                expected=None, reason="it happens in no state of Mm 1, Vma 2, NR 2", scope=SMALL,
            ),
            text="split_pmd can happen",
        ),
        negative(system),
    )
    hooks = {
        ("forgetful", "split_vma"): Hook(f"{FILE}:20", "Nothing happens to the page tables."),
        ("forgetful", "unmap_ptes"): Hook(f"{FILE}:15", "Last page of the folio?"),
    }
    return FileReport(FILE, (system,), results, hooks=hooks)


def report(*files: FileReport, exit_code: int = 1, command: str = "check") -> Report:
    return Report(command, files, exit_code)


def scenarios() -> FileReport:
    """One that passed and one that failed."""
    system = forgetful()
    trace = run_of(system, world(), OPEN, MAP, SPLIT)
    inside = [replace(x, call="mprotect(l, 1, 1)") for x in trace.steps[1:]]
    called = replace(trace, steps=(trace.steps[0], *inside))
    names = {"Vma": ("l", "r")}
    good = ScenarioResult(
        "schemes/examples.fs", "forgetful", "two_vmas", True, 3, 2, trace=trace, names=names
    )
    failure = ScenarioFailure(
        "expectation", 3, "forgetful.mapcount == 2", "2", "1", "schemes/examples.fs:12"
    )
    bad = replace(good, scenario="split", passed=False, failures=(failure,), trace=called)
    return FileReport("schemes/examples.fs", (system,), scenarios=(good, bad))
