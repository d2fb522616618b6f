"""The table of operations: what they mirror, what they change, what a scheme reads."""

from __future__ import annotations

from collections.abc import Mapping

from spec import ast
from spec.ir import LAST, Action, Expr, System, walk
from spec.report.grid import lines_of as grid_lines


def lines_of(system: System, files: Mapping[str, ast.File], width: int) -> list[str]:
    """One row per operation of the system.

    Args:
        files: the syntax trees of the system's layers, by name.
    """
    scheme = system.kind == "scheme"
    titles = ["operation", "kernel functions", "changes"]
    if scheme:
        titles += [f"{system.name} changes", f"{system.name} reads"]
    rows = []
    for action in system.actions:
        params = ", ".join(name for name, _ in action.params)
        row = [f"{action.name}({params})", ", ".join(action.mirrors)]
        row.append(_changed(action.name, [f for n, f in files.items() if n != system.name]))
        if scheme:
            own = files.get(system.name)
            row += [_changed(action.name, [own] if own else []), ", ".join(walked(action, system))]
        elif not row[-1]:
            row[-1] = _changed(action.name, list(files.values()))
        rows.append(row)
    return grid_lines(titles, rows, width)


def walked(action: Action, system: System) -> tuple[str, ...]:
    """Places of lower layers that the scheme's own updates read: the walk it needs."""
    own = {v.name for v in system.states if v.layer == system.name}
    lower = {v.name for v in system.states} - own
    found: dict[str, None] = {}
    for name, body in action.updates.items():
        if name in own:
            for e in walk(body):
                if e.op == "read" and e.data in lower:
                    found[_place(e)] = None
    return tuple(sorted(found))


def _place(e: Expr) -> str:
    if not e.args:
        return str(e.data)
    return f"{e.data}[{','.join(map(_index, e.args))}]"


def _index(e: Expr) -> str:
    """A parameter or a number by itself; anything that ranges over a sort as `*`."""
    if e.op == "var" and not str(e.data).startswith("%"):
        return str(e.data)
    if e.op == "lit" and e.data != LAST and e.data is not None:
        return str(e.data)
    return "*"


def _changed(op: str, files: list[ast.File]) -> str:
    """The `changes` of the operation and of the hooks on it, in these layers."""
    places: dict[str, None] = {}
    for file in files:
        for item in file.items:
            named = (isinstance(item, ast.Op) and item.name == op) or (
                isinstance(item, ast.On) and op in item.ops
            )
            if named and isinstance(item, ast.Op | ast.On):
                for clause in item.clauses:
                    if isinstance(clause, ast.Changes):
                        places.update({_written(p): None for p in clause.places})
    return ", ".join(places)


def _written(place: ast.Place) -> str:
    if not place.args:
        return place.name
    shown = ["*" if a is None else _written_index(a) for a in place.args]
    return f"{place.name}[{','.join(shown)}]"


def _written_index(e: ast.Expr) -> str:
    match e:
        case ast.Name(id=name):
            return name
        case ast.Num(value=value):
            return str(value)
        case ast.Paren(inner=inner):
            return _written_index(inner)
        case _:
            return "*"
