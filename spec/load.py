"""From a path to systems: read, parse, declare, check, lower.

`load` is the pipeline.  Every file of a run is read once; all slips of all files are
collected before anything is raised.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from spec import ast, ir
from spec.asking import check_answered
from spec.checked import Checked
from spec.checker import check
from spec.effects import walk_of
from spec.findings import Slips
from spec.lower import system_of
from spec.mutants.named import check_survivors
from spec.parse import parse_text
from spec.resolve import declare
from spec.result import Diagnostic, SpecError
from spec.scenario import Stage, scenarios_of
from spec.scope import Layer
from spec.source import Span, read_source

_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file and all below it, ready to be decided and run.

    `systems`: of a scheme or module file its one system, of a scenarios file one for
    each scheme after `with`.  `modules`: every module below, lowest first, as a system
    of its own, so that its invariants can be proved once.  `trees` and `sources` have
    the syntax tree of every layer by its name, and every text by its path.  `walks`: by
    operation, the states of layers below that the `on` block of this file reads.
    """

    file: ast.File
    systems: tuple[ir.System, ...]
    modules: tuple[ir.System, ...]
    warnings: tuple[Diagnostic, ...]
    sources: Mapping[str, str]
    trees: Mapping[str, ast.File]
    walks: Mapping[str, tuple[str, ...]]


def load(path: str | Path) -> Loaded:
    """Load one file and what it stands over.

    Raises:
        SpecError: with every diagnostic of the run, when one of them is an error.
    """
    return load_text(read_source(str(path)), str(path))


def load_text(text: str, path: str, search: Sequence[str | Path] = ()) -> Loaded:
    """Load a text as if it stood in a file.

    Args:
        path: where it stands, for spans and for finding the files it stands over.
        search: directories to look into after that of `path`.

    Raises:
        SpecError: with every diagnostic of the run, when one of them is an error.
    """
    run = _Run(tuple(Path(s) for s in search))
    try:
        loaded = run.load(text, path)
    except RecursionError:
        span = Span(path, 1, 1, 1, 1)
        run.slips.error("FS120", span, "the file is nested too deeply",
                        "give the parts of large expressions names with `define`")
        loaded = None
    if loaded is None or run.slips.errors:
        raise SpecError(run.slips.all())
    return loaded


class Variants:
    """Other versions of a file that loads; what lies below it is checked once.

    Raises:
        SpecError: the file has errors.
    """

    def __init__(self, text: str, path: str, search: Sequence[str | Path] = ()) -> None:
        run = _Run(tuple(Path(s) for s in search))
        unit = run.understand(text, path)
        if unit is None or run.slips.errors:
            raise SpecError(run.slips.all())
        self._text = text
        self._below = unit.below

    def system(self, file: ast.File) -> ir.System:
        """The system of another tree in place of the file's; its scenarios are left out.

        Raises:
            SpecError: the tree has errors.
        """
        slips = Slips()
        layer = declare(file, self._text, tuple(u.layer for u in self._below), slips)
        below = [u.checked for u in self._below]
        stack = (*below, check(layer, below, slips))
        check_answered(layer, stack, slips)
        if slips.errors:
            raise SpecError(slips.all())
        return system_of(stack)


def check_text(text: str, path: str) -> tuple[Diagnostic, ...]:
    """Every diagnostic about a text, errors and warnings; raises nothing for bad input."""
    try:
        return load_text(text, path).warnings
    except SpecError as err:
        return err.diagnostics


def schemes_dir() -> Path:
    """The schemes that come with the tool."""
    here = Path(__file__).parent
    packaged = here / "_schemes"
    return packaged if packaged.is_dir() else here.parent / "schemes"


def scheme_names() -> list[str]:
    """The schemes that come with the tool: of its files those that are no modules."""
    return sorted(path.stem for path in schemes_dir().glob("*.fs")
                  if "\nscheme " in path.read_text(encoding="utf-8"))


def packaged_path(name: str) -> str:
    """The path of a module or scheme that comes with the tool."""
    return str(schemes_dir() / f"{name}.fs")


# -------------------------------------------------------------------- run


