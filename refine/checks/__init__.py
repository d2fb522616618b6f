"""The checks of `spec refine`: `NAME` is `refine.checks.NAME.check`, imported when asked for."""

from typing import Final

CHECKS: Final = ("exhaustive", "random", "symbolic")
