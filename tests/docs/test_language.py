"""Every example of docs/language.md does what the page says.

The words behind ```` ```fs ```` say what must happen:

    ok                no error
    FS085             this error, and no other
    warns FS100       this warning, and no error
    proved NAME       this verdict of a promise (also: holds, refuted, not_inductive,
                      unknown, vacuous; of an answer: exact, safe, unsafe); several
                      pairs may follow each other; `true` is proved or holds
    passes            every scenario of the file passes
    fails NAME        this scenario fails
    in FILE           the block is a piece: its blocks replace those of FILE, an earlier
                      whole example, or are added to them

A whole example (one with a header) is kept under its name for later ones.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from solver.decide import Decider, Options
from spec.format import format_text
from spec.load import Loaded, check_text, load
from spec.result import Result
from spec.run import run_scenarios
from spec.tokens import BLOCKS, BUILTINS, RESERVED
from tests.docs.codes import PAGE, ROW, titles
from tests.docs.markdown import Fence, fences
from tests.docs.playing import joined

SIZE = 3
"""Elements of each sort where the explorer looks: enough for these examples."""
EXAMPLES = [f for f in fences(PAGE) if f.language == "fs"]
_HEADER = re.compile(r"^(?:module|scheme|scenarios) (\w+)", re.MULTILINE)


def _name(fence: Fence) -> str | None:
    found = _HEADER.search(fence.text)
    return found[1] if found else None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every whole example that is free of errors, as a file."""
    found = tmp_path_factory.mktemp("examples")
    for fence in EXAMPLES:
        name = _name(fence)
        if name is not None and not any(w.startswith("FS") for w in fence.info):
            (found / f"{name}.fs").write_text(fence.text, encoding="utf-8")
    return found


def _text(fence: Fence, folder: Path) -> str:
    words = list(fence.info)
    if "in" not in words:
        return fence.text
    base = folder / f"{words[words.index('in') + 1]}.fs"
    return joined(base.read_text(encoding="utf-8"), fence.text)


def _words(fence: Fence) -> list[str]:
    words = list(fence.info)
    return words[: words.index("in")] if "in" in words else words


@pytest.mark.parametrize("fence", EXAMPLES, ids=lambda f: f.where)
def test_example(fence: Fence, folder: Path) -> None:
    text = _text(fence, folder)
    path = folder / f"try_{re.sub(r'[^0-9]', '', fence.where)}.fs"
    path.write_text(text, encoding="utf-8")
    words = _words(fence)
    assert words, f"{fence.where} does not say what must happen"
    found = check_text(text, str(path))
    errors = {d.code for d in found if d.severity == "error"}
    if words[0].startswith("FS"):
        assert errors == set(words), [f"{d.code} {d.message}" for d in found]
        return
    assert not errors, [f"{d.code} {d.message}" for d in found]
    if words[0] == "warns":
        assert {d.code for d in found} == set(words[1:])
    elif words[0] in ("passes", "fails"):
        assert _failed_scenarios(path) == set(words[1:])
    elif words != ["ok"]:
        verdicts = _verdicts(path)
        for verdict, name in zip(words[::2], words[1::2], strict=True):
            wanted = ("proved", "holds") if verdict == "true" else (verdict,)
            assert verdicts.get(name) in wanted, verdicts


def _failed_scenarios(path: Path) -> set[str]:
    ran = list(run_scenarios(load(path).systems, path.name))
    assert ran, "no scenario ran"
    return {r.scenario for r in ran if not r.passed}


def _verdicts(path: Path) -> dict[str, str]:
    """Verdicts by name; of an operation that never happens by the operation's name, of
    the duties `nat` and `clash` by `nat:PLACE` and `clash:PLACE`."""
    loaded: Loaded = load(path)
    system = loaded.systems[0]
    scope = {s.name: SIZE for s in system.sorts if s.kind == "elements"}
    scope |= {str(s.size): SIZE for s in system.sorts if isinstance(s.size, str)}
    results = Decider(Options(scope)).decide(loaded, path.name)
    return {_label(r): r.decision.outcome.value for r in results}


def _label(result: Result) -> str:
    duty = result.kind in ("nat", "clash")
    return f"{result.kind}:{result.name}" if duty else result.name


@pytest.mark.parametrize(
    "fence", [f for f in EXAMPLES if f.info[0] not in ("warns",) and f.info[0][:2] != "FS"],
    ids=lambda f: f.where,
)
def test_example_is_in_canonical_layout(fence: Fence, folder: Path) -> None:
    text = _text(fence, folder)
    assert format_text(text, "x.fs") == text


def test_every_kind_of_block_has_an_example() -> None:
    shown = {line.split()[0] for f in EXAMPLES for line in f.text.split("\n")
             if line[:1].isalpha()}
    assert set(BLOCKS) <= shown, set(BLOCKS) - shown


def test_reserved_words_are_listed() -> None:
    text = PAGE.read_text(encoding="utf-8").partition("## 2.")[0]
    lists = re.findall(r"^    ([a-z ]+)$", text, re.MULTILINE)
    assert set(" ".join(lists).split()) == RESERVED | BUILTINS


def test_table_of_codes_is_the_pages_of_errors() -> None:
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert rows == titles(), "python -m tests.docs.refresh"
