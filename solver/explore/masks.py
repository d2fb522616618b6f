"""Truth values over a range as masks: one bit per element, all elements at once."""

from __future__ import annotations

from collections.abc import Mapping

from solver.explore.grounding import STATES, Stage, Symbol, Terms, only_variable
from solver.explore.tape import Tape, Val
from spec import ir
from spec.ir import BOOL, Expr, Type


class Grounder(Terms):
    """Writes expressions to a tape, as values and as masks."""

    def __init__(
        self, tape: Tape, symbols: Mapping[str, Symbol], liftable: frozenset[Type]
    ) -> None:
        super().__init__(tape, symbols, liftable)
        self._masks: dict[tuple[str, Expr, str], Val] = {}

    def mask(self, e: Expr, name: str, sort: Type, stage: Stage) -> Val:
        """The elements of `sort` that make `e` true as its variable `name`, as bits."""
        key = (stage.segment, e, name)
        found = self._masks.get(key)
        if found is None:
            found = self._shared_mask(e, name, sort, stage) or self._mask(e, name, sort, stage)
            self._masks[key] = found
        return found

    def _shared_mask(self, e: Expr, name: str, sort: Type, stage: Stage) -> Val | None:
        others = e.free - {name}
        if stage.mode == "states" or len(others) > 1 or not self.reads_state(e):
            return None
        if name not in e.free:
            return None
        standard = {name: ir.var(f"@{sort}", sort)}
        other: Expr | None = None
        if others:
            other = only_variable(e, without=name)
            # The primed name keeps a second variable of the same sort apart.
            standard[str(other.data)] = ir.var(f"@{other.type}'", other.type)
        v = self.mask(ir.substitute(e, standard), f"@{sort}", sort, STATES)
        return self.carried(v, other, stage)

    def _mask(self, e: Expr, name: str, sort: Type, stage: Stage) -> Val:
        if name not in e.free:
            return self._filled(self.value(e, stage), sort, stage)

        def go(x: Expr) -> Val:
            return self.mask(x, name, sort, stage)

        match e.op:
            case "not":
                return self.emit(stage, "xor", [go(e.args[0]), self.constant("full", sort)])
            case "and" | "or":
                return self.folded(e.op, [go(a) for a in e.args], stage)
            case "ite":
                return self.emit(stage, "choose", [go(a) for a in e.args])
            case "read":
                made = self._read_mask(e, name, stage)
            case "==" | "<" | "<=":
                made = self._compared_mask(e, name, sort, stage)
            case "all" | "some":
                variables, body = self.opened(e)
                made = self.reduced(e.op, go(body), variables, stage)
            case _:
                made = None
        return made or self._collected(e, name, sort, stage)

    def _filled(self, v: Val, sort: Type, stage: Stage) -> Val:
        return self.emit(stage, "fill", [v, self.constant("full", sort)])

    def _read_mask(self, e: Expr, name: str, stage: Stage) -> Val | None:
        lifted = self.symbols[str(e.data)].lifted
        if lifted is None or not _is_variable(e.args[lifted], name):
            return None
        rest = e.args[:lifted] + e.args[lifted + 1 :]
        if any(name in a.free for a in rest):
            return None
        return self.rows(str(e.data), rest, stage)

    def _compared_mask(self, e: Expr, name: str, sort: Type, stage: Stage) -> Val | None:
        a, b = e.args
        if a.type == BOOL:
            masks = [self.mask(x, name, sort, stage) for x in (a, b)]
            made = self.emit(stage, "xor", masks)
            return self.emit(stage, "xor", [made, self.constant("full", sort)])
        for x, y, op in ((a, b, e.op), (b, a, _MIRRORED[e.op])):
            inner = x.args[0] if x.op == "just" else x
            if _is_variable(inner, name) and name not in y.free:
                table = self.constant("table", op, sort)
                at = self.value(y, stage)
                return self.raw(stage, "lookup", [table.at, at.at], at.dims, at.moving)
        return None

    def _collected(self, e: Expr, name: str, sort: Type, stage: Stage) -> Val:
        """The general way: the values along an axis, packed."""
        v = self.value(e, stage)
        axis = self.axis(name, sort)
        if axis not in v.dims:
            return self._filled(v, sort, stage)
        place = v.dims.index(axis)
        kept = v.dims[:place] + v.dims[place + 1 :]
        ins = [v.at, self.tape.input("places", sort)]
        return self.raw(stage, "collect", ins, kept, v.moving, place)


_MIRRORED = {"==": "==", "<": ">", "<=": ">="}


def _is_variable(e: Expr, name: str) -> bool:
    return e.op == "var" and e.data == name
