"""The names that a file declares: one meaning each, in a kind of file that may have them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from spec import ast, ir
from spec.ast import Item
from spec.findings import Slips, near
from spec.scope import Layer, LayerKind, Shape, SortInfo, Symbol, bare
from spec.source import Span
from spec.types import shape_of

MAX_SIZE: Final = 4096
"""Largest number of elements of a range or sort; the evaluator keeps tables of it."""

_RESERVED: Final = frozenset({ir.BOOL, ir.INT, "bool", "nat", "int"})

_WORLD: Final = frozenset({"module"})
_SCHEME: Final = frozenset({"scheme"})
_ANY: Final = frozenset({"module", "scheme", "scenarios"})
_BOTH: Final = frozenset({"module", "scheme"})
_PLACES: Final[Mapping[type[ast.Block], tuple[str, frozenset[str]]]] = {
    ast.SortDecl: ("sort", _BOTH),
    ast.RangeDecl: ("range", _BOTH),
    ast.EnumDecl: ("enum", _BOTH),
    ast.ConstDecl: ("const", _BOTH),
    ast.StateDecl: ("state", _BOTH),
    ast.Assume: ("assume", _SCHEME),
    ast.Define: ("define", _ANY),
    ast.Needs: ("needs", _WORLD),
    ast.Gives: ("gives", _SCHEME),
    ast.Invariant: ("invariant", _BOTH),
    ast.Claim: ("claim", _BOTH),
    ast.Expect: ("expect", _BOTH),
    ast.Question: ("question", _WORLD),
    ast.Answer: ("answer", _SCHEME),
    ast.Op: ("op", _WORLD),
    ast.On: ("on", _BOTH),
    ast.NamedUpdate: ("update", _BOTH),
    ast.Call: ("call", _ANY),
    ast.Scenario: ("scenario", _ANY),
    ast.Mutant: ("mutant", _SCHEME),
}
_ELSEWHERE: Final[Mapping[str, str]] = {
    "op": "operations belong to a module; a scheme says `on OPERATION` what one does to it",
    "question": "questions belong to a module; a scheme says `answer QUESTION = ...`",
    "needs": "a scheme says `gives NAME = ...`",
    "answer": "a scheme answers; a question may have a `default`",
    "gives": "a module says `needs NAME: TYPE = DEFAULT`",
    "assume": "in a module write `const NAME: TYPE where ...`",
}


def declare(
    file: ast.File, text: str, below: tuple[Layer, ...], slips: Slips,
    broken: frozenset[str] = frozenset(), blind: bool = False,
) -> Layer:
    """The tables of one file.

    Args:
        file: the parsed file; `text` is what was parsed.
        below: every layer it stands on, lowest first, each declared already.
        broken: names in blocks of this file that could not be parsed.
        blind: a file below is missing, so no name is known to be unknown.
    """
    head = file.header
    layer = Layer(head.name, head.kind, file, text, below, broken, blind=blind)
    _clashing_imports(layer, slips)
    items = [i for i in file.items if _belongs_here(i, head.kind, slips)]
    for item in items:
        _declare_sort(layer, item, slips)
    for item in items:
        _declare_value(layer, item, slips)
        _declare_other(layer, item, slips)
    for item in items:
        if isinstance(item, ast.RangeDecl):
            _size_range(layer, item, slips)
    return layer


def kept_items(layer: Layer) -> tuple[Item, ...]:
    """The blocks that may stand in this kind of file."""
    quiet = Slips()
    return tuple(i for i in layer.file.items if _belongs_here(i, layer.kind, quiet))


def _belongs_here(item: Item, kind: LayerKind, slips: Slips) -> bool:
    word, kinds = _PLACES[type(item)]
    if kind in kinds:
        return True
    what = "a scenarios file" if kind == "scenarios" else f"a {kind}"
    slips.error("FS052", item.span, f"{what} cannot have `{word}`", _ELSEWHERE.get(word, ""))
    return False


def _clashing_imports(layer: Layer, slips: Slips) -> None:
    tables: tuple[Callable[[Layer], Mapping[str, object]], ...] = (
        lambda x: x.sorts, lambda x: x.values, lambda x: x.actions,
        lambda x: x.questions, lambda x: x.stated,
    )
    for table in tables:
        seen: dict[str, Layer] = {}
        for low in layer.below:
            for name in table(low):
                first = seen.setdefault(name, low)
                if first is not low and first not in low.below:
                    slips.error(
                        "FS045", layer.file.header.span,
                        f"`{name}` is declared in {first.name} and in {low.name}",
                        "two modules used together must not share a name",
                    )


def _is_free(
    layer: Layer, table: Callable[[Layer], Mapping[str, object]], name: str, span: Span,
    slips: Slips,
) -> bool:
    """Is the name still to be had?  Says so if not."""
    for other in layer.stack():
        if name in table(other):
            where = "in this file" if other is layer else f"in {other.name}"
            slips.error("FS045", span, f"`{name}` is declared twice: already {where}",
                        "choose another name")
            return False
    return True


# ------------------------------------------------------------------ sorts


def _declare_sort(layer: Layer, item: Item, slips: Slips) -> None:
    if not isinstance(item, ast.SortDecl | ast.RangeDecl | ast.EnumDecl):
        return
    if item.name in _RESERVED:
        slips.error("FS045", item.span, f"`{item.name}` is a type of the language",
                    "choose another name")
        return
    if not _is_free(layer, lambda x: x.sorts, item.name, item.span, slips):
        return
    match item:
        case ast.SortDecl(name, named):
            _no_repeats(named, item.span, slips)
            sort = ir.Sort(name, "elements", named)
            layer.sorts[name] = SortInfo(sort, item, layer.name)
        case ast.EnumDecl(name, values):
            _no_repeats(values, item.span, slips)
            sort = ir.Sort(name, "enum", values, len(values))
            layer.sorts[name] = SortInfo(sort, item, layer.name)
        case ast.RangeDecl(name):
            sort = ir.Sort(name, "range", (), None)
            layer.sorts[name] = SortInfo(sort, item, layer.name, bare(item.high))


def _no_repeats(names: tuple[str, ...], span: Span, slips: Slips) -> None:
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            slips.error("FS045", span, f"`{name}` stands twice in one list")


def _size_range(layer: Layer, item: ast.RangeDecl, slips: Slips) -> None:
    """Bounds: from 0 to a number, or to one less than a nat constant.

    A range that has none keeps the size None, and nothing more is said about it.
    """
    info = layer.sorts.get(item.name)
    if info is None or info.decl is not item:
        return
    high = bare(item.high)
    size = _size(layer, high) if bare(item.low) == ast.Num(0) else None
    if size is None and isinstance(high, ast.Binary) and _is_unknown(layer, high.left, slips):
        return
    if size is None:
        slips.error("FS069", item.span, f"`{item.name}` must run from 0 to CONSTANT - 1 or "
                    "to a number", f"for example `range {item.name} = 0 .. NR - 1` "
                    "with `const NR: nat where NR >= 1`")
        return
    if isinstance(size, int) and size > MAX_SIZE:
        slips.error("FS074", item.span, f"`{item.name}` has {size} elements; "
                    f"the limit is {MAX_SIZE}")
        return
    sort = ir.Sort(item.name, "range", (), size)
    layer.sorts[item.name] = SortInfo(sort, item, layer.name, info.high)


def _is_unknown(layer: Layer, e: ast.Expr, slips: Slips) -> bool:
    if not isinstance(e, ast.Name) or layer.value(e.id) is not None:
        return False
    if not layer.is_broken(e.id):
        slips.unknown("FS040", e.span, e.id, f"nothing is called `{e.id}`",
                      near(e.id, layer.value_names()))
    return True


def _size(layer: Layer, high: ast.Expr) -> int | str | None:
    match high:
        case ast.Num(value):
            return value + 1
        case ast.Binary("-", ast.Name(name, False), ast.Num(1)):
            symbol = layer.value(name)
            fits = (
                symbol is not None and symbol.kind == "const"
                and symbol.shape == Shape((), ir.INT, True)
            )
            return name if fits else None
        case _:
            return None


# ----------------------------------------------------------------- values


def _declare_value(layer: Layer, item: Item, slips: Slips) -> None:
    def free(name: str) -> bool:
        return _is_free(layer, lambda x: x.values, name, item.span, slips)

    match item:
        case ast.EnumDecl(name, values):
            info = layer.sorts.get(name)
            for i, value in enumerate(dict.fromkeys(values)):
                if info is not None and info.decl is item and free(value):
                    layer.values[value] = Symbol(
                        "enum", value, layer.name, item, Shape((), name), i)
        case ast.StateDecl(name, type_) if free(name):
            layer.values[name] = Symbol("state", name, layer.name, item,
                                        shape_of(layer, type_, slips))
        case ast.ConstDecl(name, type_) if free(name):
            layer.values[name] = Symbol("const", name, layer.name, item,
                                        shape_of(layer, type_, slips))
        case ast.Needs(name, type_) if free(name):
            shape = shape_of(layer, type_, slips)
            if shape is not None and shape.index:
                slips.error("FS072", type_.span, "a need has no index")
                shape = None
            layer.values[name] = Symbol("need", name, layer.name, item, shape)
        case ast.Define(name) if free(name):
            layer.values[name] = Symbol("define", name, layer.name, item)


# ------------------------------------------------------------- the others


def _declare_other(layer: Layer, item: Item, slips: Slips) -> None:
    match item:
        case ast.Op() | ast.Call():
            if _is_free(layer, lambda x: x.actions, item.name, item.span, slips):
                layer.actions[item.name] = item
        case ast.Question():
            if _is_free(layer, lambda x: x.questions, item.name, item.span, slips):
                layer.questions[item.name] = item
        case ast.NamedUpdate():
            if item.name in layer.updates:
                slips.error("FS045", item.span, f"`{item.name}` is declared twice: "
                            "already in this file", "choose another name")
            else:
                layer.updates[item.name] = item
        case ast.Invariant() | ast.Claim():
            if _is_free(layer, lambda x: x.stated, item.name, item.span, slips):
                layer.stated[item.name] = item
        case _:
            pass
