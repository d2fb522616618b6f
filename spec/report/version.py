"""The version of the tool, as the package that carries it says."""

from __future__ import annotations


def version() -> str:
    """`0.1.0`; `source` when run from a tree that is not installed."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("foliospec")
    except PackageNotFoundError:
        return "source"
