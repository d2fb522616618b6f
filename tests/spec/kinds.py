"""A scheme that has every kind of place, and schemes made from pieces."""

from __future__ import annotations

from spec import ast
from spec.load import load_text
from spec.state_size import StateSize, size_of

KINDS = """\
# kinds.fs - one place of every kind.
scheme kinds over folio

enum Half = Low, High, Both
range Level = 0 .. 3

# Two counts for each level.
state tally: [Level, Half] nat = 0
state drift: int = 0
state whole: bool = false
state owner0: Mm? = none
state first: Page = 0
state where_to: Half = Low
state per_page: [Page] nat = 0
# Who saw which page.
state seen: [Vma, Page] bool = false
state levels: [Page, Level] nat = 0
"""

NOTHING_CHANGES = """
on map_ptes, unmap_ptes, map_pmd, unmap_pmd, split_pmd, dup_ptes, dup_pmd
	changes nothing

on split_vma, merge_vma, move_ptes, move_pmd, open_vma, close_vma
	changes nothing
"""


def scheme_of(*blocks: str) -> str:
    """The text of a scheme over folio with these blocks."""
    return "\n\n".join(["scheme made over folio", *blocks]) + "\n" + NOTHING_CHANGES


def size_of_text(text: str) -> StateSize:
    """The size of the scheme in a text."""
    loaded = load_text(text, "made.fs")
    docs = {i.name: i.doc for i in loaded.file.items if isinstance(i, ast.StateDecl)}
    return size_of(loaded.systems[0], docs)
