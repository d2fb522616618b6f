"""Damaged texts: bytes flipped, lines and words dropped, doubled, swapped."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping

WORD = re.compile(r"\w+'?|:=|\.\.|[^\w\s]|\n")
BLOCK = re.compile(r"^(?=\S)", re.M)


def mutant(text: str, rng: random.Random) -> str:
    """The text after one to three accidents; never empty."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        text = _ACCIDENTS[rng.choice(list(_ACCIDENTS))](text, rng) or "x"
    return text


def _letter(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text))
    return text[:at] + chr(rng.randrange(32, 127)) + text[at + 1 :]


def _drop_line(text: str, rng: random.Random) -> str:
    lines = text.split("\n")
    del lines[rng.randrange(len(lines))]
    return "\n".join(lines)


def _double_line(text: str, rng: random.Random) -> str:
    lines = text.split("\n")
    lines.insert(rng.randrange(len(lines)), rng.choice(lines))
    return "\n".join(lines)


def _swap_lines(text: str, rng: random.Random) -> str:
    return "\n".join(_swapped(text.split("\n"), rng))


def _swap_blocks(text: str, rng: random.Random) -> str:
    return "".join(_swapped(BLOCK.split(text), rng))


def _swapped(parts: list[str], rng: random.Random) -> list[str]:
    i, j = rng.randrange(len(parts)), rng.randrange(len(parts))
    parts[i], parts[j] = parts[j], parts[i]
    return parts


def _other_word(text: str, rng: random.Random) -> str:
    words = list(WORD.finditer(text))
    if not words:
        return text
    at, other = rng.choice(words), rng.choice(words)
    return text[: at.start()] + other.group() + text[at.end() :]


def _drop_word(text: str, rng: random.Random) -> str:
    words = list(WORD.finditer(text))
    if not words:
        return text
    at = rng.choice(words)
    return text[: at.start()] + text[at.end() :]


_ACCIDENTS: Mapping[str, Callable[[str, random.Random], str]] = {
    "letter": _letter,
    "drop line": _drop_line,
    "double line": _double_line,
    "swap lines": _swap_lines,
    "swap blocks": _swap_blocks,
    "other word": _other_word,
    "another word": _other_word,
    "drop word": _drop_word,
}
