"""What can be wrong with an implementation itself, whatever it computes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """Each is named for what it is; the value is how a report names it."""

    RAISES = "raises an exception"
    LOOPS = "does not come to an end"
    MUTATES = "changes what it was handed"
    TYPE = "returns a value of the wrong type"
    LACKS = "lacks a method"
    SIGNATURE = "has a method with other parameters"
    ABSTRACTION = "has a wrong abstraction function"
    GLOBALS = "depends on something outside of its own state"
    BEHIND = "reads page tables behind the interface"
    RANGE = "asks for something that is not there"
    LOAD = "cannot be loaded"


@dataclass(frozen=True, slots=True)
class Place:
    """A line of Python."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Fault(Exception):
    """An implementation that cannot be compared any further.

    Args:
        kind: what is wrong.
        message: the details, without a full stop.
        place: the line of the implementation, where there is one.
        hint: what to write instead.

    `question` is the answer that was asked for, where it is the method of one that is wrong.
    """

    def __init__(
        self, kind: Kind, message: str, place: Place | None = None, hint: str = ""
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.place = place
        self.hint = hint
        self.question = ""


def told(error: BaseException) -> str:
    """`KeyError: 3`, on one line; an exception may raise another when it is asked for its text."""
    try:
        text = " ".join(str(error).split())
    except Exception as err:
        text = f"str() of it raises {type(err).__name__}"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
