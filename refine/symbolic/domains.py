"""Which values each stored place may have: found by trial, and proved to be enough.

At first every place keeps the value that it was made with.  A place that an operation gives
another value may hold any int, any bool, or one of the plain values seen so far.  Whenever an
operation is found to leave what is allowed, more is allowed and all is proved anew: in the
end no operation leaves it, so it is part of the invariant.
"""

from __future__ import annotations

from collections.abc import Mapping

from refine.symbolic.asking import Limits, Unfollowable
from refine.symbolic.comparing import plainly_same
from refine.symbolic.storage import Kind, Leaf


class Widen(Exception):
    """Places hold more than was allowed: what was found, by family."""

    def __init__(self, found: Mapping[str, tuple[Kind, ...]]) -> None:
        super().__init__(", ".join(found))
        self.found = found


class Domains:
    """The kinds that a family of places may hold; none: it keeps its first value."""

    def __init__(self, limits: Limits) -> None:
        self._kinds: dict[str, tuple[Kind, ...]] = {}
        self._limits = limits

    def of(self, leaf: Leaf) -> tuple[Kind, ...]:
        return self._kinds.get(leaf.family, ())

    @property
    def varied(self) -> int:
        """How many families may change."""
        return len(self._kinds)

    def widen(self, found: Mapping[str, tuple[Kind, ...]]) -> None:
        """Allow these, too.

        Raises:
            Unfollowable: one place would have too many kinds.
        """
        for family, kinds in found.items():
            both = tuple(dict.fromkeys((*self._kinds.get(family, ()), *kinds)))
            if len(both) > self._limits.kinds:
                raise Unfollowable(f"{family} has more than {self._limits.kinds} values that are "
                                   "neither numbers nor bools")
            self._kinds[family] = both

    def note(self, before: Mapping[str, Leaf], after: Mapping[str, Leaf]) -> None:
        """Allow what a plain step was seen to do."""
        changed: dict[str, tuple[Kind, ...]] = {}
        for path, leaf in after.items():
            if path in before and not plainly_same(before[path], leaf):
                changed[leaf.family] = (*changed.get(leaf.family, ()), before[path].kind, leaf.kind)
        self.widen(changed)
