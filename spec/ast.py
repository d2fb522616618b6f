"""What the author of a `.fs` file wrote: frozen dataclasses, a span on every node.

Two trees are equal when they say the same thing: spans and comments do not
take part in `==`, so `parse(format(x)) == parse(x)` can be asked directly.
Nothing is resolved here: a name is a name, whatever it may turn out to mean.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from spec.source import NOWHERE, Span


@dataclass(frozen=True, slots=True)
class Node:
    """Base of all nodes; `span` never takes part in equality."""

    span: Span = field(default=NOWHERE, compare=False, kw_only=True)


# ------------------------------------------------------------ expressions


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name; `primed` for `mapped'`; dotted (`per_vma.mapcount`) in scenarios."""

    id: str
    primed: bool = False


@dataclass(frozen=True, slots=True)
class Num(Node):
    value: int


@dataclass(frozen=True, slots=True)
class Bool(Node):
    value: bool


@dataclass(frozen=True, slots=True)
class NoneLit(Node):
    """`none`, the absent optional value."""


@dataclass(frozen=True, slots=True)
class Paren(Node):
    """Parentheses the author wrote: kept for `spec fmt`, and for `and`/`or`."""

    inner: Expr


@dataclass(frozen=True, slots=True)
class Apply(Node):
    """`maps(v)`, `maps'(v)`, `min(a, b)`, `per_vma.folio_mapped()`."""

    name: str
    args: tuple[Expr, ...]
    primed: bool = False


@dataclass(frozen=True, slots=True)
class Index(Node):
    """`pte[v, p]`, `pte'[v, p]`: a state or constant at an index."""

    name: str
    args: tuple[Expr, ...]
    primed: bool = False


@dataclass(frozen=True, slots=True)
class AnswerOf(Node):
    """`answer(may_reuse, v, p)`: what the scheme answers to a question."""

    question: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Unary(Node):
    op: Literal["not", "-"]
    operand: Expr


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """op: and or implies iff == != < <= > >= + - * /"""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class If(Node):
    cond: Expr
    then: Expr
    orelse: Expr


@dataclass(frozen=True, slots=True)
class SortDomain(Node):
    """`in Vma`."""

    sort: str


@dataclass(frozen=True, slots=True)
class RangeDomain(Node):
    """`in first .. last`, both ends included; empty when first > last."""

    low: Expr
    high: Expr


Domain = SortDomain | RangeDomain


@dataclass(frozen=True, slots=True)
class Binder(Node):
    """`v, w in Vma`: one or more names over one domain."""

    names: tuple[str, ...]
    domain: Domain


@dataclass(frozen=True, slots=True)
class Quantifier(Node):
    """`all`, `some` or `count` over binders; reaches to the end of its clause."""

    kind: Literal["all", "some", "count"]
    binders: tuple[Binder, ...]
    body: Expr


Expr = (
    Name | Num | Bool | NoneLit | Paren | Apply | Index | AnswerOf | Unary | Binary | If
    | Quantifier
)

# ------------------------------------------------------------------ types


@dataclass(frozen=True, slots=True)
class TypeExpr(Node):
    """`[Vma, Page] Mm?`: index sorts, the value's type, and whether it is optional.

    `name` is bool, nat, int, or a declared sort, range or enum.
    """

    name: str
    optional: bool = False
    index: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Param(Node):
    """`v: Vma`; `type` is None where only the name is written (`on`, `answer`)."""

    name: str
    type: TypeExpr | None = None


# ---------------------------------------------------------------- clauses


@dataclass(frozen=True, slots=True)
class Place(Node):
    """`pte[v, *]` in a `changes` list: an index is an expression, or None for `*`."""

    name: str
    args: tuple[Expr | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Mirrors(Node):
    functions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Requires(Node):
    cond: Expr


@dataclass(frozen=True, slots=True)
class Changes(Node):
    """`changes a, b[v, *]`; `changes nothing` has no places."""

    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Performs(Node):
    op: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Overapproximates(Node):
    reason: str


@dataclass(frozen=True, slots=True)
class Let(Node):
    name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Update(Node):
    """`name[args] := value [for binder in low .. high] [when cond]`.

    `binder` is a Binder with one name or None.
    """

    name: str
    args: tuple[Expr, ...]
    value: Expr
    binder: Binder | None = None
    when: Expr | None = None


@dataclass(frozen=True, slots=True)
class Do(Node):
    """`do add(owner[v], 1)`: use of a named update."""

    name: str
    args: tuple[Expr, ...]


Clause = Mirrors | Requires | Changes | Performs | Overapproximates | Let | Update | Do

# ------------------------------------------- statements of calls, scenarios


@dataclass(frozen=True, slots=True)
class Step(Node):
    """`map_pmd(a)` (an op) or `call munmap(a, 0, 127)` (a call)."""

    name: str
    args: tuple[Expr, ...]
    is_call: bool = False


@dataclass(frozen=True, slots=True)
class IfStmt(Node):
    """`if c then ... [else ...] end`."""

    cond: Expr
    then: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...] = ()


@dataclass(frozen=True, slots=True)
class ForEach(Node):
    """`for each p in first .. last [where c] do ... end`; the set is fixed at entry."""

    binder: Binder
    where: Expr | None
    body: tuple[Stmt, ...]


@dataclass(frozen=True, slots=True)
class ForBatch(Node):
    """`for batch a .. b of p in Page where pte[v, p] do ... end`: the longest stretches
    of neighbours that satisfy the condition, as the kernel batches PTEs."""

    low: str
    high: str
    binder: Binder
    where: Expr | None
    body: tuple[Stmt, ...]


