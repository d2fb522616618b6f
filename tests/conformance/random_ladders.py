"""Random schemes that count pairs, so that proofs climb every rung of the ladder.

`cell[e, r]` plays the PTEs, `flat[e]` the PMD entries, `own[e]` says whose an element is.
Operations put, take and move ranges of cells; the scheme keeps `n`, the number of all
cells (a flat one counts as one more), and `m`, the same for each owner; or `seat`, `s` and
`mixed`, which follow one owner as MM owner tracking follows two.  Each guard and each
update is right, or wrong in one of the usual ways: what is proved must be true in any case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from hypothesis import strategies as st

from tests.conformance.random_systems import MODULE, SCHEME, RandomSystem

T = TypeVar("T")
RANGE: Final = "requires first <= last"
SIZE: Final = "(count r in first .. last: true)"

OPS: Final[Mapping[str, tuple[str, Sequence[str], Sequence[str]]]] = {
    "put": (
        "e: E, first: R, last: R",
        (RANGE, "requires all r in first .. last: not cell[e, r]", "requires not flat[e]"),
        ("cell[e, r] := true for r in first .. last",),
    ),
    "take": (
        "e: E, first: R, last: R",
        (RANGE, "requires all r in first .. last: cell[e, r]"),
        ("cell[e, r] := false for r in first .. last",),
    ),
    "move": (
        "e: E, f: E, first: R, last: R",
        (
            RANGE, "requires e != f", "requires own[e] == own[f]",
            "requires all r in first .. last: cell[e, r] and not cell[f, r]",
        ),
        (
            "cell[f, r] := true for r in first .. last",
            "cell[e, r] := false for r in first .. last",
        ),
    ),
    "swap": (
        "e: E, f: E",
        ("requires e != f",),
        ("cell[e, r] := cell[f, r] for r in R", "cell[f, r] := cell[e, r] for r in R"),
    ),
    "raise": (
        "e: E",
        ("requires not flat[e]", "requires not some r in R: cell[e, r]"),
        ("flat[e] := true",),
    ),
    "spread": (
        "e: E",
        ("requires flat[e]", "requires not some r in R: cell[e, r]"),
        ("flat[e] := false", "cell[e, r] := true for r in R"),
    ),
    "wipe": (
        "e: E",
        (),
        ("cell[e, r] := false for r in R", "flat[e] := false"),
    ),
}
"""Parameters, guards (each may be dropped), updates."""

ROW: Final = "(count r in R: cell[e, r])"
GAIN: Final[Mapping[str, Sequence[str]]] = {
    "put": (SIZE, "(count r in first .. last: not cell[e, r])", "1"),
    "take": (f"-{SIZE}", "-(count r in first .. last: cell[e, r])", f"1 - {SIZE}"),
    "move": ("0", "(count r in first .. last: not cell[f, r]) - " + SIZE, "1"),
    "swap": ("0", f"{ROW} - {ROW.replace('[e', '[f')}"),
    "raise": ("1", "0", "N"),
    "spread": ("N - 1", "N"),
    "wipe": (
        f"-{ROW} - (if flat[e] then 1 else 0)", f"-{ROW}",
        "-(count r in R: cell[e, r] and not cell'[e, r]) - (if flat[e] then 1 else 0)",
    ),
}
"""By how much the number of cells grows; the first is right where all guards are there."""

CELLS: Final = "(count x in E, y in R: cell[x, y]) + (count x in E: flat[x])"
OWNED: Final = CELLS.replace(": cell", ": own[x] == z and cell").replace(
    ": flat", ": own[x] == z and flat")
ONCE: Final = "all y in R, x, z in E: (cell[x, y] and cell[z, y]) implies x == z"
CLAIMS: Final = (
    "n > 0 iff some x in E: busy(x)",
    "n > N implies some x, z in E: x != z and busy(x) and busy(z)",
    "n > N + 1 implies some x, z in E: x != z and busy(x) and busy(z)",
    f"(({ONCE}) and (all x in E: not flat[x])) implies n <= N",
    f"({ONCE}) implies n <= N",
    "(count y in R: some x in E: cell[x, y]) <= n",
    "(count x in E: busy(x)) <= n",
    "(n > count y in R: some x in E: cell[x, y]) implies "
    "some x, z in E: x != z and busy(x) and busy(z)",
    "all z in F: m[z] <= n",
    "(some z in F: m[z] == n) implies all x, y in E: "
    "(busy(x) and busy(y)) implies own[x] == own[y]",
    "(all x, y in E: (busy(x) and busy(y)) implies own[x] == own[y]) implies "
    "some z in F: m[z] == n",
    "all z in F: m[z] > 0 iff some x in E: own[x] == z and busy(x)",
    f"n == {CELLS}",
)

ENTER: Final = """\
update enter(z: F, g: int)
	changes n, seat, s, mixed
	let fresh = seat == none
	n := n + g
	seat := z when fresh
	s := s + g when fresh or seat == z
	mixed := true when (fresh and n > 0) or (not fresh and seat != z)"""
LEAVE: Final = """\
update leave(z: F, g: int)
	changes n, seat, s, mixed
	let rest = if seat == z then max(s - g, 0) else s
	n := n - g
	seat := none when seat == z and rest == 0
	s := rest
	mixed := false when (seat != z or rest == 0) and rest == n - g"""
SLIPS: Final = (
    ("fresh and n > 0", "fresh and n > 1"), ("rest == n - g", "rest <= n - g"),
    (" and rest == 0\n", "\n"), ("(seat != z or rest == 0) and ", ""),
)
SEATED: Final = (
    "invariant free\n\tseat == none implies s == 0",
    f"invariant taken\n\tall z in F: seat == z implies (s >= 1 and s <= {OWNED})",
    "invariant alone\n\tmixed or s == n",
    "claim one_owner\n\tnot mixed implies all x, y in E: (busy(x) and busy(y)) implies "
    "own[x] == own[y]\n\texpect holds",
    "claim mixed_is_exact\n\tmixed implies some x, y in E: busy(x) and busy(y) and "
    "own[x] != own[y]\n\texpect holds",
)


@st.composite
def random_ladders(draw: st.DrawFn) -> RandomSystem:
    """A module with two to four operations, a scheme with one or two counters."""

    def chance(one_in: int) -> bool:
        return draw(st.integers(0, one_in - 1)) == one_in - 1

    def pick(options: Sequence[T]) -> T:
        """Mostly the first."""
        return options[draw(st.integers(1, len(options) - 1))] if len(options) > 1 and chance(
            6) else options[0]

    names = draw(st.lists(st.sampled_from(sorted(OPS)), min_size=2, max_size=4, unique=True))
    kind = draw(st.sampled_from(("all", "owners", "seat")))
    both = kind == "owners"
    module = [
        f"module {MODULE}", "sort E named a, b, c", "sort F named A, B", "const own: [E] F",
        "const N: nat where N >= 1", "range R = 0 .. N - 1",
        "state cell: [E, R] bool = false", "state flat: [E] bool = false",
        "define busy(x: E) = flat[x] or some y in R: cell[x, y]",
    ]
    scheme = [f"scheme {SCHEME} over {MODULE}", "state n: int = 0"]
    if both:
        scheme.append("state m: [F] int = 0")
    if kind == "seat":
        scheme += ["state seat: F? = none", "state s: int = 0", "state mixed: bool = false"]
        updates = [ENTER, LEAVE]
        if chance(3):
            old, new = SLIPS[draw(st.integers(0, len(SLIPS) - 1))]
            updates = [u.replace(old, new) for u in updates]
        scheme += [u for u in updates if _uses(names, u)]
    for name in names:
        params, guards, updates = OPS[name]
        kept = [g for g in guards if g == RANGE or not chance(8)]
        places = dict.fromkeys(u.partition(" :=")[0].replace(", r]", ", *]") for u in updates)
        module.append("\n\t".join([f"op {name}({params})", *kept, f"changes {', '.join(places)}",
                                   *updates]))
        gain = pick(GAIN[name])
        if kind == "seat":
            scheme.append(_seated(name, params, gain))
        else:
            scheme.append(_hook(name, params, gain, both and not chance(8), both))
    if not chance(8):
        scheme.append(f"invariant counts\n\tn == {CELLS}")
    if both:
        scheme.append(f"invariant owned\n\tall z in F: m[z] == {OWNED}")
    if kind == "seat":
        scheme += [block for block in SEATED if not chance(10)]
    usable = CLAIMS if both else [c for c in CLAIMS if "m[" not in c]
    claims = draw(st.lists(st.sampled_from(usable), min_size=1, max_size=3, unique=True))
    scheme += [f"claim claim{i}\n\t{c}\n\texpect holds" for i, c in enumerate(claims)]
    return RandomSystem("\n\n".join(module) + "\n", "\n\n".join(scheme) + "\n")


def _hook(name: str, params: str, gain: str, owners: bool, both: bool) -> str:
    """What the scheme does; without `owners` it forgets the count of the owner."""
    args = ", ".join(p.partition(":")[0] for p in params.split(", "))
    lines = [] if gain == "0" else [f"n := n + ({gain})"]
    places = ["n"] if lines else []
    if both and owners and lines:
        lines.append(f"m[own[e]] := m[own[e]] + ({gain})")
        places.append("m[own[e]]")
    if not lines:
        return f"on {name}\n\tchanges nothing"
    return "\n\t".join([f"on {name}({args})", f"changes {', '.join(places)}", *lines])


def _uses(names: Sequence[str], update: str) -> bool:
    return any(_way(n) and update.startswith(f"update {_way(n)}") for n in names)


def _way(name: str) -> str:
    if name in ("move", "swap"):
        return ""
    return "leave" if name in ("take", "wipe") else "enter"


def _seated(name: str, params: str, gain: str) -> str:
    """The same by the updates that follow one owner."""
    if not _way(name):
        return f"on {name}\n\tchanges nothing"
    args = ", ".join(p.partition(":")[0] for p in params.split(", "))
    number = f"-({gain})" if _way(name) == "leave" else gain
    return f"on {name}({args})\n\tdo {_way(name)}(own[e], {number})"
