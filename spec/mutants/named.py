"""`mutant NAME survives "reason"`: the names in a file are those of its mutants."""

from __future__ import annotations

from collections.abc import Sequence

from spec import ast
from spec.findings import Slips, near
from spec.mutants.listing import mutants_of
from spec.resolve import kept_items
from spec.scope import Layer


def check_survivors(layer: Layer, slips: Slips) -> None:
    """Every `mutant` block of a scheme whose blocks can be read names a mutant of it, once."""
    blocks = [i for i in kept_items(layer) if isinstance(i, ast.Mutant)]
    if not blocks or layer.broken or any(x.blind for x in layer.stack()):
        return
    known = [m.name for m in mutants_of(layer.file, [x.file for x in layer.below])]
    first: dict[str, ast.Mutant] = {}
    for block in blocks:
        for name in block.names:
            _check_name(name, block, first.setdefault(name, block), known, slips)
            if block.names.count(name) > 1:
                slips.error("FS131", block.span, f"`{name}` is named twice in one list",
                            "once is enough")


def _check_name(
    name: str, block: ast.Mutant, first: ast.Mutant, known: Sequence[str], slips: Slips
) -> None:
    if first is not block:
        slips.error("FS131", block.span, f"`{name}` is named twice",
                    "one `mutant` block with its reason is enough",
                    ((first.span, "the other one"),))
    elif name not in known:
        hint = near(name, known) or "`spec mutate --list` lists them"
        slips.error("FS130", block.span, f"no mutant is called `{name}`", hint)
