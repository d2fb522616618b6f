"""A run made ready for printing: rows, watched values, and what is wrong at its end."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from spec.eval import Evaluator
from spec.ir import Action, Expr, Promise, System, Watch, open_binder, read, var, walk
from spec.report.changes import change_texts, state_texts, with_attempt
from spec.report.ending import Ending, ending_of
from spec.report.world import world_line
from spec.trace import Namer, State, Step, Trace, Value

_LONGEST_TITLE = 42
_NEVER_LEFT_OUT = ("answer", "truth")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a run; `call` is set where a new call begins, and the actions inside a
    call are indented."""

    number: int
    action: str
    changes: tuple[str, ...]
    call: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A watched value: a cell per row, `0 -> 1` where a number changed."""

    text: str
    cells: tuple[str, ...]

    @property
    def rank(self) -> int:
        """What has to give way first when there is no room: the highest."""
        return 0 if self.text in _NEVER_LEFT_OUT else 2 if len(set(self.cells)) == 1 else 1

    @property
    def title(self) -> str:
        return textwrap.shorten(self.text, _LONGEST_TITLE, placeholder=" ...")



@dataclass(frozen=True, slots=True)
class RunView:
    """`ending` says what is wrong after the last row; empty where nothing is."""

    world: str
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    ending: str


def view(
    trace: Trace,
    system: System,
    promise: Promise | None = None,
    *,
    duty: str = "",
    names: Mapping[str, tuple[str, ...]] | None = None,
    inductive_step: bool = False,
    every_change: bool = False,
) -> RunView:
    """The run as rows and columns.

    Args:
        promise: what the run breaks; None for a run that breaks a duty of its last
            step, or nothing at all.
        duty: the duty that the last step breaks, as `nat:mapcount`; a step may break others.
        names: names of elements where the run has its own.
        inductive_step: the first state is no initial state and has to be shown.
        every_change: show all state, not only what the promise speaks about.
    """
    namer = Namer.of(system, names)
    ev = Evaluator(system, trace.world)
    given, trace = trace, with_attempt(trace, ev)
    witness = witness_of(promise, ev, trace.states[-1]) if promise else {}
    columns = _columns(trace, system, promise, witness, ev, namer)
    shown = frozenset(c.text for c in columns)
    places = [
        v.name
        for v in system.states
        if v.name not in shown and (every_change or v.name in spoken_of(promise, system, trace))
    ]
    initial = {n: x for n, x in ev.initial().items() if n not in shown}
    rows = _rows(trace, system, namer, places, shown, initial if inductive_step else None)
    values = [(c.text, c.cells[-1].rpartition("-> ")[2]) for c in columns]
    ending = ending_of(
        Ending(given, system, promise, witness, ev, namer, tuple(values), not inductive_step, duty)
    )
    return RunView(world_line(trace.world, system, namer), rows, columns, ending)


def show_step(step: Step, action: Action, namer: Namer) -> str:
    """`map_ptes(a, 0, 1)`."""
    args = ", ".join(namer.show(step.args[name], t) for name, t in action.params)
    return f"{step.action}({args})"


def spoken_of(promise: Promise | None, system: System, trace: Trace) -> frozenset[str]:
    """The states a reader must see change: those that the promise (or a duty of the last
    step) reads, and all counters of the scheme where it reads none of them."""
    own = {v.name for v in system.states if v.layer == system.name}
    if promise is not None:
        exprs: list[Expr] = [promise.cond]
    else:
        last = trace.steps[-1:]
        exprs = [d.ok for s in last for d in system.action(s.action).duties]
    seen = {str(x.data) for e in exprs for x in walk(e) if x.op == "read"}
    return frozenset(seen if seen & own else seen | own)


def witness_of(promise: Promise, ev: Evaluator, state: State) -> Mapping[str, int]:
    """Values of the outermost `all` variables for which the promise is false here; empty
    where it is true or has no such variables."""
    cond = promise.cond
    if cond.op != "all" or ev.truth(cond, state):
        return {}
    assert isinstance(cond.data, tuple)
    names = [*promise.binders, *(f"x{i}" for i in range(len(cond.data)))][: len(cond.data)]
    opened = open_binder(cond, _variables(names, cond.data))
    for values in product(*(range(ev.size(t)) for t in cond.data)):
        env = dict(zip(names, values, strict=True))
        if not ev.truth(opened, state, env):
            return env
    return {}


def _variables(names: Sequence[str], types: Sequence[str]) -> list[Expr]:
    return [var(name, t) for name, t in zip(names, types, strict=True)]


def _rows(
    trace: Trace, system: System, namer: Namer, places: Sequence[str], shown: frozenset[str],
    initial: State | None,
) -> tuple[Row, ...]:
    if initial is None:
        rows = [Row(0, "start", ())]
    else:
        rows = [Row(0, "some state", state_texts(trace.states[0], initial, system, namer))]
    call = ""
    for i, step in enumerate(trace.steps):
        before, after = trace.states[i], trace.states[i + 1]
        changed = tuple(
            c for c in change_texts(before, after, system, namer, places)
            if c.partition(" ")[0] not in shown
        )
        begins = step.call if step.call != call else ""
        call = step.call
        text = show_step(step, system.action(step.action), namer)
        text = f"  {text}" if step.call else text
        rows.append(Row(i + 1, text, changed, begins))
    return tuple(rows)


# ---------------------------------------------------------------- columns


def _columns(
    trace: Trace,
    system: System,
    promise: Promise | None,
    witness: Mapping[str, int],
    ev: Evaluator,
    namer: Namer,
) -> tuple[Column, ...]:
    found: dict[str, Column] = {}
    for watch in _watched(promise, system):
        if watch.value.free <= witness.keys():
            text = with_values(watch.text, watch.value, witness, namer)
            found.setdefault(text, _column(text, watch.value, trace, witness, ev, namer))
    if not found:
        for v in system.states:
            if v.layer == system.name and not v.index and (v.nat or system.kind == "scheme"):
                found[v.name] = _column(v.name, read(v.name, (), v.type), trace, {}, ev, namer)
    return tuple(found.values())


def _watched(promise: Promise | None, system: System) -> tuple[Watch, ...]:
    """What the promise names; for an answer its counters, the answer, and the truth."""
    if promise is None:
        return ()
    question = promise.name.partition(".")[0]
    found = next((a for a in system.answers if a.question == question), None)
    if promise.kind != "answer_class" or found is None:
        return promise.watch
    names = {v.name for v in system.states}
    counters = [x for x in walk(found.value) if x.op == "read" and x.data in names]
    return (
        *(Watch(_place(x), x) for x in reversed(counters) if x.loose == 0),
        Watch("answer", found.value),
        Watch("truth", found.truth),
    )


def _place(e: Expr) -> str:
    """`mapcount[p]` of a read whose indices are variables or literals."""
    shown = [str(a.data) if a.op in ("var", "lit") else "..." for a in e.args]
    return f"{e.data}[{','.join(shown)}]" if shown else str(e.data)


def _column(
    text: str, value: Expr, trace: Trace, env: Mapping[str, int], ev: Evaluator, namer: Namer
) -> Column:
    values: list[Value] = [ev.value(value, s, env) for s in trace.states]
    cells = [namer.show(values[0], value.type)]
    for old, new in pairwise(values):
        shown = namer.show(new, value.type)
        same = old == new or isinstance(new, bool)
        cells.append(shown if same else f"{namer.show(old, value.type)} -> {shown}")
    return Column(text, tuple(cells))


def with_values(text: str, value: Expr, witness: Mapping[str, int], namer: Namer) -> str:
    """`maps(v)` becomes `maps(a)`: the text with the witness in place of its variables."""
    types = {str(x.data): x.type for x in walk(value) if x.op == "var"}
    shown = {n: namer.show(x, types[n]) for n, x in witness.items() if n in types}
    if not shown:
        return text
    pattern = r"\b(" + "|".join(map(re.escape, shown)) + r")\b(?!\()"
    return re.sub(pattern, lambda m: shown[m.group(1)], text)
