"""An implementation in one world: made, stepped, looked at; whatever it does is contained."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from typing import Any

from refine.adapter import Binding
from refine.faults import Fault, Kind, told
from refine.folio import Folio, Reader, gate_of
from refine.freezing import freeze
from refine.limits import limited, place_in
from spec.ir import BOOL, INT, Action, Answered, StateVar, Type
from spec.trace import Table, Value


class Passing(BaseException):
    """What is no concern of an implementation, and goes through it: base of such exceptions."""


class Harness:
    """Calls one implementation.

    Args:
        binding: the class and its scheme.
        sizes: how many elements each sort has.
        lines: count the lines of each call, so that one without end is found.
    """

    def __init__(self, binding: Binding, sizes: Mapping[Type, int], lines: bool = True) -> None:
        self.binding = binding
        self.sizes = sizes
        self._lines = lines

    def create(self, reader: Reader, folio: Folio | None = None) -> tuple[Any, Folio]:
        """A new implementation, where nothing is mapped, and the folio it was handed.

        Args:
            reader: values of constants.
            folio: one that was made before; its reader stays.
        """
        handed = folio if folio is not None else Folio(self.binding.system, self.sizes, reader)
        made = self._call(handed, "__init__", None, lambda: self.binding.cls(handed))
        if not isinstance(made, self.binding.cls):
            raise Fault(Kind.TYPE, f"making it gives {_kind(made)}")
        return made, handed

    def step(
        self, implementation: Any, folio: Folio, action: Action, args: Sequence[Any],
        before: Reader, after: Reader,
    ) -> None:
        """Let it do what it does at an operation.

        Args:
            folio: what it was handed.
            before, after: the layers below, before and after the page tables change.
        Raises:
            Fault: it raises, does not end, reads what it must not.
        """
        hooks = self.binding.hooks[action.name]
        for names, reader in ((hooks.before, before), (hooks.after, after)):
            for name in names:
                self._call(folio, name, reader, partial(_invoked, implementation, name, args))

    def logical(self, implementation: Any, folio: Folio) -> dict[str, Value | Table]:
        """What its stored state stands for: the scheme's states that it keeps.

        Raises:
            Fault: a state is missing or unknown, or has the wrong shape or type.
        """
        found: dict[str, Value | Table] = {}
        for state, cells in self.cells(implementation, folio):
            for index, value in cells.items():
                self._check_value(state, index, value)
            found[state.name] = cells if state.index else cells[()]
        return found

    def cells(self, implementation: Any, folio: Folio) -> Iterator[tuple[StateVar, dict[Any, Any]]]:
        """As `logical`, values unchecked, a cell for each tuple of indices."""
        given = self.abstract(implementation, folio)
        known = [s.name for s in self.binding.kept]
        for name in given:
            if name not in known:
                raise Fault(Kind.ABSTRACTION, f"abstract() has `{name}`, no state of the scheme "
                            "that is kept", hint=f"there are: {', '.join(known)}")
        for state in self.binding.kept:
            if state.name not in given:
                raise Fault(Kind.ABSTRACTION, f"abstract() lacks `{state.name}`",
                            hint="or name it in `ghosts`, then it is not compared")
            yield state, self._cells(state, given[state.name])

    def abstract(self, implementation: Any, folio: Folio) -> Mapping[Any, Any]:
        """What `abstract()` returns, which is a mapping, its values unchecked."""
        given = self._call(folio, "abstract", None, lambda: implementation.abstract())
        if not isinstance(given, Mapping):
            raise Fault(Kind.TYPE, f"abstract() returns {_kind(given)}",
                        hint="return a mapping from the scheme's states to their values")
        return given

    def answer(
        self, implementation: Any, folio: Folio, answered: Answered, args: Sequence[Any]
    ) -> Any:
        """Its answer to a question; of the right type unless it is symbolic."""
        name = answered.question
        try:
            return self._call(folio, name, None, lambda: getattr(implementation, name)(*args))
        except Fault as fault:
            fault.question = name
            raise

    def checked_answer(
        self, implementation: Any, folio: Folio, answered: Answered, args: Sequence[Any]
    ) -> Value:
        """Its answer, a bool or an int as the question wants.

        Raises:
            Fault: of another type, or whatever a call may raise.
        """
        found = self.answer(implementation, folio, answered, args)
        if not _fits(found, answered.type):
            fault = Fault(Kind.TYPE, f"{answered.question} returns {_kind(found)}",
                          hint=f"it is to return {_wanted(answered.type)}")
            fault.question = answered.question
            raise fault
        value: Value = found
        return value

    def consistent(self, implementation: Any, folio: Folio, reader: Reader) -> Any:
        """What it says of its stored state beside the page tables; True where it says nothing.

        Args:
            reader: the layers below as they are between two operations.
        """
        if not self.binding.has_consistent:
            return True
        return self._call(folio, "consistent", reader, lambda: implementation.consistent())

    def checked_consistent(self, implementation: Any, folio: Folio, reader: Reader) -> bool:
        """The same as a bool.

        Raises:
            Fault: it changes what is stored, or whatever a call may raise.
        """
        if not self.binding.has_consistent:
            return True
        before = freeze(implementation)
        held = bool(self.consistent(implementation, folio, reader))
        if freeze(implementation) != before:
            raise Fault(Kind.MUTATES, "consistent() stores something",
                        hint="it is to look, and to change nothing")
        return held

    # ------------------------------------------------------------- inside

    def _call(
        self, folio: Folio, name: str, reader: Reader | None, do: Callable[[], Any]
    ) -> Any:
        gate = gate_of(folio)
        gate.why, gate.open = name, reader is not None
        kept = gate.reader
        if reader is not None:
            gate.reader = reader
        try:
            with limited(self._lines):
                return do()
        except Fault as fault:
            fault.place = fault.place or place_in(fault.__traceback__)
            raise
        except RecursionError as err:
            raise Fault(Kind.LOOPS, f"{name} calls itself too often",
                        place_in(err.__traceback__)) from err
        except (Passing, KeyboardInterrupt):
            raise
        except BaseException as err:
            # SystemExit, too: no implementation ends the tool.
            raise Fault(
                Kind.RAISES, f"{name}: {told(err)}", place_in(err.__traceback__)) from err
        finally:
            gate.open = False
            gate.reader = kept

    def _cells(self, state: StateVar, value: Any) -> dict[Any, Any]:
        if not state.index:
            return {(): value}
        sizes = [self.sizes[t] for t in state.index]
        wanted = list(product(*(range(n) for n in sizes)))
        if isinstance(value, Mapping):
            cells = {k if isinstance(k, tuple) else (k,): v for k, v in value.items()}
            if set(cells) != set(wanted):
                raise Fault(Kind.ABSTRACTION, f"abstract() has other indices of `{state.name}` "
                            f"than [{', '.join(state.index)}]")
            return {at: cells[at] for at in wanted}
        return {at: self._at(state, value, at, sizes) for at in wanted}

    @staticmethod
    def _at(state: StateVar, value: Any, at: tuple[int, ...], sizes: Sequence[int]) -> Any:
        for i, size in zip(at, sizes, strict=True):
            if not isinstance(value, list | tuple) or len(value) != size:
                raise Fault(Kind.ABSTRACTION, f"abstract() has {_kind(value)} for "
                            f"`{state.name}`", hint=f"[{', '.join(state.index)}] is a list of "
                            f"{' lists of '.join(str(n) for n in sizes)}")
            value = value[i]
        return value

    def _check_value(self, state: StateVar, index: tuple[int, ...], value: Any) -> None:
        if _fits(value, state.type, self.sizes):
            return
        at = f"[{', '.join(str(i) for i in index)}]" if index else ""
        raise Fault(Kind.ABSTRACTION, f"abstract() has {_kind(value)} for `{state.name}{at}`",
                    hint=f"it is to be {_wanted(state.type)}")


def _invoked(implementation: Any, name: str, args: Sequence[Any]) -> Any:
    return getattr(implementation, name)(*args)


def _fits(value: Any, type_: Type, sizes: Mapping[Type, int] | None = None) -> bool:
    if type_.endswith("?") and value is None:
        return True
    if type_ == BOOL:
        return isinstance(value, bool)
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    return type_ == INT or sizes is None or 0 <= value < sizes[type_.rstrip("?")]


def _wanted(type_: Type) -> str:
    if type_ == BOOL:
        return "a bool"
    if type_ == INT:
        return "an int"
    none = ", or None" if type_.endswith("?") else ""
    return f"the number of an element of {type_.rstrip('?')}{none}"


def _kind(value: Any) -> str:
    try:
        shown = " ".join(repr(value).split())
    except Exception:
        return type(value).__name__
    return f"{type(value).__name__} {shown[:40]}" if len(shown) <= 40 else type(value).__name__
