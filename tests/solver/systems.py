"""Systems built by hand, for tests of the methods that need no front end.

`per_vma()` is a folio-like world with one counter (the number of VMAs that map part
of the folio), said as the front end would say it.  Its promises hold.  `planted()`
gives the same system with one bug, by name, and the promise or duty that the bug
breaks with the length of the shortest run.  All builders are pure; every call gives an
equal system.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spec import ir
from spec.ir import BOOL, INT, Expr, Type

PAGE, VMA, MM = "Page", "Vma", "Mm"
FIRST, LAST = ir.lit(0, PAGE), ir.lit(ir.LAST, PAGE)
NR = ir.read("NR", (), INT)
ANON = ir.read("anon", (), BOOL)
MAPCOUNT = ir.read("mapcount", (), INT)
BORN = ir.read("born", (), BOOL)


def v(name: str, type_: Type) -> Expr:
    return ir.var(name, type_)


def owner(x: Expr) -> Expr:
    return ir.read("owner", (x,), MM)


def live(x: Expr) -> Expr:
    return ir.read("live", (x,), BOOL)


def pmd(x: Expr) -> Expr:
    return ir.read("pmd", (x,), BOOL)


def covers(x: Expr, p: Expr) -> Expr:
    return ir.read("covers", (x, p), BOOL)


def pte(x: Expr, p: Expr) -> Expr:
    return ir.read("pte", (x, p), BOOL)


def every(names: Sequence[tuple[str, Type]], body: Expr) -> Expr:
    return ir.close_binder("all", names, body)


def some(names: Sequence[tuple[str, Type]], body: Expr) -> Expr:
    return ir.close_binder("some", names, body)


def count(names: Sequence[tuple[str, Type]], body: Expr) -> Expr:
    return ir.close_binder("count", names, body)


def maps_page(x: Expr, p: Expr) -> Expr:
    return ir.or_(pmd(x), pte(x, p))


def maps(x: Expr) -> Expr:
    return some([("p", PAGE)], maps_page(x, v("p", PAGE)))


MAPPED = some([("v", VMA)], maps(v("v", VMA)))


def within(p: Expr, first: Expr, last: Expr) -> Expr:
    return ir.and_(ir.le(first, p), ir.le(p, last))


def in_range(body: Expr, first: Expr, last: Expr) -> Expr:
    """`all p in first .. last: body`, the body speaking of `p`."""
    return every([("p", PAGE)], ir.implies(within(v("p", PAGE), first, last), body))


def at(*places: Expr) -> Expr:
    """The update's formal indices are these."""
    return ir.and_(*(ir.eq(ir.formal(i, x.type), x) for i, x in enumerate(places)))


@dataclass(frozen=True)
class Write:
    """`name` takes `value` where `where` holds; both speak of the formals."""

    name: str
    where: Expr
    value: Expr


def updates(states: Sequence[ir.StateVar], writes: Sequence[Write]) -> dict[str, Expr]:
    """One body per written state, an earlier write winning over a later one."""
    made: dict[str, Expr] = {}
    by_name = {s.name: s for s in states}
    for w in reversed(writes):
        s = by_name[w.name]
        old = ir.read(s.name, [ir.formal(i, t) for i, t in enumerate(s.index)], s.type)
        made[w.name] = ir.ite(w.where, w.value, made.get(w.name, old))
    return {s.name: made[s.name] for s in states if s.name in made}


def action(
    states: Sequence[ir.StateVar],
    name: str,
    params: Sequence[tuple[str, Type]],
    guard: Sequence[Expr],
    writes: Sequence[Write],
) -> ir.Action:
    """The duty `nat` is added for every nat state without index that is written."""
    made = updates(states, writes)
    nats = [s.name for s in states if s.nat and s.name in made]
    duties = tuple(
        ir.Duty("nat", n, ir.le(ir.integer(0), made[n])) for n in nats
    )
    return ir.Action(name, tuple(params), ir.and_(*guard), made, duties)


SORTS = (
    ir.Sort(MM, "elements", ("A", "B", "C")),
    ir.Sort(VMA, "elements", ("a", "b", "c", "d")),
    ir.Sort(PAGE, "range", (), "NR"),
)
CONSTS = (
    ir.Const("NR", (), INT, nat=True),
    ir.Const("anon", (), BOOL),
    ir.Const("owner", (VMA,), MM),
)
WHERE = (ir.Fact("NR >= 1", ir.le(ir.integer(1), NR)),)
WORLD = (
    ir.StateVar("live", (VMA,), BOOL, ir.FALSE),
    ir.StateVar("covers", (VMA, PAGE), BOOL, ir.FALSE),
    ir.StateVar("pte", (VMA, PAGE), BOOL, ir.FALSE),
    ir.StateVar("pmd", (VMA,), BOOL, ir.FALSE),
    ir.StateVar("born", (), BOOL, ir.FALSE),
)
COUNTER = ir.StateVar("mapcount", (), INT, ir.integer(0), nat=True)

