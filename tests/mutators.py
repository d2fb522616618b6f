"""Random edits of `.fs` files: what slips of hand, of mail programs and of malice do.

Every edit is a function of a text (bytes) and a source of randomness; the same seed gives
the same text on every machine.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

Edit = Callable[[bytes, random.Random], bytes]

_TOKEN = re.compile(rb"[A-Za-z_]\w*'?|\d+|:=|\.\.|[<>=!]=|\S")
_NUMBER = re.compile(rb"(?<!\w)\d+(?!\w)")

WORDS = (
    b"and or not implies iff all some count if then else when for in true false none min max let "
    b"do scheme module scenarios sort range enum const state define invariant claim expect "
    b"question answer op on update call scenario assume needs gives over with named where requires "
    b"changes nothing mirrors performs overapproximates truth unsafe slow asked sees default world "
    b"pick each batch of end bool nat int Vma Mm Page NR anon owner pte pmd maps mapped mapcount "
    b"== != < <= > >= + - * / ( ) [ ] , : := .. ' ? = && || ! ++ += ; { } -> // \" # 0 1 2 512 "
    b"99999999999999999999 -1 0x10 1e9 v p first last holds fails exact safe never"
).split()
STRANGE = (
    b"\0", b"\xff", b"\xc3\xa4", b"\xe2\x80\x99", b"\xe2\x89\xa4", b"\xf0\x9f\x90\xa7", b"\xc2\xa0",
    b"\xef\xbb\xbf", b"\r", b"\x0b", b"\x0c", b"\x1b[31m", b"\t", b"\xe2\x80\xae", b"\xed\xa0\x80",
)


def mutate(text: bytes, rng: random.Random) -> bytes:
    """One to four edits, one after the other; mild ones are the most frequent."""
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        text = rng.choices(EDITS, WEIGHTS)[0](text, rng)
    return text


# ------------------------------------------------------------------ bytes


def flip_bytes(text: bytes, rng: random.Random) -> bytes:
    made = bytearray(text)
    for _ in range(rng.choice((1, 1, 2, 8)) if made else 0):
        made[rng.randrange(len(made))] ^= 1 << rng.randrange(8)
    return bytes(made)


def insert_strange(text: bytes, rng: random.Random) -> bytes:
    at = rng.randint(0, len(text))
    return text[:at] + rng.choice(STRANGE) + text[at:]


def truncate(text: bytes, rng: random.Random) -> bytes:
    return text[: rng.randint(0, len(text))]


def behead(text: bytes, rng: random.Random) -> bytes:
    return text[rng.randint(0, len(text)) :]


# ------------------------------------------------------------------ lines


def drop_lines(text: bytes, rng: random.Random) -> bytes:
    lines = text.split(b"\n")
    at = rng.randrange(len(lines))
    del lines[at : at + rng.choice((1, 1, 1, 2, 5))]
    return b"\n".join(lines)


def duplicate_line(text: bytes, rng: random.Random) -> bytes:
    lines = text.split(b"\n")
    lines.insert(rng.randint(0, len(lines)), rng.choice(lines))
    return b"\n".join(lines)


def swap_lines(text: bytes, rng: random.Random) -> bytes:
    lines = text.split(b"\n")
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return b"\n".join(lines)


def join_lines(text: bytes, rng: random.Random) -> bytes:
    lines = text.split(b"\n")
    if len(lines) > 1:
        at = rng.randrange(len(lines) - 1)
        lines[at : at + 2] = [lines[at] + b" " + lines[at + 1].lstrip()]
    return b"\n".join(lines)


def shift_line(text: bytes, rng: random.Random) -> bytes:
    """Indentation lost or won, as in a mail."""
    lines = text.split(b"\n")
    at = rng.randrange(len(lines))
    lines[at] = lines[at].lstrip() if rng.random() < 0.7 else b"\t" + lines[at]
    return b"\n".join(lines)


def quote(text: bytes, rng: random.Random) -> bytes:
    return b"\n".join(b"> " + line for line in text.split(b"\n"))


# ----------------------------------------------------------------- blocks


def _blocks(text: bytes) -> list[bytes]:
    return re.split(rb"\n(?=[^\s#])", text)


def swap_blocks(text: bytes, rng: random.Random) -> bytes:
    blocks = _blocks(text)
    a, b = rng.randrange(len(blocks)), rng.randrange(len(blocks))
    blocks[a], blocks[b] = blocks[b], blocks[a]
    return b"\n".join(blocks)


def duplicate_block(text: bytes, rng: random.Random) -> bytes:
    blocks = _blocks(text)
    blocks.insert(rng.randint(0, len(blocks)), rng.choice(blocks))
    return b"\n".join(blocks)


def drop_block(text: bytes, rng: random.Random) -> bytes:
    blocks = _blocks(text)
    del blocks[rng.randrange(len(blocks))]
    return b"\n".join(blocks)


# ----------------------------------------------------------------- tokens


def _edit_token(text: bytes, rng: random.Random, edit: Callable[[bytes], bytes]) -> bytes:
    """Edit one token that stands outside comments."""
    bare = re.sub(rb"#[^\n]*", lambda m: b" " * len(m[0]), text)
    found = list(_TOKEN.finditer(bare))
    if not found:
        return text
    m = rng.choice(found)
    return text[: m.start()] + edit(m[0]) + text[m.end() :]


def insert_token(text: bytes, rng: random.Random) -> bytes:
    return _edit_token(text, rng, lambda t: t + b" " + rng.choice(WORDS) + b" ")


def replace_token(text: bytes, rng: random.Random) -> bytes:
    return _edit_token(text, rng, lambda t: rng.choice(WORDS))


def drop_token(text: bytes, rng: random.Random) -> bytes:
    return _edit_token(text, rng, lambda t: b"")


def misspell(text: bytes, rng: random.Random) -> bytes:
    def slip(token: bytes) -> bytes:
        at = rng.randrange(len(token))
        return token[:at] + token[at + 1 :] if rng.random() < 0.5 else token + token[at : at + 1]

    return _edit_token(text, rng, slip)


def exchange_token(text: bytes, rng: random.Random) -> bytes:
    """A token for another of its kind in the same file: what still type-checks often."""
    bare = re.sub(rb"#[^\n]*", lambda m: b" " * len(m[0]), text)
    found = list(_TOKEN.finditer(bare))
    if not found:
        return text
    m = rng.choice(found)
    kin: tuple[bytes, ...] | None = next((k for k in _KINDS if m[0] in k), None)
    if kin is None:
        kin = tuple(sorted({x[0] for x in found if x[0][:1].isalnum() == m[0][:1].isalnum()}))
    return text[: m.start()] + rng.choice(kin) + text[m.end() :]


_KINDS: tuple[tuple[bytes, ...], ...] = (
    (b"and", b"or"), (b"implies", b"iff"), (b"all", b"some", b"count"), (b"+", b"-", b"*", b"/"),
    (b"==", b"!=", b"<", b"<=", b">", b">="), (b"true", b"false"), (b"0", b"1", b"2", b"NR"),
    (b"holds", b"fails"), (b"exact", b"safe", b"unsafe"),
    (b"v", b"w", b"old", b"new", b"src", b"dst"), (b"p", b"q", b"at", b"first", b"last"),
    (b"maps", b"maps'", b"uses"), (b"bool", b"nat", b"int"),
)


def huge_number(text: bytes, rng: random.Random) -> bytes:
    found = list(_NUMBER.finditer(text))
    if not found:
        return text
    m = rng.choice(found)
    big = rng.choice((10**3, 10**6, 10**9, 2**31, 2**63, 10**40, 10**5000, 511, 65))
    return text[: m.start()] + _digits(big) + text[m.end() :]


def _digits(n: int) -> bytes:
    return b"1" + b"0" * 5000 if n == 10**5000 else str(n).encode()


def nest(text: bytes, rng: random.Random) -> bytes:
    """A token in very many parentheses, or behind very many `not`."""
    depth = rng.choice((3, 60, 3_000))
    if rng.random() < 0.5:
        return _edit_token(text, rng, lambda t: b"(" * depth + t + b")" * depth)
    return _edit_token(text, rng, lambda t: b"not " * depth + t)


def lengthen(text: bytes, rng: random.Random) -> bytes:
    """A token repeated very often in one line."""
    times = rng.choice((50, 3_000))
    joint = rng.choice((b" ", b" + ", b" and ", b", ", b""))
    return _edit_token(text, rng, lambda t: joint.join([t] * times))


_TABLE: tuple[tuple[Edit, int], ...] = (
    (flip_bytes, 8), (insert_strange, 4), (truncate, 4), (behead, 2), (drop_lines, 10),
    (duplicate_line, 5), (swap_lines, 5), (join_lines, 3), (shift_line, 4), (quote, 1),
    (swap_blocks, 6), (duplicate_block, 4), (drop_block, 6), (insert_token, 8), (replace_token, 8),
    (drop_token, 8), (misspell, 5), (exchange_token, 20), (huge_number, 5), (nest, 2),
    (lengthen, 2),
)
EDITS = tuple(edit for edit, _ in _TABLE)
WEIGHTS = tuple(weight for _, weight in _TABLE)
