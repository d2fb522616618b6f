"""The waist of the tool: a closed, typed, total transition system without sugar.

A `System` is a set of state variables (functions from index sorts to values), an
initial value for each, and actions.  **The only frame rule: a variable absent from an
action's `updates` is unchanged.**  An update gives the whole new function: its body
reads the state before the step and the formal indices `formal(0)`, `formal(1)`, ...
Nondeterminism is always a parameter, so an action with arguments is a function and
a trace replays exactly.

Expressions are interned: two expressions are equal exactly when they are the same
object, also up to the names of bound variables (binders are de Bruijn indices; use
`open_binder` and `close_binder`, never a loose `bound` node).  The ops:

    lit            data: bool, int, None (absent optional), or LAST (end of a range)
    var            data: name; an action's parameter, a formal, or an opened binder
    bound          data: de Bruijn index
    read           data: name of a state variable or constant; args: its indices
    not and or == < <= + - * / ite just
    all some count data: the types of the bound variables; args: (body,)

`==` compares two values of one type; `<`, `<=` compare ints or elements of a range;
`/` rounds towards minus infinity; `just` makes an optional of a value.  `count` counts
tuples of elements.  An element of a range is never a number: it has an order, a first
(`lit 0`) and a last (`lit LAST`).
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

Type = str
"""`Bool`, `Int`, a sort's name, or a sort's name with `?` (optional)."""

BOOL: Final = "Bool"
INT: Final = "Int"
LAST: Final = "last"
QUANTIFIERS: Final = frozenset({"all", "some", "count"})

Data = bool | int | str | None | tuple[str, ...]


class Expr:
    """An interned expression node; build it with the functions below only."""

    __slots__ = ("__weakref__", "args", "data", "free", "loose", "op", "type")

    op: str
    args: tuple[Expr, ...]
    type: Type
    data: Data
    free: frozenset[str]
    """Names of the `var` nodes below."""
    loose: int
    """1 + the largest bound index that escapes this node; 0 when closed."""

    def __repr__(self) -> str:
        from spec.ir_text import show_expr

        return show_expr(self)


_Key = tuple[str, tuple[int, ...], Type, str, Data]
_table: weakref.WeakValueDictionary[_Key, Expr] = weakref.WeakValueDictionary()


def node(op: str, args: Sequence[Expr], type_: Type, data: Data = None) -> Expr:
    """The one node with these parts (no simplification)."""
    kids = tuple(args)
    key = (op, tuple(id(a) for a in kids), type_, type(data).__name__, data)
    found = _table.get(key)
    if found is not None:
        return found
    made = Expr()
    made.op, made.args, made.type, made.data = op, kids, type_, data
    if op == "var":
        made.free = frozenset({str(data)})
    elif len(kids) == 1:
        made.free = kids[0].free
    else:
        made.free = frozenset().union(*(a.free for a in kids)) if kids else frozenset()
    made.loose = max((a.loose for a in kids), default=0)
    if op == "bound":
        assert isinstance(data, int)
        made.loose = data + 1
    elif op in QUANTIFIERS:
        assert isinstance(data, tuple)
        made.loose = max(0, made.loose - len(data))
    _table[key] = made
    return made


def optional(type_: Type) -> Type:
    return type_ + "?"


def is_optional(type_: Type) -> bool:
    return type_.endswith("?")


def lit(value: bool | int | str | None, type_: Type) -> Expr:
    return node("lit", (), type_, value)


TRUE: Final = lit(True, BOOL)
FALSE: Final = lit(False, BOOL)


def integer(value: int) -> Expr:
    return lit(value, INT)


def var(name: str, type_: Type) -> Expr:
    return node("var", (), type_, name)


def formal(position: int, type_: Type) -> Expr:
    """The formal index of an update body or an initial value."""
    return var(f"%{position}", type_)


def read(name: str, args: Sequence[Expr], type_: Type) -> Expr:
    return node("read", args, type_, name)


def not_(a: Expr) -> Expr:
    if a is TRUE:
        return FALSE
    if a is FALSE:
        return TRUE
    if a.op == "not":
        return a.args[0]
    return node("not", (a,), BOOL)


def _flat(op: str, unit: Expr, zero: Expr, parts: Sequence[Expr]) -> Expr:
    kept: dict[Expr, None] = {}
    for part in parts:
        if part is zero:
            return zero
        if part is unit:
            continue
        for piece in part.args if part.op == op else (part,):
            kept[piece] = None
    if not kept:
        return unit
    if any(not_(k) in kept for k in kept):
        return zero
    if len(kept) == 1:
        return next(iter(kept))
    return node(op, tuple(kept), BOOL)


def and_(*parts: Expr) -> Expr:
    return _flat("and", TRUE, FALSE, parts)


def or_(*parts: Expr) -> Expr:
    return _flat("or", FALSE, TRUE, parts)


def implies(a: Expr, b: Expr) -> Expr:
    return or_(not_(a), b)


def eq(a: Expr, b: Expr) -> Expr:
    assert a.type == b.type, (a.type, b.type)
    if a is b:
        return TRUE
    if a.op == b.op == "lit" and LAST not in (a.data, b.data):
        return lit(a.data == b.data, BOOL)
    if a.op == b.op == "just":
        return eq(a.args[0], b.args[0])
    if {a.op, b.op} == {"just", "lit"}:
        return FALSE
    if a.type == BOOL:
        for x, y in ((a, b), (b, a)):
            if x is TRUE:
                return y
            if x is FALSE:
                return not_(y)
    return node("==", (a, b), BOOL)


def lt(a: Expr, b: Expr) -> Expr:
    if a is b:
        return FALSE
    if a.type == INT and a.op == b.op == "lit":
        assert isinstance(a.data, int) and isinstance(b.data, int)
        return lit(a.data < b.data, BOOL)
    if a.type != INT and ((b.op == "lit" and b.data == 0) or (a.op == "lit" and a.data == LAST)):
        return FALSE
    return node("<", (a, b), BOOL)


def le(a: Expr, b: Expr) -> Expr:
    if a is b:
        return TRUE
    if a.type == INT and a.op == b.op == "lit":
        assert isinstance(a.data, int) and isinstance(b.data, int)
        return lit(a.data <= b.data, BOOL)
    if a.type != INT and ((a.op == "lit" and a.data == 0) or (b.op == "lit" and b.data == LAST)):
        return TRUE
    return node("<=", (a, b), BOOL)


_FOLD: Final[Mapping[str, Callable[[int, int], int]]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
}


def arith(op: str, a: Expr, b: Expr) -> Expr:
    """`+ - * /` on ints; division by a literal zero is the checker's error."""
    if op in _FOLD and a.op == b.op == "lit":
        assert isinstance(a.data, int) and isinstance(b.data, int)
        return integer(_FOLD[op](a.data, b.data))
    if b.op == "lit" and b.data == 0 and op in "+-":
        return a
    if a.op == "lit" and a.data == 0 and op == "+":
        return b
    if op == "-" and a is b:
        return integer(0)
    return node(op, (a, b), INT)


