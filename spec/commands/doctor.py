"""`spec doctor`: what is installed, whether it was tested, what was packaged."""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.resources import files
from pathlib import Path
from typing import Final

import click

from spec.console import Console
from spec.exit_code import ExitCode
from spec.report.version import version as own_version

PYTHON: Final = ">=3.11"
RANGES: Final = {
    "lark": ">=1.2,<2",
    "z3-solver": ">=5.4,<6",
    "numpy": ">=2.1,<3",
    "click": ">=8.1,<9",
}
"""As in pyproject.toml (a test compares them): for a tree that is not installed."""

CROSSCHECK: Final = ">=1.4,<2"
"""The range of cvc5, an extra."""
_EXTRA: Final = "not installed (for --crosscheck)"


@click.command("doctor")
@click.pass_obj
def command(console: Console) -> int:
    """Say what is installed, whether it is in the tested range, which schemes came along.

    Exit code 1 when something is missing or outside its range.
    """
    rows = [("spec", own_version(), "", "ok")]
    python = ".".join(str(x) for x in sys.version_info[:3])
    rows.append(("python", python, PYTHON, "ok" if in_range(python, PYTHON) else "not tested"))
    for package, wanted in _ranges().items():
        try:
            found = version(package)
            rows.append((package, found, wanted, "ok" if in_range(found, wanted) else "not tested"))
        except PackageNotFoundError:
            rows.append((package, "-", wanted, "missing"))
    rows.append(("cvc5", *_second_solver()))
    schemes = packaged_schemes()
    listed = ", ".join(schemes) or "none"
    for name, found, wanted, state in rows:
        console.print(f"{name:<10} {found:<12} {wanted:<12} {state}\n")
    console.print(f"schemes    {listed}\n")
    healthy = all(state in ("ok", _EXTRA) for *_, state in rows) and "folio" in schemes
    return ExitCode.OK if healthy else ExitCode.REFUTED


def _second_solver() -> tuple[str, str, str]:
    """What only --crosscheck needs: found, wanted, state."""
    try:
        found = version("cvc5")
    except PackageNotFoundError:
        return "-", CROSSCHECK, _EXTRA
    return found, CROSSCHECK, "ok" if in_range(found, CROSSCHECK) else "not tested"


def _ranges() -> dict[str, str]:
    """Tested ranges, as the installed package declares them."""
    try:
        declared = requires("foliospec") or []
    except PackageNotFoundError:
        return dict(RANGES)
    found = {}
    for line in declared:
        match = re.match(r"([\w.-]+)\s*\(?([^;)]*)", line)
        if match and "extra" not in line:
            found[match[1]] = ",".join(sorted(match[2].strip().split(","), reverse=True))
    return found or dict(RANGES)


def in_range(version_: str, wanted: str) -> bool:
    """Is `5.4.1` within `>=5.4,<6`?"""
    have = _numbers(version_)
    for part in wanted.split(","):
        match = re.fullmatch(r"\s*(>=|<=|<|>|==)\s*([\d.]+)\s*", part)
        if match is None:
            continue
        limit = _numbers(match[2])
        holds = {
            ">=": have >= limit,
            "<=": have <= limit,
            "<": have < limit,
            ">": have > limit,
            "==": have[: len(limit)] == limit,
        }[match[1]]
        if not holds:
            return False
    return True


def _numbers(text: str) -> tuple[int, ...]:
    found = re.match(r"\d+(\.\d+)*", text)
    return tuple(int(x) for x in found.group().split(".")) if found else ()


def packaged_schemes() -> list[str]:
    """Names of the `.fs` files that came with the tool, or stand beside it in its tree."""
    packaged = files("spec").joinpath("_schemes")
    if packaged.is_dir():
        names = [f.name for f in packaged.iterdir()]
    else:
        folder = Path(__file__).resolve().parents[2] / "schemes"
        names = [f.name for f in folder.glob("*.fs")]
    return sorted(n.removesuffix(".fs") for n in names if n.endswith(".fs"))
