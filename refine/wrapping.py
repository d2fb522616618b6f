"""The places in which an implementation stores numbers, to be read and to be set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from refine.folio import Folio
from refine.freezing import attributes
from refine.stored import Word

_NO_NUMBERS = (Folio, str, bytes, float, bool, type(None), tuple, set, frozenset)


class Place(NamedTuple):
    """A number that is stored: `bits` is 0 for a plain int, which does not wrap.  It stands in
    an attribute `key` of its owner, or, with `item`, in `owner[key]`."""

    bits: int
    owner: Any
    key: Any
    item: bool

    @property
    def held(self) -> Any:
        """The Word or the int itself."""
        return self.owner[self.key] if self.item else getattr(self.owner, self.key)

    def get(self) -> int:
        value: int = self.held.value if self.bits else self.held
        return value

    def set(self, value: int) -> None:
        """Store it; a word wraps."""
        if self.bits:
            self.held.value = value
        elif self.item:
            self.owner[self.key] = value
        else:
            setattr(self.owner, self.key, value)


def places(implementation: object) -> dict[str, Place]:
    """All that is a Word or an int, by its path: `_mapcount`, `_pages[3]`, `_slots.first`."""
    return dict(_attributes("", implementation))


def words(implementation: object) -> dict[str, Word]:
    """Of these the words, themselves."""
    return {path: place.held for path, place in places(implementation).items() if place.bits}


def _attributes(path: str, thing: Any) -> Iterator[tuple[str, Place]]:
    for name, value in attributes(thing):
        inner = f"{path}.{name}" if path else name
        yield from _of(inner, value, thing, name, False)


def _of(path: str, value: Any, owner: Any, key: Any, item: bool) -> Iterator[tuple[str, Place]]:
    if isinstance(value, Word):
        yield path, Place(value.bits, owner, key, item)
    elif isinstance(value, _NO_NUMBERS):
        return
    elif isinstance(value, int):
        yield path, Place(0, owner, key, item)
    elif isinstance(value, list):
        for i, x in enumerate(value):
            yield from _of(f"{path}[{i}]", x, value, i, True)
    elif isinstance(value, dict):
        for k, x in value.items():
            yield from _of(f"{path}[{k!r}]", x, value, k, True)
    else:
        yield from _attributes(path, value)