_V, _OLD, _NEW = v("v", VMA), v("old", VMA), v("new", VMA)
_SRC, _DST = v("src", VMA), v("dst", VMA)
_P, _AT, _A, _B = v("p", PAGE), v("at", PAGE), v("first", PAGE), v("last", PAGE)
_RANGE = [("v", VMA), ("first", PAGE), ("last", PAGE)]


def _formal_range(x: Expr, first: Expr, last: Expr) -> Expr:
    return ir.and_(at(x), within(ir.formal(1, PAGE), first, last))


def _moved(name: str, old: Expr, new: Expr, lo: Expr) -> list[Write]:
    """`name` from page `lo` on goes from `old` to `new`."""
    here = ir.read(name, (old, ir.formal(1, PAGE)), BOOL)
    return [
        Write(name, _formal_range(new, lo, LAST), here),
        Write(name, _formal_range(old, lo, LAST), ir.FALSE),
    ]


def _world_writes() -> dict[str, tuple[list[tuple[str, Type]], list[Expr], list[Write]]]:
    """Per operation: parameters, guard, writes to the page tables."""
    yes, no = ir.TRUE, ir.FALSE
    whole = ir.and_(ir.eq(_A, FIRST), ir.eq(_B, LAST))
    return {
        "open_vma": (
            _RANGE,
            [ir.not_(live(_V)), ir.le(_A, _B)],
            [Write("live", at(_V), yes), Write("covers", _formal_range(_V, _A, _B), yes)],
        ),
        "close_vma": (
            [("v", VMA)],
            [live(_V), ir.not_(maps(_V))],
            [Write("live", at(_V), no), Write("covers", at(_V), no)],
        ),
        "map_ptes": (
            _RANGE,
            [
                live(_V), ir.le(_A, _B), ir.not_(pmd(_V)),
                in_range(ir.and_(covers(_V, _P), ir.not_(pte(_V, _P))), _A, _B),
                ir.implies(ANON, ir.and_(ir.not_(BORN), whole)),
            ],
            [Write("pte", _formal_range(_V, _A, _B), yes), Write("born", yes, yes)],
        ),
        "unmap_ptes": (
            _RANGE,
            [ir.le(_A, _B), in_range(pte(_V, _P), _A, _B)],
            [Write("pte", _formal_range(_V, _A, _B), no)],
        ),
        "map_pmd": (
            [("v", VMA)],
            [
                live(_V), ir.not_(maps(_V)), every([("p", PAGE)], covers(_V, _P)),
                ir.implies(ANON, ir.not_(BORN)),
            ],
            [Write("pmd", at(_V), yes), Write("born", yes, yes)],
        ),
        "unmap_pmd": ([("v", VMA)], [pmd(_V)], [Write("pmd", at(_V), no)]),
        "split_pmd": (
            [("v", VMA)],
            [ANON, pmd(_V)],
            [Write("pmd", at(_V), no), Write("pte", at(_V), yes)],
        ),
        "dup_ptes": (
            [("src", VMA), ("dst", VMA), ("first", PAGE), ("last", PAGE)],
            [
                ANON, live(_DST), ir.le(_A, _B), ir.not_(ir.eq(owner(_SRC), owner(_DST))),
                in_range(ir.and_(pte(_SRC, _P), covers(_DST, _P)), _A, _B),
                every([("w", VMA)], ir.implies(
                    ir.eq(owner(v("w", VMA)), owner(_DST)),
                    in_range(ir.not_(maps_page(v("w", VMA), _P)), _A, _B))),
            ],
            [Write("pte", _formal_range(_DST, _A, _B), yes)],
        ),
        "split_vma": (
            [("old", VMA), ("new", VMA), ("at", PAGE)],
            [
                live(_OLD), ir.not_(live(_NEW)), ir.eq(owner(_OLD), owner(_NEW)),
                covers(_OLD, _AT), ir.not_(pmd(_OLD)),
                some([("p", PAGE)], ir.and_(ir.lt(_P, _AT), covers(_OLD, _P))),
            ],
            [
                Write("live", at(_NEW), yes),
                *_moved("covers", _OLD, _NEW, _AT), *_moved("pte", _OLD, _NEW, _AT),
            ],
        ),
    }


