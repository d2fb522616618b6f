"""Where a piece of text stands in a file; a file as text; a text cut into blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

MAX_BYTES = 128 * 1024


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one file.

    `path` is the path as the user gave it (never made absolute), lines and
    columns count from 1, `end_column` is one past the last character.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def to(self, other: Span) -> Span:
        """The stretch from the start of this span to the end of `other`."""
        return Span(self.path, self.line, self.column, other.end_line, other.end_column)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


NOWHERE = Span("", 0, 0, 0, 0)


# ---------------------------------------------------------------- reading


def read_source(path: str) -> str:
    """The text of a `.fs` file, a byte order mark taken off.

    Raises SpecError: missing, a directory, unreadable, too large, NUL bytes, not UTF-8,
    empty.
    """
    data = _read_bytes(path)
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        _refuse("FS004", path, "the file holds NUL bytes, so it is not text", line)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        bad = f"byte 0x{data[error.start]:02x} at offset {error.start} is not UTF-8"
        _refuse("FS002", path, bad, line, "save the file as UTF-8")
    if not text.strip():
        _refuse("FS003", path, "the file is empty", 1, "begin with `scheme NAME over folio`")
    return text


def _read_bytes(path: str) -> bytes:
    """At most one byte more than MAX_BYTES is read, so a device cannot hang the tool."""
    where = Path(path)
    try:
        if where.is_dir():
            _refuse("FS001", path, "this is a directory, not a `.fs` file")
        if where.exists() and not where.is_file():
            _refuse("FS001", path, "this is not a regular file")
        with where.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        _refuse("FS001", path, f"cannot read the file: {reason or error}")
    if len(data) > MAX_BYTES:
        _refuse("FS005", path, f"the file is larger than {MAX_BYTES:,} bytes")
    return data


def _refuse(code: str, path: str, message: str, line: int = 1, hint: str = "") -> NoReturn:
    # result.py needs Span, so it can only be imported once this module stands.
    from spec.result import Diagnostic, SpecError

    span = Span(path, line, 1, line, 1)
    raise SpecError((Diagnostic(code, span, message, hint),))


# ---------------------------------------------------------------- cutting


@dataclass(frozen=True, slots=True)
class Lines:
    """Consecutive lines of a file; the first one has the number `first`."""

    first: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def after(self) -> int:
        """The number of the line behind the last one."""
        return self.first + len(self.lines)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A column-0 block as text, with the comments in front of it.

    `body` starts with the line that has a character in column 0 and ends with the last
    line that belongs to the block.  `doc` is the run of comment lines right above;
    `loose` are comment paragraphs further up, below the block before.
    """

    body: Lines
    doc: Lines
    loose: tuple[Lines, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """A text cut into blocks.

    `opening` is the comment that opens the file, `stray` the indented lines before the
    first block (there should be none), `closing` the comments after the last one.
    """

    opening: Lines
    stray: Lines
    chunks: tuple[Chunk, ...]
    closing: tuple[Lines, ...]


def cut_blocks(text: str) -> Cut:
    """Cut a text where a character other than space and `#` stands in column 0."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    starts = [i for i, line in enumerate(lines) if _starts_block(line)]
    limits = [*starts, len(lines)]
    ends = [_block_end(lines, a, b) for a, b in zip(starts, limits[1:], strict=True)]
    gaps = [_paragraphs(lines, a, b) for a, b in zip([0, *ends], limits, strict=True)]
    opening = gaps[0].pop(0) if gaps[0] else Lines(1, ())
    stray = next((i for i in range(limits[0]) if _is_inside(lines[i])), limits[0])
    chunks = tuple(
        _chunk(lines, start, end, gap)
        for start, end, gap in zip(starts, ends, gaps[:-1], strict=True)
    )
    return Cut(opening, _take(lines, stray, limits[0]), chunks, tuple(gaps[-1]))


def _chunk(lines: Sequence[str], start: int, end: int, gap: Sequence[Lines]) -> Chunk:
    above = gap[-1] if gap and gap[-1].after == start + 1 else Lines(start + 1, ())
    loose = tuple(gap[:-1] if above.lines else gap)
    return Chunk(_take(lines, start, end), above, loose)


def _take(lines: Sequence[str], start: int, end: int) -> Lines:
    return Lines(start + 1, tuple(lines[start:end]))


def _starts_block(line: str) -> bool:
    return line[:1] != "#" and bool(line[:1].strip())


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _is_inside(line: str) -> bool:
    """Indented text other than a comment."""
    return bool(line.strip()) and not line[:1].strip() and not _is_comment(line)


def _block_end(lines: Sequence[str], start: int, limit: int) -> int:
    """Blank lines and column-0 comments behind the last indented line are not the block's."""
    end = limit
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return end


def _paragraphs(lines: Sequence[str], start: int, end: int) -> list[Lines]:
    """The runs of comment lines between two blocks."""
    found: list[Lines] = []
    run = start
    for i in range(start, end + 1):
        if i == end or not _is_comment(lines[i]):
            if run < i:
                found.append(_take(lines, run, i))
            run = i + 1
    return found


def doc_text(comment: Lines) -> str:
    """Comment lines without their `#`, as a reader wants them."""
    bare = (line.strip().lstrip("#") for line in comment.lines)
    return "\n".join(line.removeprefix(" ").rstrip() for line in bare).strip("\n")
