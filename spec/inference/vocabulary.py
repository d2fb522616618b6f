"""The words that candidates are made of: what a scheme keeps, and what can be counted.

Counters, flags and slots are the scheme's own states.  Relations are truths about elements,
states of the modules below or defines over them: `pte[v, p]`, `maps(v)`, `uses(m)`.  What
they count is a measure, a closed number; or one per process, where a constant says to
which process each element belongs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from spec import ast, ir
from spec.expr_text import print_expr
from spec.ir import BOOL, INT, System
from spec.scope import bare
from spec.tokens import RESERVED

_TRUTHS = frozenset({"and", "or", "implies", "iff", "==", "!=", "<", "<=", ">", ">="})


@dataclass(frozen=True, slots=True)
class Relation:
    """A truth about elements; `reads` are the states that it depends on."""

    name: str
    sorts: tuple[str, ...]
    is_state: bool
    reads: frozenset[str]

    def at(self, args: Sequence[str]) -> str:
        """Its text for these elements."""
        listed = ", ".join(args)
        return f"{self.name}[{listed}]" if self.is_state else f"{self.name}({listed})"


@dataclass(frozen=True, slots=True)
class Term:
    """A number as text, and a word for it in names.

    `compound` terms need parentheses in front of an operator.
    """

    text: str
    word: str
    compound: bool = False

    @property
    def inner(self) -> str:
        """The text where something stands behind it."""
        return f"({self.text})" if self.compound else self.text


@dataclass(frozen=True, slots=True)
class Slot:
    """An optional state of the scheme, and the sort of what it holds."""

    name: str
    sort: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A condition to tell cases apart: a flag or one value of an enum, each way.

    `near` are the states of the scheme that its values come from; all, if there are none.
    """

    yes: str
    no: str
    word: str
    near: frozenset[str] = frozenset()

    def opposite(self) -> Choice:
        return Choice(self.no, self.yes, f"not_{self.word}", self.near)

    def ways(self) -> tuple[Choice, Choice]:
        return self, self.opposite()


class Variables:
    """Names for bound variables that mean nothing else in the file."""

    def __init__(self, taken: frozenset[str]) -> None:
        self._taken = taken

    def of(self, sorts: Sequence[str], also: Sequence[str] = ()) -> tuple[str, ...]:
        """One name for each; `also` are names in use around them."""
        made: list[str] = []
        for sort in sorts:
            letter = sort[:1].lower()
            names = (letter if n == 1 else f"{letter}{n}" for n in range(1, 1000))
            made.append(next(n for n in names if n not in self._taken and n not in made
                             and n not in also))
        return tuple(made)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words, each list in the order of the files, lowest layer first.

    `counters` have no index, `tables` have one; `numbers` are constant sizes; `marks` are
    states of the modules that hold an element of a range: (name, range); `owners` are
    constants that say of each element of a sort to whom it belongs: (name, sort, owner's
    sort); `shares` are numbers that the file defines for an element: (name, its sort);
    `facts` are truths that the modules define and that have no parameters; `claims` are those
    of the file that should hold: (name, text).
    """

    counters: tuple[str, ...]
    tables: tuple[tuple[str, str], ...]
    slots: tuple[Slot, ...]
    choices: tuple[Choice, ...]
    constants: tuple[Choice, ...]
    numbers: tuple[str, ...]
    marks: tuple[tuple[str, str], ...]
    relations: tuple[Relation, ...]
    owners: tuple[tuple[str, str, str], ...]
    shares: tuple[tuple[str, str], ...]
    variables: Variables
    facts: tuple[str, ...]
    claims: tuple[tuple[str, str], ...]

    def binders(self, sorts: Sequence[str], variables: Sequence[str]) -> str:
        """`v in Vma, p in Page`."""
        return ", ".join(f"{x} in {s}" for x, s in zip(variables, sorts, strict=True))


def vocabulary(system: System, trees: Mapping[str, ast.File]) -> Vocabulary:
    """The words of a scheme.

    Args:
        trees: the syntax tree of every layer, by its name, lowest first or not.
    """
    own = [s for s in system.states if s.layer == system.name]
    sorts = {s.name: s for s in system.sorts}
    files = [trees[name] for name in system.layers]
    names = frozenset(n for file in files for n in declared(file))
    sources = ir.sources(system, frozenset(s.name for s in own))
    return Vocabulary(
        counters=tuple(s.name for s in own if s.type == INT and not s.index),
        tables=tuple((s.name, s.index[0]) for s in own if s.type == INT and len(s.index) == 1),
        slots=tuple(Slot(s.name, s.type.rstrip("?")) for s in own
                    if ir.is_optional(s.type) and not s.index),
        choices=tuple(c for s in own if not s.index
                      for c in _choices(s.name, s.type, sorts, sources[s.name])),
        constants=tuple(Choice(c.name, f"not {c.name}", c.name) for c in _free_flags(system)),
        numbers=tuple(dict.fromkeys(s.size for s in system.sorts if isinstance(s.size, str))),
        marks=tuple((s.name, s.type) for s in system.states if s.layer != system.name
                    and not s.index and s.type in sorts and sorts[s.type].kind == "range"),
        relations=tuple(_relations(system, files)),
        owners=tuple((c.name, c.index[0], c.type) for c in system.consts
                     if len(c.index) == 1 and _is_elements(c.type, sorts)),
        shares=tuple(_shares(system, files)),
        variables=Variables(names | RESERVED),
        facts=tuple(_facts(system, files[:-1])),
        claims=tuple((i.name, print_expr(i.cond)) for i in files[-1].items
                     if isinstance(i, ast.Claim) and i.expect == "holds"),
    )


def _is_elements(name: str, sorts: Mapping[str, ir.Sort]) -> bool:
    return name in sorts and sorts[name].kind == "elements"


def _choices(
    name: str, type_: str, sorts: Mapping[str, ir.Sort], near: frozenset[str]
) -> Iterator[Choice]:
    if type_ == BOOL:
        yield Choice(name, f"not {name}", name, near - {name})
    elif type_ in sorts and sorts[type_].kind == "enum":
        for value in sorts[type_].names:
            word = f"{name}_{value}".lower()
            yield Choice(f"{name} == {value}", f"{name} != {value}", word, near - {name})


def _free_flags(system: System) -> Iterator[ir.Const]:
    """Truth constants that no assumption speaks of: the cases are both possible."""
    said = {str(x.data) for f in system.assumes for x in ir.walk(f.cond) if x.op == "read"}
    return (c for c in system.consts if c.type == BOOL and not c.index and c.name not in said)


def declared(file: ast.File) -> Iterator[str]:
    """Everything that has a name in a file."""
    yield file.header.name
    for item in file.items:
        found = getattr(item, "name", getattr(item, "question", None))
        if isinstance(found, str):
            yield found
        if isinstance(item, ast.EnumDecl):
            yield from item.values


# --------------------------------------------------------------- relations


def _relations(system: System, files: Sequence[ast.File]) -> Iterator[Relation]:
    """States of the modules first, then defines; only those whose states matter to the
    scheme: what its steps and promises look at."""
    ground = {s.name: s for s in system.states if s.layer != system.name}
    matters = _looked_at(system) & set(ground) or set(ground)
    known = {s.name for s in system.sorts if s.kind != "enum"}
    for s in ground.values():
        if s.type == BOOL and s.index and known.issuperset(s.index) and s.name in matters:
            yield Relation(s.name, s.index, True, frozenset({s.name}))
    defines = _Defines(system, files)
    for d in defines.found.values():
        sorts = tuple(p.type.name for p in d.params if p.type is not None)
        reads = defines.reads(d.body) & {s.name for s in system.states}
        fits = bool(sorts) and known.issuperset(sorts) and bool(reads) and reads <= matters
        if fits and defines.is_truth(d.body):
            yield Relation(d.name, sorts, False, frozenset(reads))


def _looked_at(system: System) -> set[str]:
    """What the values of the scheme's own updates and its promises read."""
    own = {s.name for s in system.states if s.layer == system.name}
    exprs = [p.cond for p in system.promises if p.layer == system.name]
    exprs += [e for a in system.actions for n, e in a.updates.items() if n in own]
    return {str(x.data) for e in exprs for x in ir.walk(e) if x.op == "read"}