@dataclass(slots=True)
class _Unit:
    """One file of the run; `checked` is None where it could not be understood."""

    layer: Layer
    checked: Checked
    below: tuple[_Unit, ...]
    _system: ir.System | None = None

    def system(self) -> ir.System:
        """The unit with all below it, without scenarios."""
        if self._system is None:
            self._system = system_of(self.stack())
        return self._system

    def stack(self) -> tuple[Checked, ...]:
        return (*(u.checked for u in self.below), self.checked)

    def walks(self) -> dict[str, tuple[str, ...]]:
        """What each `on` block reads of the layers below."""
        ground = [s.name for u in self.below for s in u.checked.states]
        return {op: walk_of(body, ground) for op, body in self.checked.hooks.items()}


@dataclass(slots=True)
class _Run:
    """The files of one run."""

    search: tuple[Path, ...]
    slips: Slips = field(default_factory=Slips)
    sources: dict[str, str] = field(default_factory=dict)
    trees: dict[str, ast.File] = field(default_factory=dict)
    _units: dict[str, _Unit | None] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)

    def load(self, text: str, path: str) -> Loaded | None:
        """The pipeline for the file that was asked for."""
        unit = self.understand(text, path)
        if unit is None:
            return None
        systems = self._staged(unit) if unit.layer.kind == "scenarios" else self._own(unit)
        if self.slips.errors:
            return None
        return Loaded(
            unit.layer.file, systems, tuple(u.system() for u in unit.below),
            self.slips.warnings(), MappingProxyType(self.sources), MappingProxyType(self.trees),
            MappingProxyType(unit.walks()),
        )

    def _own(self, unit: _Unit) -> tuple[ir.System, ...]:
        """A scheme or module, with the scenarios in its own file."""
        scenarios = scenarios_of(Stage.own(unit.layer, unit.stack()), self.slips)
        check_answered(unit.layer, unit.stack(), self.slips)
        check_survivors(unit.layer, self.slips)
        return () if self.slips.errors else (system_of(unit.stack(), scenarios),)

    def _staged(self, unit: _Unit) -> tuple[ir.System, ...]:
        """A scenarios file: each scheme with the scenarios that speak about it."""
        head = unit.layer.file.header
        schemes = [
            u for name in dict.fromkeys(head.schemes) if (u := self._import(name, unit))
        ]
        for scheme in schemes:
            check_answered(scheme.layer, scheme.stack(), self.slips)
        if len(schemes) < len(set(head.schemes)):
            return ()
        stages = [Stage.guest(unit.layer, u.stack(), [s.layer for s in schemes]) for u in schemes]
        scenarios = [scenarios_of(stage, self.slips) for stage in stages]
        if self.slips.errors:
            return ()
        return tuple(
            system_of(u.stack(), found, unit.checked.calls)
            for u, found in zip(schemes, scenarios, strict=True)
        )

    # ------------------------------------------------------------ one file

    def understand(self, text: str, path: str) -> _Unit | None:
        """The layer of one file and those below it, checked; None where it has no header."""
        self.sources[path] = text
        file, problems = _parsed(text, path)
        for p in problems:
            self.slips.add(p)
        if file is None:
            return None
        head = file.header
        self._open.append(head.name)
        below = self._below(file, path)
        self._open.pop()
        self.trees[head.name] = file
        broken = _broken_names(text, problems)
        key = (path, text, tuple(id(u) for u in below or ()))
        if key in _CLEAN:
            return _CLEAN[key]
        before = len(self.slips.all())
        layers = tuple(u.layer for u in below or ())
        layer = declare(file, text, layers, self.slips, broken, below is None)
        checked = check(layer, [u.checked for u in below or ()], self.slips)
        unit = _Unit(layer, checked, below or ())
        if below is not None and not problems and len(self.slips.all()) == before:
            _keep_clean(key, unit)
        return unit

    def _below(self, file: ast.File, path: str) -> tuple[_Unit, ...] | None:
        """Every file under this one, lowest first; None where one is missing."""
        head = file.header
        if head.kind == "scheme" and not head.over:
            self.slips.error("FS050", head.span, f"{head.name} stands over nothing",
                             f"write `scheme {head.name} over folio`")
            return None
        if head.kind == "scenarios" and not head.schemes:
            self.slips.error("FS050", head.span, f"{head.name} names no scheme to run",
                             f"write `scenarios {head.name} over folio with SCHEME, ...`")
        if head.kind != "scenarios" and head.schemes:
            self.slips.error("FS049", head.span, f"a {head.kind} runs with no scheme",
                             "only `scenarios` name schemes after `with`")
        for name in dict.fromkeys(head.schemes):
            if (*head.schemes, head.name).count(name) > 1:
                self.slips.error("FS045", head.span, f"`{name}` is named twice in this line")
        found: dict[str, _Unit] = {}
        missing = False
        for name in head.over:
            unit = self._find(name, "module", head, path)
            missing |= unit is None
            for u in (*unit.below, unit) if unit is not None else ():
                found.setdefault(u.layer.name, u)
        return None if missing else tuple(found.values())

    def _import(self, name: str, unit: _Unit) -> _Unit | None:
        """A scheme of a scenarios file; it must have all modules that the scenarios use."""
        head = unit.layer.file.header
        found = self._find(name, "scheme", head, head.span.path)
        if found is None:
            return None
        lacking = [m for m in head.over if m not in (u.layer.name for u in found.below)]
        for module in lacking:
            self.slips.error("FS058", head.span, f"{name} does not stand over {module}",
                             "scenarios run with schemes that have all their operations")
        return None if lacking else found

    def _find(self, name: str, kind: str, head: ast.Header, path: str) -> _Unit | None:
        """The unit of an imported name; says so where there is none."""
        if name in self._open:
            chain = " over ".join([*self._open[self._open.index(name) :], name])
            self.slips.error("FS048", head.span, f"a circle: {chain}",
                             "a layer stands over lower ones only")
            return None
        if name not in self._units:
            self._units[name] = self._read(name, head, path)
        unit = self._units[name]
        if unit is not None and unit.layer.kind != kind:
            word = "over" if kind == "module" else "with"
            self.slips.error("FS049", head.span, f"`{name}` is a {unit.layer.kind}; `{word}` "
                             f"needs a {kind}")
            return None
        return unit

    def _read(self, name: str, head: ast.Header, path: str) -> _Unit | None:
        places = list(dict.fromkeys([Path(path).parent, *self.search, schemes_dir()]))
        for directory in places:
            candidate = directory / f"{name}.fs"
            if candidate.is_file():
                return self._read_file(name, candidate, head)
        shown = ", ".join(_shown(p) for p in places)
        self.slips.error("FS047", head.span, f"there is no `{name}.fs`", f"looked in {shown}")
        return None

    def _read_file(self, name: str, path: Path, head: ast.Header) -> _Unit | None:
        shown = f"{name}.fs" if path.parent == schemes_dir() else str(path)
        try:
            text = read_source(str(path))
        except SpecError as err:
            for d in err.diagnostics:
                self.slips.add(d)
            return None
        unit = self.understand(text, shown)
        if unit is not None and unit.layer.name != name:
            self.slips.error("FS051", head.span, f"`{shown}` holds {unit.layer.name}, not {name}",
                             "a file is named after its module or scheme")
        return unit


