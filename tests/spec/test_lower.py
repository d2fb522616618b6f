"""Layers put on each other: actions, duties and promises of one system."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec import ir
from spec.ir_text import parse_system, show_expr, show_system
from spec.load import load
from tests.spec.texts import MODULE, ROOT, SCHEME, STILL, loaded, system
from tests.spec.wellformed import faults

COUNTED = """state total: nat = 0

"""
SHIPPED = sorted((ROOT / "schemes").glob("*.fs"))


def action(text: str, name: str) -> ir.Action:
    return system(text).action(name)


def update(text: str, name: str, place: str) -> str:
    return show_expr(action(text, name).updates[place])


def promise(text: str, name: str) -> ir.Promise:
    return next(p for p in system(text).promises if p.name == name)


# ----------------------------------------------------------------- updates


def one_op(*lines: str) -> str:
    body = "".join(f"\t{x}\n" for x in lines)
    return (f"{MODULE}state young: [Vma] bool = false\nstate seen: [Vma, Page] bool = false\n"
            f"state n: nat = 0\n\nop touch(v: Vma, w: Vma, p: Page)\n{body}")


def test_what_is_not_written_is_not_in_the_updates() -> None:
    text = one_op("changes young[v]", "young[v] := true")
    assert list(action(text, "touch").updates) == ["young"]


def test_a_write_at_an_index_leaves_the_others() -> None:
    text = one_op("changes young[v]", "young[v] := anon")
    assert update(text, "touch", "young") == (
        "(ite (== %0:Vma v:Vma) (anon:Bool) (young:Bool %0:Vma))"
    )


def test_for_and_when_say_where_a_write_applies() -> None:
    write = "seen[v, q] := pte[w, q] for q in p .. NR - 1 when young[w]"
    text = one_op("changes seen[v, *]", write)
    assert update(text, "touch", "seen") == (
        "(ite (and (== %0:Vma v:Vma) (<= p:Page %1:Page) (young:Bool w:Vma)) "
        "(pte:Bool w:Vma %1:Page) (seen:Bool %0:Vma %1:Page))"
    )


def test_a_variable_of_for_may_stand_at_two_indices() -> None:
    text = MODULE + "state met: [Vma, Vma] bool = false\n\nop meet\n\tchanges met[*, *]\n"
    assert update(text + "\tmet[v, v] := true for v in Vma\n", "meet", "met") == (
        "(or (== %1:Vma %0:Vma) (met:Bool %0:Vma %1:Vma))"
    )


def test_two_writes_are_one_function_and_must_not_meet() -> None:
    text = one_op("changes young[v], young[w]", "young[v] := true", "young[w] := false")
    found = action(text, "touch")
    assert show_expr(found.updates["young"]) == (
        "(or (== %0:Vma v:Vma) (and (not (== %0:Vma w:Vma)) (young:Bool %0:Vma)))"
    )
    (duty,) = found.duties
    assert (duty.kind, duty.place, duty.layer) == ("clash", "young", "example")
    assert show_expr(duty.ok) == "(not (== v:Vma w:Vma))"


def test_writes_under_opposite_conditions_have_no_clash_left() -> None:
    text = one_op("changes n", "n := 1 when anon", "n := 2 when not anon")
    assert action(text, "touch").duties == ()


@pytest.mark.parametrize(
    "value",
    ["3", "NR", "n + 1", "count q in Page: true", "if anon then n else 0", "max(n - 1, 0)",
     "min(n, NR)", "n * NR", "n / 2"],
)
def test_what_cannot_be_negative_by_its_form_is_no_duty(value: str) -> None:
    assert action(one_op("changes n", f"n := {value}"), "touch").duties == ()


@pytest.mark.parametrize("value", ["n - 1", "-n", "min(n - 1, 0)", "if anon then n - 1 else n"])
def test_what_may_be_negative_is_a_duty(value: str) -> None:
    (duty,) = action(one_op("changes n", f"n := {value}"), "touch").duties
    assert (duty.kind, duty.place) == ("nat", "n")


def test_a_duty_speaks_of_the_indices_that_are_written() -> None:
    text = MODULE + "state per: [Page] nat = 0\n\nop drop(p: Page)\n\tchanges per[*]\n"
    (duty,) = action(text + "\tper[q] := per[q] - 1 for q in p .. NR - 1\n", "drop").duties
    assert show_expr(duty.ok) == (
        "(all ((p0 Page)) (or (not (<= p:Page p0)) (<= 0 (- (per:Int p0) 1))))"
    )


def test_a_let_reads_the_state_before_the_step() -> None:
    text = one_op("changes n, young[v]", "let more = n + 1", "n := more", "young[v] := more > 2")
    assert "(< 2 (+ (n:Int) 1))" in update(text, "touch", "young")


def test_a_named_update_is_written_out_with_its_arguments() -> None:
    text = MODULE + COUNTED + "update add(m: Mm, k: nat)\n\tchanges total\n"
    text += "\ttotal := total + k when latest == m\n\non map(v, p)\n\tdo add(owner[v], 2)\n"
    assert update(text, "map", "total") == (
        "(ite (== (latest:Mm?) (just (owner:Mm v:Vma))) (+ (total:Int) 2) (total:Int))"
    )


# ----------------------------------------------------------- layers, steps


def test_a_prime_is_the_value_after_the_step_said_before_it() -> None:
    text = SCHEME + COUNTED + "on map\n\tchanges nothing\n\non unmap(v, p)\n\tchanges total\n"
    text += "\ttotal := total - 1 when not maps'(v)\n\n"
    text += "answer is_mapped = total > 0\n\texpect safe\n"
    assert update(text, "unmap", "total") == (
        "(ite (not (some ((p0 Page)) (and (not (== p0 p:Page)) (pte:Bool v:Vma p0)))) "
        "(- (total:Int) 1) (total:Int))"
    )


def test_a_prime_of_what_the_step_leaves_is_the_value_before_it() -> None:
    text = SCHEME + "state was: bool = false\n\non map\n\tchanges nothing\n\non unmap(v, p)\n"
    text += "\tchanges was\n\twas := latest' == none\n\nanswer is_mapped = was\n\texpect unsafe\n"
    assert update(text, "unmap", "was") == "(== (latest:Mm?) (lit Mm? none))"


def test_performs_makes_two_operations_one_step() -> None:
    text = MODULE + COUNTED + """on unmap(v, p)
	requires total > 0
	changes total
	total := total - 1

