"""The world of a scenario: elements with names, and a value for every constant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product

from spec import ast, ir
from spec.findings import Slips, near
from spec.ir import INT, Expr, Type
from spec.names import has
from spec.numbering import MAX_ELEMENTS, numbering
from spec.resolve import MAX_SIZE
from spec.scope import Layer, Shape, Symbol
from spec.source import Span
from spec.terms import Mode, Terms
from spec.types import base, describe, is_range


@dataclass(slots=True)
class Staging:
    """The world of one scenario under way.

    `layer` has the names it may use, `others` are layers whose constants it may set for
    other schemes.  `elements` are the names it gives to elements of sorts, `values` its
    constants by name and index, `sizes` those constants that are numbers.
    """

    layer: Layer
    others: tuple[Layer, ...]
    decl: ast.Scenario
    slips: Slips
    elements: dict[str, Expr] = field(default_factory=dict)
    values: dict[tuple[str, tuple[Expr, ...]], tuple[str, tuple[Expr, ...], Expr]] = field(
        default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    _counts: dict[Type, list[str]] = field(default_factory=dict)
    _excused: set[str] = field(default_factory=set)

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
        layer = self.layer
        if isinstance(item, ast.WorldSet):
            return layer.value(item.name) is None and any(
                x.value(item.name) is not None for x in self.others)
        return layer.sort(item.sort) is None and any(
            x.sort(item.sort) is not None for x in self.others)

    def _is_number(self, item: ast.WorldSet) -> bool:
        symbol = self.layer.value(item.name)
        shape = None if symbol is None else symbol.shape
        return shape is not None and not shape.index and shape.type == INT

    # ------------------------------------------------------------ elements

    def _name(self, item: ast.WorldElems) -> None:
        info = self.layer.sort(item.sort)
        if info is None or info.sort.kind != "elements":
            if not self.layer.is_broken(item.sort):
                self.slips.error("FS041", item.span, f"no sort is called `{item.sort}`",
                                 near(item.sort, self.layer.sort_names()))
            return
        names: list[str] = []
        for said in item.names:
            known = [said] if isinstance(said, str) else self._numbered(
                said.first, said.last, said.span)
            names += known
            for name in known:
                if not self._add(item.sort, name, item.span):
                    break
        count = len(self._counts.get(item.sort, ()))
        if count > MAX_ELEMENTS:
            self._say_too_many(count, MAX_ELEMENTS, item.span)
        if item.within is not None:
            self._put(item, names, item.within)

    def _numbered(self, first: str, last: str, span: Span) -> list[str]:
        """All names of a stretch; only its ends after an error."""
        found = numbering(first, last)
        if found is None:
            self.slips.error("FS122", span, f"`{first} .. {last}` is no stretch of names",
                             "name both ends alike, and number them upwards: `T0 .. T3`")
        elif found.size > MAX_ELEMENTS:
            self._say_too_many(found.size, MAX_ELEMENTS, span)
        else:
            return list(found.names())
        return [first] if first == last else [first, last]

    def _add(self, sort: Type, name: str, span: Span) -> bool:
        if name in self.elements:
            self.slips.error("FS112", span, f"`{name}` is named twice in this world")
            return False
        names = self._counts.setdefault(sort, [])
        self.elements[name] = ir.lit(len(names), sort)
        names.append(name)
        return True

    def _put(self, item: ast.WorldElems, names: list[str], within: str) -> None:
        """`Vma a in A`: the one constant from Vma to the sort of A says so."""
        old = self.elements.get(within)
        found = [
            s for x in self.layer.stack() for s in x.values.values()
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
        for name in names:
            if not self._keep(symbol, (self.elements[name],), self.elements[within], item.span):
                break

    def _is_sort(self, type_: Type) -> bool:
        info = self.layer.sort(type_)
        return info is not None and info.sort.kind == "elements"

    # -------------------------------------------------------------- values

    def _set(self, item: ast.WorldSet) -> None:
        layer = self.layer
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
        errors = self.slips.errors
        mode = Mode("a world", "a world", True, self.sizes)
        terms = Terms(layer, self.slips, mode, dict(self.elements))
        places = self._places(terms, item, shape)
        for at, value in zip(places, self._values(terms, item, shape, len(places)), strict=False):
            if not self._keep(symbol, at, value, item.span):
                break
        if self.slips.errors > errors:
            self._excused.add(symbol.name)

    def _places(
        self, terms: Terms, item: ast.WorldSet, shape: Shape
    ) -> list[tuple[Expr, ...]]:
        """The indices that are set, in order; all where none is written."""
        if shape.index and not item.args:
            return self._indices(shape.index)
        if not has(terms, item.name, len(shape.index), "index", _single(item), item.span):
            return []
        index = [
            [ir.lit(i, t) for i in range(self._size(t))] if a is None else self._along(terms, a, t)
            for a, t in zip(item.args, shape.index, strict=True)
        ]
        return list(product(*index))

    def _values(
        self, terms: Terms, item: ast.WorldSet, shape: Shape, places: int
    ) -> list[Expr]:
        """A value for each place: one for all, or a stretch of as many; none after an error."""
        found = self._along(terms, item.value, shape.type)
        if not isinstance(item.value, ast.Stretch):
            return found * places
        wide = [a for a in item.args if a is None or isinstance(a, ast.Stretch)]
        if len(wide) != 1:
            self.slips.error(
                "FS122", item.value.span, "this stretch of values belongs to one of the index",
                f"write `{item.name}[...]` with one `*` or one stretch in it")
        elif found and places and len(found) != places:
            self.slips.error("FS122", item.value.span, f"{len(found)} values for {places} places",
                             "both stretches have the same length")
        else:
            return found
        return []

    def _along(self, terms: Terms, x: ast.Expr | ast.Stretch, type_: Type) -> list[Expr]:
        """The values that one of the index, or the value, stands for; none after an error."""
        if not isinstance(x, ast.Stretch):
            one = self._literal(terms.value(x, type_), x.span)
            return [] if one is None else [one]
        if self._is_sort(base(type_)):
            return self._along_names(terms, x, type_)
        if not is_range(self.layer, type_):
            self.slips.error("FS122", x.span, f"of {describe(type_)} there is no stretch",
                             "a stretch is made of elements of a range, or of numbered names")
            return []
        ends = [self._literal(terms.value(e, type_), e.span) for e in (x.low, x.high)]
        low, high = (e.data if e is not None and isinstance(e.data, int) else -1 for e in ends)
        if low > high >= 0:
            self.slips.error("FS122", x.span, f"from {low} to {high} there is nothing",
                             "begin with the smaller number")
        if low < 0 or high >= self._size(base(type_)):
            return []
        return [ir.lit(i, type_) for i in range(low, high + 1)]

    def _along_names(self, terms: Terms, x: ast.Stretch, type_: Type) -> list[Expr]:
        if not (isinstance(x.low, ast.Name) and isinstance(x.high, ast.Name)):
            self.slips.error("FS122", x.span, "this is no stretch of names",
                             f"{describe(type_)} goes by its name: `T0 .. T3`")
            return []
        found: list[Expr] = []
        for name in self._numbered(x.low.id, x.high.id, x.span):
            one = self._literal(terms.value(ast.Name(name, span=x.span), type_), x.span)
            if one is None:
                return []
            found.append(one)
        return found

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

    def _keep(self, symbol: Symbol, at: tuple[Expr, ...], value: Expr, span: Span) -> bool:
        """Notes the value of one place; false after an error."""
        key = (symbol.name, at)
        if key in self.values:
            first = f"one such place is `{symbol.name}{_shown(at, self.names())}`" if at else ""
            self.slips.error("FS112", span, f"`{symbol.name}` is given twice in this world", first)
            return False
        assert symbol.shape is not None
        if value.type == INT:
            assert isinstance(value.data, int)
            if symbol.shape.nat and value.data < 0:
                self.slips.error("FS118", span, f"`{symbol.name}` is never negative")
                return False
            if not at and not self._is_good_size(symbol.name, value.data, span):
                return False
        self.values[key] = (symbol.name, at, value)
        return True

    def _is_good_size(self, name: str, size: int, span: Span) -> bool:
        self.sizes[name] = size
        if not any(s.sort.size == name for s in self.layer.ranges()):
            return True
        if size > MAX_SIZE:
            self._say_too_many(size, MAX_SIZE, span)
        elif size < 1:
            self.slips.error("FS118", span, "a range has one element or more")
        return 1 <= size <= MAX_SIZE

    def _say_too_many(self, size: int, limit: int, span: Span) -> None:
        self.slips.error("FS074", span, f"{size} elements are too many; the limit is {limit}")

    # --------------------------------------------------------------- whole

    def _size(self, type_: Type) -> int:
        info = self.layer.sort(type_)
        if info is None:
            return 1
        if info.sort.kind == "elements":
            return max(1, len(self._counts.get(type_, ())))
        size = info.sort.size
        return size if isinstance(size, int) else self.sizes.get(str(size), 1)

    def _indices(self, index: tuple[Type, ...]) -> list[tuple[Expr, ...]]:
        return list(product(*([ir.lit(i, t) for i in range(self._size(t))] for t in index)))

    def _check_whole(self) -> None:
        """Every constant has a value, where more than one is possible."""
        lacking: list[str] = []
        for layer in self.layer.stack() if self.layer.guest is None else (
            *self.layer.below, self.layer.guest
        ):
            for symbol in layer.values.values():
                if symbol.kind == "const" and symbol.shape is not None:
                    lacking += self._lacking(symbol, symbol.shape)
        if lacking:
            shown = ", ".join(f"`{x}`" for x in lacking)
            self.slips.error("FS111", self.decl.span, f"the world of `{self.decl.name}` does not "
                             f"say {shown}", f"add `{lacking[0]} = ...`; of true and false, write "
                             "`anon` or `not anon`")

    def _lacking(self, symbol: Symbol, shape: Shape) -> list[str]:
        """The first value that the constant lacks."""
        is_sort = shape.type not in (ir.BOOL, INT) and not ir.is_optional(shape.type)
        if symbol.name in self._excused or (is_sort and self._size(shape.type) == 1):
            return []
        if any(self._is_sort(t) and t not in self._counts for t in shape.index):
            return []
        for at in self._indices(shape.index):
            if (symbol.name, at) not in self.values:
                return [symbol.name + _shown(at, self.names())]
        return []


def _single(item: ast.WorldSet) -> tuple[ast.Expr, ...]:
    """The index as if no part of it were a stretch."""
    return tuple(
        ast.Num(0, span=item.span) if a is None else a.low if isinstance(a, ast.Stretch) else a
        for a in item.args
    )


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
