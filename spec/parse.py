"""Block by block from text to ast; every slip becomes a diagnostic, none an exception."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files

from lark import Lark, Token, Tree, UnexpectedToken

from spec import ast
from spec.result import Diagnostic
from spec.slips import explain_block, explain_brackets, explain_token
from spec.source import Chunk, Span, cut_blocks, doc_text
from spec.tokens import BLOCKS, CLASSES, Scan, scan, span_of
from spec.transform import Builder

MAX_DEPTH = 100
"""Deeper trees are refused, so that the later stages may recurse."""


@cache
def _parser() -> Lark:
    grammar = files("spec").joinpath("grammar.lark").read_text(encoding="utf-8")
    starts = ["header", *(word for word in BLOCKS if word not in CLASSES["HEADER"])]
    return Lark(grammar, parser="lalr", lexer="basic", start=starts, propagate_positions=True)


def parse_text(text: str, path: str) -> tuple[ast.File | None, tuple[Diagnostic, ...]]:
    """The file a text says, without the blocks that have a slip, and all diagnostics.

    `path` goes into the spans as it is.  The file is None where no header could be read.
    """
    cut = cut_blocks(text)
    problems: list[Diagnostic] = []
    if cut.stray.lines:
        span = Span(path, cut.stray.first, 1, cut.stray.first, len(cut.stray.lines[0]) + 1)
        problems.append(
            Diagnostic("FS009", span, "this text belongs to no block", "a block starts in column 0")
        )
    blocks: list[ast.Header | ast.Item] = []
    for chunk in cut.chunks:
        block, found = parse_block(chunk, path)
        problems += found
        if block is not None:
            blocks.append(replace(block, doc=doc_text(chunk.doc)))
    file, found = _assemble(blocks, [c.body.lines[0] for c in cut.chunks], path)
    problems += found
    if file is not None:
        file = replace(file, doc=doc_text(cut.opening))
    return file, tuple(sorted(problems, key=lambda d: (d.span, d.code)))


def parse_block(chunk: Chunk, path: str) -> tuple[ast.Header | ast.Item | None, list[Diagnostic]]:
    """One block; None where it has a slip that leaves no way to read it."""
    found = scan(chunk.body, path)
    if problem := explain_block(found.tokens, chunk.body, path):
        return None, [problem]
    if found.broken:
        return None, found.problems
    if problem := explain_brackets(found.tokens, path):
        return None, [*found.problems, problem]
    tree, problem = _tree(found, path)
    if tree is None:
        return None, found.problems or [p for p in (problem,) if p]
    builder = Builder(path)
    block: ast.Header | ast.Item = builder.build(tree)
    problems = [*found.problems, *builder.problems]
    return block, problems


def _tree(found: Scan, path: str) -> tuple[Tree[Token] | None, Diagnostic | None]:
    tokens = _mark_world_sorts(found.tokens)
    kind = tokens[0].type
    start = "header" if kind == "HEADER" else str(tokens[0])
    machine = _parser().parse_interactive(start=start)
    for i, token in enumerate(tokens):
        try:
            machine.feed_token(token)
        except UnexpectedToken:
            return None, explain_token(tokens, i, machine.accepts(), path)
    try:
        tree: Tree[Token] = machine.feed_eof(tokens[-1])
    except UnexpectedToken:
        return None, explain_token(tokens, len(tokens), machine.accepts(), path)
    if _depth(tree) > MAX_DEPTH:
        message = f"expressions are nested more than {MAX_DEPTH} deep"
        return None, Diagnostic(
            "FS032", span_of(tokens[0], path), message, "name a part with `define` or `let`"
        )
    return tree, None


def _mark_world_sorts(tokens: list[Token]) -> list[Token]:
    """Tell `world anon` + step `map_pmd(a)` from `world Vma a`: LALR sees one token ahead."""
    if tokens[0] != "scenario":
        return tokens
    marked = list(tokens)
    for i, (one, two, three) in enumerate(zip(tokens, tokens[1:], tokens[2:], strict=False)):
        if i and one.type == two.type == "NAME" and three.type != "LPAR":
            marked[i] = Token.new_borrow_pos("SORT_NAME", str(one), one)
    return marked


def _depth(tree: Tree[Token]) -> int:
    deepest, stack = 0, [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        deepest = max(deepest, depth)
        stack += [(child, depth + 1) for child in node.children if isinstance(child, Tree)]
    return deepest


def _assemble(
    blocks: list[ast.Header | ast.Item], first_lines: list[str], path: str
) -> tuple[ast.File | None, list[Diagnostic]]:
    headers = [b for b in blocks if isinstance(b, ast.Header)]
    items = tuple(b for b in blocks if not isinstance(b, ast.Header))
    problems = [
        Diagnostic(
            "FS007", extra.span, "this is the second header of the file",
            "one file holds one module, scheme or set of scenarios",
            related=((headers[0].span, "the first header"),),
        )
        for extra in headers[1:]
    ]
    if not headers:
        tried = any(line.split()[0] in CLASSES["HEADER"] for line in first_lines)
        if not tried:
            problems.append(
                Diagnostic(
                    "FS006", Span(path, 1, 1, 1, 1), "the file has no header",
                    "begin with `scheme NAME over folio` (or `module`, or `scenarios`)",
                )
            )
        return None, problems
    header = headers[0]
    if blocks[0] is not header:
        problems.append(
            Diagnostic(
                "FS007", blocks[0].span, "this stands before the header",
                f"move `{header.kind} {header.name}` to the top of the file",
            )
        )
    span = header.span.to(blocks[-1].span)
    return ast.File(header, items, span=span), problems
