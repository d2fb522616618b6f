"""Names: one meaning each, and a helpful word where there is none."""

from __future__ import annotations

import pytest

from spec import ast
from spec.scope import bare, wording
from spec.source import Span
from tests.spec.texts import MODULE, SCHEME, STILL, codes, slips


def test_a_near_name_is_suggested() -> None:
    (slip,) = slips(MODULE + "invariant here\n\tmaped implies mapped\n")
    assert (slip.code, slip.hint) == ("FS040", "did you mean `mapped`?")


def test_an_unknown_name_is_one_error_however_often_it_is_used() -> None:
    text = SCHEME + STILL + "answer is_mapped = count_of > 0 and count_of < 5\n\texpect safe\n"
    assert codes(text + "claim c\n\tcount_of == 0\n\texpect fails\n") == ["FS040"]


def test_two_slips_in_two_blocks_are_two_errors() -> None:
    text = "invariant one\n\tpte == 1\n\ninvariant two\n\tmapped == 1\n"
    assert codes(MODULE + text) == ["FS061", "FS060"]


@pytest.mark.parametrize(
    "use",
    ["young", "young and mapped", "not young", "young == mapped", "some v in Vma: young"],
)
def test_what_uses_a_broken_block_is_not_blamed(use: str) -> None:
    broken = "state young bool = false\n"
    found = codes(f"{MODULE}{broken}\ninvariant here\n\t{use}\n")
    assert len(found) == 1 and found[0] < "FS040"


def test_a_broken_on_block_is_not_missing_too() -> None:
    text = SCHEME + "on map(v, p)\n\tchanges nothing nothing\n\non unmap\n\tchanges nothing\n"
    assert "FS080" not in codes(text)


def test_a_missing_on_block_comes_with_its_stub() -> None:
    (slip,) = slips(SCHEME + "on unmap\n\tchanges nothing\n")
    assert slip.code == "FS080"
    assert slip.hint == "add\non map(v, p)\n\tchanges nothing"


def test_no_on_is_needed_for_an_operation_of_a_higher_layer_on_its_own_state() -> None:
    text = "scheme example over toy_refs\n\n" + STILL + "answer is_mapped = true\n\texpect safe\n"
    assert codes(text) == []


def test_no_on_is_needed_for_an_operation_that_performs_another() -> None:
    upper = "module toy_swap over toy_world\n\nop drop(v: Vma, p: Page)\n"
    upper += "\tperforms unmap(v, p)\n\tchanges nothing\n"
    assert codes(upper) == []


def test_an_on_block_for_several_operations_has_no_parameters_to_use() -> None:
    text = SCHEME + "state last: Vma? = none\n\non map, unmap\n\tchanges last\n\tlast := v\n"
    assert codes(text) == ["FS040"]


def test_parameters_of_an_on_block_may_have_other_names() -> None:
    text = SCHEME + "state last: Vma? = none\n\nclaim any\n\tlast == none\n\texpect fails\n\n"
    text += "on map(area, page)\n\tchanges last\n\tlast := area\n\non unmap\n\tchanges nothing\n"
    assert codes(text) == []


def test_the_same_variable_in_two_quantifiers_side_by_side_hides_nothing() -> None:
    text = "invariant here\n\t(all v in Vma: maps(v)) or (some v in Vma: not maps(v))\n"
    assert codes(MODULE + text) == []


def test_two_modules_with_one_name_cannot_be_used_together() -> None:
    text = "module example over toy_world, small_world\n"
    assert codes(text) == ["FS045"]


def test_wording_is_one_line_without_comments() -> None:
    text = "claim c\n\tmapped  # here\n\t\timplies mapped\n"
    node = ast.Bool(True, span=Span("x", 2, 2, 3, 17))
    assert wording(text, node) == "mapped implies mapped"
    assert bare(ast.Paren(ast.Paren(node))) is node
