"""Fields in words: what is put in comes out, and blocks stay whole."""

from __future__ import annotations

import numpy as np
import pytest

from solver.explore.packing import Field, Layout, element_bits, mask_type, raw_bits
from spec.ir import BOOL, INT

FLAG = Field((3,), 1, np.bool_, BOOL)
ROW = Field((3,), 20, np.uint32, "mask")
COUNT = Field((), 5, np.int32, INT, signed=True)


def layout() -> Layout:
    family = [[("flag", i), ("row", i)] for i in range(3)]
    return Layout({"flag": FLAG, "row": ROW, "count": COUNT}, [family, [[("count", 0)]]])


@pytest.mark.parametrize(("value", "stored"), [(-16, 16), (-1, 31), (0, 0), (15, 15)])
def test_a_signed_number_keeps_its_sign(value: int, stored: int) -> None:
    made = layout()
    words = np.zeros((made.words, 1), np.uint64)
    assert raw_bits(np.array([value]), COUNT).tolist() == [stored]
    made.put(words, "count", np.array([value]))
    assert made.unpack(words)["count"].tolist() == [value]


def test_the_range_of_a_field_is_that_of_its_bits() -> None:
    assert (COUNT.low, COUNT.high) == (-16, 15)
    assert (ROW.low, ROW.high) == (0, (1 << 20) - 1)


def test_a_block_lies_in_one_word() -> None:
    made = layout()
    assert made.words == 2
    inner = [b for b in made.inner[0] if b is not None]
    assert [(b.word, b.bits) for b in inner] == [(0, 21), (0, 21), (0, 21)]
    assert made.outer[0] is not None
    assert made.outer[0].bits == 63
    assert made.outer[1] is not None
    assert made.outer[1].word == 1


def test_a_family_that_is_too_wide_has_no_block_of_its_own() -> None:
    wide = Field((2,), 40, np.uint64, "mask")
    made = Layout({"row": wide}, [[[("row", 0)], [("row", 1)]]])
    assert made.outer == [None]
    assert [b.word for b in made.inner[0] if b is not None] == [0, 1]


def test_bit_0_is_never_used() -> None:
    made = layout()
    for name, field in made.fields.items():
        keep = made.keep_mask(name)
        assert (keep[0] & np.uint64(1)).all(), (name, field)


def test_types_are_as_small_as_they_can_be() -> None:
    assert [mask_type(n) for n in (1, 8, 9, 33, 64)] == [
        np.uint8, np.uint8, np.uint16, np.uint64, np.uint64,
    ]
    assert [element_bits(n) for n in (1, 2, 3, 4, 5)] == [1, 1, 2, 2, 3]
