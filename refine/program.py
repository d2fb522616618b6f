"""A run as a short Python program, to be pasted into a file and run.

    from refine.program import Run

    run = Run("schemes/per_vma.fs", "my.module:Class", Mm=1, Vma=2, owner=[0, 0],
              NR=4, anon=False, pmd_sized=False)
    run.open_vma(0, 0, 3)
    run.map_ptes(0, 0, 1)

Each operation raises AssertionError where the two sides differ after it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from itertools import groupby, product
from typing import Any, Final

from refine.adapter import bind
from refine.faults import Fault, Kind
from refine.lockstep import Lockstep
from refine.result import Difference, Divergence
from spec.eval import Evaluator, StepError
from spec.ir import BOOL, Const, System, Type
from spec.load import load, packaged_path
from spec.report.ascii import MAIL_WIDTH, paragraph, to_ascii
from spec.trace import Step, Table, Value, World

_LITERAL: Final = 30
"""Characters of each of several literals."""


class Run:
    """An implementation beside its scheme, in the initial state; its methods are the
    operations of the scheme, with elements as numbers from 0 on.

    Args:
        scheme: a `.fs` file, or the name of a scheme that comes with the tool.
        implementation: a class, or `package.module:Class`, or `path/file.py:Class`.
        only: the operations and answers that are judged; all where there are none.
        setup: how many elements each sort has (`Vma=2`), and the value of every constant;
            of one with indices a list (of lists).

    Raises:
        AssertionError: the implementation cannot be made, or differs at once.
        ValueError: the world is incomplete, or not allowed.
        Fault: the implementation lacks a method, or cannot be loaded.
        spec.result.SpecError: the scheme has an error.
    """

    def __init__(
        self, scheme: str, implementation: str | type[Any], *, only: Sequence[str] = (),
        **setup: Any,
    ) -> None:
        system = load(scheme if scheme.endswith(".fs") else packaged_path(scheme)).systems[0]
        self._binding = replace(bind(_class_of(implementation), system), only=frozenset(only))
        world = world_from(system, setup)
        with _Told("the beginning"):
            self._lockstep = Lockstep(self._binding, world)
            self._compare("the beginning")

    def __getattr__(self, name: str) -> Callable[..., None]:
        known = [a.name for a in self._binding.system.actions]
        if name not in known:
            raise AttributeError(f"{self._binding.system.name} has no operation `{name}`; "
                                 f"there are: {', '.join(known)}")
        return lambda *args, **named: self._take(name, args, named)

    @property
    def implementation(self) -> Any:
        """The implementation as it is now."""
        return self._lockstep.implementation

    def _take(self, name: str, args: Sequence[int], named: Mapping[str, int]) -> None:
        params = [n for n, _ in self._binding.system.action(name).params]
        given = {**dict(zip(params, args, strict=False)), **named}
        if len(args) > len(params) or set(given) != set(params):
            raise TypeError(f"{name} takes ({', '.join(params)})")
        shown = f"{name}({', '.join(str(given[n]) for n in params)})"
        with _Told(shown):
            try:
                self._lockstep.step(Step(name, {n: given[n] for n in params}))
            except StepError as err:
                raise ValueError(f"{shown}: {err}") from err
            self._compare(shown)

    def _compare(self, when: str) -> None:
        if differences := self._lockstep.differences():
            raise AssertionError("\n".join([f"after {when}:", *map(difference, differences)]))


class _Told:
    """What an implementation does wrong becomes an AssertionError."""

    def __init__(self, when: str) -> None:
        self._when = when

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, err: BaseException | None, traceback: object) -> None:
        if isinstance(err, Fault):
            raise AssertionError(f"at {self._when}: it {fault(err)}") from err


def difference(found: Difference) -> str:
    """`mapcount is 2, and the scheme has 1`."""
    return f"{found.field} is {found.got}, and the scheme has {found.wanted}"


def fault(found: Fault) -> str:
    """What is wrong, and in which line."""
    place = f" ({found.place})" if found.place else ""
    return f"{found.kind.value}: {found.message}{place}"


def _class_of(implementation: str | type[Any]) -> type[Any]:
    if isinstance(implementation, type):
        return implementation
    loading = import_module("refine.loading")
    found: type[Any] = loading.load_implementation(implementation)
    return found


# ------------------------------------------------------------------ worlds


def world_from(system: System, setup: Mapping[str, Any]) -> World:
    """The world with these sizes and constants.

    Raises:
        ValueError: something is missing or unknown, or the scheme does not allow it.
    """
    sorts = {s.name: s for s in system.sorts}
    elements = [s.name for s in system.sorts if s.kind == "elements"]
    wanted = [*elements, *(c.name for c in system.consts)]
    for name in sorted({*wanted} ^ {*setup}):
        raise ValueError(f"{name} is {'missing' if name in wanted else 'unknown'}: the world "
                         f"has {', '.join(wanted)}")
    sizes: dict[Type, int] = {}
    for name, sort in sorts.items():
        size = len(sort.names) if sort.kind == "enum" else sort.size
        sizes[name] = int(setup[size or name]) if not isinstance(size, int) else size
    consts = {c.name: _table(c, setup[c.name], sizes) for c in system.consts}
    world = World(sizes, consts)
    if not Evaluator(system, world).world_is_allowed():
        raise ValueError(f"{system.name} does not allow this world")
    return world


def _table(const: Const, value: Any, sizes: Mapping[Type, int]) -> Value | Table:
    if not const.index:
        found: Value = value
        return found
    table: Table = {}
    for at in product(*(range(sizes[t]) for t in const.index)):
        cell = value
        try:
            for i in at:
                cell = cell[i]
        except (IndexError, TypeError) as err:
            raise ValueError(f"{const.name} has no value at {list(at)}") from err
        table[at] = cell
    return table


# ------------------------------------------------------------------ text


def is_run(divergence: Divergence) -> bool:
    """Does it come again where its operations are done again?  It does not where they do not
    start in the initial state, and not where something outside of the state decides."""
    outside = divergence.fault is not None and divergence.fault.kind is Kind.GLOBALS
    return divergence.start is None and bool(divergence.world.sizes) and not outside


def program(
    divergence: Divergence, system: System, scheme: str, implementation: str,
    only: Sequence[str] = (),
) -> str:
    """The run as a Python program that raises AssertionError at its last step.

    Args:
        system: the scheme.
        scheme, implementation: how `Run` is to find them.
        only: what is judged; everything where there is nothing.
    Returns:
        Lines of at most 72 columns, ASCII.

    Raises:
        ValueError: the run does not start in the initial state, so no operations lead to it.
    """
    if not is_run(divergence):
        raise ValueError("the run starts in a state to which no operations are known")
    given = [_quoted(scheme), _quoted(implementation)]
    given += [f"only=[{', '.join(map(json.dumps, only))}]".split(" ")] if only else []
    given += [text.split(" ") for text in _setup(system, divergence.world)]
    lines = ["from refine.program import Run", "", *_call("run = Run", given)]
    for step in divergence.steps:
        params = [n for n, _ in system.action(step.action).params]
        lines += _call(f"run.{step.action}", [[str(step.args[n])] for n in params])
    for text in _wrong(divergence):
        lines += [f"# {line}" for line in paragraph(" ".join(text.split()), MAIL_WIDTH - 2)]
    return "".join(f"{to_ascii(line)}\n" for line in lines)


def _setup(system: System, world: World) -> Iterator[str]:
    for sort in system.sorts:
        if sort.kind == "elements":
            yield f"{sort.name}={world.sizes[sort.name]}"
    for const in system.consts:
        yield f"{const.name}={_shown(const, world)}"


def _call(function: str, args: Sequence[Sequence[str]]) -> list[str]:
    """`function(args)` on as many lines as it takes; arguments come in pieces, between which
    a line may end."""
    line, lines = f"{function}(", []
    indent = " " * 10
    for i, pieces in enumerate(args):
        end = "," if i + 1 < len(args) else ")"
        for piece in (*pieces[:-1], pieces[-1] + end):
            gap = "" if line.endswith(("(", " ")) else " "
            if line.strip() and len(line) + len(gap) + len(piece) > MAIL_WIDTH:
                lines.append(line)
                line, gap = indent, ""
            line += gap + piece
    return [*lines, line if args else f"{function}()"]


def _quoted(text: str) -> list[str]:
    """As literals that stand side by side, none of them long."""
    size = _LITERAL if text.isascii() else _LITERAL // 6
    size = len(text) if len(ascii(text)) <= MAIL_WIDTH - 12 else size
    cut = [text[i : i + size] for i in range(0, len(text), size)]
    return [json.dumps(part) if part.isascii() else ascii(part) for part in cut]


def _shown(const: Const, world: World) -> str:
    value = world.consts[const.name]
    if not isinstance(value, dict):
        return repr(bool(value) if const.type == BOOL else value)
    return _nested(value, [world.sizes[t] for t in const.index], ())


def _nested(table: Table, sizes: Sequence[int], at: tuple[int, ...]) -> str:
    """Lists in lists; many equal neighbours as `[0] * 511`."""
    if len(at) == len(sizes):
        return repr(table[at])
    cells = [_nested(table, sizes, (*at, i)) for i in range(sizes[len(at)])]
    if len(cells) <= 8:
        return f"[{', '.join(cells)}]"
    return " + ".join(f"[{cell}] * {len(list(group))}" for cell, group in groupby(cells))


def _wrong(divergence: Divergence) -> Iterator[str]:
    if divergence.fault is not None:
        yield f"it {fault(divergence.fault)}"
    yield from map(difference, divergence.differences[:3])
