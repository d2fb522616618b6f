"""The canonical layout: idempotent, says the same, keeps every comment."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spec.format import format_text
from spec.parse import parse_text
from spec.result import SpecError

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "schemes").glob("*.fs"))
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in FILES}
SHORT = sorted(TEXTS.values(), key=len)[:5]
"""To keep random tests quick."""


def tidy(text: str) -> str:
    """Formatted; idempotent and of equal meaning on the way."""
    made = format_text(text, "f.fs")
    assert format_text(made, "f.fs") == made
    assert parse_text(made, "f.fs")[0] == parse_text(text, "f.fs")[0]
    return made


def body(text: str) -> str:
    return tidy(f"module m\n\n{text}").removeprefix("module m\n\n").removesuffix("\n")


@pytest.mark.parametrize("name", TEXTS)
def test_schemes_say_the_same_when_formatted(name: str) -> None:
    tidy(TEXTS[name])


def test_a_file_in_canonical_layout() -> None:
    text = """\
# What it is about.
scheme   tidy over folio , tables
sort Vma   named a,b
const NR:nat where NR>=1
# The entries.
state pte:[Vma,Page]bool=false


state id0 : Mm ? = none
invariant counts
  mapcount==count v in Vma:maps(v)
on map_ptes( v,first,last ) changes mapcount,pte[v,*] mapcount:=mapcount+1 when not maps(v)
   pte[v,p]:=true for p in first..last
on split_pmd,open_vma
 changes nothing
answer folio_mapped=mapcount>0 expect exact
question q(p:Page):nat
 slow answer>truth "too many"
 unsafe answer<truth "too few"
 truth 0
 default 1
 sees a,b
 asked when c
"""
    assert tidy(text) == """\
# What it is about.
scheme tidy over folio, tables

sort Vma named a, b
const NR: nat where NR >= 1
# The entries.
state pte: [Vma, Page] bool = false

state id0: Mm? = none

invariant counts
	mapcount == count v in Vma: maps(v)

on map_ptes(v, first, last)
	changes mapcount, pte[v, *]
	mapcount := mapcount + 1 when not maps(v)
	pte[v, p] := true for p in first .. last

on split_pmd, open_vma
	changes nothing

answer folio_mapped = mapcount > 0
	expect exact

question q(p: Page): nat
	asked when c
	sees a, b
	default 1
	truth 0
	slow   answer > truth            "too many"
	unsafe answer < truth            "too few"
"""


def test_statements_are_indented_by_their_nesting() -> None:
    head = "call f(v: Vma) mirrors g"
    text = head + " if a then x(v) else for each p in P where b do y(p) end end z()"
    assert body(text) == """\
call f(v: Vma)
	mirrors g
	if a then
		x(v)
	else
		for each p in P where b do
			y(p)
		end
	end
	z()"""


def test_stretches_of_a_world_are_laid_out() -> None:
    text = "scenario s\n\tworld Table T0..T7,U0 .. U1 in A\n\tworld t[a,0..3]=T0,t[ b,* ]=T0..T7"
    assert body(text + ", not f[*]\n\tx(a)") == """scenario s
	world Table T0 .. T7, U0 .. U1 in A, t[a, 0 .. 3] = T0, t[b, *] = T0 .. T7, not f[*]
	x(a)"""


def test_world_items_share_a_line_where_they_may() -> None:
    text = "scenario s\n\tworld NR = 1, Vma a in A\n\tworld Vma b\n\tworld anon\n\tx(a)"
    assert body(text) == """\
scenario s
	world NR = 1, Vma a in A, Vma b
	world anon
	x(a)"""


# ---------------------------------------------------------------- comments


def test_comments_keep_their_place() -> None:
    text = """\
# File.

# Header.
module m  # behind the header

# Loose.

# Of a.
state a: nat = 0  # behind a
#Of op.
op f(v: Vma)   # behind op
  # above requires
  requires b and  # inside requires
     c            # behind requires

# in the first column, but inside
  changes a   # behind changes
  a := 1
  # at the end of op

# Loose again.

call g
   if a then   # behind if
     x()
     # last in then
   else   # behind else
     # above y
     y()
   end   # behind end

scenario s
  world NR = 1,  # behind NR
    anon, small
  # above Vma
  world Vma a
  x(a)
claim c
  # above the condition
  a
  # above expect
  expect holds   # behind expect