def add(a: Expr, b: Expr) -> Expr:
    return arith("+", a, b)


def sub(a: Expr, b: Expr) -> Expr:
    return arith("-", a, b)


def ite(cond: Expr, then: Expr, orelse: Expr) -> Expr:
    assert then.type == orelse.type, (then.type, orelse.type)
    if cond is TRUE or then is orelse:
        return then
    if cond is FALSE:
        return orelse
    if then.type == BOOL:
        if then is TRUE:
            return or_(cond, orelse)
        if then is FALSE:
            return and_(not_(cond), orelse)
        if orelse is FALSE:
            return and_(cond, then)
        if orelse is TRUE:
            return or_(not_(cond), then)
    return node("ite", (cond, then, orelse), then.type)


def just(value: Expr) -> Expr:
    return node("just", (value,), optional(value.type))


# ---------------------------------------------------------------- binders


def _quantify(kind: str, types: tuple[Type, ...], body: Expr) -> Expr:
    if kind != "count" and body in (TRUE, FALSE) and kind == ("all" if body is TRUE else "some"):
        return body
    if kind == "count" and body is FALSE:
        return integer(0)
    if kind == body.op and kind != "count":
        assert isinstance(body.data, tuple)
        return node(kind, body.args, BOOL, types + body.data)
    return node(kind, (body,), INT if kind == "count" else BOOL, types)


