"""The protocol: what an implementation of a scheme is, and how it is called.

    class PerVma:
        scheme = "per_vma"

        def __init__(self, folio: Folio) -> None: ...
        def map_ptes(self, vma: int, first: int, last: int) -> None: ...
        def maybe_mapped_shared(self, mm: int) -> bool: ...
        def abstract(self) -> Mapping[str, Logical]: ...

*A method per operation*, with the operation's name and its parameters in their order.  It is
called where the kernel calls its rmap functions: before the page tables change for those of
`BEFORE` (something is mapped), after it for all others.  `before_OP` and `after_OP` are called
at the time they name; an implementation may have both.  An operation in which the scheme keeps
all its states needs no method.

*A method per answer*, with the question's name and parameters.  It has the stored state only.

*`abstract`*, from the stored state to the scheme's states by name: an int, a bool, None; for an
indexed state a list (of lists), or a mapping from indices.  `ghosts` names states of the scheme
that no kernel would keep; they are left out there and not compared.

*`consistent`*, optional: what holds between operations beyond what `abstract` says, of the
stored state and of what it stores about the layers below (a reference count beside the pins
that are there).  It may read them.  It is checked after each operation, and the symbolic check
assumes it before one.

The running kernel can stand behind the same protocol: `refine/kernel/` has its page tables.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Protocol

from refine.faults import Fault, Kind, Place
from refine.folio import Folio
from spec.ir import Action, Answered, StateVar, System
from spec.trace import Value

Logical = Value | Sequence[Any] | Mapping[Any, Any]

BEFORE: Final = frozenset({"map_ptes", "map_pmd", "dup_ptes", "dup_pmd", "merge_vma"})
"""Operations whose method is called before the page tables change."""


class Implementation(Protocol):
    """What every implementation has; the methods follow from its scheme."""

    scheme: ClassVar[str]

    def __init__(self, folio: Folio) -> None: ...

    def abstract(self) -> Mapping[str, Logical]: ...


@dataclass(frozen=True, slots=True)
class Hooks:
    """The names of the methods for one operation, where there are such."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return self.before + self.after


@dataclass(frozen=True, slots=True)
class Binding:
    """A class that fits a scheme: its methods by operation, and what it does not keep.

    `only` names the operations and answers that are judged; all are where it is empty.
    """

    cls: type[Any]
    system: System
    hooks: Mapping[str, Hooks]
    ghosts: frozenset[str]
    only: frozenset[str] = frozenset()

    def judges(self, name: str) -> bool:
        """Is this operation or answer judged?"""
        return not self.only or name in self.only

    @property
    def answers(self) -> tuple[Answered, ...]:
        """The answers that are judged."""
        return tuple(a for a in self.system.answers if self.judges(a.question))

    @property
    def name(self) -> str:
        return f"{self.cls.__module__}.{self.cls.__qualname__}"

    @property
    def kept(self) -> tuple[StateVar, ...]:
        """The states of the scheme that are compared."""
        return tuple(s for s in own_states(self.system) if s.name not in self.ghosts)

    @property
    def has_consistent(self) -> bool:
        return hasattr(self.cls, "consistent")


def own_states(system: System) -> tuple[StateVar, ...]:
    """The states of the scheme, without those of the layers below."""
    return tuple(s for s in system.states if s.layer == system.name)


def bind(cls: type[Any], system: System) -> Binding:
    """The class, checked against the scheme.

    Raises:
        Fault: it lacks a method, or has one with other parameters; all slips in one message.
    """
    slips: list[str] = []
    ghosts = _ghosts(cls, slips)
    hooks = {a.name: _hooks(cls, a, system, ghosts, slips) for a in system.actions}
    for answered in system.answers:
        _check(cls, answered.question, [n for n, _ in answered.params], slips)
    _check(cls, "abstract", [], slips)
    if hasattr(cls, "consistent"):
        _check(cls, "consistent", [], slips)
    unknown = ghosts - {s.name for s in own_states(system)}
    if unknown:
        slips.append(f"`ghosts` names {', '.join(sorted(unknown))}, no state of {system.name}")
    if slips:
        lacks = any(s.startswith("lacks") for s in slips)
        raise Fault(Kind.LACKS if lacks else Kind.SIGNATURE, "; ".join(slips), place_of(cls))
    return Binding(cls, system, hooks, ghosts)


def _ghosts(cls: type[Any], slips: list[str]) -> frozenset[str]:
    named = getattr(cls, "ghosts", ())
    if isinstance(named, tuple | list | set | frozenset) and all(
            isinstance(name, str) for name in named):
        return frozenset(named)
    slips.append("`ghosts` is to be a tuple of names of states")
    return frozenset()


def _hooks(
    cls: type[Any], action: Action, system: System, ghosts: frozenset[str], slips: list[str]
) -> Hooks:
    params = [n for n, _ in action.params]
    found: dict[str, tuple[str, ...]] = {"before": (), "after": ()}
    plain = "before" if action.name in BEFORE else "after"
    op = action.name
    for when, name in (("before", f"before_{op}"), (plain, op), ("after", f"after_{op}")):
        if hasattr(cls, name):
            _check(cls, name, params, slips)
            found[when] += (name,)
    changed = [s.name for s in own_states(system)
               if s.name in action.updates and s.name not in ghosts]
    if changed and not (found["before"] or found["after"]):
        slips.append(f"lacks {action.name}({', '.join(params)}), in which the scheme changes "
                     f"{', '.join(changed)}")
    return Hooks(found["before"], found["after"])


def _check(cls: type[Any], name: str, params: list[str], slips: list[str]) -> None:
    method = getattr(cls, name, None)
    if method is None or not callable(method):
        slips.append(f"lacks {name}({', '.join(params)})")
        return
    if inspect.iscoroutinefunction(method) or inspect.isgeneratorfunction(method) or (
            inspect.isasyncgenfunction(method)):
        slips.append(f"{name} is `async` or has `yield`, so that calling it does nothing")
        return
    try:
        inspect.signature(method).bind(None, *params)
    except (TypeError, ValueError):
        slips.append(f"{name} is to take ({', '.join(['self', *params])})")


def place_of(what: Callable[..., Any] | type[Any]) -> Place | None:
    """Where a class or function is written."""
    try:
        path = inspect.getsourcefile(what)
        return Place(path, inspect.getsourcelines(what)[1]) if path else None
    except (OSError, TypeError):
        return None
