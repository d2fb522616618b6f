"""Names in expressions: states, constants, defines, primes, and questions asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spec import ast, ir
from spec.findings import Slips, near
from spec.ir import BOOL, Expr
from spec.scope import Lambda, Layer, Symbol
from spec.source import Span
from spec.types import ERROR, is_poison, parameter_types, poison, type_of

if TYPE_CHECKING:
    from spec.terms import Reference, Terms

Args = tuple[ast.Expr, ...]


def name(place: Terms, e: ast.Name) -> Expr:
    """A bare name."""
    if e.id in place.local:
        if e.primed:
            _say_constant(place, e.id, e.span)
        return place.local[e.id]
    symbol = _find(place, e.id)
    if symbol is None:
        return _question_by_name(place, e.id, (), e.span)
    return _use(place, symbol, (), e.primed, e.span)


def index(place: Terms, e: ast.Index) -> Expr:
    """A name with an index in brackets."""
    symbol = _find(place, e.name)
    if symbol is None:
        if not place.layer.is_broken(_last_part(e.name)):
            _say_unknown(place, e.name, e.span)
        place.only_check(e.args)
        return poison()
    if symbol.kind not in ("state", "const"):
        _say_brackets(place, e.name, e.args, e.span, symbol)
        return poison()
    return _use(place, symbol, e.args, e.primed, e.span)


def apply(place: Terms, e: ast.Apply) -> Expr:
    """A name with arguments in parentheses."""
    symbol = _find(place, e.name)
    if symbol is None:
        return _question_by_name(place, e.name, e.args, e.span)
    if symbol.kind != "define":
        _say_brackets(place, e.name, e.args, e.span, symbol)
        return poison()
    return _use(place, symbol, e.args, e.primed, e.span)


def _find(place: Terms, name: str) -> Symbol | None:
    """The symbol of a name, also of `SCHEME.name` in a script of that scheme."""
    if name in place.local:
        return None
    scheme, dot, rest = name.rpartition(".")
    if not dot:
        return place.layer.value(name)
    guest = place.layer.scheme()
    return guest.values.get(rest) if place.mode.script and scheme == guest.name else None


def _last_part(name: str) -> str:
    return name.rpartition(".")[2]


def _use(place: Terms, symbol: Symbol, args: Args, primed: bool, span: Span) -> Expr:
    shape = symbol.shape
    match symbol.kind:
        case "state" | "const":
            found = _read(place, symbol, args, span)
        case "need":
            read = f"need {symbol.name}"
            found = poison() if shape is None else ir.read(read, (), shape.type)
        case "enum":
            assert shape is not None
            found = ir.lit(symbol.position, shape.type)
        case "define":
            found = _expand(place, symbol, args, span)
    if primed:
        found = _prime(place, symbol.name, found, span)
    place.seen.append(_reference(span, symbol.name, found))
    return found


def _reference(span: Span, name: str, value: Expr) -> Reference:
    from spec.terms import Reference

    return Reference(span, name, value)


def _read(place: Terms, symbol: Symbol, args: Args, span: Span) -> Expr:
    shape = symbol.shape
    if shape is None:
        place.only_check(args)
        return poison()
    if not has(place, symbol.name, len(shape.index), "index", args, span):
        return poison(shape.type)
    indices = [place.value(a, t) for a, t in zip(args, shape.index, strict=True)]
    return ir.read(symbol.name, indices, shape.type)


def _expand(place: Terms, symbol: Symbol, args: Args, span: Span) -> Expr:
    meaning = define_of(place.layer.owner(symbol), symbol, place.slips, span)
    if meaning is None:
        place.only_check(args)
        return poison()
    if not has(place, symbol.name, len(meaning.params), "argument", args, span):
        return poison(meaning.body.type)
    types = [t for _, t in meaning.params]
    return meaning.at(tuple(place.value(a, t) for a, t in zip(args, types, strict=True)))


def has(place: Terms, name: str, wanted: int, kind: str, args: Args, span: Span) -> bool:
    """Are there as many indices or arguments as the name wants?  Says so if not."""
    if len(args) == wanted:
        return True
    many = "indices" if kind == "index" else f"{kind}s"
    shown = f"{wanted} {kind}" if wanted == 1 else f"{wanted or 'no'} {many}"
    place.slips.error("FS061", span, f"`{name}` has {shown}, here are {len(args) or 'none'}")
    place.only_check(args)
    return False


def define_of(layer: Layer, symbol: Symbol, slips: Slips, span: Span) -> Lambda | None:
    """What a define stands for; None after an error in it.

    Args:
        layer: the layer that declares it.
        span: where it is used, for the error about a define that uses itself.
    """
    from spec.terms import Mode, Terms

    if symbol.name in layer.defines:
        found = layer.defines[symbol.name]
        if found is None:
            slips.error("FS055", span, f"`{symbol.name}` is defined by itself",
                        "a define is an abbreviation; it cannot recur")
        return found
    layer.defines[symbol.name] = None
    decl = symbol.decl
    assert isinstance(decl, ast.Define)
    params = parameter_types(layer, decl.params, slips)
    place = Terms(layer, slips, Mode("a define", "a define"))
    for p, (_, type_) in zip(decl.params, params, strict=True):
        place = place.with_local(p.name, ir.var(p.name, type_), p.span)
    layer.defines[symbol.name] = Lambda(params, place.named(decl.body))
    return layer.defines[symbol.name]


# ------------------------------------------------------------------ errors


def _say_unknown(place: Terms, name: str, span: Span) -> None:
    layer = place.layer
    if name in place.local:
        place.slips.error("FS062", span, f"`{name}` has neither index nor arguments")
        return
    hint = near(name, [*layer.value_names(), *place.local])
    if layer.question(name) is not None:
        hint = f"it is a question; a guard asks it with `answer({name}, ...)`"
    elif layer.sort(name) is not None:
        hint = f"it is a sort: `some x in {name}: ...`"
    elif layer.action(name) is not None:
        hint = "it is an operation, not a value"
    elif "." in name:
        hint = "only the `expect` of a scenario names a scheme"
    place.slips.unknown("FS040", span, name, f"nothing is called `{name}`", hint)


def _say_brackets(place: Terms, name: str, args: Args, span: Span, symbol: Symbol) -> None:
    if symbol.kind in ("state", "const"):
        how = f"`{name}` is a {symbol.kind}: its index stands in brackets, `{name}[...]`"
    elif symbol.kind == "define":
        how = f"`{name}` is a define: its arguments stand in parentheses, `{name}(...)`"
    else:
        how = f"`{name}` has neither index nor arguments"
    place.slips.error("FS062", span, how)
    place.only_check(args)


def _say_constant(place: Terms, name: str, span: Span) -> None:
    place.slips.error("FS090", span, f"`{name}` does not change in a step",
                      "leave the prime out")


# ------------------------------------------------------------------ primes


def _prime(place: Terms, name: str, e: Expr, span: Span) -> Expr:
    """The value after the step: states get their primed names."""
    if place.mode.primes:
        place.slips.error("FS088", span, f"a prime cannot stand in {place.mode.primes}",
                          "only `on` blocks and updates look at the state after the step")
        return poison(e.type)
    if is_poison(e):
        return e
    reads = [str(x.data) for x in ir.walk(e) if x.op == "read"]
    states = [s for s in dict.fromkeys(reads) if _is_state(place.layer, s)]
    own = [s for s in states if s in place.layer.values]
    if own or any(r.startswith("need ") for r in reads):
        what = f"looks at `{own[0]}` of this layer" if own else "depends on what a scheme gives"
        place.slips.error("FS089", span, f"`{name}'` {what}",
                          "a prime reads layers strictly below; for the own next value "
                          "use a `let`")
        return poison(e.type)
    if not states:
        _say_constant(place, name, span)
        return e
    return ir.replace_reads(e, {s: _primed_read(place.layer, s) for s in states})


def _is_state(layer: Layer, name: str) -> bool:
    symbol = layer.value(name)
    return symbol is not None and symbol.kind == "state"


def _primed_read(layer: Layer, name: str) -> Expr:
    symbol = layer.value(name)
    assert symbol is not None and symbol.shape is not None
    formals = [ir.formal(i, t) for i, t in enumerate(symbol.shape.index)]
    return ir.read(name + "'", formals, symbol.shape.type)


# --------------------------------------------------------------- questions


def _question_by_name(place: Terms, name: str, args: Args, span: Span) -> Expr:
    """`per_vma.folio_mapped` in a script; an unknown name anywhere else."""
    scheme, _, rest = name.rpartition(".")
    own = ("", place.layer.name) if place.layer.guest is None else (place.layer.guest.name,)
    if place.mode.script and name not in place.local and scheme in own:
        question = place.layer.question(rest)
        if question is not None:
            return answer(place, rest, args, span)
    if not place.layer.is_broken(_last_part(name)):
        _say_unknown(place, name, span)
    place.only_check(args)
    return poison()


def answer(place: Terms, name: str, args: Args, span: Span) -> Expr:
    """What the scheme answers, where a guard, a claim or a script may ask."""
    question = place.layer.question(name)
    if place.mode.asks:
        place.slips.error("FS097", span, f"a question cannot be asked in {place.mode.asks}",
                          "guards of operations, claims of schemes and scenarios may ask")
    elif question is None:
        unknown_question(place.layer, name, span, place.slips)
    else:
        return _ask(place, question, args, span)
    place.only_check(args)
    return poison()


def unknown_question(layer: Layer, name: str, span: Span, slips: Slips) -> None:
    """Say that there is no such question, unless its block could not be read."""
    if not layer.is_broken(name):
        slips.unknown("FS043", span, name, f"no question is called `{name}`",
                      near(name, layer.question_names()))


def question_type(layer: Layer, question: ast.Question, slips: Slips) -> ir.Type:
    """The type of the answers to a question."""
    if question.type is None:
        return BOOL
    return type_of(layer, question.type, slips) or ERROR


def _ask(place: Terms, question: ast.Question, args: Args, span: Span) -> Expr:
    quiet = Slips()
    types = [t for _, t in parameter_types(place.layer, question.params, quiet)]
    result = question_type(place.layer, question, quiet)
    if not has(place, question.name, len(types), "argument", args, span):
        return poison(result)
    values = [place.value(a, t) for a, t in zip(args, types, strict=True)]
    if ERROR in (*types, result) or any(is_poison(v) for v in values):
        return poison(result)
    found = ir.read(f"answer {question.name}", values, result)
    place.seen.append(_reference(span, question.name, found))
    return found
