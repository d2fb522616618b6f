"""A question to a solver as one closed text, for any solver that reads SMT-LIB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

HEADER = "(set-logic ALL)"


@dataclass(frozen=True, slots=True)
class Query:
    """Declarations and assertions, with the Bool constants that are taken to be true
    (`-name`: false).

    `proof` queries deny a goal; `regions` queries say that there is no other region.
    """

    kind: Literal["proof", "regions"]
    text: str
    flags: tuple[str, ...]

    def assuming(self, flags: Sequence[str]) -> Query:
        """The same question with other flags."""
        return Query(self.kind, self.text, tuple(flags))

    def smt_lib(self) -> str:
        """A file that any SMT-LIB solver decides: `unsat` is the answer that proves."""
        lines = [HEADER, self.text, *(f"(assert {literal(f)})" for f in self.flags)]
        return "\n".join([*lines, "(check-sat)", ""])


def literal(flag: str) -> str:
    return f"(not {flag[1:]})" if flag.startswith("-") else flag


def excluded(flags: Sequence[str], values: Sequence[bool]) -> str:
    """The assertion that these flags do not have these values together."""
    parts = (f"(not {f})" if yes else f for f, yes in zip(flags, values, strict=True))
    return f"(assert (or {' '.join(parts)}))"