op drop(w: Vma)
	mirrors drop_it
	requires not anon
	performs unmap(w, NR - 1)
	changes nothing
"""
    found = action(text, "drop")
    assert show_expr(found.guard) == (
        "(and (not (anon:Bool)) (pte:Bool w:Vma (lit Page last)) (< 0 (total:Int)))"
    )
    assert list(found.updates) == ["pte", "total"]
    assert (found.mirrors, found.layer) == (("drop_it",), "example")


def test_what_a_scheme_gives_replaces_the_default() -> None:
    over = "scheme example over toy_refs\n\nstate total: nat = 0\n\n" + STILL
    over += "answer is_mapped = total > mapping_refs\n\texpect unsafe\n"
    claim = "claim c\n\tmapping_refs == 7\n\texpect fails\n"
    assert "count" in show_expr(promise(over.replace("mapping_refs\n", "1\n") + claim, "c").cond)
    given = over.replace("mapping_refs\n", "1\n") + "gives mapping_refs = total\n\n" + claim
    assert show_expr(promise(given, "c").cond) == "(== (total:Int) 7)"


def test_a_guard_asks_the_scheme() -> None:
    text = "scheme example over toy_refs\n\nstate total: nat = 0\n\n" + STILL
    text += "answer is_mapped = total > 0\n\texpect unsafe\n"
    assert show_expr(action(text, "hold").guard) == "(and (not (held:Bool)) (< 0 (total:Int)))"


def test_without_a_scheme_every_answer_is_possible() -> None:
    (found,) = (m for m in loaded("module example over toy_refs\n").modules if m.name == "toy_refs")
    hold = found.action("hold")
    assert hold.params == (("answer_is_mapped", ir.BOOL),)
    assert show_expr(hold.guard) == "(and (not (held:Bool)) answer_is_mapped:Bool)"


def test_a_default_answers_for_schemes_that_do_not() -> None:
    text = """question quick(v: Vma)
	default maps(v) and anon
	truth maps(v)
	unsafe truth and not answer "late"

op go(w: Vma)
	requires answer(quick, w)
	changes nothing
