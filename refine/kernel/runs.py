"""Runs of commands, in the processes and in the world, compared after every command."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Final

from refine.kernel.calls import (
    FAULTS,
    Command,
    Request,
    Scene,
    request,
    settled,
    to_book,
    to_kernel,
)
from refine.kernel.choice import choose
from refine.kernel.coordinator import Coordinator, Died, Process, Refused
from refine.kernel.folio import Folio, Kind, provide
from refine.kernel.model import FLUSH, Book, Model
from refine.kernel.pagetables import PageFlags
from refine.kernel.possibility import possible
from refine.kernel.script import show_script
from refine.kernel.truth import Spot, Truth, difference, read_truth
from spec.ir import System
from spec.run import RunError
from spec.trace import Step

CALLS: Final = 8
"""Commands of a random run, unless more are asked for."""
_SKIPS: Final = 20
"""Commands in a row that the world has no slots for, after which a run ends."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A command, the call of the world that it was, and what the kernel then had mapped."""

    command: Command
    call: Command
    line: str
    truth: Truth | None
    """None where the kernel was not read yet."""
    flushed: bool = False
    """The world flushes the TLB afterwards."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a run parts from the world: a place, or words where one side cannot go on."""

    line: str
    spot: Spot | None
    text: str


@dataclass(frozen=True, slots=True)
class RunResult:
    """A run: what it began with, what was done, and the first difference, if any.

    `commands` are those that were given; a run of an anon folio has the moments of its
    birth before the first of them.
    """

    kind: Kind
    setting: str
    commands: tuple[Command, ...]
    moments: tuple[Moment, ...]
    difference: Difference | None

    @property
    def readings(self) -> int:
        """Pages whose entries were compared."""
        vmas = [s for m in self.moments for s in m.truth or () if s.what == "VMA"]
        return sum(s.last - s.first + 1 for s in vmas)


@dataclass(slots=True)
class _Log:
    commands: list[Command] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)


Source = Callable[[Scene], Command | None]
"""Says what comes next; None ends the run."""


class _Parted(Exception):
    """The two sides differ."""

    def __init__(self, difference: Difference) -> None:
        super().__init__(difference.text)
        self.difference = difference


class Stage:
    """Where runs take place: the processes, and the world files by name.

    Raises in its methods:
        Unavailable: the folio of the kind cannot be had.
        Disturbed: something outside moved the folio; the run says nothing.
    """

    def __init__(
        self, coordinator: Coordinator, flags: PageFlags, worlds: Mapping[str, System]
    ) -> None:
        self._coordinator = coordinator
        self._flags = flags
        self._worlds = worlds

    def random(self, kind: Kind, seed: int, calls: int = CALLS) -> RunResult:
        """The run of a seed: the same commands whenever the kernel does the same."""
        random = Random(f"{kind.name} {seed}")
        return self.run(kind, lambda scene: choose(random, scene), calls)

    def commands(self, kind: Kind, commands: Sequence[Command]) -> RunResult:
        """The run of given commands; what is not possible at its turn is left out."""
        rest = iter(commands)

        def following(scene: Scene) -> Command | None:
            return next((c for c in rest if possible(scene, c)), None)

        return self.run(kind, following, len(commands))

    def run(self, kind: Kind, source: Source, most: int) -> RunResult:
        """At most so many commands; ends at the first difference."""
        model, log, parted = Model(self._worlds[kind.scheme], kind), _Log(), None
        with self._folio(kind) as (folio, first):
            scene = Scene(model, Book(), folio, {0: first})
            try:
                self._begin(scene, log)
                self._go_on(scene, source, most, log)
            except _Parted as err:
                parted = err.difference
            finally:
                for process in scene.processes.values():
                    process.exit()
        return RunResult(
            kind, model.setting, tuple(log.commands), tuple(log.moments), parted)

    @contextmanager
    def _folio(self, kind: Kind) -> Iterator[tuple[Folio, Process]]:
        process = self._coordinator.start()
        try:
            folio = provide(process, kind, self._flags)
        except BaseException:
            process.exit()
            raise
        yield folio, process

    def _begin(self, scene: Scene, log: _Log) -> None:
        """An anon folio is mapped already."""
        if not scene.folio.kind.anon:
            return
        whole = Command("open_vma", (0, 0, scene.folio.kind.pages - 1))
        steps = scene.model.perform(whole.name, whole.args)
        to_book(scene, None, whole, (), steps)
        line = scene.model.line(whole.name, whole.args)
        log.moments.append(Moment(whole, whole, line, None))
        birth = Command("page_fault", (0, 0))
        scene.model.perform(birth.name, birth.args)
        self._compare(scene, birth, birth, log, ())

    def _go_on(self, scene: Scene, source: Source, most: int, log: _Log) -> None:
        skipped = done = 0
        while done < most and skipped < _SKIPS:
            command = source(scene)
            if command is None:
                return
            if self._step(scene, command, log):
                done, skipped = done + 1, 0
            else:
                skipped += 1

    def _step(self, scene: Scene, command: Command, log: _Log) -> bool:
        """Both sides do the command; False where the world has too few slots for it."""
        log.commands.append(command)
        before, asked, call = scene.model.vmas(), request(scene, command), command
        if command.name in FAULTS:
            self._have_done(scene, command, asked)
            call = settled(scene, command, self._read(scene))
        line = scene.model.line(call.name, call.args)
        try:
            steps = scene.model.perform(call.name, call.args)
        except RunError as err:
            if err.failure.why == "pick":
                log.commands.pop()
                return False
            raise _Parted(Difference(line, None, f"the world cannot: {err.failure.got}")) from err
        if command.name not in FAULTS:
            self._have_done(scene, command, asked)
        to_book(scene, asked, call, before, steps)
        self._compare(scene, command, call, log, steps)
        return True

    def _have_done(self, scene: Scene, command: Command, asked: Request) -> None:
        try:
            to_kernel(scene.processes, asked)
        except (Refused, Died) as err:
            line = show_script([command], scene.folio.kind)
            raise _Parted(Difference(line, None, f"in the kernel, {err}")) from err

    def _read(self, scene: Scene) -> Truth:
        return read_truth(scene.processes, scene.folio)

    def _compare(
        self, scene: Scene, command: Command, call: Command, log: _Log, steps: Sequence[Step]
    ) -> None:
        truth = self._read(scene)
        line = scene.model.line(call.name, call.args)
        flushed = any(s.action == FLUSH for s in steps)
        log.moments.append(Moment(command, call, line, truth, flushed))
        spot = difference(scene.model.truth(scene.book), truth)
        scene.book.see(truth)
        if scene.folio.kind.anon and not any(s.what != "VMA" for s in truth):
            scene.folio = scene.folio.gone()
        if spot is not None:
            raise _Parted(Difference(line, spot, ""))
