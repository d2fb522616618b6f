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
from importlib import import_module
from itertools import groupby, product
from typing import Any, Final

from refine.adapter import bind
from refine.faults import Fault
from refine.lockstep import Lockstep
from refine.result import Difference, Divergence
from spec.eval import Evaluator, StepError
from spec.ir import BOOL, Const, System, Type
from spec.load import load, packaged_path
from spec.trace import Step, Table, Value, World

WIDTH: Final = 88


class Run:
    """An implementation beside its scheme, in the initial state; its methods are the
    operations of the scheme, with elements as numbers from 0 on.

    Args:
        scheme: a `.fs` file, or the name of a scheme that comes with the tool.
        implementation: a class, or `package.module:Class`, or `path/file.py:Class`.
        setup: how many elements each sort has (`Vma=2`), and the value of every constant;
            of one with indices a list (of lists).

    Raises:
        AssertionError: the implementation cannot be made, or differs at once.
        ValueError: the world is incomplete, or not allowed.
        Fault: the implementation lacks a method, or cannot be loaded.
        spec.result.SpecError: the scheme has an error.
    """

    def __init__(self, scheme: str, implementation: str | type[Any], **setup: Any) -> None:
        system = load(scheme if scheme.endswith(".fs") else packaged_path(scheme)).systems[0]
        self._binding = bind(_class_of(implementation), system)
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


def program(divergence: Divergence, system: System, scheme: str, implementation: str) -> str:
    """The run as a Python program that raises AssertionError at its last step.

    Args:
        system: the scheme.
        scheme, implementation: how `Run` is to find them.

    Raises:
        ValueError: the run does not start in the initial state, so no operations lead to it.
    """
    if divergence.start is not None:
        raise ValueError("the run starts in a state to which no operations are known")
    steps = list(divergence.steps)
    lines = ["from refine.program import Run", "",
             *_made(system, divergence.world, scheme, implementation)]
    lines += [_call(system, step) for step in steps]
    return "\n".join([*lines, *(f"# {line}" for line in _wrong(divergence))]) + "\n"


def _made(system: System, world: World, scheme: str, implementation: str) -> Iterator[str]:
    given = [f"{s.name}={world.sizes[s.name]}" for s in system.sorts if s.kind == "elements"]
    given += [f"{c.name}={_shown(c, world)}" for c in system.consts]
    line = f"run = Run({_quoted(scheme)}, {_quoted(implementation)}"
    for item in given:
        if len(line) + len(item) > WIDTH - 3:
            yield line + ","
            line = " " * 10 + item
        else:
            line += f", {item}"
    yield line + ")"


def _quoted(text: str) -> str:
    return json.dumps(text)


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


def _call(system: System, step: Step) -> str:
    params = [n for n, _ in system.action(step.action).params]
    return f"run.{step.action}({', '.join(str(step.args[n]) for n in params)})"


def _wrong(divergence: Divergence) -> Iterator[str]:
    if divergence.fault is not None:
        yield f"it {fault(divergence.fault)}"
    yield from map(difference, divergence.differences[:3])
