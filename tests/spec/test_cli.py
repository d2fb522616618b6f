"""The command line as a whole: quick to start, quiet when it should be, never a traceback."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from spec.commands import COMMANDS
from spec.console import Console
from tests.spec.conftest import Ran

ROOT = Path(__file__).resolve().parents[2]
SCHEMES = ROOT / "schemes"
HEAVY = ("lark", "numpy", "z3", "solver", "spec.parse", "spec.ir")
Spec = Callable[..., Ran]


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom spec.cli import run\nassert run(['--help']) == 0\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    assert python(code).stderr == "[]\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_loads_no_parser_and_no_solver(name: str) -> None:
    code = (
        f"import sys\nfrom spec.cli import run\nassert run([{name!r}, '--help']) == 0\n"
        "print([m for m in ('lark', 'numpy', 'z3', 'solver') if m in sys.modules], file=sys.stderr)"
    )
    done = python(code)
    assert done.stderr == "[]\n" and f"Usage: spec {name}" in done.stdout


def test_help_lists_every_command(spec: Spec) -> None:
    shown = spec("--help").out
    assert all(f"  {name} " in shown and text in shown for name, text in COMMANDS.items())


def test_version(spec: Spec) -> None:
    assert spec("--version").out.startswith("spec ")


@pytest.mark.parametrize(
    "args",
    [
        ["nonsense"],
        ["check"],
        ["check", "x.fs", "--nonsense"],
        ["check", "x.fs", "--scope", "Vma"],
        ["check", "x.fs", "--scope", "Vma=0"],
        ["check", "x.fs", "--scope", "Vma=99999"],
        ["check", "x.fs", "--scope", "Vma=1,Vma=2"],
        ["check", "x.fs", "--budget", "many"],
        ["check", "x.fs", "--budget", "0"],
        ["check", "x.fs", "--mail", "--json"],
        ["check", "x.fs", "-q", "-v"],
        ["check", "x.fs", "--color", "green"],
        ["run", "x.fs", "--scenario", "a", "--replay", "-"],
        ["run", "x.fs", "--replay", "there/is/no/mail"],
        ["dump", "x.fs"],
        ["state"],
        ["state", "x.fs", "-q"],
        ["explain", "FS999"],
        ["new", "no name"],
        ["new", "../x"],
    ],
)
def test_usage_is_2(spec: Spec, args: list[str]) -> None:
    ran = spec(*args)
    assert (ran.code, ran.out) == (2, "")
    assert "Usage: spec" in ran.err and "Error: " in ran.err


@pytest.mark.parametrize("command", [["check"], ["run"], ["ops"], ["state"], ["fmt"],
                                     ["dump", "--stage", "ir"], ["dump", "--stage", "ast"]])
def test_missing_file_and_directory_are_3(spec: Spec, tmp_path: Path, command: list[str]) -> None:
    for path in (tmp_path / "gone.fs", tmp_path):
        ran = spec(*command, path)
        assert ran.code == 3
        assert ran.err.startswith(f"{path}") and "error FS" in ran.err and "1 error" in ran.err
        assert "Traceback" not in ran.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file_is_3(spec: Spec, tmp_path: Path) -> None:
    path = tmp_path / "secret.fs"
    path.write_text("module secret\n")
    path.chmod(0)
    assert spec("check", path).code == 3


def test_failure_of_the_tool_is_70_with_a_dump(
    spec: Spec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: str) -> None:
        raise ValueError("a bad day\nwith two lines")

    monkeypatch.setattr("spec.load.load", fail)
    path = tmp_path / "innocent.fs"
    path.write_text("module innocent\n")
    ran = spec("ops", path)
    assert ran.code == 70
    assert ran.err.startswith("spec: internal error: ValueError: a bad day\nThis is a bug")
    assert "Traceback" not in ran.err + ran.out
    dump = Path(ran.err.splitlines()[-1])
    kept = dump.read_text()
    assert dump.name.startswith("spec-internal-")
    assert "Traceback (most recent call last)" in kept and "z3-solver: " in kept
    assert f"---- {path}\nmodule innocent\n" in kept


def test_failure_outside_any_file_is_70_too(
    spec: Spec, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> dict[str, str]:
        raise RecursionError("too deep")

    monkeypatch.setattr("spec.commands.explain._pages", fail)
    ran = spec("explain")
    assert ran.code == 70 and "internal error: RecursionError: too deep" in ran.err


# ------------------------------------------------------------ pipes, signals


def test_reader_that_goes_away_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "spec", "doctor"], cwd=ROOT, stdout=write, stderr=subprocess.PIPE
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_full_disk_is_said() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "spec", "doctor"], cwd=ROOT, stdout=full,
            stderr=subprocess.PIPE, text=True,
        )
    assert done.returncode == 2
    assert done.stderr == "spec: cannot write: No space left on device\n"


def test_interrupt_is_130_and_leaves_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, time, spec.load\n"
        "def slow(path):\n    print('now', flush=True)\n    time.sleep(60)\n"
        "spec.load.load = slow\n"
        "from spec.cli import run\nsys.exit(run(['ops', 'big.fs']))\n"
    )
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    child = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env=env, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )
    assert child.stdout is not None and child.stdout.readline() == "now\n"
    time.sleep(0.1)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=20)
    assert child.returncode == 130
    assert err == "spec: interrupted (reading big.fs)\n"
    assert list(tmp_path.iterdir()) == []


def test_interrupt_that_python_swallows_is_not_forgotten() -> None:
    code = (
        "import os, signal, sys, weakref\n"
        "import spec.load\n"
        "class Thing: pass\n"
        "def load(path):\n"
        "    thing = Thing()\n"
        "    ref = weakref.ref(thing, lambda _: os.kill(os.getpid(), signal.SIGINT))\n"
        "    del thing\n"
        "    raise ValueError('goes on')\n"
        "spec.load.load = load\n"
        "from spec.cli import run\nsys.exit(run(['check', 'a.fs', 'b.fs']))\n"
    )
    done = python(code)
    assert done.returncode == 130
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr
    assert done.stderr.endswith("spec: interrupted (reading a.fs)\n")


def on_a_terminal(stream: str, *args: str) -> tuple[str, str]:
    """What comes on the terminal (the stream named), and what in the pipe (the other)."""
    master, slave = pty.openpty()
    env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | {"TERM": "xterm"}
    child = subprocess.Popen(
        [sys.executable, "-m", "spec", *args], cwd=ROOT, env=env,
        stdout=slave if stream == "stdout" else subprocess.PIPE,
        stderr=slave if stream == "stderr" else subprocess.PIPE,
    )
    os.close(slave)
    shown = b""
    while True:
        try:
            data = os.read(master, 4096)
        except OSError:
            break
        if not data:
            break
        shown += data
    rest = [pipe.read() for pipe in (child.stdout, child.stderr) if pipe is not None]
    child.wait(timeout=20)
    return shown.decode(), b"".join(rest).decode()


RUN = ("run", "schemes/examples.fs", "--scenario", "small_page_in_two_vmas")


def test_progress_is_for_terminals_and_erased_at_the_end() -> None:
    shown, report = on_a_terminal("stderr", *RUN)
    assert "running small_page_in_two_vmas against per_vma" in shown
    assert shown.endswith("\r\x1b[K") and "\x1b" not in report


@pytest.mark.parametrize("when", ["never", "auto"])
def test_no_progress_in_a_pipe(spec: Spec, when: str) -> None:
    ran = spec("run", SCHEMES / "examples.fs", *RUN[2:], "--progress", when)
    assert (ran.code, ran.err) == (0, "")


def test_progress_may_be_wanted_in_a_pipe(spec: Spec) -> None:
    ran = spec("run", SCHEMES / "examples.fs", *RUN[2:], "--progress", "always")
    assert ran.err.endswith("\r\x1b[K")


def test_colour_is_for_terminals() -> None:
    shown, _ = on_a_terminal("stdout", *RUN)
    assert "\x1b[32mpassed" in shown


def test_colour_heeds_no_color(spec: Spec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    console = Console()
    assert console.color("auto")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not console.color("auto") and console.color("always") and not console.color("never")


def test_colour_when_asked(spec: Spec) -> None:
    assert "\x1b[32m" in spec("run", SCHEMES / "examples.fs", *RUN[2:], "--color", "always").out