"""
    found = system(MODULE + text).action("go")
    assert found.params == (("w", "Vma"), ("answer_quick", ir.BOOL))


# ---------------------------------------------------------------- promises


def test_the_premise_of_an_implication_is_to_be_reached() -> None:
    text = MODULE + "invariant here\n\tall v in Vma: maps(v) implies (mapped and anon == anon)\n"
    found = promise(text, "here")
    assert found.premise is not None
    assert show_expr(found.premise) == "(some ((v0 Vma) (p0 Page)) (pte:Bool v0 p0))"


def test_binders_name_the_outermost_variables_and_those_of_defines() -> None:
    text = MODULE + "define full(v: Vma) = all q in Page: pte[v, q]\n\ninvariant here\n"
    assert promise(text + "\tall w in Vma: full(w)\n", "here").binders == ("w", "p")
    assert promise(text + "\tall w in Vma: maps(w)\n", "here").binders == ("w",)
    assert promise(text + "\tnot some w in Vma: maps(w)\n", "here").binders == ()


def test_what_to_watch_are_both_sides_and_the_atoms() -> None:
    text = MODULE + COUNTED + "invariant here\n\tall v in Vma: (maps(v) and total != NR) "
    found = promise(text + "implies not (anon or total > 2)  # so it is\n", "here")
    assert [w.text for w in found.watch] == ["maps(v)", "total", "NR", "anon"]
    assert found.text == "all v in Vma: (maps(v) and total != NR) implies not (anon or total > 2)"
    assert found.where == "example.fs:5"


def test_an_element_that_a_binder_names_is_not_watched() -> None:
    """In a run it would be a column of its own name: `v` is a, a, a."""
    one = "invariant one\n\tall v, w in Vma: (maps(v) and maps(w)) implies v == w\n"
    found = promise(MODULE + COUNTED + one, "one")
    assert [w.text for w in found.watch] == ["maps(v)", "maps(w)"]


@pytest.mark.parametrize(
    ("expect", "unsafe", "slow"),
    [("exact", "holds", "holds"), ("safe", "holds", "fails"), ("unsafe", "fails", None)],
)
def test_an_answer_is_a_promise_for_each_danger(
    expect: str, unsafe: str, slow: str | None
) -> None:
    folio = (Path(ROOT) / "schemes" / "per_vma.fs").read_text(encoding="utf-8")
    text = folio.replace("answer folio_mapped = mapcount > 0\n\texpect exact",
                         f"answer folio_mapped = mapcount > 0\n\texpect {expect}")
    (found,) = loaded(text).systems
    classes = {p.name: p for p in found.promises if p.name.startswith("folio_mapped.")}
    assert {n: p.expect for n, p in classes.items()} == {
        "folio_mapped.unsafe": unsafe, "folio_mapped.slow": slow,
    }
    assert {p.kind for p in classes.values()} == {"answer_class"}
    assert [w.text for w in classes["folio_mapped.slow"].watch] == ["mapcount > 0", "mapped"]


def test_a_number_is_compared_where_the_question_asks_for_one() -> None:
    text = SCHEME + "state per: [Page] nat = 0\n\n" + STILL
    text += "answer page_count(q) = per[q]\n\texpect exact\n"
    found = promise(text, "page_count.unsafe")
    assert show_expr(found.cond) == (
        "(all ((p0 Page)) (== (per:Int p0) (count ((v0 Vma)) (pte:Bool v0 p0))))"
    )
    assert found.binders == ("p",)
    assert [(a.question, a.params) for a in system(text).answers] == [
        ("page_count", (("p", "Page"),))
    ]


def test_a_claim_of_a_module_is_about_every_scheme_over_it() -> None:
    text = SCHEME + STILL
    found = promise(text, "mapped_by_latest")
    assert (found.kind, found.layer, found.expect) == ("claim", "toy_world", "holds")
    assert promise(text + "expect mapped_by_latest fails\n", "mapped_by_latest").expect == "fails"


def test_a_module_alone_has_those_of_its_claims_that_say_what_they_expect() -> None:
    names = [p.name for p in system(MODULE + "claim c\n\tmapped\n\texpect fails\n").promises]
    assert names == ["c"]
    assert system(MODULE + "claim c\n\tmapped\n").promises == ()


def test_operations_that_cannot_happen_are_expected() -> None:
    assert system(SCHEME + STILL + "expect unmap never\n").expects == {"unmap": "never"}


# ------------------------------------------------------------- the schemes


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_shipped_files_are_well_formed_and_survive_their_text_form(path: Path) -> None:
    found = load(path)
    assert found.warnings == ()
    for one in (*found.modules, *found.systems):
        assert faults(one) == []
        assert parse_system(show_system(one)) == one


def test_layers_actions_and_states_come_lowest_first() -> None:
    found = system("scheme example over toy_refs\n\nstate total: nat = 0\n\n" + STILL
                   + "answer is_mapped = total > 0\n\texpect unsafe\n")
    assert found.layers == ("toy_world", "toy_refs", "example")
    assert [a.name for a in found.actions] == ["map", "unmap", "hold"]
    assert [(s.name, s.layer) for s in found.states] == [
        ("pte", "toy_world"), ("latest", "toy_world"), ("held", "toy_refs"), ("total", "example"),
    ]