@dataclass(frozen=True, slots=True)
class Pick(Node):
    """`pick w in Vma where not live[w]`: the first such element, in order."""

    binder: Binder
    where: Expr


@dataclass(frozen=True, slots=True)
class LetStmt(Node):
    name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class ExpectStmt(Node):
    """`expect mapped, per_vma.mapcount == 1` in a scenario."""

    conds: tuple[Expr, ...]


Stmt = Step | IfStmt | ForEach | ForBatch | Pick | LetStmt | ExpectStmt


@dataclass(frozen=True, slots=True)
class Stretch(Node):
    """`0 .. 255` or `T0 .. T511` in a scenario's world: an index, or a value for each."""

    low: Expr
    high: Expr


@dataclass(frozen=True, slots=True)
class Numbered(Node):
    """`T0 .. T511` in a scenario's world: names of elements."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class WorldSet(Node):
    """`NR = 512`, `anon`, `not anon`, `owner[a] = A` in a scenario's world.

    Among `args`, None stands for `*`.
    """

    name: str
    args: tuple[Expr | Stretch | None, ...]
    value: Expr | Stretch


@dataclass(frozen=True, slots=True)
class WorldElems(Node):
    """`Vma a, b in A`, `Table T0 .. T511`: names elements of a sort.

    With `within`, the one constant from that sort to the sort of `within` (owner)
    gets that value, and `within` is declared too where it is new.
    """

    sort: str
    names: tuple[str | Numbered, ...]
    within: str | None = None


WorldItem = WorldSet | WorldElems

# ----------------------------------------------------------------- blocks


@dataclass(frozen=True, slots=True)
class Block(Node):
    """Base of column-0 blocks; `doc` is the comment right above, without `#`."""

    doc: str = field(default="", compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Header(Block):
    """`module cow over folio`, `scheme per_vma over folio`,
    `scenarios examples over folio with per_vma, total`."""

    kind: Literal["module", "scheme", "scenarios"]
    name: str
    over: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SortDecl(Block):
    """`sort Vma named a, b, c`: `named` gives the names used in printed runs."""

    name: str
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RangeDecl(Block):
    name: str
    low: Expr
    high: Expr


@dataclass(frozen=True, slots=True)
class EnumDecl(Block):
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConstDecl(Block):
    name: str
    type: TypeExpr
    where: Expr | None = None


@dataclass(frozen=True, slots=True)
class StateDecl(Block):
    name: str
    type: TypeExpr
    init: Expr


@dataclass(frozen=True, slots=True)
class Assume(Block):
    cond: Expr


@dataclass(frozen=True, slots=True)
class Define(Block):
    name: str
    params: tuple[Param, ...]
    body: Expr


@dataclass(frozen=True, slots=True)
class Needs(Block):
    name: str
    type: TypeExpr
    default: Expr


@dataclass(frozen=True, slots=True)
class Gives(Block):
    name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Invariant(Block):
    name: str
    cond: Expr
    expect: str | None = None


@dataclass(frozen=True, slots=True)
class Claim(Block):
    """`expect` is `holds` or `fails`; None where it is missing."""

    name: str
    cond: Expr
    expect: str | None = None


@dataclass(frozen=True, slots=True)
class Expect(Block):
    """`expect no_shared_writable fails`, `expect split_vma never` at column 0."""

    name: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Mutant(Block):
    """`mutant split_vma.drop survives "reason"`: slips that no promise notices."""

    names: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class ErrorClass(Node):
    """`unsafe truth and not answer "a mapped folio is freed"`."""

    kind: Literal["unsafe", "slow"]
    cond: Expr
    danger: str


@dataclass(frozen=True, slots=True)
class Question(Block):
    name: str
    params: tuple[Param, ...]
    type: TypeExpr | None
    truth: Expr
    classes: tuple[ErrorClass, ...]
    asked: Expr | None = None
    sees: tuple[Expr, ...] = ()
    default: Expr | None = None


@dataclass(frozen=True, slots=True)
class Answer(Block):
    """`expect` is `exact`, `safe` or `unsafe`; None where it is missing."""

    question: str
    params: tuple[Param, ...]
    value: Expr
    expect: str | None = None


@dataclass(frozen=True, slots=True)
class Op(Block):
    name: str
    params: tuple[Param, ...]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class On(Block):
    """`on split_vma, merge_vma` (no parameters) or `on map_ptes(v, first, last)`."""

    ops: tuple[str, ...]
    params: tuple[Param, ...] | None
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class NamedUpdate(Block):
    name: str
    params: tuple[Param, ...]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Call(Block):
    name: str
    params: tuple[Param, ...]
    mirrors: tuple[str, ...]
    body: tuple[Stmt, ...]


@dataclass(frozen=True, slots=True)
class Scenario(Block):
    name: str
    world: tuple[WorldItem, ...]
    body: tuple[Stmt, ...]


Item = (
    SortDecl | RangeDecl | EnumDecl | ConstDecl | StateDecl | Assume | Define | Needs | Gives
    | Invariant | Claim | Expect | Question | Answer | Op | On | NamedUpdate | Call | Scenario
    | Mutant
)


@dataclass(frozen=True, slots=True)
class File(Node):
    """One `.fs` file: its header and its blocks in order; `doc` opens the file."""

    header: Header
    items: tuple[Item, ...]
    doc: str = field(default="", compare=False, kw_only=True)
