"""One step that breaks what was to be proved, in a small world: a picture, not a proof.

Where an obligation stays open, its hypotheses, guard and denied goal are written out over
a few elements.  The smallest world that has such a step is taken; in it a step with the
fewest true cells, then with first elements for arguments, then the first true cells: the
choice does not depend on which model the solver happens to find.  The state before the
step satisfies the invariants and need not be reachable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from solver.decode import Cell, Picture, replayed
from solver.encode import Script
from solver.normal import GiveUp, Plain, Skolem, name_parameters
from solver.obligations import Obligation
from solver.session import Reply, Session
from spec import ir
from spec.ir import BOOL, INT, Expr, Sort, System, Type
from spec.result import Decision, Outcome, Scope
from spec.trace import Value, World


@dataclass(frozen=True, slots=True)
class Small:
    """Up to how many elements and pages, and how much effort (z3's units): per question,
    and for all worlds that have no such step.  Numbers are looked for up to `numbers`."""

    elements: int = 3
    range: int = 4
    rlimit: int = 3_000_000
    total: int = 12_000_000
    numbers: int = 12


METHOD = "bounded induction"


def one_step(
    system: System, obligation: Obligation, small: Small | None = None
) -> Decision | None:
    """NOT INDUCTIVE, with the step that breaks the obligation.

    For an obligation without an action the run has no step: its one state is initial
    (`init`), or satisfies the hypotheses and not the goal (`claim`).

    Returns:
        None where no world up to the given size has one, or the effort ran out.

    Raises:
        InternalError: the solver's model does not replay.
    """
    small = small or Small()
    spent = 0
    for sizes in _scopes(system, small):
        reply = _Grounded(system, obligation, sizes, small).ask()
        if reply.answer == "sat":
            return _shown(system, obligation, _shrunk(system, obligation, sizes, small), small)
        spent += reply.rlimit
        if spent > small.total:
            break
    return None


def breaks_in(
    system: System, obligation: Obligation, sizes: Mapping[Type, int], small: Small
) -> Reply:
    """Is there a step in a world of exactly these sizes that breaks the obligation?

    `unsat` is bounded induction: no step of these sizes does.
    """
    return _Grounded(system, obligation, sizes, small).ask()


def _shown(
    system: System, obligation: Obligation, sizes: dict[Type, int], small: Small
) -> Decision | None:
    picture = _Grounded(system, obligation, sizes, small).picture()
    if picture is None:
        return None
    trace = replayed(picture, system, obligation)
    reason = f"{obligation.name}: the state before need not be reachable"
    scope = _scope(trace.world)
    return Decision(Outcome.NOT_INDUCTIVE, METHOD, scope, trace, reason=reason)


def _scope(world: World) -> Scope:
    flags = {True: "true", False: "false"}
    plain = {n: v for n, v in world.consts.items() if not isinstance(v, dict) and v is not None}
    shown = {n: flags[v] if isinstance(v, bool) else v for n, v in plain.items()}
    return {**world.sizes, **shown}


def _scopes(system: System, small: Small) -> Iterator[dict[Type, int]]:
    """All sorts of one size first, as most steps are found so; then by number of things."""
    free = [s for s in system.sorts if _most(s, small) > 1]
    sizes = [range(1, _most(s, small) + 1) for s in free]
    most = max(map(len, sizes), default=1)
    even = [tuple(min(n, r[-1]) for r in sizes) for n in range(1, most + 1)]
    for chosen in dict.fromkeys((*even, *sorted(product(*sizes), key=sum))):
        yield {
            **{s.name: _fixed_size(s) for s in system.sorts},
            **dict(zip((s.name for s in free), chosen, strict=True)),
        }


def _fixed_size(sort: Sort) -> int:
    if sort.kind == "enum":
        return len(sort.names)
    return sort.size if isinstance(sort.size, int) else 1


def _most(sort: Sort, small: Small) -> int:
    if sort.kind == "enum" or isinstance(sort.size, int):
        return 1
    return small.range if sort.kind == "range" else small.elements


def _shrunk(
    system: System, obligation: Obligation, sizes: dict[Type, int], small: Small
) -> dict[Type, int]:
    """Each sort as small as it can be, the last first."""
    for sort in reversed(system.sorts):
        while _most(sort, small) > 1 and sizes[sort.name] > 1:
            fewer = {**sizes, sort.name: sizes[sort.name] - 1}
            if _Grounded(system, obligation, fewer, small).ask().answer != "sat":
                break
            sizes = fewer
    return sizes


class _Grounded:
    """The denied obligation in a world of these sizes."""

    def __init__(
        self, system: System, obligation: Obligation, sizes: Mapping[Type, int], small: Small
    ) -> None:
        self.system = system
        self.obligation = obligation
        self.sizes = sizes
        self.small = small
        self.finite = {BOOL: 2, **sizes}
        self.plain = Plain(self.finite)

    def ask(self) -> Reply:
        """Is there such a step here?"""
        try:
            text = self._script().text()
        except GiveUp as why:
            return Reply("unknown", 0, why=str(why))
        with Session(text) as session:
            return session.check((), self.small.rlimit)

    # ----------------------------------------------------------- formulas

    def _script(self) -> Script:
        script = Script(self.finite)
        for e in self._formulas():
            for part in Skolem("").assertion(self.plain.lower(e)):
                script.add(part)
        return script

    def _formulas(self) -> Iterator[Expr]:
        obligation = self.obligation
        for sort in self.system.sorts:
            if sort.kind == "range" and isinstance(sort.size, str):
                size = ir.integer(self.sizes[sort.name])
                yield ir.eq(ir.read(sort.size, (), INT), size)
        for fact in (*self.system.where, *self.system.assumes):
            yield fact.cond
        for _, cond in obligation.hypotheses:
            yield cond
        if obligation.action is not None:
            action = self.system.action(obligation.action)
            yield name_parameters(action.guard, action.params)
            if obligation.kind == "step":  # a step that breaks a duty leads nowhere
                for duty in action.duties:
                    yield name_parameters(duty.ok, action.params)
        yield ir.not_(obligation.goal)

    # ------------------------------------------------------------- picture

    def picture(self) -> Picture | None:
        """The chosen model; None when the effort runs out on the way."""
        script = self._script()
        choices = list(self._choices())
        flags = _Flags(script)
        for cell, term, values in choices:
            flags.add(cell, self.plain, term, values)
        trues = [flags.names[cell, True] for cell, term, _ in choices if _is_bool_cell(cell, term)]
        weight = flags.weights(trues)
        with Session(script.text()) as session:
            fixed = _lightest(session, weight, self.small.rlimit)
            if fixed is None:
                return None
            return self._fixed(session, choices, flags, fixed)

    def _fixed(
        self, session: Session, choices: Sequence[_Choice], flags: _Flags, fixed: list[str]
    ) -> Picture | None:
        picture = Picture(self.sizes)
        for cell, _, values in choices:
            for value in values:
                flag = flags.names[cell, value]
                if session.check([*fixed, flag], self.small.rlimit).answer == "sat":
                    fixed.append(flag)
                    break
            else:
                return None
            name, at = cell
            if name.startswith("$"):
                assert value is not None
                picture.args[name[1:]] = int(value)
            else:
                picture.cells[name, at] = value
        return picture

    def _choices(self) -> Iterator[_Choice]:
        """Arguments, then constants, then state: each with its values, best first."""
        if self.obligation.action is not None:
            for n, t in self.system.action(self.obligation.action).params:
                yield (f"${n}", ()), ir.read(f"${n}", (), t), self._values(t)
        for c in self.system.consts:
            yield from self._cells(c.name, c.index, c.type)
        for s in self.system.states:
            yield from self._cells(s.name, s.index, s.type)

    def _cells(self, name: str, index: tuple[Type, ...], type_: Type) -> Iterator[_Choice]:
        for at in product(*(range(self.finite[t]) for t in index)):
            places = [_element(i, t) for i, t in zip(at, index, strict=True)]
            yield (name, at), ir.read(name, places, type_), self._values(type_)

    def _values(self, type_: Type) -> list[Value]:
        if type_ == BOOL:
            return [True, False]
        if type_ == INT:
            return [*range(self.small.numbers + 1), *range(-1, -self.small.numbers, -1)]
        if ir.is_optional(type_):
            return [None, *self._values(type_[:-1])]
        return list(range(self.sizes[type_]))


_Choice = tuple[Cell, Expr, list[Value]]


def _element(i: int, type_: Type) -> Expr:
    return ir.lit(bool(i) if type_ == BOOL else i, type_)


def _is_bool_cell(cell: Cell, term: Expr) -> bool:
    return term.type == BOOL and not cell[0].startswith("$")


class _Flags:
    """Bool constants that say `this cell has this value`."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.names: dict[tuple[Cell, Value], str] = {}

    def add(self, cell: Cell, plain: Plain, term: Expr, values: Sequence[Value]) -> None:
        for value in values:
            flag = f"c!{len(self.names)}"
            says = ir.eq(term, _literal(value, term.type))
            self._script.define(flag, plain.lower(says))
            self.names[cell, value] = flag

    def weights(self, flags: Sequence[str]) -> list[str]:
        """`w!n`: at most n of these flags are true; for n = 0, 1, ... all of them."""
        summed = ir.integer(0)
        for f in flags:
            summed = ir.add(summed, ir.ite(ir.read(f, (), BOOL), ir.integer(1), ir.integer(0)))
        names = [f"w!{n}" for n in range(len(flags) + 1)]
        for n, name in enumerate(names):
            self._script.define(name, ir.le(summed, ir.integer(n)))
        return names


def _literal(value: Value, type_: Type) -> Expr:
    if value is not None and ir.is_optional(type_):
        return ir.just(_literal(value, type_[:-1]))
    return ir.lit(value, type_)


def _lightest(session: Session, weight: Sequence[str], rlimit: int) -> list[str] | None:
    """The first of the flags `at most n` that can be true."""
    for flag in weight:
        answer = session.check([flag], rlimit).answer
        if answer == "sat":
            return [flag]
        if answer == "unknown":
            return None
    return None
