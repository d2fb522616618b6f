"""Runs and figures as text."""

from __future__ import annotations

from refine.kernel.campaign import Tally
from refine.kernel.model import FLUSH, show_place
from refine.kernel.runs import RunResult
from refine.kernel.truth import show


def show_scenario(result: RunResult, name: str = "found") -> str:
    """The run as a scenario: it can be put behind the world file and read by `spec run`."""
    children = {m.call.args[1] for m in result.moments if m.call.name.startswith("fork")}
    first, *rest = result.setting.split(", Vma ")
    used = [part for i, part in enumerate(rest) if i == 0 or i in children]
    lines = [f"scenario {name}", f"\tworld {first}", *(f"\tworld Vma {part}" for part in used)]
    for m in result.moments:
        lines += [f"\t{m.line}", f"\t{FLUSH}()"] if m.flushed else [f"\t{m.line}"]
    return "\n".join(lines)


def show_moments(result: RunResult) -> str:
    """Every call, and what the kernel had mapped after it."""
    lines = []
    for m in result.moments:
        lines.append(m.line.removeprefix("call "))
        places = sorted({(s.process, s.place) for s in m.truth or ()})
        for process, place in places:
            here = [s for s in sorted(m.truth or ()) if (s.process, s.place) == (process, place)]
            lines.append(f"  {show_place(place, process)}: {show(here)}")
    return "\n".join(lines)


def show_difference(result: RunResult) -> str:
    """What differs after the last call of the run."""
    found = result.difference
    if found is None:
        return "no difference"
    if found.spot is None:
        return f"{found.line}: {found.text}"
    spot = found.spot
    return "\n".join([
        f"after {found.line.removeprefix('call ')}, in {show_place(spot.place, spot.process)}:",
        f"  world    {show(spot.world)}",
        f"  kernel   {show(spot.kernel)}",
    ])


def show_tally(tally: Tally, seconds: float) -> str:
    """The figures of a campaign."""
    lines = [
        f"{tally.runs} runs, {tally.calls} calls, {tally.readings} page readings, "
        f"{seconds:.0f} s",
        ", ".join(f"{count} {name}" for name, count in sorted(tally.by_call.items())),
        f"{tally.differences} differences, {tally.disturbed} runs disturbed",
    ]
    lines += [f"not here: {kind}: {why}" for kind, why in sorted(tally.lacking.items())]
    return "\n".join(lines)
