"""Scenarios: a fixed world, and statements, for one scheme at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from spec import ast, ir
from spec.asking import open_actions, say_unanswered, unanswered
from spec.checked import Checked
from spec.findings import Slips, near
from spec.scope import Layer, place
from spec.script import all_statements, schemes_named, statements
from spec.source import Span
from spec.staging import Staging
from spec.terms import ALLOWED, Mode, Terms


@dataclass(frozen=True, slots=True)
class Stage:
    """Where scenarios are played: the names they may use, and the scheme at hand.

    `stack` are the checked layers of that scheme; `schemes` all that the file names.
    """

    layer: Layer
    stack: tuple[Checked, ...]
    schemes: tuple[Layer, ...]

    @staticmethod
    def own(layer: Layer, stack: tuple[Checked, ...]) -> Stage:
        """Scenarios in the file of a scheme or module."""
        return Stage(layer, stack, (layer,))

    @staticmethod
    def guest(file: Layer, stack: tuple[Checked, ...], schemes: Sequence[Layer]) -> Stage:
        """Scenarios in a file of their own, played with one of its schemes."""
        scheme = stack[-1].layer
        layer = replace(file, below=scheme.below, guest=scheme)
        return Stage(layer, stack, tuple(schemes))

    @property
    def scheme(self) -> str:
        """The name of the scheme at hand."""
        return self.stack[-1].name


def scenarios_of(stage: Stage, slips: Slips) -> tuple[ir.Scenario, ...]:
    """The scenarios of a file that speak about the scheme at hand.

    A scenario that names schemes speaks about those, any other about all.
    """
    found: dict[str, ir.Scenario] = {}
    known = {x.name for x in stage.schemes}
    for decl in stage.layer.file.items:
        if not isinstance(decl, ast.Scenario):
            continue
        if decl.name in found:
            slips.error("FS045", decl.span, f"there are two scenarios `{decl.name}`")
        named = schemes_named(decl.body) & known
        if not named or stage.scheme in named:
            found[decl.name] = _scenario(stage, decl, slips)
    return tuple(found.values())


def _scenario(stage: Stage, decl: ast.Scenario, slips: Slips) -> ir.Scenario:
    world = Staging(stage.layer, stage.schemes, decl, slips)
    world.fill()
    terms = Terms(stage.layer, slips, Mode("a scenario", ALLOWED, True, world.sizes))
    for name, value in world.elements.items():
        terms = terms.with_local(name, value, decl.span)
    said = tuple(_for_scheme(stage, decl.body, slips))
    body = statements(terms, said, stage.layer.text)
    for ref in terms.seen:
        for question in unanswered(ref.value, stage.stack):
            say_unanswered(stage.scheme, question, ref.span, slips)
    if stage.layer.kind == "module":
        asking = open_actions(stage.stack)
        for s in all_statements(decl.body):
            if isinstance(s, ast.Step) and s.name in asking:
                slips.error("FS098", s.span, f"`{s.name}` asks a question, and no scheme is here",
                            "play the scenario with a scheme")
    return ir.Scenario(
        decl.name, world.names(), tuple(world.values.values()), body, decl.doc, place(decl))


def _for_scheme(
    stage: Stage, body: Sequence[ast.Stmt], slips: Slips
) -> Iterator[ast.Stmt]:
    """The statements without what is expected of other schemes."""
    for s in body:
        match s:
            case ast.ExpectStmt(conds):
                mine = tuple(c for c in conds if _is_mine(stage, c, slips))
                if mine:
                    yield replace(s, conds=mine)
            case ast.IfStmt(cond, then, orelse):
                _no_scheme(cond, slips)
                yield replace(s, then=tuple(_for_scheme(stage, then, slips)),
                              orelse=tuple(_for_scheme(stage, orelse, slips)))
            case ast.ForEach() | ast.ForBatch():
                _no_scheme((s.binder, s.where), slips)
                yield replace(s, body=tuple(_for_scheme(stage, s.body, slips)))
            case _:
                _no_scheme(s, slips)
                yield s


def _no_scheme(node: object, slips: Slips) -> None:
    for name in sorted(schemes_named(node)):
        span = node.span if isinstance(node, ast.Node) else _first_span(node)
        slips.error("FS117", span, f"only `expect` may speak of {name}",
                    "what happens is the same for every scheme")


def _first_span(node: object) -> Span:
    assert isinstance(node, tuple)
    found: Span = next(x.span for x in node if x is not None)
    return found


def _is_mine(stage: Stage, cond: ast.Expr, slips: Slips) -> bool:
    """Is this expected of the scheme at hand, or of the world alone?"""
    named = schemes_named(cond)
    known = [x.name for x in stage.schemes]
    for name in sorted(named - set(known)):
        slips.error("FS116", cond.span, f"no scheme here is called `{name}`",
                    near(name, known) or "name it after `with` in the first line")
    if len(named) > 1:
        slips.error("FS115", cond.span, "one expectation speaks of two schemes",
                    "each scheme runs on its own; expect a number of each")
        return False
    return not named or stage.scheme in named
