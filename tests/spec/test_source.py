"""Reading files, cutting them into blocks."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec.result import Diagnostic, SpecError
from spec.source import MAX_BYTES, Span, cut_blocks, doc_text, read_source


def refusal(path: Path) -> Diagnostic:
    with pytest.raises(SpecError) as caught:
        read_source(str(path))
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.span.path == str(path)
    return diagnostic


# ---------------------------------------------------------------- reading


def test_missing_file(tmp_path: Path) -> None:
    told = refusal(tmp_path / "none.fs")
    assert told.code == "FS001"
    assert "No such file" in told.message


def test_directory(tmp_path: Path) -> None:
    told = refusal(tmp_path)
    assert (told.code, told.message) == ("FS001", "this is a directory, not a `.fs` file")


def test_device() -> None:
    assert refusal(Path("/dev/zero")).code == "FS001"


def test_path_that_no_system_accepts() -> None:
    assert refusal(Path("x" * 5000)).code == "FS001"
    with pytest.raises(SpecError):
        read_source("a\0b")


def test_bytes_that_are_not_utf8_are_told_by_line_and_offset(tmp_path: Path) -> None:
    path = tmp_path / "latin.fs"
    path.write_bytes(b"module m\n\n# caf\xe9\n")
    told = refusal(path)
    assert (told.code, told.span.line) == ("FS002", 3)
    assert "0xe9 at offset 15" in told.message


@pytest.mark.parametrize("content", [b"", b"\n \t\n", b"\xef\xbb\xbf\r\n"])
def test_empty_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "empty.fs"
    path.write_bytes(content)
    assert refusal(path).code == "FS003"


def test_nul_bytes(tmp_path: Path) -> None:
    path = tmp_path / "binary.fs"
    path.write_bytes(b"module m\n\n\0\0")
    assert (refusal(path).code, refusal(path).span.line) == ("FS004", 3)


def test_absurd_size(tmp_path: Path) -> None:
    path = tmp_path / "large.fs"
    path.write_bytes(b"#" * MAX_BYTES)
    assert len(read_source(str(path))) == MAX_BYTES
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    assert refusal(path).code == "FS005"


def test_byte_order_mark_is_taken_off(tmp_path: Path) -> None:
    path = tmp_path / "bom.fs"
    path.write_bytes(b"\xef\xbb\xbfmodule m\n")
    assert read_source(str(path)) == "module m\n"


# ---------------------------------------------------------------- cutting

TEXT = """\
# The file.
# Second line.
module m

# Loose.

# Of a.
state a: nat = 0
state b: nat = 0
\t# Inside b.

# Of c.
op c
\tchanges a

# In c, though in the first column.
\ta := 1
# Behind c.

# At the end.
"""


def test_blocks_start_in_the_first_column() -> None:
    cut = cut_blocks(TEXT)
    assert [c.body.first for c in cut.chunks] == [3, 8, 9, 13]
    assert [c.body.lines[0].split()[0] for c in cut.chunks] == ["module", "state", "state", "op"]


def test_comments_find_their_place() -> None:
    cut = cut_blocks(TEXT)
    _, a, b, c = cut.chunks
    assert doc_text(cut.opening) == "The file.\nSecond line."
    assert doc_text(a.doc) == "Of a."
    assert [doc_text(p) for p in a.loose] == ["Loose."]
    assert b.body.lines == ("state b: nat = 0", "\t# Inside b.")
    assert doc_text(c.doc) == "Of c."
    assert c.body.lines[-1] == "\ta := 1"
    assert [doc_text(p) for p in cut.closing] == ["Behind c.", "At the end."]


def test_comment_above_the_header_opens_the_file() -> None:
    cut = cut_blocks("# Opening.\n\n# Of the header.\nmodule m\n")
    assert doc_text(cut.opening) == "Opening."
    assert doc_text(cut.chunks[0].doc) == "Of the header."


def test_indented_text_before_the_first_block_is_stray() -> None:
    cut = cut_blocks("# c\n  over folio\nmodule m\n")
    assert (cut.stray.first, cut.stray.lines) == (2, ("  over folio",))


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_carriage_returns_end_lines(end: str) -> None:
    assert cut_blocks(TEXT.replace("\n", end)) == cut_blocks(TEXT)


@pytest.mark.parametrize("text", ["", "\n", "# only a comment", "   \n\t"])
def test_text_without_blocks(text: str) -> None:
    assert cut_blocks(text).chunks == ()


def test_doc_text_keeps_inner_indentation() -> None:
    cut = cut_blocks("#\n# a\n#   b\n#\n# c\n#\nmodule m")
    assert doc_text(cut.opening) == "a\n  b\n\nc"


def test_span_reaches_from_one_to_another() -> None:
    start, end = Span("f", 1, 2, 1, 5), Span("f", 3, 1, 3, 4)
    assert start.to(end) == Span("f", 1, 2, 3, 4)
    assert str(start) == "f:1:2"
