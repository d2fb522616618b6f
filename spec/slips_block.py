"""Slips that show before a block is parsed: its first word, and brackets without partner."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from lark import Token

from spec.result import Diagnostic
from spec.source import Lines, Span
from spec.tokens import BLOCKS, CLASSES, FOREIGN_WORDS, RESERVED, Scan, shorten, span_of


def explain_block(found: Scan, body: Lines, path: str) -> Diagnostic | None:
    """What is wrong with the first word of a block, if anything."""
    first = found.tokens[0] if found.tokens and found.tokens[0].column == 1 else None
    if first in BLOCKS:
        return None
    word = str(first) if first is not None else shorten(body.lines[0].split(maxsplit=1)[0])
    span = Span(path, body.first, 1, body.first, 1 + len(word))
    if word.startswith(">"):
        return Diagnostic("FS008", span, "this line is quoted", "paste the text without the `>`")
    if word.startswith(("<<<<<<<", "=======")):
        return Diagnostic("FS008", span, "this is the mark of a merge conflict", "settle it first")
    lexical = [p for p in found.problems if p.span.line == body.first and p.span.column == 1]
    if lexical:
        return lexical[0]
    updates = any(token == ":=" and token.line == body.first for token in found.tokens)
    if word in RESERVED or updates:
        return Diagnostic("FS010", span, f"`{word}` starts no block", "indent it below its block")
    return Diagnostic("FS008", span, f"no block starts with `{word}`", _block_hint(word))


def _block_hint(word: str) -> str:
    near = get_close_matches(word, BLOCKS, 1)
    foreign = FOREIGN_WORDS.get(word)
    if near or foreign in BLOCKS:
        return f"did you mean `{near[0] if near else foreign}`?"
    return "a comment starts with `#`; a block with a word such as `state`, `on` or `claim`"


def looks_like_header(line: str) -> bool:
    """Whether a block was meant as the header of its file: a `scenario` was not."""
    word = line.split(maxsplit=1)[0]
    if word in BLOCKS:
        return word in CLASSES["HEADER"]
    return bool(get_close_matches(word, CLASSES["HEADER"], 1))


def explain_brackets(tokens: Sequence[Token], path: str) -> Diagnostic | None:
    """The first bracket that has no partner, if any."""
    stack: list[Token] = []
    partner = {")": "(", "]": "["}
    for token in tokens:
        if token in ("(", "["):
            stack.append(token)
        elif token in partner:
            if not stack:
                message = f"no bracket is open for this `{token}`"
                return Diagnostic("FS013", span_of(token, path), message)
            opener = stack.pop()
            if opener != partner[token]:
                message = f"`{token}` does not close the `{opener}` of line {opener.line}"
                related = ((span_of(opener, path), "opened here"),)
                return Diagnostic("FS013", span_of(token, path), message, related=related)
    if stack:
        opener = stack[-1]
        closer = ")" if opener == "(" else "]"
        message = f"this `{opener}` is never closed"
        return Diagnostic("FS013", span_of(opener, path), message, f"add the closing `{closer}`")
    return None
