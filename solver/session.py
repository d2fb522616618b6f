"""The only place that asks a solver.

One `Session` is one z3 context of its own, so an answer depends on the text and on
nothing that was asked before.  Effort is counted in z3's resource units (`rlimit`),
never in seconds: the same on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import z3

_RLIMIT: Final = re.compile(r":rlimit-count\s+(\d+)")
Answer = Literal["sat", "unsat", "unknown"]


@dataclass(frozen=True, slots=True)
class Reply:
    """`rlimit` is what this one question cost; `core` the flags an `unsat` needed."""

    answer: Answer
    rlimit: int
    core: tuple[str, ...] = ()
    why: str = ""


@dataclass
class Session:
    """Asks about one SMT-LIB text, in a context of its own.

    Without `models`, quantified formulas are only instantiated: then hardly any answer
    is `sat`, but an `unknown` comes at once.  With `minimal`, no flag of a core can be left
    out, as far as z3 sees.
    """

    text: str
    seed: int = 0
    models: bool = True
    minimal: bool = False
    spent: int = 0

    def __post_init__(self) -> None:
        self._ctx = z3.Context()
        self._solver = z3.SimpleSolver(ctx=self._ctx)
        self._solver.set("random_seed", self.seed)
        self._solver.set("mbqi", self.models)
        if self.minimal:
            self._solver.set("core.minimize", True)
        # Else z3 takes Ctrl-C for itself: the check is `unknown` and the run goes on.
        self._solver.set("ctrl_c", False)
        self._solver.from_string(self.text)

    def close(self) -> None:
        """Free the context; a later one is quick to make only in the memory of this one."""
        del self._solver, self._ctx

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def check(self, flags: Sequence[str] = (), rlimit: int = 0) -> Reply:
        """Are all assertions satisfiable together with these Bool constants?

        Args:
            flags: names of constants taken to be true, `-name` for false.
            rlimit: give up (`unknown`) after this much; 0 for no limit.
        """
        ctx = self._ctx
        self._solver.set("rlimit", rlimit)
        literals = []
        for f in flags:
            atom = z3.Bool(f.lstrip("-"), ctx)
            literals.append(z3.Not(atom) if f.startswith("-") else atom)
        answer = self._solver.check(*literals)
        spent = self._counted()
        used, self.spent = spent - self.spent, spent
        if answer == z3.unsat:
            core = _names(self._solver.unsat_core()) if literals else set()
            return Reply("unsat", used, tuple(f for f in flags if f in core))
        if answer == z3.sat:
            return Reply("sat", used)
        return Reply("unknown", used, why=self._solver.reason_unknown())

    def truths(self, flags: Sequence[str]) -> tuple[bool, ...]:
        """The values of these Bool constants in the model of the last `sat`."""
        model = self._solver.model()
        values = (model.eval(z3.Bool(f, self._ctx), model_completion=True) for f in flags)
        return tuple(z3.is_true(v) for v in values)

    def forbid(self, flags: Sequence[str], values: Sequence[bool]) -> None:
        """Assert that these Bool constants do not have these values together."""
        atoms = [z3.Bool(f, self._ctx) for f in flags]
        pairs = zip(atoms, values, strict=True)
        self._solver.add(z3.Or(*(z3.Not(a) if yes else a for a, yes in pairs), self._ctx))

    def _counted(self) -> int:
        found = _RLIMIT.search(str(self._solver.statistics()))
        return int(found[1]) if found else 0


def _names(literals: z3.AstVector) -> set[str]:
    """The flags among the literals, as they were asked."""
    names = set()
    for c in literals:
        negated = z3.is_not(c)
        atom = c.arg(0) if negated else c
        names.add(f"-{atom.decl().name()}" if negated else atom.decl().name())
    return names