# The end.
"""
    made = tidy(text)
    assert made == """\
# File.

# Header.
module m  # behind the header

# Loose.

# Of a.
state a: nat = 0  # behind a

#Of op.
op f(v: Vma)  # behind op
	# above requires
	# inside requires
	requires b and c  # behind requires
	# in the first column, but inside
	changes a  # behind changes
	a := 1
	# at the end of op

# Loose again.

call g
	if a then  # behind if
		x()
		# last in then
	else  # behind else
		# above y
		y()
	end  # behind end

scenario s
	world NR = 1  # behind NR
	world anon, small
	# above Vma
	world Vma a
	x(a)

claim c
	# above the condition
	a
	# above expect
	expect holds  # behind expect

# The end.
"""


def comments(text: str) -> list[str]:
    return sorted(re.findall(r"#[^\n]*[^\s]", text))


@st.composite
def commented(draw: st.DrawFn) -> str:
    """A real file with comments strewn in at ends of lines and between lines."""
    lines = draw(st.sampled_from(SHORT)).split("\n")
    for number in range(draw(st.integers(1, 8))):
        i = draw(st.integers(0, len(lines) - 1))
        indent = draw(st.sampled_from(["\t", "\t\t"]))
        comment = f"# {number} comment"
        if draw(st.booleans()) and "#" not in lines[i]:
            lines[i] += " " + comment
        else:
            lines.insert(i, indent + comment if i else comment)
    return "\n".join(lines)


@settings(max_examples=20, deadline=None)
@given(commented())
def test_no_comment_is_lost(text: str) -> None:
    assert comments(tidy(text)) == comments(text)


# ---------------------------------------------------------------- mangling


@st.composite
def mangled(draw: st.DrawFn) -> tuple[str, str]:
    """A real file, and the same with other indentation, line ends and blank lines."""
    text = draw(st.sampled_from(SHORT))
    space = draw(st.lists(st.sampled_from(["\t", " ", "  ", "\t ", " " * 7, "\xa0"]), min_size=1))
    tail = draw(st.lists(st.sampled_from(["", "", " ", "\t"]), min_size=1))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    made = []
    lines = text.split("\n")
    for i, line in enumerate(lines):
        if line[:1].isspace():
            line = space[i % len(space)] + line.lstrip()
        made.append(line + tail[i % len(tail)])
        inside = i + 1 < len(lines) and lines[i + 1][:1].isspace() and not line.startswith("#")
        if inside and line and draw(st.integers(0, 20)) == 0:
            made.append("")
    return text, end.join(made)


@settings(max_examples=20, deadline=None)
@given(mangled())
def test_indentation_does_not_matter(pair: tuple[str, str]) -> None:
    text, other = pair
    assert format_text(other, "f.fs") == format_text(text, "f.fs")


# --------------------------------------------------------------- long lines


def test_long_expressions_break_behind_their_outermost_words() -> None:
    one, two = "covers[left_neighbour, page]", "covers[right_neighbour, other]"
    text = f"invariant i all p in Page: ({one} or {one}) implies {two} and {two} and {one}"
    assert body(text) == f"""\
invariant i
	all p in Page:
		({one} or {one}) implies
			{two} and {two} and
				{one}"""


def test_long_lists_break_behind_commas() -> None:
    names = [f"__a_rather_long_kernel_function_{i}" for i in range(4)]
    assert body(f"op f mirrors {','.join(names)}") == (
        f"op f\n\tmirrors {names[0]}, {names[1]},\n\t\t{names[2]}, {names[3]}"
    )


def test_long_updates_break_before_for_and_when() -> None:
    value, cond = "a_value_with_a_long_name", "a_condition_with_a_long_name"
    text = f"op f a[p] := {value} + {value} for p in first .. last when {cond} or {cond}"
    assert body(text) == (
        f"op f\n\ta[p] := {value} + {value} for p in first .. last\n\t\twhen {cond} or {cond}"
    )


def test_no_line_of_the_schemes_is_too_long() -> None:
    for text in TEXTS.values():
        for line in format_text(text, "f.fs").split("\n"):
            assert len(line.expandtabs(8)) <= 100


def test_text_with_an_error_is_refused() -> None:
    with pytest.raises(SpecError) as caught:
        format_text("module m\n\ndefine d = (\n", "f.fs")
    assert [d.code for d in caught.value.diagnostics] == ["FS013"]
