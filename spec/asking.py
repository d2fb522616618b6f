"""Operations that ask: somebody must answer, or the step has no meaning."""

from __future__ import annotations

from collections.abc import Sequence

from spec import ir
from spec.checked import Checked
from spec.findings import Slips
from spec.ir import Expr
from spec.scope import Layer
from spec.script import expressions, steps
from spec.source import Span


def unanswered(e: Expr, stack: Sequence[Checked]) -> list[str]:
    """Questions that the expression asks and that nobody in the stack answers."""
    replies = stack[-1].replies()
    questions = {n: q for c in stack for n, q in c.questions.items()}
    asked = [
        str(x.data).removeprefix("answer ") for x in ir.walk(e)
        if x.op == "read" and str(x.data).startswith("answer ")
    ]
    return [
        q for q in dict.fromkeys(asked) if q not in replies and questions[q].default is None
    ]


def guards(name: str, stack: Sequence[Checked]) -> list[Expr]:
    """What the operation and every `on` block of it require."""
    own = [op.body.guard for c in stack for op in c.operations if op.name == name]
    return own + [c.hooks[name].guard for c in stack if name in c.hooks]


def open_actions(stack: Sequence[Checked]) -> frozenset[str]:
    """Operations and calls that ask what nobody answers, by themselves or by others."""
    parts: dict[str, tuple[list[Expr], list[str]]] = {}
    for c in stack:
        for op in c.operations:
            parts[op.name] = guards(op.name, stack), [p.op for p in op.body.performs]
        for call in c.calls:
            parts[call.name] = expressions(call.body), [s.name for s in steps(call.body)]
    found: set[str] = set()
    size = -1
    while size != len(found):
        size = len(found)
        found |= {
            name for name, (asked, performed) in parts.items()
            if found & set(performed) or any(unanswered(e, stack) for e in asked)
        }
    return frozenset(found)


def say_unanswered(scheme: str, question: str, span: Span, slips: Slips) -> None:
    slips.error("FS098", span, f"{scheme} does not answer `{question}`",
                "add an `answer` to it, or a `default` to the question")


def check_answered(layer: Layer, stack: Sequence[Checked], slips: Slips) -> None:
    """A scheme must answer what operations ask, and what its own claims mention."""
    if layer.kind != "scheme":
        return
    for op in (op for c in stack for op in c.operations):
        for question in (q for g in guards(op.name, stack) for q in unanswered(g, stack)):
            slips.error("FS098", layer.file.header.span, f"`{op.name}` asks `{question}`, and "
                        f"{layer.name} does not answer", f"add an `answer {question}`")
    for p in stack[-1].promises:
        if isinstance(p, ir.Promise):
            for question in unanswered(p.cond, stack):
                say_unanswered(layer.name, question, layer.stated[p.name].span, slips)
