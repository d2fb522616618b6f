"""The text of a new scheme: every operation stubbed, one state, one invariant, answers."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from spec import ast

STATE = "mapcount"
_WIDTH = 78


def scheme_text(
    name: str, over: str, modules: Sequence[ast.File], *, author: str = "", date: str = ""
) -> str:
    """A scheme that checks without errors and whose promises all hold, because nothing
    in it changes yet.

    Args:
        modules: `over` and the modules below it, lowest first.
        author, date: who proposed the scheme and when, for the comment at the top.
    """
    source = ", ".join(x for x in (_flat(author), _flat(date)) if x)
    head = [f"# {name}.fs - what its counters count, in one sentence."]
    if source:
        head.append(f"# {source}.")
    blocks = [
        [*head, f"scheme {name} over {over}"],
        [f"state {STATE}: nat = 0"],
        [
            f"# The definition of {STATE}, true after every operation.  For instance:",
            f"#   {STATE} == count v in Vma: maps(v)",
            f"invariant counts_nothing_yet\n\t{STATE} == 0",
        ],
        *_hooks(modules),
        *_answers(modules),
    ]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _flat(text: str) -> str:
    return " ".join(text.split()).rstrip(".,")


def _hooks(modules: Sequence[ast.File]) -> Iterator[list[str]]:
    """An `on` for every operation that a scheme must speak about: those of the lowest
    modules; operations of higher ones perform another or touch their own layer only."""
    lowest = [m for m in modules if not m.header.over]
    first = True
    for module in lowest:
        for op in module.items:
            if not isinstance(op, ast.Op):
                continue
            params = ", ".join(p.name for p in op.params)
            lines = []
            if first:
                lines += [
                    "# What each operation does to the counters; for one that counts:",
                    f"#   changes {STATE}",
                    f"#   {STATE} := {STATE} + 1 when not maps(v)",
                ]
                first = False
            yield [*lines, f"on {op.name}({params})" if params else f"on {op.name}",
                   "\tchanges nothing"]


def _answers(modules: Sequence[ast.File]) -> Iterator[list[str]]:
    """The answer that is never dangerous, for questions that have one; others are named."""
    open_questions = []
    first = True
    for module in modules:
        for item in module.items:
            if not isinstance(item, ast.Question):
                continue
            answer = harmless(item)
            if answer is None:
                open_questions.append(item.name)
                continue
            lines = ["# Never dangerous, often slow: say what the counters tell."] if first else []
            first = False
            params = f"({', '.join(p.name for p in item.params)})" if item.params else ""
            value = "true" if answer else "false"
            yield [*lines, f"answer {item.name}{params} = {value}", "\texpect safe"]
    if open_questions:
        listed = f"Not answered yet: {', '.join(open_questions)}."
        yield ["\n".join(f"# {line}" for line in textwrap.wrap(listed, _WIDTH))]


def harmless(question: ast.Question) -> bool | None:
    """The constant answer that is never `unsafe`, whatever the truth; None when there is
    none or the error classes are not made of truth and answer alone."""
    if question.type is not None and question.type.name != "bool":
        return None
    unsafe = [c.cond for c in question.classes if c.kind == "unsafe"]
    for answer in (True, False):
        values = [_value(c, {"answer": answer, "truth": t}) for c in unsafe for t in (True, False)]
        if values and not any(v is None or v for v in values):
            return answer
    return None


def _value(e: ast.Expr, env: dict[str, bool]) -> bool | None:
    """The value of a condition on `truth` and `answer`; None for anything else."""
    match e:
        case ast.Name(id=name):
            return env.get(name)
        case ast.Bool(value=value):
            return value
        case ast.Paren(inner=inner):
            return _value(inner, env)
        case ast.Unary(op="not", operand=operand):
            inner_value = _value(operand, env)
            return None if inner_value is None else not inner_value
        case ast.Binary(op=op, left=left, right=right):
            a, b = _value(left, env), _value(right, env)
            if a is None or b is None:
                return None
            table = {
                "and": a and b, "or": a or b, "==": a == b, "iff": a == b, "!=": a != b,
                "implies": not a or b,
            }
            return table.get(op)
        case _:
            return None