def close_binder(kind: str, names: Sequence[tuple[str, Type]], body: Expr) -> Expr:
    """`kind names: body`, the free variables `names` of the body becoming bound.

    With no names: the body itself (for count: 1 when it holds, else 0).
    """
    if not names:
        return body if kind != "count" else ite(body, integer(1), integer(0))
    k = len(names)
    where = {name: k - 1 - i for i, (name, _) in enumerate(names)}
    used = frozenset(where)
    memo: dict[tuple[Expr, int], Expr] = {}

    def go(e: Expr, depth: int) -> Expr:
        if not (e.free & used) and e.loose <= depth:
            return e
        found = memo.get((e, depth))
        if found is None:
            if e.op == "var" and e.data in where:
                found = node("bound", (), e.type, where[str(e.data)] + depth)
            elif e.op == "bound":
                assert isinstance(e.data, int)
                found = e if e.data < depth else node("bound", (), e.type, e.data + k)
            else:
                inner = depth + (len(e.data) if isinstance(e.data, tuple) else 0)
                found = rebuild(e, tuple(go(a, inner) for a in e.args))
            memo[e, depth] = found
        return found

    return _quantify(kind, tuple(t for _, t in names), go(body, 0))


def open_binder(e: Expr, values: Sequence[Expr]) -> Expr:
    """The body of a quantifier with the given closed terms for its variables, in order."""
    assert isinstance(e.data, tuple) and len(values) == len(e.data)
    k = len(values)
    memo: dict[tuple[Expr, int], Expr] = {}

    def go(x: Expr, depth: int) -> Expr:
        if x.loose <= depth:
            return x
        found = memo.get((x, depth))
        if found is None:
            if x.op == "bound":
                assert isinstance(x.data, int)
                i = x.data - depth
                found = values[k - 1 - i] if i < k else node("bound", (), x.type, x.data - k)
            else:
                inner = depth + (len(x.data) if isinstance(x.data, tuple) else 0)
                found = rebuild(x, tuple(go(a, inner) for a in x.args))
            memo[x, depth] = found
        return found

    return go(e.args[0], 0)


class Fresh:
    """Names for opened binders, never those of a parameter (they start with `?`)."""

    def __init__(self) -> None:
        self._next = 0

    def variables(self, types: Sequence[Type]) -> tuple[Expr, ...]:
        made = []
        for t in types:
            self._next += 1
            made.append(var(f"?{self._next}", t))
        return tuple(made)


def rebuild(e: Expr, args: tuple[Expr, ...]) -> Expr:
    """The same operation on other arguments, simplified again."""
    if args == e.args:
        return e
    match e.op:
        case "not":
            return not_(args[0])
        case "and":
            return and_(*args)
        case "or":
            return or_(*args)
        case "==":
            return eq(*args)
        case "<":
            return lt(*args)
        case "<=":
            return le(*args)
        case "+" | "-" | "*" | "/":
            return arith(e.op, *args)
        case "ite":
            return ite(*args)
        case "just":
            return just(args[0])
        case "all" | "some" | "count":
            assert isinstance(e.data, tuple)
            return _quantify(e.op, e.data, args[0])
        case _:
            return node(e.op, args, e.type, e.data)


def substitute(e: Expr, values: Mapping[str, Expr]) -> Expr:
    """Replace free variables by closed terms (terms without loose bound nodes)."""
    keys = frozenset(values)
    memo: dict[Expr, Expr] = {}

    def go(x: Expr) -> Expr:
        if not (x.free & keys):
            return x
        found = memo.get(x)
        if found is None:
            if x.op == "var":
                found = values.get(str(x.data), x)
            else:
                found = rebuild(x, tuple(go(a) for a in x.args))
            memo[x] = found
        return found

    return go(e)


