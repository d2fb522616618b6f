"""No test finds what an earlier run has kept."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True, scope="session")
def no_cache() -> None:
    patch = pytest.MonkeyPatch()
    patch.setenv("SPEC_NO_CACHE", "1")
    patch.delenv("SPEC_CACHE", raising=False)
