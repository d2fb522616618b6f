"""What tests of the running kernel share; without it they are skipped, and say why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from refine.kernel.coordinator import Coordinator
from refine.kernel.folio import facilities_missing
from refine.kernel.pagetables import PageFlags
from refine.kernel.runs import Stage
from spec.ir import System
from spec.load import load, packaged_path


@pytest.fixture(scope="session")
def folio_world() -> System:
    (system,) = load(packaged_path("folio")).systems
    return system


@pytest.fixture(scope="session")
def coordinator() -> Iterator[Coordinator]:
    reason = facilities_missing()
    if reason:
        pytest.skip(reason)
    with Coordinator() as found:
        yield found


@pytest.fixture(scope="session")
def flags() -> Iterator[PageFlags]:
    found = PageFlags()
    yield found
    found.close()


@pytest.fixture(scope="session")
def stage(coordinator: Coordinator, flags: PageFlags, folio_world: System) -> Stage:
    return Stage(coordinator, flags, folio_world)