def replace_reads(e: Expr, bodies: Mapping[str, Expr], fresh: Fresh | None = None) -> Expr:
    """Every read of a name in `bodies` becomes that body at the read's indices.

    With an action's updates this is the expression's value *after* the action, said
    in terms of the state before it (weakest precondition by substitution).
    """
    names = fresh or Fresh()
    memo: dict[Expr, Expr] = {}

    def go(x: Expr) -> Expr:
        found = memo.get(x)
        if found is not None:
            return found
        if x.op in QUANTIFIERS:
            assert isinstance(x.data, tuple)
            if not mentions(x, bodies):
                found = x
            else:
                opened = names.variables(x.data)
                inner = go(open_binder(x, opened))
                found = close_binder(
                    x.op, [(str(v.data), v.type) for v in opened], inner
                )
        else:
            args = tuple(go(a) for a in x.args)
            if x.op == "read" and x.data in bodies:
                body = bodies[str(x.data)]
                found = substitute(body, {f"%{i}": a for i, a in enumerate(args)})
            else:
                found = rebuild(x, args)
        memo[x] = found
        return found

    return go(e)


def mentions(e: Expr, names: Mapping[str, object] | frozenset[str]) -> bool:
    """Does the expression read one of these states or constants?"""
    return any(x.op == "read" and x.data in names for x in walk(e))


def walk(e: Expr) -> Iterator[Expr]:
    """Every node below, each once, in a fixed order (parents first)."""
    seen: set[Expr] = set()
    stack = [e]
    while stack:
        x = stack.pop()
        if x not in seen:
            seen.add(x)
            yield x
            stack.extend(reversed(x.args))


# ---------------------------------------------------------------- systems


@dataclass(frozen=True, slots=True)
class Sort:
    """`elements`: any finite number of interchangeable things; `names` are for printing.
    `range`: 0 .. size-1 in order, size being a number or the name of a nat constant.
    `enum`: `names` are its values, literals are positions in it."""

    name: Type
    kind: Literal["elements", "range", "enum"]
    names: tuple[str, ...] = ()
    size: int | str | None = None


@dataclass(frozen=True, slots=True)
class Const:
    name: str
    index: tuple[Type, ...]
    type: Type
    nat: bool = False


@dataclass(frozen=True, slots=True)
class StateVar:
    """`init` may use `formal(i)` and constants."""

    name: str
    index: tuple[Type, ...]
    type: Type
    init: Expr
    nat: bool = False
    layer: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known of the constants: a `where` or an `assume`, with its text."""

    text: str
    cond: Expr
    layer: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """What a step must not do: write a negative value to a nat place (`nat`), or
    write one place twice (`clash`).  `ok` reads the state before the step and the
    parameters, and must hold whenever the guard does."""

    kind: Literal["nat", "clash"]
    place: str
    ok: Expr
    layer: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    name: str
    params: tuple[tuple[str, Type], ...]
    guard: Expr
    updates: Mapping[str, Expr]
    duties: tuple[Duty, ...] = ()
    mirrors: tuple[str, ...] = ()
    layer: str = ""
    overapproximates: str | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """A part of a promise worth showing beside each step of a run.  Its free variables
    are the promise's outermost `all` variables, by the names in `Promise.binders`."""

    text: str
    value: Expr


PromiseKind = Literal["invariant", "claim", "answer_class"]


