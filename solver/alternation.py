"""Why a solver may never come to an end: circles of quantifiers and functions.

Instantiating `all v: some p: ...` makes a new p for each v; if another formula makes a new
v for each p, there is no last one.  A formula set without such a circle among its sorts (it
is *stratified*) has finitely many terms, and instantiation ends: the decidable case that
Ivy calls FAU.  A circle does not have to do harm; it is named where effort ran out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

from solver.question import Question
from spec.ir import BOOL, INT, Expr, Type

Edges = dict[tuple[Type, Type], str]
"""From each element of one sort to one of another, with the label of where it says so."""


def circle(question: Question) -> str:
    """The shortest circle in words, `Vma -> Page (covers), Page -> Vma (goal)`; or ''."""
    edges: Edges = {}
    for label, parts in zip(question.labels, question.hypotheses, strict=True):
        _note(parts, label, edges)
    _note(question.denial, "the goal", edges)
    path = _shortest_circle(edges)
    return ", ".join(f"{a} -> {b} ({edges[a, b]})" for a, b in path)


def _note(formulas: Iterable[Expr], label: str, edges: Edges) -> None:
    for e in formulas:
        _walk(e, True, (), label, edges)


def _walk(e: Expr, positive: bool, outer: tuple[Type, ...], label: str, edges: Edges) -> None:
    """`outer` are the sorts that are quantified universally around `e`, as it is asserted."""
    if e.op == "not":
        _walk(e.args[0], not positive, outer, label, edges)
    elif e.op in ("all", "some"):
        assert isinstance(e.data, tuple)
        if (e.op == "all") == positive:
            outer = (*outer, *e.data)
        else:
            edges |= {(a, b): label for a in outer for b in e.data if (a, b) not in edges}
        _walk(e.args[0], positive, outer, label, edges)
    elif (e.op == "==" and e.args[0].type == BOOL) or (e.op == "ite" and e.type == BOOL):
        for a in e.args:
            _walk(a, True, outer, label, edges)
            _walk(a, False, outer, label, edges)
    else:
        if e.op == "read" and e.type not in (BOOL, INT):
            for a in e.args:
                if a.type not in (BOOL, INT):
                    edges.setdefault((a.type, e.type), f"{e.data}")
        for a in e.args:
            _walk(a, positive, outer, label, edges)


def _shortest_circle(edges: Mapping[tuple[Type, Type], str]) -> list[tuple[Type, Type]]:
    best: list[tuple[Type, Type]] = []
    for start in dict.fromkeys(a for a, _ in edges):
        found = _way_back(start, edges)
        if found and (not best or len(found) < len(best)):
            best = found
    return best


def _way_back(
    start: Type, edges: Mapping[tuple[Type, Type], str]
) -> list[tuple[Type, Type]]:
    queue: deque[list[tuple[Type, Type]]] = deque([e] for e in edges if e[0] == start)
    seen: set[Type] = set()
    while queue:
        path = queue.popleft()
        end = path[-1][1]
        if end == start:
            return path
        if end not in seen:
            seen.add(end)
            queue.extend([*path, e] for e in edges if e[0] == end)
    return []


def mentions_of_circle(question: Question) -> str:
    """What is added to the reason of an unknown answer."""
    found = circle(question)
    return f"; quantifiers and functions go in a circle: {found}" if found else ""
