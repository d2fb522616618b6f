"""What a parse error means: from the place where a block stops to make sense to a diagnostic."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from lark import Token

from spec.result import Diagnostic
from spec.source import Lines, Span
from spec.tokens import BLOCKS, CLAUSES, span_of, walk_brackets


def explain_block(tokens: Sequence[Token], body: Lines, path: str) -> Diagnostic | None:
    """What is wrong with the first word of a block, if anything."""
    first = body.lines[0].split(maxsplit=1)[0]
    if tokens and tokens[0] in BLOCKS:
        return None
    span = Span(path, body.first, 1, body.first, 1 + len(first))
    if first in CLAUSES:
        return Diagnostic("FS010", span, f"`{first}` is a clause of a block", "indent it")
    near = get_close_matches(first, BLOCKS, 1)
    hint = f"did you mean `{near[0]}`?" if near else "a block starts with one of: " + ", ".join(BLOCKS)
    return Diagnostic("FS008", span, f"no block starts with `{first}`", hint)


def explain_brackets(tokens: list[Token], path: str) -> Diagnostic | None:
    for token, opener in walk_brackets(tokens):
        if opener is not None:
            return Diagnostic("FS013", span_of(token, path), f"`{token}` does not close `{opener}`")
        verb = "closed" if token in ("(", "[") else "opened"
        return Diagnostic("FS013", span_of(token, path), f"this `{token}` is never {verb}")
    return None


def explain_token(
    tokens: Sequence[Token], i: int, accepts: set[str], path: str
) -> Diagnostic:
    """`tokens[i]` (or the end of the block) fits nowhere; `accepts` would have fitted."""
    if i == len(tokens):
        return Diagnostic("FS012", span_of(tokens[-1], path), "the block ends too early")
    token = tokens[i]
    return Diagnostic(
        "FS011", span_of(token, path), f"`{token}` does not fit here",
        "expected: " + ", ".join(sorted(accepts)),
    )
