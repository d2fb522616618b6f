"""What tests of the running kernel share; without it they are skipped, and say why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from refine.kernel.coordinator import Coordinator
from refine.kernel.folio import facilities_missing
from refine.kernel.pagetables import PageFlags
from refine.kernel.runs import Stage
from refine.kernel.worlds import packaged_worlds
from spec.ir import System


@pytest.fixture(scope="session")
def worlds() -> Mapping[str, System]:
    return packaged_worlds()


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
def stage(coordinator: Coordinator, flags: PageFlags, worlds: Mapping[str, System]) -> Stage:
    return Stage(coordinator, flags, worlds)
