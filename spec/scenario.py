"""Scenarios: a fixed world, and statements, for one scheme at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from spec import ast, ir
from spec.checked import Checked
from spec.findings import Slips, near
from spec.ir import INT, Expr, Type
from spec.lower import unanswered
from spec.names import has
from spec.resolve import MAX_SIZE
from spec.scope import Layer, Symbol, place
from spec.script import schemes_named, statements
from spec.source import Span
from spec.terms import ALLOWED, Mode, Terms


@dataclass(frozen=True, slots=True)
class Stage:
    """Where scenarios are played: the names they may use, and the scheme at hand.

    `stack` are the checked layers of that scheme; `schemes` all that the file names.
    """

    layer: Layer
    stack: tuple[Checked, ...]
    schemes: tuple[Layer, ...]

    @staticmethod
    def own(layer: Layer, stack: tuple[Checked, ...]) -> Stage:
        """Scenarios in the file of a scheme or module."""
        return Stage(layer, stack, (layer,))

    @staticmethod
    def guest(file: Layer, stack: tuple[Checked, ...], schemes: Sequence[Layer]) -> Stage:
        """Scenarios in a file of their own, played with one of its schemes."""
        scheme = stack[-1].layer
        layer = replace(file, below=scheme.below, guest=scheme)
        return Stage(layer, stack, tuple(schemes))

    @property
    def scheme(self) -> str:
        return self.stack[-1].name


def scenarios_of(stage: Stage, slips: Slips) -> tuple[ir.Scenario, ...]:
    """The scenarios of a file that speak about the scheme at hand.

    A scenario that names schemes speaks about those, any other about all.
    """
    found: dict[str, ir.Scenario] = {}
    known = {x.name for x in stage.schemes}
    for decl in stage.layer.file.items:
        if not isinstance(decl, ast.Scenario):
            continue
        if decl.name in found:
            slips.error("FS045", decl.span, f"there are two scenarios `{decl.name}`")
        named = schemes_named(decl.body) & known
        if not named or stage.scheme in named:
            found[decl.name] = _scenario(stage, decl, slips)
    return tuple(found.values())


def _scenario(stage: Stage, decl: ast.Scenario, slips: Slips) -> ir.Scenario:
    world = _World(stage, decl, slips)
    world.fill()
    terms = Terms(stage.layer, slips, Mode("a scenario", ALLOWED, True, world.sizes))
    for name, value in world.elements.items():
        terms = terms.with_local(name, value, decl.span)
    said = tuple(_for_scheme(stage, decl.body, slips))
    body = statements(terms, said, stage.layer.text)
    for ref in terms.seen:
        for question in unanswered(ref.value, stage.stack):
            say_unanswered(stage.scheme, question, ref.span, slips)
    return ir.Scenario(
        decl.name, world.names(), tuple(world.values.values()), body, decl.doc, place(decl))


def _for_scheme(
    stage: Stage, body: Sequence[ast.Stmt], slips: Slips
) -> Iterator[ast.Stmt]:
    """The statements without what is expected of other schemes."""
    for s in body:
        match s:
            case ast.ExpectStmt(conds):
                mine = tuple(c for c in conds if _is_mine(stage, c, slips))
                if mine:
                    yield replace(s, conds=mine)
            case ast.IfStmt(cond, then, orelse):
                _no_scheme(cond, slips)
                yield replace(s, then=tuple(_for_scheme(stage, then, slips)),
                              orelse=tuple(_for_scheme(stage, orelse, slips)))
            case ast.ForEach() | ast.ForBatch():
                _no_scheme((s.binder, s.where), slips)
                yield replace(s, body=tuple(_for_scheme(stage, s.body, slips)))
            case _:
                _no_scheme(s, slips)
                yield s


def _no_scheme(node: object, slips: Slips) -> None:
    for name in sorted(schemes_named(node)):
        span = node.span if isinstance(node, ast.Node) else _first_span(node)
        slips.error("FS117", span, f"only `expect` may speak of {name}",
                    "what happens is the same for every scheme")


def _first_span(node: object) -> Span:
    assert isinstance(node, tuple)
    found: Span = next(x.span for x in node if x is not None)
    return found


def _is_mine(stage: Stage, cond: ast.Expr, slips: Slips) -> bool:
    """Is this expected of the scheme at hand, or of the world alone?"""
    named = schemes_named(cond)
    known = [x.name for x in stage.schemes]
    for name in sorted(named - set(known)):
        slips.error("FS116", cond.span, f"no scheme here is called `{name}`",
                    near(name, known) or "name it after `with` in the first line")
    if len(named) > 1:
        slips.error("FS115", cond.span, "one expectation speaks of two schemes",
                    "each scheme runs on its own; expect a number of each")
        return False
    return not named or stage.scheme in named


# ------------------------------------------------------------------ world


@dataclass(slots=True)
class _World:
    """The world of one scenario under way.

    `elements` are the names it gives to elements of sorts, `values` its constants by
    name and index, `sizes` those constants that are numbers.
    """

    stage: Stage
    decl: ast.Scenario
    slips: Slips
    elements: dict[str, Expr] = field(default_factory=dict)
    values: dict[tuple[str, tuple[Expr, ...]], tuple[str, tuple[Expr, ...], Expr]] = field(
        default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    _counts: dict[Type, list[str]] = field(default_factory=dict)

    def fill(self) -> None:
        """Numbers first, for the sizes of ranges; then elements; then all the others."""
        known = [i for i in self.decl.world if not self._is_foreign(i)]
        numbers = [i for i in known if isinstance(i, ast.WorldSet) and self._is_number(i)]
        for number in numbers:
            self._set(number)
        for elements in known:
            if isinstance(elements, ast.WorldElems):
                self._name(elements)
        for item in known:
            if isinstance(item, ast.WorldSet) and not self._is_number(item):
                self._set(item)
        self._check_whole()

    def names(self) -> Mapping[Type, tuple[str, ...]]:
        return {sort: tuple(names) for sort, names in self._counts.items()}

    def _is_foreign(self, item: ast.WorldItem) -> bool:
        """Is it about a constant or sort that only other schemes of the file know?"""
        layer = self.stage.layer
        if isinstance(item, ast.WorldSet):
            return layer.value(item.name) is None and any(
                x.value(item.name) is not None for x in self.stage.schemes)
        return layer.sort(item.sort) is None and any(
            x.sort(item.sort) is not None for x in self.stage.schemes)

    def _is_number(self, item: ast.WorldSet) -> bool:
        symbol = self.stage.layer.value(item.name)
        shape = None if symbol is None else symbol.shape
        return shape is not None and not shape.index and shape.type == INT

    # ------------------------------------------------------------ elements

    def _name(self, item: ast.WorldElems) -> None:
        info = self.stage.layer.sort(item.sort)
        if info is None or info.sort.kind != "elements":
            if not self.stage.layer.is_broken(item.sort):
                self.slips.error("FS041", item.span, f"no sort is called `{item.sort}`",
                                 near(item.sort, self.stage.layer.sort_names()))
            return
        for name in item.names:
            self._add(item.sort, name, item.span)
        if item.within is not None:
            self._put(item, item.within)

    def _add(self, sort: Type, name: str, span: Span) -> None:
        if name in self.elements:
            self.slips.error("FS112", span, f"`{name}` is named twice in this world")
            return
        names = self._counts.setdefault(sort, [])
        self.elements[name] = ir.lit(len(names), sort)
        names.append(name)

    def _put(self, item: ast.WorldElems, within: str) -> None:
        """`Vma a in A`: the one constant from Vma to the sort of A says so."""
        old = self.elements.get(within)
        found = [
            s for x in self.stage.layer.stack() for s in x.values.values()
            if s.kind == "const" and s.shape is not None and s.shape.index == (item.sort,)
            and self._is_sort(s.shape.type) and old in (None, *_elements(old, s.shape.type))
        ]
        if len(found) != 1:
            several = " and ".join(f"`{s.name}`" for s in found)
            self.slips.error("FS113", item.span,
                             f"`in {within}` could mean {several}" if several else
                             f"no constant says where an element of {item.sort} is",
                             f"write it as a value, for example `owner[a] = {within}`")
            return
        symbol = found[0]
        assert symbol.shape is not None
        if old is None:
            self._add(symbol.shape.type, within, item.span)
        for name in item.names:
            self._keep(symbol, (self.elements[name],), self.elements[within], item.span)

    def _is_sort(self, type_: Type) -> bool:
        info = self.stage.layer.sort(type_)
        return info is not None and info.sort.kind == "elements"

    # -------------------------------------------------------------- values

    def _set(self, item: ast.WorldSet) -> None:
        layer = self.stage.layer
        symbol = layer.value(item.name)
        if symbol is None or symbol.kind != "const":
            if not layer.is_broken(item.name):
                consts = [n for x in layer.stack() for n, s in x.values.items()
                          if s.kind == "const"]
                self.slips.error("FS110", item.span, f"no constant is called `{item.name}`",
                                 near(item.name, consts))
            return
        shape = symbol.shape
        if shape is None:
            return
        terms = Terms(layer, self.slips, Mode("a world", "a world", True, self.sizes))
        for name, element in self.elements.items():
            terms = terms.knowing(name, element)
        value = self._literal(terms.value(item.value, shape.type), item.value.span)
        if item.args or not shape.index:
            if not has(terms, item.name, len(shape.index), "index", item.args, item.span):
                return
            index = [
                self._literal(terms.value(a, t), a.span)
                for a, t in zip(item.args, shape.index, strict=True)
            ]
            if value is not None and None not in index:
                self._keep(symbol, tuple(i for i in index if i is not None), value, item.span)
        elif value is not None:
            for at in self._indices(shape.index):
                self._keep(symbol, at, value, item.span)

    def _literal(self, e: Expr, span: Span) -> Expr | None:
        """The value as a literal with a position; None after an error."""
        x = e.args[0] if e.op == "just" else e
        if x.op == "lit":
            if x.data == ir.LAST:
                return ir.lit(self._size(x.type) - 1, e.type)
            return ir.lit(x.data if not isinstance(x.data, tuple) else None, e.type)
        if "!" not in e.free:
            self.slips.error("FS118", span, "a world is made of plain values",
                             "write a number, true, false, or the name of an element")
        return None

    def _keep(self, symbol: Symbol, at: tuple[Expr, ...], value: Expr, span: Span) -> None:
        key = (symbol.name, at)
        if key in self.values:
            self.slips.error("FS112", span, f"`{symbol.name}` is given twice in this world")
            return
        assert symbol.shape is not None
        if value.type == INT:
            assert isinstance(value.data, int)
            if symbol.shape.nat and value.data < 0:
                self.slips.error("FS118", span, f"`{symbol.name}` is never negative")
                return
            if not at and not self._is_good_size(symbol.name, value.data, span):
                return
        self.values[key] = (symbol.name, at, value)

    def _is_good_size(self, name: str, size: int, span: Span) -> bool:
        self.sizes[name] = size
        if not any(s.sort.size == name for s in self.stage.layer.ranges()):
            return True
        if size > MAX_SIZE:
            self.slips.error("FS074", span, f"{size} elements are too many; the limit is "
                             f"{MAX_SIZE}")
        elif size < 1:
            self.slips.error("FS118", span, "a range has one element or more")
        return 1 <= size <= MAX_SIZE

    # --------------------------------------------------------------- whole

    def _size(self, type_: Type) -> int:
        info = self.stage.layer.sort(type_)
        if info is None:
            return 1
        if info.sort.kind == "elements":
            return max(1, len(self._counts.get(type_, ())))
        size = info.sort.size
        return size if isinstance(size, int) else self.sizes.get(str(size), 1)

    def _indices(self, index: tuple[Type, ...]) -> list[tuple[Expr, ...]]:
        found: list[tuple[Expr, ...]] = [()]
        for type_ in index:
            found = [(*at, ir.lit(i, type_)) for at in found for i in range(self._size(type_))]
        return found

    def _check_whole(self) -> None:
        """Every constant has a value, where more than one is possible."""
        for layer in self.stage.layer.stack() if self.stage.layer.guest is None else (
            *self.stage.layer.below, self.stage.layer.guest
        ):
            for symbol in layer.values.values():
                if symbol.kind == "const" and symbol.shape is not None:
                    self._check_given(symbol)

    def _check_given(self, symbol: Symbol) -> None:
        shape = symbol.shape
        assert shape is not None
        named = {name for name, _ in self.values}
        if shape.type not in (ir.BOOL, INT) and not ir.is_optional(shape.type):
            if self._size(shape.type) == 1:
                return
        elif symbol.name in named and not shape.index:
            return
        if any(self._is_sort(t) and t not in self._counts for t in shape.index):
            return
        for at in self._indices(shape.index):
            if (symbol.name, at) not in self.values:
                shown = symbol.name + _shown(at, self.names())
                hint = (f"add `{shown}` or `not {shown}`" if shape.type == ir.BOOL
                        else f"add `{shown} = ...`")
                self.slips.error("FS111", self.decl.span,
                                 f"the world of `{self.decl.name}` does not say `{shown}`", hint)
                return


def _elements(old: Expr | None, type_: Type) -> tuple[Expr, ...]:
    return () if old is None or old.type != type_ else (old,)


def _shown(at: tuple[Expr, ...], names: Mapping[Type, tuple[str, ...]]) -> str:
    if not at:
        return ""
    parts = []
    for x in at:
        known = names.get(x.type, ())
        assert isinstance(x.data, int)
        parts.append(known[x.data] if x.data < len(known) else str(x.data))
    return f"[{', '.join(parts)}]"


# ---------------------------------------------------------------- answers


def say_unanswered(scheme: str, question: str, span: Span, slips: Slips) -> None:
    slips.error("FS098", span, f"{scheme} does not answer `{question}`",
                "add an `answer` to it, or a `default` to the question")


def check_answered(layer: Layer, stack: Sequence[Checked], slips: Slips) -> None:
    """A scheme must answer what operations ask, and what its own claims mention."""
    if layer.kind != "scheme":
        return
    head = layer.file.header.span
    for c in stack:
        for op in c.operations:
            guards = [op.body.guard, *(x.hooks[op.name].guard for x in stack if op.name in x.hooks)]
            for question in (q for g in guards for q in unanswered(g, stack)):
                slips.error("FS098", head, f"`{op.name}` asks `{question}`, and {layer.name} "
                            "does not answer", f"add `answer {question}... = ...`")
    for name, decl in layer.stated.items():
        for p in stack[-1].promises:
            if isinstance(p, ir.Promise) and p.name == name:
                for question in unanswered(p.cond, stack):
                    say_unanswered(layer.name, question, decl.span, slips)
