"""Runs and figures as text."""

from __future__ import annotations

from refine.kernel.campaign import Tally
from refine.kernel.model import show_place
from refine.kernel.runs import RunResult
from refine.kernel.truth import show


def show_scenario(result: RunResult, name: str = "found") -> str:
    """The run as a scenario: it can be put behind the world file and read by `spec run`."""
    first, *rest = result.setting.split(", Vma ")
    lines = [f"scenario {name}", f"\tworld {first}", *(f"\tworld Vma {part}" for part in rest)]
    return "\n".join([*lines, *(f"\t{m.line}" for m in result.moments)])


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
