"""Random small schemes over random small modules, as text, drawn by Hypothesis.

The text goes through the whole front end.  Names: `E` and `F` are sorts of elements (`own`
says whose each `E` is), `R` is a range, `Mode` an enum; the module has `up`, `cell`,
`mode`, `kept`, `flag`, the scheme counts what is `good` in `n`.  Earlier choices are the
simpler ones, so that Hypothesis shrinks towards small systems.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
Scope = tuple[tuple[str, str], ...]
"""Variables that may be used, with their types."""

MODULE: Final = "ground"
SCHEME: Final = "counter"


@dataclass(frozen=True, slots=True)
class RandomSystem:
    """Two files: the module and a scheme over it."""

    module: str
    scheme: str

    def __repr__(self) -> str:
        return f"# ---- {MODULE}.fs\n{self.module}\n# ---- {SCHEME}.fs\n{self.scheme}"


@dataclass(frozen=True, slots=True)
class State:
    name: str
    index: tuple[str, ...]
    type: str


STATES: Final = (
    State("up", ("E",), "bool"), State("flag", (), "bool"), State("kept", (), "E?"),
    State("mode", (), "Mode"), State("cell", ("E", "R"), "bool"), State("spot", ("R",), "bool"),
    State("pos", (), "R"), State("mood", ("E",), "Mode"),
)
COUNTERS: Final = (
    State("n", (), "nat"), State("seen", (), "bool"), State("k", (), "int"),
    State("seat", (), "E?"), State("tally", ("E",), "nat"), State("per", ("R",), "nat"),
)
INITIAL: Final = {"bool": "false", "nat": "0", "int": "0", "E?": "none", "Mode": "low", "R": "0"}
PARAMS: Final[tuple[Scope, ...]] = (
    (("e", "E"),), (("e", "E"), ("f", "E")), (), (("e", "E"), ("r", "R")),
    (("e", "E"), ("first", "R"), ("last", "R")), (("r", "R"),),
)


class Writer:
    """Draws declarations, conditions and values."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.states: list[State] = []
        self.counters: list[State] = []
        self.owned = False
        self.const = False
        self.primes = False
        self._names = 0

    def number_of(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def pick(self, options: Sequence[T]) -> T:
        return options[self.number_of(0, len(options) - 1)]

    def chance(self, one_in: int) -> bool:
        return self.number_of(0, one_in - 1) == one_in - 1

    def has(self, *types: str) -> bool:
        """Do the module's states speak of one of these sorts?"""
        return any(t.rstrip("?") in types for s in self.states for t in (*s.index, s.type))

    # ------------------------------------------------------------ values

    def element(self, type_: str, scope: Scope) -> str | None:
        """A variable of this type; of a range also its first and last element."""
        known = [n for n, t in scope if t == type_]
        if type_ == "R":
            known += ["0", "N - 1"]
        return self.pick(known) if known else None

    def read(self, state: State, scope: Scope) -> str | None:
        """The state somewhere; None where no variable fits."""
        at = [self.element(t, scope) for t in state.index]
        if any(a is None for a in at):
            return None
        mark = "'" if self.primes and state in self.states and self.chance(3) else ""
        return f"{state.name}{mark}" + (f"[{', '.join(map(str, at))}]" if at else "")

    def readable(self) -> list[State]:
        return [*self.states, *self.counters]

    def cond(self, scope: Scope, depth: int) -> str:
        if depth <= 0:
            return self.atom(scope)
        match self.number_of(0, 9):
            case 0 | 1:
                return self.atom(scope)
            case 2:
                return f"not {self.atom(scope)}"
            case 3 | 4:
                word = self.pick(("and", "or", "implies", "iff"))
                return f"({self.cond(scope, depth - 1)} {word} {self.cond(scope, depth - 1)})"
            case 5 | 6 | 7:
                return self.quantified(self.pick(("all", "some")), scope, depth)
            case _:
                sign = self.pick(("==", "<=", ">", "!="))
                return f"({self.number(scope, depth - 1)} {sign} {self.number(scope, depth - 1)})"

    def quantified(self, kind: str, scope: Scope, depth: int) -> str:
        self._names += 1
        name = f"x{self._names}"
        domains = [("E", "E")]
        if self.has("R"):
            ends = [self.element("R", scope), self.element("R", scope)]
            domains += [("R", "R"), ("R", f"{ends[0]} .. {ends[1]}")]
        if self.owned:
            domains.append(("F", "F"))
        type_, domain = self.pick(domains)
        return f"({kind} {name} in {domain}: {self.cond((*scope, (name, type_)), depth - 1)})"

    def atom(self, scope: Scope) -> str:
        """A simple condition that these variables allow."""
        made = [m for s in self.readable() for m in [self._about(s, scope)] if m]
        for type_, signs in (("E", ("==", "!=")), ("R", ("<", "<=", "=="))):
            known = [n for n, t in scope if t == type_]
            if len(known) > 1 or (known and type_ == "R"):
                made.append(f"{known[-1]} {self.pick(signs)} {self.element(type_, scope)}")
        if self.owned:
            made += [f"own[{e}] == own[{self.element('E', scope)}]" for e, t in scope if t == "E"]
            made += [f"own[{self.element('E', scope)}] == {f}" for f, t in scope
                     if t == "F" and self.element("E", scope)]
        if self.const:
            made.append("mild")
        return self.pick(made) if made else "true"

    def _about(self, state: State, scope: Scope) -> str | None:
        term = self.read(state, scope)
        if term is None or state.type == "bool":
            return term
        if state.type in ("nat", "int"):
            return f"{term} {self.pick(('==', '>', '<='))} {self.number_of(0, 2)}"
        if state.type == "Mode":
            return f"{term} == {self.pick(('low', 'mid', 'high'))}"
        other = self.element(state.type.rstrip("?"), scope)
        if state.type == "E?":
            return f"{term} == {other or 'none'}" if self.chance(2) else f"{term} != none"
        return f"{term} == {other}"

    def good(self) -> str:
        """What is counted: a condition on `x` that reads the module's state."""
        state = self.pick(self.states)
        scope: Scope = (("x", "E"), ("y", "R")) if "R" in state.index else (("x", "E"),)
        about = self._about(state, scope)
        if "R" in state.index:
            return f"({self.pick(('some', 'all'))} y in R: {about})"
        return str(about)

    def moving(self, scope: Scope) -> str:
        """What is false at the start and may become true."""
        made = []
        for state in self.readable():
            term = self.read(state, scope)
            sign = {"bool": "", "nat": "> 0", "int": "!= 0", "E?": "!= none"}.get(state.type)
            if term is not None:
                made.append(f"{term} {sign if sign is not None else '!= ' + _start(state)}".strip())
        return self.pick(made) if made else "false"

    def promise(self) -> str:
        """A closed condition that is mostly true at the start."""
        one: Scope = (("x", "E"),)
        both: Scope = (("x", "E"), ("y", "E"))
        match self.number_of(0, 7):
            case 0 | 1:
                return f"all x in E: ({self.moving(one)} implies {self.cond(one, 2)})"
            case 2:
                return f"({self.moving(())} implies {self.cond((), 2)})"
            case 3:
                apart = f"{self.moving((('x', 'E'),))} and {self.moving((('y', 'E'),))}"
                return f"all x, y in E: (({apart}) implies {self.cond(both, 1)})"
            case 4:
                inner = f"count x in E: {self.moving(one)}"
                return f"({inner}) <= {self.number((), 2)}"
            case 5 if self.counters[0].name == "n":
                return f"n {self.pick(('==', '<=', '>'))} 0 iff not some x in E: good(x)"
            case 6 if self.counters[0].name == "n":
                return "n > 1 implies some x, y in E: x != y and good(x) and good(y)"
            case _:
                return self.cond((), 3)

    def number(self, scope: Scope, depth: int) -> str:
        numbers = [t for s in self.counters if s.type in ("nat", "int")
                   for t in [self.read(s, scope)] if t]
        match self.number_of(0, 7 if depth > 0 else 2):
            case 0:
                return str(self.number_of(0, 2))
            case 1 if numbers:
                return self.pick(numbers)
            case 2 if self.has("R"):
                return "N"
            case 3:
                sign = self.pick(("+", "-"))
                return f"({self.number(scope, depth - 1)} {sign} {self.number(scope, depth - 1)})"
            case 4:
                chosen = self.cond(scope, depth - 1)
                both = self.number(scope, 0), self.number(scope, 0)
                return f"(if {chosen} then {both[0]} else {both[1]})"
            case 5:
                both = self.number(scope, 0), self.number(scope, 0)
                return f"{self.pick(('min', 'max'))}({both[0]}, {both[1]})"
            case 6 | 7:
                return self.quantified("count", scope, depth)
            case _:
                return "1"

    def value(self, type_: str, scope: Scope) -> str:
        """What may be written to a place of this type."""
        if type_ == "bool":
            return self.pick(("true", "false")) if not self.chance(3) else self.cond(scope, 1)
        if type_ == "Mode":
            return self.pick(("low", "mid", "high"))
        if type_ == "R":
            return str(self.element("R", scope))
        if type_ == "E?":
            return (self.element("E", scope) if self.chance(2) else None) or "none"
        return self.number(scope, 2)

    # ------------------------------------------------------------- clauses

    def update(self, state: State, scope: Scope, guarded: bool) -> tuple[str, str] | None:
        """The place as `changes` lists it, and the update."""
        known = dict(scope)
        at: list[str] = []
        loop = ""
        for t in state.index:
            here = [n for n, kind in scope if kind == t]
            if here and not (t == "R" and "first" in known) and not self.chance(5):
                at.append(self.pick(here))
            elif loop:
                return None
            else:
                ends = "first .. last" if t == "R" and "first" in known else t
                at.append("x")
                loop = f" for x in {ends}"
                scope = (*scope, ("x", t))
        listed = f"{state.name}[{', '.join('*' if a == 'x' else a for a in at)}]"
        place = f"{state.name}[{', '.join(at)}]"
        if not at:
            listed = place = state.name
        when = f" when {self.cond(scope, 1)}" if guarded and self.chance(2) else ""
        return listed, f"{place} := {self.value(state.type, scope)}{loop}{when}"


def _block(first: str, listed: Sequence[str], lines: Sequence[str]) -> str:
    changes = ", ".join(dict.fromkeys(listed)) or "nothing"
    return "\n\t".join([first, f"changes {changes}", *lines])


def _operation(w: Writer, name: str) -> tuple[str, Scope]:
    fitting = [p for p in PARAMS if w.has("R") or all(t != "R" for _, t in p)]
    params = w.pick(fitting)
    guards = [f"requires {w.cond(params, 1)}" for _ in range(w.pick((0, 0, 1, 1, 2)))]
    if "first" in dict(params):
        guards.append("requires first <= last")
    made = [m for s in w.states if w.chance(2) for m in [w.update(s, params, True)] if m]
    if not made:
        made = [m for s in w.states for m in [w.update(s, params, True)] if m][:1]
    if len(params) == 2 and params[1][1] == "E" and w.states[0].name == "up" and w.chance(3):
        made = [("up[e]", "up[e] := true"), ("up[f]", "up[f] := false")]
    shown = ", ".join(f"{n}: {t}" for n, t in params)
    first = f"op {name}" + (f"({shown})" if params else "")
    block = _block(first, [listed for listed, _ in made], [u for _, u in made])
    head, _, rest = block.partition("\n\t")
    return "\n\t".join([head, *guards, rest]), params


def _hook(w: Writer, name: str, params: Scope) -> str:
    made = []
    w.primes = True
    for s in w.counters:
        match w.number_of(0, 5):
            case 0 if s.name == "n":
                made.append(("n", "n := count x in E: good'(x)"))
            case 1 if s.name == "n":
                delta = "n + (count x in E: good'(x)) - (count x in E: good(x))"
                made.append(("n", f"n := {delta}"))
            case 2 | 3 if s.name in ("n", "k"):
                sign = w.pick(("+", "-"))
                made.append((s.name, f"{s.name} := {s.name} {sign} 1 when {w.cond(params, 1)}"))
            case 4:
                pass
            case _:
                made += [m for m in [w.update(s, params, True)] if m]
    w.primes = False
    names = ", ".join(n for n, _ in params)
    first = f"on {name}" + (f"({names})" if params and made else "")
    return _block(first, [listed for listed, _ in made], [u for _, u in made])


@st.composite
def random_systems(draw: st.DrawFn) -> RandomSystem:
    """A module with one to three states and two to four operations, and a scheme."""
    w = Writer(draw)
    chosen = draw(st.lists(st.sampled_from(STATES), min_size=1, max_size=3, unique=True))
    w.states = sorted(chosen, key=STATES.index)
    w.owned, w.const = w.chance(4), w.chance(4)
    ops = [_operation(w, f"op{i}") for i in range(w.number_of(2, 4))]
    lines = [f"module {MODULE}", "sort E named a, b, c", *_declarations(w), *(o for o, _ in ops)]
    good = f"define good(x: E) = {w.good()}"
    usable = COUNTERS if w.has("R") else COUNTERS[:-1]
    some = draw(st.lists(st.sampled_from(usable), min_size=1, max_size=2, unique=True))
    w.counters = sorted(some, key=COUNTERS.index)
    scheme = [f"scheme {SCHEME} over {MODULE}", *map(_declared, w.counters)]
    scheme += [_hook(w, f"op{i}", params) for i, (_, params) in enumerate(ops)]
    if w.counters[0].name == "n":
        scheme.append("invariant counts\n\tn == count x in E: good(x)")
    scheme += [f"invariant inv{i}\n\t{w.promise()}" for i in range(w.number_of(0, 2))]
    scheme += [
        f"claim claim{i}\n\t{w.promise()}\n\texpect holds" for i in range(w.number_of(1, 3))
    ]
    return RandomSystem("\n\n".join([*lines, good]) + "\n", "\n\n".join(scheme) + "\n")


def _start(s: State) -> str:
    return INITIAL[s.type]


def _declared(s: State) -> str:
    index = f"[{', '.join(s.index)}] " if s.index else ""
    return f"state {s.name}: {index}{s.type} = {INITIAL[s.type]}"


def _declarations(w: Writer) -> list[str]:
    made = []
    if w.owned:
        made += ["sort F named A, B", "const own: [E] F"]
    if w.const:
        made.append("const mild: bool")
    if w.has("R"):
        made += ["const N: nat where N >= 1", "range R = 0 .. N - 1"]
    if w.has("Mode"):
        made.append("enum Mode = low, mid, high")
    return made + [_declared(s) for s in w.states]