def _shares(system: System, files: Sequence[ast.File]) -> Iterator[tuple[str, str]]:
    """Numbers that are defined for one element, from the states of the modules alone."""
    ground = {s.name for s in system.states if s.layer != system.name}
    states = {s.name for s in system.states}
    known = {s.name for s in system.sorts if s.kind != "enum"}
    defines = _Defines(system, files)
    for d in defines.found.values():
        reads = defines.reads(d.body) & states
        if len(d.params) == 1 and reads and reads <= ground and defines.is_number(d.body):
            type_ = d.params[0].type
            if type_ is not None and type_.name in known and not type_.optional:
                yield d.name, type_.name


def _facts(system: System, files: Sequence[ast.File]) -> Iterator[str]:
    """What a module names for the schemes over it to prove, as cow.fs does."""
    states = {s.name for s in system.states}
    defines = _Defines(system, files)
    for d in defines.found.values():
        if not d.params and defines.reads(d.body) & states and defines.is_truth(d.body):
            yield d.name


class _Defines:
    """What kind of value the defines of some files have, and what they depend on."""

    def __init__(self, system: System, files: Sequence[ast.File]) -> None:
        self.found: dict[str, ast.Define] = {
            i.name: i for f in files for i in f.items if isinstance(i, ast.Define)
        }
        self._types = {s.name: s.type for s in system.states}
        self._types |= {c.name: c.type for c in system.consts}

    def reads(self, e: ast.Expr) -> set[str]:
        """Every name that the expression depends on."""
        found: set[str] = set()
        todo: list[object] = [e]
        while todo:
            node = todo.pop()
            if isinstance(node, tuple):
                todo += node
            elif isinstance(node, ast.Node):
                name = getattr(node, "id", None) or getattr(node, "name", None)
                if isinstance(name, str) and name not in found:
                    found.add(name)
                    if name in self.found:
                        todo.append(self.found[name].body)
                todo += [getattr(node, f) for f in node.__dataclass_fields__ if f != "span"]
        return found

    def is_truth(self, e: ast.Expr) -> bool:
        return self._kind(e) == BOOL

    def is_number(self, e: ast.Expr) -> bool:
        return self._kind(e) == INT

    def _kind(self, e: ast.Expr) -> str:
        """`Bool`, `Int`, or something else."""
        match bare(e):
            case ast.Bool() | ast.Unary("not"):
                return BOOL
            case ast.Num() | ast.Unary():
                return INT
            case ast.Binary(op):
                return BOOL if op in _TRUTHS else INT
            case ast.Quantifier(kind):
                return INT if kind == "count" else BOOL
            case ast.If(_, then):
                return self._kind(then)
            case ast.Name(name) | ast.Index(name) | ast.Apply(name):
                if name in self.found:
                    return self._kind(self.found[name].body)
                return INT if name in ("min", "max") else self._types.get(name, "")
            case _:
                return ""
