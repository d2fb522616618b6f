"""Which code could tell a term from an int."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from refine.faults import Fault
from refine.symbolic.asking import Limits, Unfollowable
from refine.symbolic.hazards import Watch, files_of
from refine.symbolic.outside import Outside

FINE = [
    "return x is None or x is not None",
    "return [y for y in range(x) if y == x]",
    "return type(self)",
    "return isinstance(x, int) and max(x, 2)",
    "try:\n  return [1][x]\n except IndexError:\n  return 0",
    "try:\n  return x\n except (KeyError, Own, ZeroDivisionError):\n  return 0\n finally:\n  x = 1",
    "id = x\n return id",
    "self.cache = x\n return self.cache",
    "match x:\n  case 1 | None:\n   return 2\n  case int(y):\n   return y",
    "import math\n return math.gcd(x, 4)",
    "return Atomic(x).inc_return()",
    "return LIMIT + chain([x]).__next__()",
]
BAD = {
    "return x is True": "`is`",
    "return 1 < x is not self": "`is`",
    "return type(x)": "`type()`",
    "return id(x)": "`id`",
    "return eval('x')": "`eval`",
    "return operator.is_(x, 1)": "`operator.is_`",
    "return np.dumps(x)": "json",
    "return draw(0)": "random",
    "return TABLE": "array",
    "import json\n return x": "json",
    "from json import dumps\n return x": "json",
    "match x:\n  case True:\n   return 2": "`case True`",
    "try:\n  return x\n except Exception:\n  return 0": "`except`",
    "try:\n  return x\n except TypeError:\n  return 0": "`except`",
    "try:\n  return x\n except (KeyError, AttributeError):\n  return 0": "`except`",
    "try:\n  return x\n except Wider:\n  return 0": "`except`",
    "try:\n  return x\n except self.error:\n  return 0": "`except`",
    "try:\n  return x\n except:\n  return 0": "`except`",
    "try:\n  return x\n finally:\n  return 0": "`finally`",
    "with suppress(ValueError):\n  return x": "`suppress`",
    "with Quiet():\n  return x": "`__exit__`",
    "return [lambda: x is self][0]()": "`is`",
}
HEAD = """
import array, operator
import json as np
from contextlib import suppress
from itertools import chain
from random import Random as draw
from refine.stored import Atomic

LIMIT = 3
TABLE = array.array("i", [1])

class Own(Exception): pass
class Wider(TypeError): pass
class Quiet:
    def __enter__(self): pass
    def __exit__(self, *_): return False

class Thing:
    error = ValueError
    cache = 0
    def unused(self, x): return x is True
    def do(self, x):
"""


def loaded(text: str, folder: Path) -> ModuleType:
    path = folder / "written.py"
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(f"written_{folder.name}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def hazards(body: str, folder: Path) -> list[str]:
    lines = [line.removeprefix(" ") for line in body.split("\n")]
    cls = loaded(HEAD + "\n".join(f"        {line}" for line in lines), folder).Thing
    watch = Watch(Limits(), files_of(cls))
    thing = cls()
    with watch.path():
        thing.do(1)
    return list(watch.hazards())


@pytest.mark.parametrize("body", FINE)
def test_nothing_is_said_of_plain_code(body: str, tmp_path: Path) -> None:
    assert hazards(body, tmp_path) == []


@pytest.mark.parametrize("body", BAD)
def test_what_could_make_a_difference_is_named(body: str, tmp_path: Path) -> None:
    found = hazards(body, tmp_path)
    assert any(BAD[body] in text for text in found), found
    assert all("written.py:" in text for text in found)


def test_code_that_is_kept_is_looked_at_again(tmp_path: Path) -> None:
    cls = loaded(HEAD + "        return x is True", tmp_path).Thing
    watch = Watch(Limits(), files_of(cls))
    with watch.path():
        cls().do(1)
    watch.begin()
    assert not list(watch.hazards())
    with watch.path():
        cls().do(1)
    watch.keep()
    watch.begin()
    assert list(watch.hazards())


def test_lines_are_counted(tmp_path: Path) -> None:
    cls = loaded(HEAD + "        while True:\n            x += 1", tmp_path).Thing
    watch = Watch(Limits(lines=500), files_of(cls))
    with pytest.raises(Fault, match="more than 500 lines"), watch.path():
        cls().do(1)
    assert watch.lines == 501


def test_a_class_without_a_source(tmp_path: Path) -> None:
    space: dict[str, type] = {}
    exec("class Nowhere:\n    pass", {"__name__": "nowhere"}, space)
    with pytest.raises(Unfollowable, match="Nowhere"):
        files_of(space["Nowhere"])


@pytest.mark.parametrize("change", [
    "LIMIT = 4", "TABLES.append(1)", "TABLES[0]['a'] = 2", "Thing.cache = 1", "Thing.more = 1",
    "Thing.shared[0] = 1", "helper.__defaults__[0].append(1)", "WORD.value = 3", "ONE.at = 2",
])
def test_a_change_outside_is_noticed(change: str, tmp_path: Path) -> None:
    module = loaded("""
from refine.stored import Word
LIMIT = 3
WORD = Word(1)
TABLES = [{"a": 1}]
def helper(x=[]): return x
class One:
    def __init__(self): self.at = 1
ONE = One()
class Thing:
    cache = 0
    shared = [0]
""", tmp_path)
    outside = Outside(module.Thing)
    assert not outside.changed()
    exec(change, vars(module))
    assert outside.changed()
