"""The commands of `spec`: a table.  `NAME` is `spec.commands.NAME.command`, imported when
it is asked for, because the parser, numpy and the solver take their time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

COMMANDS: Final[Mapping[str, str]] = {
    "check": "Decide every promise of the files.",
    "infer": "Find invariants that a scheme lacks.",
    "mutate": "Make slips in schemes: do the promises notice?",
    "run": "Run scenarios, or a run out of a mail.",
    "refine": "Hold Python implementations against their schemes.",
    "fmt": "Lay files out in the canonical way.",
    "explain": "Explain an error code.",
    "ops": "List operations: kernel functions, what changes, what is read.",
    "state": "How much state schemes keep for a folio: is it constant?",
    "dump": "Print a stage of a file: ast or ir.",
    "new": "Write a new scheme, every operation stubbed.",
    "doctor": "Say what is installed and whether it was tested.",
}
"""What each one does, in the words of `spec --help`."""
