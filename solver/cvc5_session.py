"""The second solver: cvc5, asked about the same SMT-LIB text.

An extra (`pip install foliospec[crosscheck]`).  Effort is counted in cvc5's own
resource units, never in seconds, so that an answer is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from solver.query import HEADER, Query, literal
from solver.session import Answer, Reply
from spec.result import InternalError

if TYPE_CHECKING:
    import cvc5

STRATEGIES: Final[Sequence[Mapping[str, str]]] = (
    {},
    {"full-saturate-quant": "true"},
    {"enum-inst": "true", "cegqi": "false"},
)
"""Tried in order until one decides; E-matching first, then enumeration of terms."""

RLIMIT: Final = 60_000
"""Resource units for each strategy: about a second."""


def installed() -> bool:
    """Is the second solver there?"""
    return find_spec("cvc5") is not None


def ask(query: Query, rlimit: int = RLIMIT) -> Reply:
    """Decide a question; `core` are the flags that an `unsat` needed.

    Args:
        rlimit: cvc5's resource units for each strategy.
    """
    last = Reply("unknown", 0, why="no strategy")
    for strategy in STRATEGIES:
        last = _Run(query, {**strategy, "rlimit-per": str(rlimit)}).reply()
        if last.answer != "unknown":
            return last
    return last


def proof_of(query: Query, rlimit: int = RLIMIT) -> str | None:
    """cvc5's own proof of an `unsat`, in its CPC format; None where it finds none."""
    for strategy in STRATEGIES:
        options = {**strategy, "rlimit-per": str(rlimit), "produce-proofs": "true"}
        run = _Run(query, options)
        if run.reply().answer == "unsat":
            return run.proof()
    return None


class _Run:
    """One solver with one set of options, fed with the text command by command."""

    def __init__(self, query: Query, options: Mapping[str, str]) -> None:
        import cvc5

        self._cvc5: Any = cvc5
        self._query = query
        self._solver: cvc5.Solver = cvc5.Solver(cvc5.TermManager())
        for name, value in options.items():
            self._solver.setOption(name, value)
        self._cores = "produce-proofs" not in options
        if self._cores:
            self._solver.setOption("produce-unsat-assumptions", "true")

    def reply(self) -> Reply:
        if not self._cores:
            return Reply(self._answer(self._said(self._query.smt_lib())), 0)
        flags = self._query.flags
        assuming = f"(check-sat-assuming ({' '.join(map(literal, flags))}))"
        answer = self._answer(self._said("\n".join([HEADER, self._query.text, assuming])))
        if answer != "unsat":
            return Reply(answer, 0, why="the effort ran out (cvc5)")
        needed = {str(t) for t in self._solver.getUnsatAssumptions()}
        return Reply("unsat", 0, tuple(f for f in flags if literal(f) in needed))

    def proof(self) -> str:
        first = self._solver.getProof()[0]
        text = self._solver.proofToString(first, self._cvc5.ProofFormat.CPC)
        return text.decode() if isinstance(text, bytes) else str(text)

    def _said(self, text: str) -> str:
        parser = self._cvc5.InputParser(self._solver)
        parser.setStringInput(self._cvc5.InputLanguage.SMT_LIB_2_6, text, "query")
        symbols = parser.getSymbolManager()
        said = ""
        try:
            while True:
                command = parser.nextCommand()
                if command.isNull():
                    return said.strip()
                said = command.invoke(self._solver, symbols) or said
        except RuntimeError as err:
            raise self._unreadable(str(err)) from err

    def _answer(self, said: str) -> Answer:
        if said == "unsat":
            return "unsat"
        if said == "sat":
            return "sat"
        if said.startswith("unknown"):
            return "unknown"
        raise self._unreadable(said)

    def _unreadable(self, why: str) -> InternalError:
        error = InternalError(f"cvc5 cannot read a question: {' '.join(why.split())[:200]}")
        error.add_note(f"The question:\n\n{self._query.smt_lib()}")
        return error