_CLEAN: Final[dict[tuple[str, str, tuple[int, ...]], _Unit]] = {}
"""What was understood without any slip, by its place, its text and the units below it, which
it holds: a module is checked once for all schemes over it."""
_MOST_CLEAN: Final = 64


def _keep_clean(key: tuple[str, str, tuple[int, ...]], unit: _Unit) -> None:
    if len(_CLEAN) >= _MOST_CLEAN:
        _CLEAN.clear()
    _CLEAN[key] = unit


@lru_cache(maxsize=64)
def _parsed(text: str, path: str) -> tuple[ast.File | None, tuple[Diagnostic, ...]]:
    """A module is read again for every scheme over it, but parsed once."""
    return parse_text(text, path)


def _shown(directory: Path) -> str:
    return "the packaged schemes" if directory == schemes_dir() else f"`{directory}`"


def _broken_names(text: str, problems: Sequence[Diagnostic]) -> frozenset[str]:
    """Names in the first lines of blocks that have a slip of syntax.

    What such a block declares is not known, so nothing is said about those names.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found: set[str] = set()
    for p in problems:
        line = min(p.span.line, len(lines)) - 1
        while line > 0 and not (lines[line][:1].strip() and lines[line][:1] != "#"):
            line -= 1
        if p.severity == "error" and line >= 0:
            found.update(_IDENTIFIER.findall(lines[line]))
    return frozenset(found)
