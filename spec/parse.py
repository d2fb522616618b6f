"""Block by block from text to ast; every slip becomes a diagnostic, none an exception."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from lark import Lark, Token, Tree, UnexpectedToken
from lark import __version__ as lark_version

from spec import ast
from spec.result import Diagnostic
from spec.slips import explain_token
from spec.slips_block import explain_block, explain_brackets, looks_like_header
from spec.source import Chunk, Cut, Span, cut_blocks, doc_text
from spec.tokens import BLOCKS, CLASSES, Scan, scan
from spec.transform import Builder

MAX_DEPTH = 100
"""Deeper trees are refused, so that the later stages may recurse."""

MAX_PROBLEMS = 100
"""No reader wants more; what is no `.fs` file at all would have one per line."""


_STATEMENTS = frozenset({"call", "if", "for", "pick", "let", "expect"})


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    starts = ["header", *(word for word in BLOCKS if word not in CLASSES["HEADER"])]
    return Lark(
        grammar, parser="lalr", lexer="basic", start=starts, propagate_positions=True,
        cache=_tables(),
    )


def _tables() -> str | bool:
    """Where lark keeps its tables between runs; building them takes half a second.

    Lark checks that they belong to this grammar, its options and versions, and builds
    them anew when they do not or cannot be read.  False where no place can be had.
    """
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    place = Path(base) / "foliospec"
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    python = "".join(str(x) for x in sys.version_info[:2])
    return str(place / f"grammar-{python}-{lark_version}.cache")


Block = ast.Header | ast.Item


def parse_text(text: str, path: str) -> tuple[ast.File | None, tuple[Diagnostic, ...]]:
    """The file a text says, without the blocks that have a slip, and all diagnostics.

    `path` goes into the spans as it is.  The file is None where no header could be read.
    """
    cut = cut_blocks(text)
    blocks, problems = parse_cut(cut, path)
    return _assemble([b for b in blocks if b is not None], doc_text(cut.opening)), problems


def parse_cut(cut: Cut, path: str) -> tuple[list[Block | None], tuple[Diagnostic, ...]]:
    """For each chunk its block, or None where it has a slip; and all diagnostics."""
    made: list[Block | None] = []
    problems = _stray(cut, path)
    for chunk in cut.chunks:
        block, found = _parse_block(chunk, path)
        _join(problems, found[:MAX_PROBLEMS])
        if _lost_clauses(found) and made and not isinstance(made[-1], ast.Header):
            made[-1] = None
        made.append(None if block is None else replace(block, doc=doc_text(chunk.doc)))
        if len(problems) >= MAX_PROBLEMS:
            break
    blocks = [b for b in made if b is not None]
    problems += _check_header(blocks, cut, path) + _check_claims(blocks)
    return made, tuple(sorted(problems, key=lambda d: (d.span, d.code)))


def _stray(cut: Cut, path: str) -> list[Diagnostic]:
    if not cut.stray.lines:
        return []
    span = Span(path, cut.stray.first, 1, cut.stray.first, len(cut.stray.lines[0]) + 1)
    hint = "a block starts in the first column"
    return [Diagnostic("FS009", span, "this text belongs to no block", hint)]


def _lost_clauses(found: Sequence[Diagnostic]) -> bool:
    """Then the block above is not what its author wrote."""
    return any(problem.code == "FS010" for problem in found)


def _join(problems: list[Diagnostic], found: Sequence[Diagnostic]) -> None:
    """Clauses that lost their indentation are one slip, and so is what the block above lacks."""
    for problem in found:
        last = problems[-1] if problems else None
        if problem.code == "FS010" and last is not None:
            if last.code == "FS010" and last.span.end_line == problem.span.line - 1:
                problems[-1] = replace(last, span=last.span.to(problem.span))
                continue
            if last.code in ("FS030", "FS035") and "does not say" in last.message:
                problems.pop()
        problems.append(problem)


# ----------------------------------------------------------------- blocks


def _parse_block(chunk: Chunk, path: str) -> tuple[Block | None, list[Diagnostic]]:
    """One block; None where it has a slip that leaves no way to read it."""
    found = scan(chunk.body, path)
    if problem := explain_block(found, chunk.body, path):
        return None, [problem]
    if found.broken:
        return None, found.problems
    if problem := explain_brackets(found.tokens, path):
        return None, [*found.problems, problem]
    tree, problem = _tree(found, path)
    if tree is None:
        return None, found.problems or ([problem] if problem else [])
    builder = Builder(path)
    block: Block = builder.build(tree)
    return block, [*found.problems, *builder.problems]


def _tree(found: Scan, path: str) -> tuple[Tree[Token] | None, Diagnostic | None]:
    tokens = _mark_world_sorts(found.tokens)
    start = "header" if tokens[0].type == "HEADER" else str(tokens[0])
    machine = _parser().parse_interactive(start=start)
    i = 0
    try:
        for i, token in enumerate(tokens):  # noqa: B007
            machine.feed_token(token)
        i = len(tokens)
        tree: Tree[Token] = machine.feed_eof(tokens[-1])
    except UnexpectedToken:
        return None, explain_token(tokens, i, machine.accepts(), path)
    deep = _too_deep(tree)
    if deep is None:
        return tree, None
    span = Span(path, deep.meta.line, deep.meta.column, deep.meta.line, deep.meta.column + 1)
    message = f"this is nested more than {MAX_DEPTH} deep"
    return None, Diagnostic("FS032", span, message, "name a part with `define` or `let`")


def _mark_world_sorts(tokens: list[Token]) -> list[Token]:
    """Tell `world anon` + step `map_pmd(a)` from `world Vma a`: LALR sees one token ahead."""
    if tokens[0] != "scenario":
        return tokens
    marked = list(tokens)
    in_world = False
    for i, (one, two, three) in enumerate(zip(tokens, tokens[1:], tokens[2:], strict=False)):
        in_world = one == "world" or (in_world and one not in _STATEMENTS)
        if in_world and one.type == two.type == "NAME" and three.type != "LPAR":
            marked[i] = Token.new_borrow_pos("SORT_NAME", str(one), one)
    return marked


def _too_deep(tree: Tree[Token]) -> Tree[Token] | None:
    """A tree below `tree` that is nested too deep; found without recursion."""
    stack = [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        if depth > MAX_DEPTH and not node.meta.empty:
            return node
        stack += [(child, depth + 1) for child in node.children if isinstance(child, Tree)]
    return None


# -------------------------------------------------------------- whole file


def _check_header(blocks: Sequence[Block], cut: Cut, path: str) -> list[Diagnostic]:
    headers = [b for b in blocks if isinstance(b, ast.Header)]
    if not headers:
        starts = [c.body.lines[0] for c in cut.chunks] + list(cut.stray.lines[:1])
        if any(looks_like_header(line) for line in starts):
            return []
        hint = "begin with `scheme NAME over folio`, or `module`, or `scenarios`"
        return [Diagnostic("FS006", Span(path, 1, 1, 1, 1), "the file has no header", hint)]
    first = headers[0]
    problems = [
        Diagnostic(
            "FS007", header.span, "this is the second header of the file",
            "one file holds one module, one scheme or one set of scenarios",
            related=((first.span, "the first header"),),
        )
        for header in headers[1:]
    ]
    if blocks[0] is not first:
        hint = f"move `{first.kind} {first.name}` to the top of the file"
        message = "this stands before the header"
        problems.append(Diagnostic("FS007", _first_line(blocks[0]), message, hint))
    return problems


def _check_claims(blocks: Sequence[Block]) -> list[Diagnostic]:
    """A scheme's claim says what it expects; a module's is expected to hold in every scheme."""
    if not any(isinstance(b, ast.Header) and b.kind == "scheme" for b in blocks):
        return []
    return [
        Diagnostic(
            "FS030", _first_line(block), f"claim `{block.name}` does not say what it expects",
            "add `expect holds` or `expect fails`",
        )
        for block in blocks
        if isinstance(block, ast.Claim) and block.expect is None
    ]


def _first_line(block: ast.Block) -> Span:
    span = block.span
    if span.end_line == span.line:
        return span
    name = getattr(block, "name", "")
    end = span.column + len(f"{type(block).__name__} {name}")
    return Span(span.path, span.line, span.column, span.line, end)


def _assemble(blocks: Sequence[Block], doc: str) -> ast.File | None:
    header = next((b for b in blocks if isinstance(b, ast.Header)), None)
    if header is None:
        return None
    items = tuple(b for b in blocks if not isinstance(b, ast.Header))
    return ast.File(header, items, doc=doc, span=blocks[0].span.to(blocks[-1].span))
