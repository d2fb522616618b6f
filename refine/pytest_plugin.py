"""Promises of `.fs` files and operations of implementations as tests of pytest.

Nothing happens until it is asked for: `--spec` collects `.fs` files, `--spec-impl CLASS` holds an
implementation against its scheme, the fixture `refine` does so in a test of one's own.  What
does the work is imported then and not before: the plugin is loaded in every run of pytest.
"""

from __future__ import annotations

import argparse
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from refine.testing.fixture import Refine

_CLASS = "package.module:Class or path/file.py:Class"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("foliospec", "folio mapcount schemes")
    group.addoption(
        "--spec", action="store_true", help="Collect .fs files: a test for each promise.")
    group.addoption(
        "--spec-impl", action="append", default=[], type=_named, metavar="CLASS",
        help=f"A test for each operation and answer of {_CLASS}; 'CLASS FILE.fs' names the "
        "scheme's file; may be given more than once.")
    group.addoption(
        "--spec-check", action="append", default=[], type=_check, metavar="CHECK",
        help="Only this check of implementations; may be given more than once.")
    group.addoption(
        "--spec-scope", type=_sizes, metavar="SIZES",
        help="Sizes for the checks of implementations, as Mm=2,Vma=3,NR=4; others grow.")
    parser.addini("spec_files", "As --spec: collect .fs files.", type="bool", default=False)
    parser.addini(
        "spec_implementations", "As --spec-impl: a class in each line.", type="linelist",
        default=[])


def pytest_configure(config: pytest.Config) -> None:
    """Values of the ini file that mean nothing are said before anything is collected."""
    try:
        config.getini("spec_files")
    except (TypeError, ValueError, pytest.UsageError) as err:
        raise pytest.UsageError("spec_files is to be true or false") from err
    for line in config.getini("spec_implementations"):
        try:
            _named(line)
        except argparse.ArgumentTypeError as err:
            raise pytest.UsageError(f"spec_implementations: {err}") from err


def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    config = parent.config
    if file_path.suffix != ".fs" or not (config.getoption("spec") or config.getini("spec_files")):
        return None
    from refine.testing.promises import SpecFile

    return SpecFile.from_parent(parent, path=file_path)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Implementations stand beside the files and folders of the run."""
    report = yield
    if isinstance(collector, pytest.Session) and report.passed:
        config = collector.config
        asked = [(text, config.invocation_params.dir) for text in config.getoption("spec_impl")]
        if not _is_narrow(config):
            asked += [(x, config.rootpath) for x in config.getini("spec_implementations")]
        if asked:
            from refine.testing.implementations import nodes

            report.result = [*report.result, *nodes(collector, asked)]
    return report


@pytest.fixture
def refine(request: pytest.FixtureRequest) -> Refine:
    """Hold an implementation against its scheme: `refine(MyClass)`.

    `refine(MyClass, "my.fs", scope={"NR": 4}, checks=("exhaustive",))`: the scheme's file is
    looked for beside the test, else beside the class, where pytest runs, and among those that
    come with the tool.  The test fails where the sides part, with the run that shows it.
    """
    from refine.testing.fixture import Refine

    return Refine(request.config, request.path.parent)


def _is_narrow(config: pytest.Config) -> bool:
    """Were single files or tests asked for?  Then those of the ini file are left out."""
    where = config.invocation_params.dir
    return bool(config.args) and not any((where / arg).is_dir() for arg in config.args)


# ------------------------------------------------------------- option values


def _named(text: str) -> str:
    """`CLASS` or `CLASS FILE.fs`."""
    cls, *scheme = text.split(maxsplit=1)[:2] if text.strip() else ("",)
    module, _, name = cls.partition(":")
    if not module or not (name.isidentifier() or (module.endswith(".py") and not name)):
        raise argparse.ArgumentTypeError(f"{text!r}: write {_CLASS}")
    if scheme and not scheme[0].endswith(".fs"):
        raise argparse.ArgumentTypeError(f"{text!r}: {scheme[0]} is no .fs file")
    return text.strip()


def _check(text: str) -> str:
    from refine.checks import CHECKS

    if text not in CHECKS:
        raise argparse.ArgumentTypeError(
            f"there is no check {text!r}; there are: {', '.join(CHECKS)}")
    return text


def _sizes(text: str) -> Any:
    import click

    from spec.commands.options import sizes

    try:
        return sizes(click.Context(click.Command("")), click.Option(["--scope"]), text)
    except click.BadParameter as err:
        raise argparse.ArgumentTypeError(err.message) from err
