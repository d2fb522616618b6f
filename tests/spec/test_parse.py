"""Text to syntax tree: every construct, precedence, spans, and what slips do."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec import ast
from spec.ast import Apply, Binary, Bool, If, Index, Name, Num, Paren, Quantifier, Unary
from spec.parse import parse_text
from spec.result import Diagnostic

SCHEMES = sorted((Path(__file__).parents[2] / "schemes").glob("*.fs"))


def parse(text: str, header: str = "module m") -> tuple[ast.File, tuple[Diagnostic, ...]]:
    file, problems = parse_text(f"{header}\n\n{text}\n", "m.fs")
    assert file is not None
    return file, problems


def item(text: str, header: str = "module m") -> ast.Item:
    file, problems = parse(text, header)
    assert problems == ()
    (only,) = file.items
    return only


def expr(text: str) -> ast.Expr:
    define = item(f"define d = {text}")
    assert isinstance(define, ast.Define)
    return define.body


def codes(text: str, header: str = "module m") -> list[str]:
    return [d.code for d in parse(text, header)[1]]


a, b, c, p, v = (Name(x) for x in "abcpv")
NAT, BOOL = ast.TypeExpr("nat"), ast.TypeExpr("bool")


# ---------------------------------------------------------------- headers


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("module folio", ast.Header("module", "folio")),
        ("module cow over folio, tables", ast.Header("module", "cow", ("folio", "tables"))),
        ("scheme s over refs", ast.Header("scheme", "s", ("refs",))),
        (
            "scenarios e over folio with s, t",
            ast.Header("scenarios", "e", ("folio",), ("s", "t")),
        ),
    ],
)
def test_headers(text: str, header: ast.Header) -> None:
    file, problems = parse_text(text, "f.fs")
    assert problems == ()
    assert file == ast.File(header, ())


# ----------------------------------------------------------- declarations


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("sort Vma", ast.SortDecl("Vma")),
        ("sort Vma named a, b", ast.SortDecl("Vma", ("a", "b"))),
        ("range P = 0 .. a - 1", ast.RangeDecl("P", Num(0), Binary("-", a, Num(1)))),
        ("enum Colour = red, green", ast.EnumDecl("Colour", ("red", "green"))),
        ("const a: nat where a >= 1", ast.ConstDecl("a", NAT, Binary(">=", a, Num(1)))),
        ("const o: [Vma] Mm", ast.ConstDecl("o", ast.TypeExpr("Mm", index=("Vma",)))),
        (
            "state pte: [Vma, Page] bool = false",
            ast.StateDecl("pte", ast.TypeExpr("bool", index=("Vma", "Page")), Bool(False)),
        ),
        ("state i: Mm? = none", ast.StateDecl("i", ast.TypeExpr("Mm", True), ast.NoneLit())),
        ("assume a", ast.Assume(a)),
        ("define d = a", ast.Define("d", (), a)),
        (
            "define d(x: Vma, y: nat) = a",
            ast.Define("d", (ast.Param("x", ast.TypeExpr("Vma")), ast.Param("y", NAT)), a),
        ),
        ("needs n: nat = 0", ast.Needs("n", NAT, Num(0))),
        ("gives n = a", ast.Gives("n", a)),
        ("expect c fails", ast.Expect("c", "fails")),
        ("expect split_vma never", ast.Expect("split_vma", "never")),
        ("invariant i\n\ta", ast.Invariant("i", a)),
        ("claim i\n\ta\n\texpect holds", ast.Claim("i", a, "holds")),
        ("answer q = a\n\texpect exact", ast.Answer("q", (), a, "exact")),
        ("answer q(m) = a\n\texpect unsafe", ast.Answer("q", (ast.Param("m"),), a, "unsafe")),
    ],
)
def test_declarations_and_promises(text: str, node: ast.Item) -> None:
    assert item(text) == node


def test_question() -> None:
    text = """question q(p: Page): nat
    asked when a
    sees b, c
    default 0
    truth count v in Vma: a
    unsafe answer < truth   "too few"
    slow answer > truth "too many" """
    assert item(text) == ast.Question(
        "q", (ast.Param("p", ast.TypeExpr("Page")),), NAT,
        Quantifier("count", (ast.Binder(("v",), ast.SortDomain("Vma")),), a),
        (
            ast.ErrorClass("unsafe", Binary("<", Name("answer"), Name("truth")), "too few"),
            ast.ErrorClass("slow", Binary(">", Name("answer"), Name("truth")), "too many"),
        ),
        asked=a, sees=(b, c), default=Num(0),
    )


# ---------------------------------------------------------------- clauses


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("mirrors f, __g", ast.Mirrors(("f", "__g"))),
        ("requires a", ast.Requires(a)),
        ("changes nothing", ast.Changes(())),
        (
            "changes a, b[v, *]",
            ast.Changes((ast.Place("a"), ast.Place("b", (v, None)))),
        ),
        ("performs g(v, p, p)", ast.Performs("g", (v, p, p))),
        ('overapproximates "why not"', ast.Overapproximates("why not")),
        ("let x = a", ast.Let("x", a)),
        ("do add(a, 1)", ast.Do("add", (a, Num(1)))),
        ("a := 1", ast.Update("a", (), Num(1))),
        ("a[v] := 1 when b", ast.Update("a", (v,), Num(1), None, b)),
        (
            "a[p] := b[p] for p in 0 .. c when b[p]",
            ast.Update(
                "a", (p,), Index("b", (p,)),
                ast.Binder(("p",), ast.RangeDomain(Num(0), c)), Index("b", (p,)),
            ),
        ),
        (
            "a[p] := true for p in Page",
            ast.Update("a", (p,), Bool(True), ast.Binder(("p",), ast.SortDomain("Page"))),
        ),
    ],
)
def test_clauses(text: str, clause: ast.Clause) -> None:
    assert item(f"op f\n\t{text}") == ast.Op("f", (), (clause,))


def test_clauses_follow_each_other_whatever_the_layout() -> None:
    clauses = "requires not a\nchanges b, c\nlet x = a\nb := x when a\nc := 2 for p in P\ndo u(b)"
    spread = item("op f(v: Vma)\n" + "\n".join(f"\t{line}" for line in clauses.split("\n")))
    joined = item("op f(v: Vma) " + clauses.replace("\n", " "))
    apart = item("op f(v: Vma)\n  " + clauses.replace(" ", "\n   ").replace("\n", "\n  "))
    assert spread == joined == apart


def test_on_names_one_operation_or_several() -> None:
    assert item("on f(v)\n\tchanges nothing") == ast.On(
        ("f",), (ast.Param("v"),), (ast.Changes(()),)
    )
    assert item("on f, g\n\tchanges nothing") == ast.On(("f", "g"), None, (ast.Changes(()),))


def test_named_update() -> None:
    assert item("update add(n: nat)\n\tchanges a\n\ta := n") == ast.NamedUpdate(
        "add", (ast.Param("n", NAT),),
        (ast.Changes((ast.Place("a"),)), ast.Update("a", (), Name("n"))),
    )


# ------------------------------------------------------ calls and scenarios


def test_call() -> None:
    text = """call f(v: Vma)
    mirrors g
    if a then
        x(v)
    else
        call y(v, 0)
    end
    for each p in 0 .. c where a do
        x(p)
    end
    for batch l .. h of p in Page do
        x(l)
    end
    pick w in Vma where b
    let z = if a then b else c
    if a then end"""
    pages = ast.SortDomain("Page")
    assert item(text) == ast.Call(
        "f", (ast.Param("v", ast.TypeExpr("Vma")),), ("g",),
        (
            ast.IfStmt(a, (ast.Step("x", (v,)),), (ast.Step("y", (v, Num(0)), True),)),
            ast.ForEach(
                ast.Binder(("p",), ast.RangeDomain(Num(0), c)), a, (ast.Step("x", (p,)),)
            ),
            ast.ForBatch("l", "h", ast.Binder(("p",), pages), None, (ast.Step("x", (Name("l"),)),)),
            ast.Pick(ast.Binder(("w",), ast.SortDomain("Vma")), b),
            ast.LetStmt("z", If(a, b, c)),
            ast.IfStmt(a, ()),
        ),
    )


def test_scenario() -> None:
    text = """scenario s
    world NR = 512, anon, not small
    world Vma a, b in A, Mm B, C, owner[c] = B
    map_pmd(a)
    call munmap(a, 0, 127)
    expect mapped, per_vma.mapcount == 1"""
    assert item(text, "scenarios m") == ast.Scenario(
        "s",
        (
            ast.WorldSet("NR", (), Num(512)),
            ast.WorldSet("anon", (), Bool(True)),
            ast.WorldSet("small", (), Bool(False)),
            ast.WorldElems("Vma", ("a", "b"), "A"),
            ast.WorldElems("Mm", ("B", "C")),
            ast.WorldSet("owner", (c,), Name("B")),
        ),
        (
            ast.Step("map_pmd", (a,)),
            ast.Step("munmap", (a, Num(0), Num(127)), True),
            ast.ExpectStmt((Name("mapped"), Binary("==", Name("per_vma.mapcount"), Num(1)))),
        ),
    )


def test_stretches_of_a_world() -> None:
    scenario = item("""scenario s
    world Table T0 .. T7, U0, V1 .. V2 in A
    world table[a, 0 .. 3] = b, table[a, *] = T0 .. T7, not flag[*], flag[1 .. 2]
    map_pmd(a)""", "scenarios m")
    assert isinstance(scenario, ast.Scenario)
    assert scenario.world == (
        ast.WorldElems("Table", (ast.Numbered("T0", "T7"), "U0", ast.Numbered("V1", "V2")), "A"),
        ast.WorldSet("table", (a, ast.Stretch(Num(0), Num(3))), b),
        ast.WorldSet("table", (a, None), ast.Stretch(Name("T0"), Name("T7"))),
        ast.WorldSet("flag", (None,), Bool(False)),
        ast.WorldSet("flag", (ast.Stretch(Num(1), Num(2)),), Bool(True)),
    )


def test_bare_name_before_a_step_is_a_constant_and_not_a_sort() -> None:
    scenario = item("scenario s world anon map_pmd(a)", "scenarios m")
    assert isinstance(scenario, ast.Scenario)
    assert scenario.world == (ast.WorldSet("anon", (), Bool(True)),)
    assert scenario.body == (ast.Step("map_pmd", (a,)),)


def test_bare_name_behind_a_finished_sort_is_a_constant() -> None:
    scenario = item("scenario s\n\tworld Vma a in A, anon", "scenarios m")
    assert isinstance(scenario, ast.Scenario)
    assert scenario.world[1] == ast.WorldSet("anon", (), Bool(True))


# -------------------------------------------------------------- expressions

VMAS = ast.Binder(("v",), ast.SortDomain("Vma"))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a + b * c", Binary("+", a, Binary("*", b, c))),
        ("a - b - c", Binary("-", Binary("-", a, b), c)),
        ("-a * b", Binary("*", Unary("-", a), b)),
        ("a - -b", Binary("-", a, Unary("-", b))),
        ("a + 1 == b", Binary("==", Binary("+", a, Num(1)), b)),
        ("not a == b", Unary("not", Binary("==", a, b))),
        ("not a and b", Binary("and", Unary("not", a), b)),
        ("a and b and c", Binary("and", Binary("and", a, b), c)),
        ("a and b implies c", Binary("implies", Binary("and", a, b), c)),
        ("a iff b or c", Binary("iff", a, Binary("or", b, c))),
        ("(a or b) and c", Binary("and", Paren(Binary("or", a, b)), c)),
        ("a == b and b != c", Binary("and", Binary("==", a, b), Binary("!=", b, c))),
        ("if a then b else c + 1", If(a, b, Binary("+", c, Num(1)))),
        ("a + if b then 1 else 2", Binary("+", a, If(b, Num(1), Num(2)))),
        ("if a then if b then 1 else 2 else 3", If(a, If(b, Num(1), Num(2)), Num(3))),
        ("f(a, b)", Apply("f", (a, b))),
        ("s.f()", Apply("s.f", ())),
        ("f'(a)", Apply("f", (a,), True)),
        ("s[a, b]", Index("s", (a, b))),
        ("s'[a]", Index("s", (a,), True)),
        ("a'", Name("a", True)),
        ("answer(q, a)", ast.AnswerOf("q", (a,))),
        ("none", ast.NoneLit()),
    ],
)
def test_precedence(text: str, tree: ast.Expr) -> None:
    assert expr(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("some v in Vma: a and b implies c",
         Quantifier("some", (VMAS,), Binary("implies", Binary("and", a, b), c))),
        ("a == count v in Vma: b == c",
         Binary("==", a, Quantifier("count", (VMAS,), Binary("==", b, c)))),
        ("a and some v in Vma: b and c",
         Binary("and", a, Quantifier("some", (VMAS,), Binary("and", b, c)))),
        ("a and some v in Vma: b or c",
         Binary("and", a, Quantifier("some", (VMAS,), Binary("or", b, c)))),
        ("not all v in Vma: a and b",
         Unary("not", Quantifier("all", (VMAS,), Binary("and", a, b)))),
        ("(all v in Vma: a) and b", Binary("and", Paren(Quantifier("all", (VMAS,), a)), b)),
        ("all v, w in Vma, p in a .. b - 1: c",
         Quantifier(
             "all",
             (
                 ast.Binder(("v", "w"), ast.SortDomain("Vma")),
                 ast.Binder(("p",), ast.RangeDomain(a, Binary("-", b, Num(1)))),
             ), c,
         )),
        ("f(count v in Vma: a, b)", Apply("f", (Quantifier("count", (VMAS,), a), b))),
    ],
)
def test_quantifier_reaches_to_the_end_of_its_clause(text: str, tree: ast.Expr) -> None:
    assert expr(text) == tree


def test_word_inside_a_name_is_no_word() -> None:
    assert expr("android and notify") == Binary("and", Name("android"), Name("notify"))


def test_range_needs_no_spaces() -> None:
    assert item("range P = 0..a-1") == item("range P = 0 .. a - 1")


# ------------------------------------------------------------ comments, spans


def test_docs_go_to_file_and_block() -> None:
    file, problems = parse_text("# About.\nmodule m\n\n# One.\n# Two.\nassume a\n", "m.fs")
    assert problems == ()
    assert file is not None
    assert (file.doc, file.items[0].doc) == ("About.", "One.\nTwo.")


def test_spans_are_those_of_the_file() -> None:
    file, _ = parse("op f\n\trequires a ==\n\t\tb[v]")
    op = file.items[0]
    assert isinstance(op, ast.Op)
    (requires,) = op.clauses
    assert isinstance(requires, ast.Requires)
    assert str(op.span) == "m.fs:3:1"
    assert str(requires.cond.span) == "m.fs:4:11"
    assert (requires.cond.span.end_line, requires.cond.span.end_column) == (5, 7)


def test_carriage_returns_tabs_and_no_break_spaces_are_space() -> None:
    plain, _ = parse_text("module m\n\nop f\n  changes a\n  a := 1\n", "m.fs")
    mangled, problems = parse_text(
        "module m\r\n\r\nop\tf\r\n\xa0\xa0changes a\r\n\ta\t:=\t1\r\n", "m.fs"
    )
    assert problems == ()
    assert mangled == plain


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.stem)
def test_schemes_parse(path: Path) -> None:
    file, problems = parse_text(path.read_text(encoding="utf-8"), path.name)
    assert problems == ()
    assert file is not None
