"""Types: what a declaration says, what fits where, and how to say that it does not."""

from __future__ import annotations

from typing import Final

from spec import ast, ir
from spec.findings import Slips, near
from spec.ir import Expr, Type
from spec.scope import Layer, Shape, bare
from spec.source import Span

ERROR: Final[Type] = "!"
"""The type of what could not be understood; nothing more is said about it."""


def poison(type_: Type = ERROR) -> Expr:
    """Stands for an expression with a slip in it."""
    return ir.var("!", type_)


def is_poison(e: Expr) -> bool:
    """Does the expression hold a slip that was reported already?"""
    return "!" in e.free or e.type == ERROR


def base(type_: Type) -> Type:
    """The type without `?`."""
    return type_[:-1] if ir.is_optional(type_) else type_


def describe(type_: Type) -> str:
    """A type in the words of the language."""
    match type_:
        case ir.BOOL:
            return "true or false"
        case ir.INT:
            return "a number"
        case _ if ir.is_optional(type_):
            return f"an element of {base(type_)} or none"
        case _:
            return f"an element of {type_}"


# --------------------------------------------------------------- declared


def shape_of(layer: Layer, type_: ast.TypeExpr, slips: Slips) -> Shape | None:
    """The declared type with its index, or None (and said so) where it is none."""
    value = type_of(layer, type_, slips)
    index = tuple(_index_sort(layer, name, type_.span, slips) for name in type_.index)
    if value is None or None in index:
        return None
    return Shape(tuple(i for i in index if i is not None), value, type_.name == "nat")


def type_of(layer: Layer, type_: ast.TypeExpr, slips: Slips) -> Type | None:
    """The declared value type, without the index."""
    builtin = {"bool": ir.BOOL, "nat": ir.INT, "int": ir.INT}.get(type_.name)
    if builtin is not None:
        if type_.optional:
            slips.error("FS073", type_.span, f"`{type_.name}?`: only an element can be absent",
                        "use a sort, a range or an enum")
            return None
        return builtin
    if layer.sort(type_.name) is None:
        unknown_sort(layer, type_.name, type_.span, slips)
        return None
    return ir.optional(type_.name) if type_.optional else type_.name


def _index_sort(layer: Layer, name: str, span: Span, slips: Slips) -> Type | None:
    if name in ("bool", "nat", "int"):
        hint = "declare an enum with two values" if name == "bool" else "declare a range"
        slips.error("FS072", span, f"`{name}` cannot be an index", hint)
        return None
    if layer.sort(name) is None:
        unknown_sort(layer, name, span, slips)
        return None
    return name


def unknown_sort(layer: Layer, name: str, span: Span, slips: Slips) -> None:
    """Say that there is no such sort, unless its declaration could not be read."""
    if not layer.is_broken(name):
        known = [*layer.sort_names(), "bool", "nat", "int"]
        slips.unknown("FS041", span, name, f"no sort or type is called `{name}`",
                      near(name, known))


def parameter_types(
    layer: Layer, params: tuple[ast.Param, ...], slips: Slips
) -> tuple[tuple[str, Type], ...]:
    """Declared parameters with their types; ERROR (and said so) where there is none."""
    found = []
    for p in params:
        type_ = None
        if p.type is None:
            slips.error("FS071", p.span, f"the parameter `{p.name}` has no type",
                        f"write `{p.name}: SORT`")
        elif p.type.index:
            slips.error("FS071", p.type.span, "a parameter has no index")
        else:
            type_ = type_of(layer, p.type, slips)
        found.append((p.name, type_ or ERROR))
    return tuple(found)


# ---------------------------------------------------------------- literals


def is_range(layer: Layer, type_: Type) -> bool:
    info = layer.sort(base(type_))
    return info is not None and info.sort.kind == "range"


def is_upper_end(layer: Layer, e: ast.Expr, type_: Type | None = None) -> bool:
    """Is this the declared upper end (`NR - 1`) of the range, or of any range?"""
    inner = bare(e)
    if not isinstance(inner, ast.Binary):
        return False
    return any(
        info.high == inner for info in layer.ranges() if type_ in (None, info.sort.name)
    )


def is_flexible(layer: Layer, e: ast.Expr) -> bool:
    """Does the expression take its type from its surroundings (`0`, `none`, `NR - 1`)?"""
    match bare(e):
        case ast.Num() | ast.NoneLit():
            return True
        case ast.If(_, then, orelse):
            return is_flexible(layer, then) and is_flexible(layer, orelse)
        case other:
            return is_upper_end(layer, other)


# ----------------------------------------------------------------- fitting


def fit(x: Expr, want: Type, span: Span, layer: Layer, slips: Slips) -> Expr:
    """The expression as a value of the wanted type, or a poisoned one after an error."""
    if x.type == want != ERROR:
        return x
    if want == ERROR or is_poison(x):
        return poison(want)
    if want == ir.optional(x.type):
        return ir.just(x)
    _say_misfit(x.type, want, span, layer, slips)
    return poison(want)


def _say_misfit(got: Type, want: Type, span: Span, layer: Layer, slips: Slips) -> None:
    if got == ir.optional(want):
        slips.error("FS063", span, f"this may be none, but {describe(want)} is needed here",
                    "compare it with `==`, or declare what takes it optional, too")
    elif ir.INT in (got, want) and (is_range(layer, got) or is_range(layer, want)):
        say_number_for_element(layer, base(want if got == ir.INT else got), span, slips)
    else:
        slips.error("FS060", span, f"{describe(want)} is needed here, this is {describe(got)}")


def say_number_for_element(layer: Layer, sort: Type, span: Span, slips: Slips) -> None:
    """An error about a number beside an element of a range, unless the range is broken."""
    info = layer.sort(sort)
    if info is None or info.sort.size is None:
        return
    slips.error(
        "FS064", span, f"an element of {sort} is not a number",
        f"its elements have an order only: the first is `0`, the last the upper end of "
        f"the range; a number of them is `count p in {sort}: ...`",
    )


def align(
    x: Expr, y: Expr, span: Span, layer: Layer, slips: Slips
) -> tuple[Expr, Expr] | None:
    """Both values in one type (`==` between a T and a T? lifts the T), or None."""
    if x.type == y.type != ERROR:
        return x, y
    if is_poison(x) or is_poison(y):
        return None
    if x.type == ir.optional(y.type):
        return x, ir.just(y)
    if y.type == ir.optional(x.type):
        return ir.just(x), y
    if ir.INT in (x.type, y.type) and (is_range(layer, x.type) or is_range(layer, y.type)):
        say_number_for_element(layer, base(y.type if x.type == ir.INT else x.type), span, slips)
    else:
        slips.error("FS060", span,
                    f"{describe(x.type)} and {describe(y.type)} do not go together")
    return None
