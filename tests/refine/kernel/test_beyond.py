"""What the kernel does and folio.fs does not say: held here so that the page about it is true."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from refine.kernel.coordinator import Coordinator, Process
from refine.kernel.folio import KINDS, Folio, provide
from refine.kernel.pagetables import PAGE, PageFlags
from refine.kernel.runs import Stage
from refine.kernel.script import read_script

_TRIES = 200
"""The batch may be emptied at any time: two of three were copied."""


@pytest.fixture
def process(coordinator: Coordinator) -> Iterator[Process]:
    found = coordinator.start()
    yield found
    found.exit()


def mapped(process: Process, folio: Folio) -> list[tuple[int, bool]]:
    """Pages of the folio at place 1, each with whether a PMD entry maps it."""
    kind = folio.kind
    found = process.tables.entries(kind.base(1), kind.base(1) + kind.size)
    return [(kind.where(e.address)[1], e.huge) for e in found
            if 0 <= e.frame - folio.head < kind.pages]


def open_at_1(process: Process, folio: Folio) -> None:
    kind = folio.kind
    process.do("mmap", kind.base(1), kind.size, 3, kind.map_flags, folio.file, 0)
    process.do("read", kind.base(1))


def test_fork_copies_file_ptes_where_a_page_was_copied_on_write(
    process: Process, flags: PageFlags
) -> None:
    """vma_needs_copy() looks for an anon_vma; folio.fs never copies PTEs of a file."""
    folio = provide(process, KINDS["memfd-private"], flags)
    open_at_1(process, folio)
    process.do("write", folio.kind.base(1) + 9 * PAGE, 1)
    process.do("read", folio.kind.base(1))
    child = process.fork()
    pages = [page for page, _ in mapped(child, folio)]
    assert pages == [p for p in range(512) if p != 9]
    child.exit()


def test_a_page_in_the_lru_batch_of_another_cpu_is_copied(
    coordinator: Coordinator, flags: PageFlags
) -> None:
    """So all processes of a run are on one CPU: refs.fs knows no such reference."""
    others = sorted(os.sched_getaffinity(0))[1:]
    if not others:
        pytest.skip("there is one CPU")
    kind = KINDS["cow-page"]
    for _ in range(_TRIES):
        process = coordinator.start()
        folio = provide(process, kind, flags)
        os.sched_setaffinity(process.pid, {others[0]})
        process.fork().exit()
        process.do("write", kind.base(1), 9)
        copied = mapped(process, folio) == []
        process.exit()
        if copied:
            return
    pytest.fail(f"reused {_TRIES} times")


def test_a_page_table_that_stays_keeps_the_pmd_entry_out(stage: Stage) -> None:
    """page_fault of folio.fs would bring a PMD entry here, so the run has fault_around."""
    text = ("open_vma(a1, 0, 511); mprotect(a1, 0, 9); read(a2, 300); "
            "madvise_dontneed(a2, 10, 511); merge_vma(a1, a2); read(a1, 20)")
    kind = KINDS["memfd-pmd"]
    result = stage.commands(kind, read_script(text, kind))
    assert result.difference is None
    assert result.moments[-1].line == "call fault_around(a1, 0, 511)"
