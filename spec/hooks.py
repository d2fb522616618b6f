"""Which `on` block belongs to which operation, and which operation lacks one."""

from __future__ import annotations

from collections.abc import Mapping

from spec import ast, ir
from spec.blocks import Blocks, unknown_op
from spec.findings import Slips
from spec.ir import Expr
from spec.scope import Layer
from spec.types import parameter_types, type_of
from spec.writes import Body


def hooks_of(layer: Layer, blocks: Blocks, items: tuple[ast.Item, ...]) -> dict[str, Body]:
    """What each operation below does to this layer, by the operation's name."""
    slips = blocks.slips
    first: dict[str, ast.On] = {}
    found: dict[str, Body] = {}
    for on in items:
        if not isinstance(on, ast.On):
            continue
        for name in on.ops:
            op = layer.action(name)
            if not isinstance(op, ast.Op):
                unknown_op(layer, name, on.span, slips)
            elif name in layer.actions:
                slips.error("FS042", on.span, f"`{name}` is an operation of {layer.name} itself",
                            "write what it does into the op")
            elif name in first:
                slips.error("FS081", on.span, f"`{name}` has an `on` block already",
                            "join the two", ((first[name].span, "the other one"),))
            else:
                first[name] = on
                found[name] = _body(layer, blocks, on, op)
        if not any(name in found for name in on.ops):
            blocks.body("on", on.clauses, {}, on.span)
    if layer.kind == "scheme":
        _say_missing(layer, first, slips)
    return found


def _body(layer: Layer, blocks: Blocks, on: ast.On, op: ast.Op) -> Body:
    """The block, its parameters standing for those of the operation."""
    params = parameter_types(layer, op.params, Slips())
    values: dict[str, Expr] = {}
    given = on.params if on.params is not None else ()
    if on.params is not None and len(given) != len(params):
        wanted = ", ".join(name for name, _ in params)
        blocks.slips.error("FS093", on.span, f"`{op.name}` has {len(params)} parameters, here "
                           f"are {len(given)}", f"write `on {op.name}({wanted})`")
    for p, (name, type_) in zip(given, params, strict=False):
        if p.type is not None and type_of(layer, p.type, blocks.slips) not in (None, type_):
            blocks.slips.error("FS093", p.span, f"`{name}` of `{op.name}` has another type",
                               "write the name of the parameter only")
        values.setdefault(p.name, ir.var(name, type_))
    for p in given:
        if [q.name for q in given].count(p.name) > 1:
            blocks.slips.error("FS045", p.span, f"`{p.name}` stands twice in one list")
    return blocks.body("on", on.clauses, values, on.span, {p.name: p.span for p in given})


# ---------------------------------------------------------------- coverage


def _say_missing(layer: Layer, given: Mapping[str, ast.On], slips: Slips) -> None:
    for owner, op in layer.ops_below():
        if op.name in given or layer.is_broken(op.name) or not needs_hook(layer, owner, op):
            continue
        slips.error("FS080", layer.file.header.span,
                    f"{layer.name} does not say what `{op.name}` does to its counters",
                    f"add\n{stub_of(op)}")


def needs_hook(scheme: Layer, owner: Layer, op: ast.Op) -> bool:
    """Must a scheme say what the operation does?

    Not when it only performs another operation, and not when it and the `on` blocks
    of modules touch only its own layer, above the lowest one.
    """
    if any(isinstance(c, ast.Performs) for c in op.clauses):
        return False
    return not owner.below or any(
        isinstance(item, ast.On) and op.name in item.ops and _writes(item)
        for module in scheme.below
        for item in module.file.items
    )


def _writes(on: ast.On) -> bool:
    return any(isinstance(c, ast.Update | ast.Do) for c in on.clauses)


def stub_of(op: ast.Op) -> str:
    """An `on` block for the operation that says that nothing changes."""
    names = ", ".join(p.name for p in op.params)
    head = f"on {op.name}({names})" if names else f"on {op.name}"
    return f"{head}\n\tchanges nothing"
