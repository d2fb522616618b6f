"""Broken texts: what mails, editors and tired people do to a `.fs` file, and worse."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

WORDS = (
    "and", "or", "not", "all", "some", "count", "if", "then", "else", "end", "for", "each", "batch",
    "of", "op", "on", "state", "world", "expect", "holds", "call", "implies", "iff", "in", "when",
    "where", "answer", "truth", "nothing", "scheme", "module", "x", "v'", "0", "99999999999",
)
MARKS = (
    "(", ")", "[", "]", "{", "}", ";", "=", "==", ":=", "->", "'", "..", ".", "?", "!", "&&", "||",
    '"', "#", "<", "<=", "*", "-", "+", "/", "//", "/*", "*/", "é", "\u201c", "\u2028", "\0", "\t",
    "\n",
)

_WORD = re.compile(r"\w+'?|:=|\.\.|[^\w\s]")


def mutant(text: str, seed: int) -> str:
    """The text with one to four accidents; the same for the same seed, everywhere."""
    random = Random(seed)
    for _ in range(random.randint(1, 4)):
        text = random.choice(_ACCIDENTS)(text, random) or "x"
    return text


def _flip_bytes(text: str, random: Random) -> str:
    data = bytearray(text.encode())
    for _ in range(random.randint(1, 5)):
        data[random.randrange(len(data))] = random.randrange(256)
    return data.decode("utf-8", "replace")


def _drop_line(text: str, random: Random) -> str:
    lines = text.split("\n")
    del lines[random.randrange(len(lines))]
    return "\n".join(lines)


def _swap_blocks(text: str, random: Random) -> str:
    blocks = text.split("\n\n")
    random.shuffle(blocks)
    return "\n\n".join(blocks)


def _insert_tokens(text: str, random: Random) -> str:
    for _ in range(random.randint(1, 6)):
        at = random.randrange(len(text) + 1)
        text = f"{text[:at]} {random.choice(WORDS + MARKS)} {text[at:]}"
    return text


def _cut_out(text: str, random: Random) -> str:
    at = random.randrange(len(text) + 1)
    return text[:at] + text[at + random.randint(1, 30) :]


def _repeat(text: str, random: Random) -> str:
    start, at = random.randrange(len(text) + 1), random.randrange(len(text) + 1)
    return text[:at] + text[start : start + 40] + text[at:]


def _lose_indentation(text: str, random: Random) -> str:
    lines = text.split("\n")
    i = random.randrange(len(lines))
    lines[i] = lines[i].lstrip()
    return "\n".join(lines)


def _drop_word(text: str, random: Random) -> str:
    words = text.split(" ")
    del words[random.randrange(len(words))]
    return " ".join(words)


def _other_word(text: str, random: Random) -> str:
    """A word or mark where another one of the same text was meant."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    at, other = random.choice(words), random.choice(words)
    return text[: at.start()] + other.group() + text[at.end() :]


_ACCIDENTS: tuple[Callable[[str, Random], str], ...] = (
    _flip_bytes, _drop_line, _swap_blocks, _insert_tokens, _cut_out, _repeat, _lose_indentation,
    _drop_word, _other_word,
)
