"""The processes under test: what they answer, and that none outlives its run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from refine.kernel.coordinator import Coordinator, Died, Refused
from refine.kernel.folio import BASE, END, KINDS, SHARED_AT, facilities_missing, provide
from refine.kernel.pagetables import PAGE, PageFlags
from refine.kernel.truth import Disturbed, Stretch, read_truth

ROOT = Path(__file__).parents[3]


def test_a_refused_system_call_is_named(coordinator: Coordinator) -> None:
    process = coordinator.start()
    with pytest.raises(Refused, match="munmap fails with EINVAL"):
        process.do("munmap", BASE + 1, PAGE)
    process.exit()


def test_a_process_that_dies_is_noticed(coordinator: Coordinator) -> None:
    process = coordinator.start()
    with pytest.raises(Died, match="the process died in read"):
        process.do("read", BASE)
    process.exit()


def test_a_child_has_the_memory_of_its_parent(coordinator: Coordinator) -> None:
    parent = coordinator.start()
    parent.do("mmap", BASE, PAGE, 3, 0x100022, -1, 0)
    parent.do("write", BASE, 42)
    child = parent.fork()
    parent.exit()
    assert child.do("read", BASE) == 42
    assert child.tables.vmas(BASE, END) == [(BASE, BASE + PAGE)]
    child.exit()


def test_who_has_ended_holds_no_page(coordinator: Coordinator, flags: PageFlags) -> None:
    """Else the write copies: wp_can_reuse_anon_folio() counts references."""
    process, kind = coordinator.start(), KINDS["cow-page"]
    folio = provide(process, kind, flags)
    for _ in range(20):
        process.fork().exit()
        process.do("write", kind.base(1), 9)
        assert Stretch(0, 1, "PTE", 0, 0) in read_truth({0: process}, folio)
    process.exit()


def test_a_new_process_has_nothing_where_runs_take_place(coordinator: Coordinator) -> None:
    process = coordinator.start()
    assert process.tables.vmas(BASE, END) == []
    process.exit()


def test_a_page_of_another_folio_disturbs(coordinator: Coordinator, flags: PageFlags) -> None:
    """As when khugepaged or migration puts another page into the place."""
    process, kind = coordinator.start(), KINDS["memfd-page"]
    folio = provide(process, kind, flags)
    other = process.do("memory_file", "other")
    process.do("ftruncate", other, PAGE)
    process.do("mmap", kind.base(1), PAGE, 3, SHARED_AT, folio.file, 0)
    process.do("read", kind.base(1))
    assert read_truth({0: process}, folio) == {
        Stretch(0, 1, "VMA", 0, 0), Stretch(0, 1, "PTE", 0, 0)}
    process.do("mmap", kind.base(2), PAGE, 3, SHARED_AT, other, 0)
    process.do("write", kind.base(2), 1)
    with pytest.raises(Disturbed, match="at place 2, page 0"):
        read_truth({0: process}, folio)
    process.exit()


def test_a_page_at_the_place_of_another_is_astray(
    coordinator: Coordinator, flags: PageFlags
) -> None:
    process, kind = coordinator.start(), KINDS["disk-16"]
    folio = provide(process, kind, flags)
    process.do("mmap", kind.base(1), PAGE, 3, SHARED_AT, folio.file, 4 * PAGE)
    process.do("read", kind.base(1))
    assert Stretch(0, 1, "astray", 0, 0) in read_truth({0: process}, folio)
    process.exit()


# ------------------------------------------------------------------- the command


def command(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "refine.kernel", *words], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def descendants(pid: int) -> set[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return set()
    return {int(c) for c in children}.union(*(descendants(int(c)) for c in children))


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(("number", "code"), [
    (signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, -signal.SIGTERM)])
def test_no_process_is_left_behind(
    coordinator: Coordinator, number: signal.Signals, code: int
) -> None:
    running = command("--runs", "100000", "--kind", "anon-page")
    below: set[int] = set()
    deadline = time.monotonic() + 30
    while len(below) < 2 and time.monotonic() < deadline:
        below |= descendants(running.pid)
    assert len(below) >= 2
    below |= descendants(running.pid)
    running.send_signal(number)
    assert running.wait(30) == code
    running.communicate()
    while any(is_running(p) for p in below) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(is_running(p) for p in below)


def test_the_command_prints_figures(coordinator: Coordinator) -> None:
    running = command("--runs", "4", "--seed", "3", "--kind", "anon-page", "--kind", "memfd-page")
    out, err = running.communicate()
    assert (running.returncode, err) == (0, "")
    assert out.startswith("4 runs, ") and "0 differences, 0 runs disturbed" in out


def test_the_command_shows_a_run_by_hand(coordinator: Coordinator) -> None:
    running = command("--kind", "anon-page", "--do", "fork(A, B); exit(A)")
    out, _ = running.communicate()
    assert running.returncode == 0
    assert out.endswith("exit(A)\n  B, place 1: PTE 0; VMA 0\nno difference\n")


def test_a_reader_that_goes_away_is_no_error(coordinator: Coordinator) -> None:
    running = command("--runs", "2", "--kind", "anon-page")
    assert running.stdout is not None and running.stderr is not None
    running.stdout.close()
    assert running.wait(30) == 141
    assert running.stderr.read() == ""
    running.stderr.close()


def test_the_command_exits_with_1_on_a_difference(coordinator: Coordinator, tmp_path: Path) -> None:
    world = tmp_path / "folio.fs"
    text = (ROOT / "schemes" / "folio.fs").read_text()
    world.write_text(text.replace("\tcall zap(v, 0, NR - 1)\n\tclose_vma(v)\n", "", 1))
    running = command("--kind", "memfd-page", "--world", str(world))
    out, _ = running.communicate()
    assert running.returncode == 1, out
    assert "scenario found\n\tworld NR = 1, not anon, not pmd_sized\n" in out
    assert "  kernel   nothing\n" in out
    assert "--kind memfd-page --do 'open_vma(a1, 0, 0); " in out


@pytest.mark.parametrize(("words", "code", "message"), [
    (["--do", "fork(A, B)"], 2, "--do needs one --kind"),
    (["--kind", "anon-page", "--do", "fork(A)"], 2, "fork takes 2 arguments"),
    (["--kind", "anon-page", "--do", "spoon(A)"], 2, "there is no `spoon`; known: open_vma"),
    (["--kind", "anon-page", "--do", "read(a9, 0)"], 2, "`a9` is no VMA; known: a1"),
    (["--kind", "anon-page", "--do", "read(a1, 1)"], 2, "`1` is no page of 0..0"),
    (["--kind", "anon-page", "--do", "read a1"], 2, "not of the form name(argument, ...)"),
    (["--world", "schemes/examples.fs"], 3, "schemes/examples.fs holds scenarios, not a world"),
    (["--world", "no_such.fs"], 3, "no_such.fs"),
])
def test_bad_input_gets_a_sentence(
    coordinator: Coordinator, words: list[str], code: int, message: str
) -> None:
    running = command(*words)
    _, err = running.communicate()
    assert (running.returncode, message in err, "Traceback" in err) == (code, True, False), err


def test_without_page_frame_numbers_it_says_so(coordinator: Coordinator) -> None:
    """As nobody, in a child."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgid(65534)
        os.setuid(65534)
        os.write(into, facilities_missing().encode())
        os._exit(0)
    os.close(into)
    os.waitpid(child, 0)
    with open(out, encoding="utf-8") as reader:
        reason = reader.read()
    assert "(they are for root)" in reason or "cannot be opened" in reason