@dataclass(frozen=True, slots=True)
class Promise:
    """`cond` is closed and must hold in every reachable state.

    `name` is unique in the system (`folio_mapped.unsafe` for an answer class);
    `layer` is the module or scheme that states it; `expect` is `holds` or `fails`, or
    None where either will do; `premise` is what must be reachable for the promise to
    say anything; `binders` names the outermost `all` variables of `cond` in order.
    """

    kind: PromiseKind
    name: str
    cond: Expr
    expect: Literal["holds", "fails"] | None
    layer: str
    premise: Expr | None = None
    text: str = ""
    doc: str = ""
    where: str = ""
    binders: tuple[str, ...] = ()
    watch: tuple[Watch, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """A question and the scheme's answer to it; free variables are the parameters."""

    question: str
    params: tuple[tuple[str, Type], ...]
    type: Type
    value: Expr
    truth: Expr
    asked: Expr
    classes: tuple[tuple[str, Expr, str], ...]
    """(kind, when this error happens, danger)."""
    expect: Literal["exact", "safe", "unsafe"] | None
    doc: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A system call as a procedure over actions."""

    name: str
    params: tuple[tuple[str, Type], ...]
    mirrors: tuple[str, ...]
    body: tuple[Stmt, ...]
    doc: str = ""


@dataclass(frozen=True, slots=True)
class DoStep:
    name: str
    args: tuple[Expr, ...]
    is_call: bool
    where: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    cond: Expr
    then: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """For each element of `type` with `cond` at entry, in order; `name` is free in both."""

    name: str
    type: Type
    cond: Expr
    body: tuple[Stmt, ...]


@dataclass(frozen=True, slots=True)
class Batches:
    """For each longest stretch `low` .. `high` of neighbours in the range `type` whose
    elements `name` have `cond` at entry: how the kernel batches page table entries."""

    low: str
    high: str
    name: str
    type: Type
    cond: Expr
    body: tuple[Stmt, ...]


@dataclass(frozen=True, slots=True)
class Choose:
    """The first element of `type` with `cond`; an error of the run when there is none."""

    name: str
    type: Type
    cond: Expr
    where: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """`let name = value`."""

    name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Check:
    """An expectation of a scenario; for `left == right` both sides are kept."""

    text: str
    cond: Expr
    sides: tuple[Expr, Expr] | None
    where: str = ""


Stmt = DoStep | Branch | Loop | Batches | Choose | Name | Check


@dataclass(frozen=True, slots=True)
class Scenario:
    """`elements`: names of sort elements in order; `values`: constants at indices.

    In `values` and in the steps, elements are int literals of their sort.
    """

    name: str
    elements: Mapping[Type, tuple[str, ...]]
    values: tuple[tuple[str, tuple[Expr, ...], Expr], ...]
    body: tuple[Stmt, ...]
    doc: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class System:
    """A scheme over its modules (or a module alone).  All sequences are in file order,
    lower layers first; mappings keep that order."""

    name: str
    kind: Literal["module", "scheme"]
    layers: tuple[str, ...]
    sorts: tuple[Sort, ...]
    consts: tuple[Const, ...]
    where: tuple[Fact, ...]
    assumes: tuple[Fact, ...]
    states: tuple[StateVar, ...]
    actions: tuple[Action, ...]
    promises: tuple[Promise, ...]
    answers: tuple[Answered, ...] = ()
    calls: tuple[Call, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    expects: Mapping[str, str] = field(default_factory=dict)
    """Column-0 `expect NAME VERDICT` about an operation, e.g. {"split_vma": "never"}."""
    doc: str = ""

    def sort(self, name: Type) -> Sort:
        return next(s for s in self.sorts if s.name == name)

    def action(self, name: str) -> Action:
        return next(a for a in self.actions if a.name == name)

    def state(self, name: str) -> StateVar:
        return next(s for s in self.states if s.name == name)


def post(e: Expr, action: Action) -> Expr:
    """The value of `e` after `action`, in terms of the state before it."""
    return replace_reads(e, action.updates)


def initially(e: Expr, system: System) -> Expr:
    """The value of `e` in an initial state, in terms of the constants."""
    return replace_reads(e, {s.name: s.init for s in system.states})


def sources(system: System, among: frozenset[str]) -> dict[str, frozenset[str]]:
    """For each state of `among` those of them that its values come from, through any
    number of updates; itself included."""
    direct: dict[str, frozenset[str]] = {n: frozenset({n}) for n in sorted(among)}
    for action in system.actions:
        for name, body in action.updates.items():
            if name in among:
                direct[name] |= among.intersection(
                    str(x.data) for x in walk(body) if x.op == "read")
    while True:
        wider = {n: found.union(*(direct[m] for m in found)) for n, found in direct.items()}
        if wider == direct:
            return direct
        direct = wider