def _counting(name: str, world: Mapping[str, Expr], bug: str) -> list[Write]:
    """What the scheme does to the counter when `name` happens."""
    yes, no = ir.TRUE, ir.FALSE

    def after(x: Expr) -> Expr:
        return ir.replace_reads(maps(x), world)

    def step(by: int, when: Expr) -> list[Write]:
        return [Write("mapcount", when, ir.add(MAPCOUNT, ir.integer(by)))]

    match name:
        case "map_ptes":
            return step(1, yes if bug == "no_walk" else ir.not_(maps(_V)))
        case "map_pmd":
            return step(1, yes)
        case "unmap_ptes":
            return step(-1, yes if bug == "unmap_always" else ir.not_(after(_V)))
        case "unmap_pmd":
            return step(-1, yes)
        case "dup_ptes":
            return step(1, ir.not_(maps(_DST)))
        case "split_vma" if bug != "split_forgets":
            return step(1, ir.and_(after(_OLD), after(_NEW)))
        case "split_pmd" if bug == "split_pmd_counts":
            return step(1, yes)
        case _:
            return step(0, no)


def _action(name: str, bug: str) -> ir.Action:
    params, guard, writes = _world_writes()[name]
    states = (*WORLD, COUNTER)
    world = updates(WORLD, writes)
    counted = [w for w in _counting(name, world, bug) if w.where is not ir.FALSE]
    return action(states, name, params, guard, [*writes, *counted])


ALL_V = [("v", VMA)]
MAPCOUNT_IS_COUNT = ir.eq(MAPCOUNT, count(ALL_V, maps(_V)))
ZERO_MEANS_UNMAPPED = ir.implies(ir.eq(MAPCOUNT, ir.integer(0)), ir.not_(MAPPED))
MAPPED_WHERE_COVERED = every(
    [("v", VMA), ("p", PAGE)],
    ir.implies(maps_page(_V, _P), ir.and_(live(_V), covers(_V, _P))),
)
PMD_OR_PTES = every([("v", VMA), ("p", PAGE)], ir.not_(ir.and_(pmd(_V), pte(_V, _P))))
UNBORN = ir.implies(ir.not_(BORN), ir.not_(MAPPED))
_W = v("w", VMA)
SHARED = some(
    [("v", VMA), ("w", VMA)],
    ir.and_(maps(_V), maps(_W), ir.not_(ir.eq(owner(_V), owner(_W)))),
)
ONE_MEANS_ONE_PROCESS = ir.implies(ir.eq(MAPCOUNT, ir.integer(1)), ir.not_(SHARED))
TWO_MEANS_SHARED = ir.implies(ir.eq(MAPCOUNT, ir.integer(2)), SHARED)


def _promises() -> tuple[ir.Promise, ...]:
    world = [
        ("mapped_where_covered", MAPPED_WHERE_COVERED),
        ("pmd_or_ptes", PMD_OR_PTES),
        ("unborn_is_unmapped", UNBORN),
    ]
    return (
        *(ir.Promise("invariant", n, c, "holds", "folio") for n, c in world),
        ir.Promise("invariant", "counts_mapping_vmas", MAPCOUNT_IS_COUNT, "holds", "per_vma"),
        ir.Promise("claim", "zero_means_unmapped", ZERO_MEANS_UNMAPPED, "holds", "per_vma"),
        ir.Promise("claim", "one_means_one_process", ONE_MEANS_ONE_PROCESS, "holds", "per_vma"),
        ir.Promise("claim", "two_means_shared", TWO_MEANS_SHARED, "fails", "per_vma"),
    )


def per_vma(bug: str = "") -> ir.System:
    """The folio with a count of mapping VMAs; `bug` is empty or a name in `BUGS`."""
    actions = tuple(_action(name, bug) for name in _world_writes())
    return ir.System(
        "per_vma", "scheme", ("folio", "per_vma"), SORTS, CONSTS, WHERE, (),
        (*WORLD, COUNTER), actions, _promises(),
    )


@dataclass(frozen=True)
class Planted:
    """A bug, what it breaks first, and in how many steps at the least."""

    bug: str
    breaks: str
    steps: int


BUGS: tuple[Planted, ...] = (
    # open, map two pages, split: one VMA more maps the folio, the count does not know.
    Planted("split_forgets", "counts_mapping_vmas", 3),
    Planted("split_forgets", "zero_means_unmapped", 4),
    Planted("split_forgets", "nat:mapcount", 5),
    # open, map page 0, map page 1: counted twice.
    Planted("no_walk", "counts_mapping_vmas", 3),
    # open, map both pages, unmap one of them.
    Planted("unmap_always", "counts_mapping_vmas", 3),
    Planted("unmap_always", "zero_means_unmapped", 3),
    Planted("unmap_always", "nat:mapcount", 4),
    # open, map by PMD, split the PMD.
    Planted("split_pmd_counts", "counts_mapping_vmas", 3),
)


def planted(bug: str) -> ir.System:
    """`per_vma()` with one of `BUGS`."""
    assert any(b.bug == bug for b in BUGS), bug
    return per_vma(bug)
