"""`mutant NAME survives "reason"`: the names in a file are those of its mutants."""

from __future__ import annotations

from spec import ast
from spec.findings import Slips, near
from spec.mutants.listing import mutants_of
from spec.resolve import kept_items
from spec.scope import Layer


def check_survivors(layer: Layer, slips: Slips) -> None:
    """Every `mutant` block of a scheme without slips names a mutant of it, once."""
    blocks = [i for i in kept_items(layer) if isinstance(i, ast.Mutant)]
    if not blocks or slips.errors:
        return
    known = [m.name for m in mutants_of(layer.file, [x.file for x in layer.below])]
    first: dict[str, ast.Mutant] = {}
    for block in blocks:
        if block.name in first:
            slips.error("FS131", block.span, f"`{block.name}` is named twice",
                        "one `mutant` block with its reason is enough",
                        ((first[block.name].span, "the other one"),))
        elif block.name not in known:
            hint = near(block.name, known) or f"`spec mutate --list {layer.name}.fs` lists them"
            slips.error("FS130", block.span, f"no mutant is called `{block.name}`", hint)
        first.setdefault(block.name, block)
