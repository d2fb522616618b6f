"""Expressions of the IR as instructions of a tape.

Three ways to save work, none of which changes a value:

- A truth value that depends on an element of a range becomes a *mask*, one bit per
  element: `and`, `or`, `not` are bitwise, a read of `pte[v, p]` is the row of bits as
  the packed state has it, `all`, `some`, `count` compare with full, with zero, count bits.
- A term with one free variable is computed once per state for every element of that
  variable's sort, and looked up wherever an action says it of one of its parameters.
- The tape holds equal computations once, and what does not depend on the state apart.

Elements are small unsigned numbers; `none` is the size of its sort, so `just` is free.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from solver.explore.tape import Tape, Val
from spec import ir
from spec.ir import BOOL, INT, Expr, Type

INSTANCE_DIM = 0


@dataclass(frozen=True, slots=True)
class Symbol:
    """A state variable or a constant as the tape sees it; `lifted` is the position of
    the index that is held as bits of a mask."""

    index: tuple[Type, ...]
    type: Type
    moving: bool
    lifted: int | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """Where an expression is evaluated: per state (`states`), per state and tuple of
    arguments (`instances`), or per step taken (`steps`)."""

    mode: Literal["states", "instances", "steps"]
    segment: str
    prelude: str
    owner: str = ""
    params: Mapping[str, Type] = field(default_factory=dict)


STATES = Stage("states", "states", "const")


def symbol_of(
    index: tuple[Type, ...], type_: Type, moving: bool, liftable: frozenset[Type]
) -> Symbol:
    """The last index of a liftable sort becomes bits, for truth values."""
    places = [i for i, t in enumerate(index) if t in liftable]
    lifted = places[-1] if places and type_ == BOOL else None
    return Symbol(index, type_, moving, lifted)


class Terms(ABC):
    """Writes expressions to a tape as values: truth values, ints, elements.

    Args:
        tape: where the instructions go.
        symbols: every state variable and constant that an expression may read.
        liftable: the ranges that fit a mask.
    """

    def __init__(
        self, tape: Tape, symbols: Mapping[str, Symbol], liftable: frozenset[Type]
    ) -> None:
        self.tape = tape
        self.symbols = symbols
        self.liftable = liftable
        self._fresh = ir.Fresh()
        self._axes: dict[str, int] = {}
        self._opened: dict[Expr, tuple[tuple[Expr, ...], Expr]] = {}
        self._values: dict[tuple[str, Expr], Val] = {}
        self._stateful: dict[Expr, bool] = {}
        self.axis_sorts: dict[int, Type] = {}
        self.widths: dict[tuple[str, tuple[int, ...]], None] = {}
        """Which dims occur in arrays with an entry per state, by the action they are for."""

    # ------------------------------------------------------------ building

    def emit(self, stage: Stage, op: str, vals: Sequence[Val], *extra: object) -> Val:
        """An elementwise operation on values brought to the same dims."""
        dims = tuple(sorted({d for v in vals for d in v.dims}))
        ins = [self._aligned(stage, v, dims) for v in vals]
        return self.raw(stage, op, ins, dims, any(v.moving for v in vals), *extra)

    def raw(
        self, stage: Stage, op: str, ins: Sequence[int], dims: tuple[int, ...],
        moving: bool, *extra: object,
    ) -> Val:
        if moving and dims and stage.mode != "steps":
            self.widths[stage.owner, dims] = None
        still = stage.prelude if INSTANCE_DIM in dims else "const"
        segment = stage.segment if moving else still
        return Val(self.tape.emit(segment, op, ins, extra), dims, moving)

    def _aligned(self, stage: Stage, v: Val, dims: tuple[int, ...]) -> int:
        if v.dims == dims[len(dims) - len(v.dims) :]:
            return v.at
        here = tuple(d in v.dims for d in dims)
        first = here.index(True)
        return self.raw(stage, "expand", [v.at], dims, v.moving, *here[first:], True).at

    def constant(self, *key: object) -> Val:
        return Val(self.tape.input(*key), (), False)

    def axis(self, name: str, type_: Type) -> int:
        """The number of the dim along which this variable runs."""
        if name not in self._axes:
            self._axes[name] = number = len(self._axes) + 1
            self.axis_sorts[number] = type_
        return self._axes[name]

    # ----------------------------------------------------------- variables

    def _variable(self, name: str, type_: Type, stage: Stage) -> Val:
        if name in stage.params:
            given = self.tape.input("param", stage.owner, name)
            if stage.mode == "instances":
                return Val(given, (INSTANCE_DIM,), False)
            return self._per_step(given, stage)
        return Val(self.tape.input("axis", type_), (self.axis(name, type_),), False)

    def _per_step(self, given: int, stage: Stage) -> Val:
        ins = [given, self.tape.input("instance")]
        return self.raw(stage, "per_step", ins, (), True)

    def index(self, e: Expr, stage: Stage) -> Val:
        """The value of an element as a position in an array."""
        if e.op == "var" and e.data in stage.params:
            given = self.tape.input("index", stage.owner, str(e.data))
            if stage.mode == "instances":
                return Val(given, (INSTANCE_DIM,), False)
            return self._per_step(given, stage)
        return self.emit(stage, "index", [self.value(e, stage)])

    # ---------------------------------------------------------------- reads

    def _read(self, e: Expr, stage: Stage) -> Val:
        symbol = self.symbols[str(e.data)]
        place = symbol.lifted
        if place is None:
            return self.rows(str(e.data), e.args, stage)
        row = self.rows(str(e.data), e.args[:place] + e.args[place + 1 :], stage)
        return self._bit(row, self.value(e.args[place], stage), symbol.index[place], stage)

    def _bit(self, row: Val, at: Val, sort: Type, stage: Stage) -> Val:
        table = self.constant("table", "==", sort)
        bit = self.raw(stage, "lookup", [table.at, at.at], at.dims, at.moving)
        return self.emit(stage, "test", [row, bit])

    def rows(self, name: str, args: Sequence[Expr], stage: Stage) -> Val:
        """The state variable or constant at these indices (the lifted one left out)."""
        moving = self.symbols[name].moving
        base = Val(self.tape.input("symbol", name), (), moving)
        if not args:
            return self.carried(base, None, stage)
        axes = [self._axis_of(a, stage) for a in args]
        if None not in axes and len(set(axes)) == len(axes):
            return self._along_axes(base, [x for x in axes if x is not None], stage)
        return self._gathered(base, self._row(args, stage), stage)

    def _row(self, args: Sequence[Expr], stage: Stage) -> Val:
        """The position of these indices among the rows."""
        made = self.index(args[0], stage)
        for a in args[1:]:
            extent = self.constant("extent", a.type)
            made = self.emit(stage, "row", [made, extent, self.index(a, stage)])
        return made

    def _axis_of(self, e: Expr, stage: Stage) -> int | None:
        if e.op != "var" or e.data in stage.params:
            return None
        return self.axis(str(e.data), e.type)

    def _along_axes(self, base: Val, axes: list[int], stage: Stage) -> Val:
        dims = tuple(sorted(axes))
        at = base.at
        if list(dims) != axes:
            order = tuple(axes.index(d) for d in dims)
            at = self.raw(STATES, "transpose", [at], (), base.moving, *order).at
        if stage.mode != "steps" or not base.moving:
            return Val(at, dims, base.moving)
        return self.raw(stage, "columns", [at, self.tape.input("state")], dims, True)

    def _gathered(self, base: Val, row: Val, stage: Stage) -> Val:
        if not base.moving:
            return self.raw(stage, "gather_const", [base.at, row.at], row.dims, row.moving)
        if stage.mode == "steps":
            ins = [base.at, row.at, self.tape.input("state")]
            return self.raw(stage, "step_cells", ins, row.dims, True)
        op = "gather_cells" if row.moving else "gather_rows"
        return self.raw(stage, op, [base.at, row.at], row.dims, True)

    # -------------------------------------------------------------- sharing

    def reads_state(self, e: Expr) -> bool:
        found = self._stateful.get(e)
        if found is None:
            if e.op == "read" and self.symbols[str(e.data)].moving:
                found = True
            else:
                found = any(self.reads_state(a) for a in e.args)
            self._stateful[e] = found
        return found

    def _shared(self, e: Expr, stage: Stage) -> Val | None:
        """A term with at most one free variable, from its values for all elements."""
        if stage.mode == "states" or len(e.free) > 1 or e.op in ("lit", "var"):
            return None
        if not self.reads_state(e):
            return None
        if not e.free:
            return self.carried(self.value(e, STATES), None, stage)
        only = only_variable(e)
        name, type_ = str(only.data), only.type
        standard = ir.substitute(e, {name: ir.var(f"@{type_}", type_)})
        if e.type == BOOL and type_ in self.liftable:
            row = self.mask(standard, f"@{type_}", type_, STATES)
            row = self.carried(row, None, stage)
            return self._bit(row, self._variable(name, type_, stage), type_, stage)
        return self.carried(self.value(standard, STATES), only, stage)

    def carried(self, v: Val, variable: Expr | None, stage: Stage) -> Val:
        """A value per state, with at most one dim, as it is wanted in this stage."""
        state = self.tape.input("state")
        if not v.dims or variable is None:
            if stage.mode != "steps" or not v.moving:
                return v
            return self.raw(stage, "columns", [v.at, state], (), True)
        axis = self._axis_of(variable, stage)
        if axis is not None:
            if stage.mode != "steps" or not v.moving:
                return Val(v.at, (axis,), v.moving)
            return self.raw(stage, "columns", [v.at, state], (axis,), True)
        at = self.index(variable, stage)
        if stage.mode == "instances":
            return self.raw(stage, "rows", [v.at, at.at], (INSTANCE_DIM,), v.moving)
        if not v.moving:
            return self.raw(stage, "gather_const", [v.at, at.at], (), True)
        return self.raw(stage, "step_cells", [v.at, at.at, state], (), True)

    # --------------------------------------------------------------- values

    @abstractmethod
    def mask(self, e: Expr, name: str, sort: Type, stage: Stage) -> Val:
        """The elements of `sort` that make `e` true as its variable `name`, as bits."""

    def value(self, e: Expr, stage: Stage) -> Val:
        """An array of the expression's values: truth values, ints or elements."""
        key = (stage.segment, e)
        found = self._values.get(key)
        if found is None:
            found = self._shared(e, stage) or self._value(e, stage)
            self._values[key] = found
        return found

    def _value(self, e: Expr, stage: Stage) -> Val:
        match e.op:
            case "lit":
                return self._literal(e)
            case "var":
                return self._variable(str(e.data), e.type, stage)
            case "read":
                return self._read(e, stage)
            case "just":
                return self.value(e.args[0], stage)
            case "all" | "some" | "count":
                return self._quantifier(e, stage)
        kids = [self.value(a, stage) for a in e.args]
        match e.op:
            case "and" | "or":
                return self.folded(e.op, kids, stage)
            case "ite":
                return self.emit(stage, "choose" if e.type == BOOL else "select", kids)
            case _:
                return self.emit(stage, e.op, kids)

    def _literal(self, e: Expr) -> Val:
        if e.data is None:
            return self.constant("size", e.type.rstrip("?"))
        if e.data == ir.LAST:
            return self.constant("last", e.type)
        return self.constant("lit", e.type if e.type in (BOOL, INT) else "", e.data)

    def conjunction(self, vals: Sequence[Val], stage: Stage) -> Val:
        return self.folded("and", vals, stage)

    def folded(self, op: str, vals: Sequence[Val], stage: Stage) -> Val:
        """Narrow values first: fewer passes over the wide ones."""
        order = sorted(vals, key=lambda v: (v.moving, len(v.dims)))
        made = order[0]
        for v in order[1:]:
            made = self.emit(stage, op, [made, v])
        return made

    def opened(self, e: Expr) -> tuple[tuple[Expr, ...], Expr]:
        """The variables and body of a quantifier, the same ones at every call."""
        found = self._opened.get(e)
        if found is None:
            assert isinstance(e.data, tuple)
            variables = self._fresh.variables(e.data)
            found = self._opened[e] = (variables, ir.open_binder(e, variables))
        return found

    def _quantifier(self, e: Expr, stage: Stage) -> Val:
        variables, body = self.opened(e)
        bits = self._bits_variable(variables, body)
        rest = [v for v in variables if v is not bits]
        if bits is None:
            return self.reduced(e.op, self.value(body, stage), rest, stage)
        row = self.mask(body, str(bits.data), bits.type, stage)
        full = self.constant("full", bits.type)
        if e.op == "count":
            counted = self.emit(stage, "bitcount", [row, self.constant("lit", INT, 0)])
            return self.reduced("count", counted, rest, stage)
        row = self.reduced(e.op, row, rest, stage)
        return self.emit(stage, *(("==", [row, full]) if e.op == "all" else ("nonzero", [row])))

    def _bits_variable(self, variables: Sequence[Expr], body: Expr) -> Expr | None:
        """The last variable that is better held as bits than run along an axis."""
        for v in reversed(variables):
            if v.type in self.liftable and v.data in body.free:
                lifted, plain = self._uses(body, v)
                if lifted or not plain:
                    return v
        return None

    def _uses(self, body: Expr, v: Expr) -> tuple[bool, bool]:
        """Is the variable read as a bit somewhere?  As a plain index?"""
        lifted = plain = False
        for x in ir.walk(body):
            if x.op == "read" and v.data in x.free:
                at = self.symbols[str(x.data)].lifted
                if at is not None and x.args[at] is v:
                    lifted = True
                else:
                    plain = True
        return lifted, plain

    def reduced(self, kind: str, v: Val, variables: Sequence[Expr], stage: Stage) -> Val:
        axes = {self.axis(str(x.data), x.type): x.type for x in variables}
        places = [i for i, d in enumerate(v.dims) if d in axes]
        kept = tuple(d for d in v.dims if d not in axes)
        if kind != "count":
            return self.raw(stage, kind, [v.at], kept, v.moving, *places) if places else v
        absent = [t for d, t in axes.items() if d not in v.dims]
        like = self.constant("lit", INT, 0)
        v = self.raw(stage, "sum", [v.at, like.at], kept, v.moving, *places)
        for type_ in absent:
            v = self.emit(stage, "*", [v, self.constant("count", type_)])
        return v


def only_variable(e: Expr, without: str = "") -> Expr:
    """The free variable of the expression, which has one besides `without`."""
    return next(x for x in ir.walk(e) if x.op == "var" and x.data != without)
