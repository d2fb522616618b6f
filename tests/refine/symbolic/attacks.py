"""Implementations of `per_vma` that are wrong, in ways that the symbolic check could overlook."""

from __future__ import annotations

HEAD = """
import contextlib, functools, itertools, operator
from collections import deque, namedtuple
from dataclasses import dataclass
from enum import Enum
from types import SimpleNamespace
from refine.folio import Folio
from refine.models.per_vma import PerVma
"""

ODD = {
    "temporary_global": """
T = 0
class Attack(PerVma):
    def note(self):
        global T
        if self._stat > 2: T = 1
        return 0
    def map_ptes(self, vma, first, last):
        global T
        super().map_ptes(vma, first, last)
        self.note()
        if not T and self._stat > 0: self._stat += 1 if self._stat <= 2 else 0
        T = 0
""",
    "temporary_class_attribute": """
class Attack(PerVma):
    t = 0
    def note(self):
        if self._stat <= 2: Attack.t = 1
        return 0
    def map_ptes(self, vma, first, last):
        super().map_ptes(vma, first, last)
        Attack.t = 0
        self.note()
        if Attack.t == 1 and self._stat == 3: self._stat += 1
        if Attack.t == 0 and self._stat > 2: self._stat += 1
        Attack.t = 0
""",
    "temporary_default": """
class Attack(PerVma):
    def note(self, at=[0]):
        if self._stat > 2: at[0] = 1
        return 0
    def map_ptes(self, vma, first, last):
        super().map_ptes(vma, first, last)
        at = Attack.note.__defaults__[0]
        at[0] = 0
        self.note()
        if not at[0]: self._stat += 1
        at[0] = 0
""",
    "base_exception_2": """
class Stop(BaseException): pass
class Attack(PerVma):
    def go(self):
        if self._stat != 1: raise Stop
        return 0
    def map_ptes(self, vma, first, last):
        super().map_ptes(vma, first, last)
        try:
            self.go()
            self._stat += 1
        except Stop: pass
""",
    "ranges_b": """
class Attack(PerVma):
    def at(self):
        return range(5, 5) if self._stat > 2 else range(0)
    def map_ptes(self, vma, first, last):
        super().map_ptes(vma, first, last)
        if self.at().start == 5: self._stat += 1
""",
    "ranges": """
class Attack(PerVma):
    def at(self):
        return range(0) if self._stat > 2 else range(5, 5)
    def at2(self):
        return range(5, 5) if self._stat > 2 else range(0)
    def map_ptes(self, vma, first, last):
        super().map_ptes(vma, first, last)
        if self.at().start and self.at2().start: self._stat += 1
        if not self.at().start and not self.at2().start: self._stat += 0
        r = self.at()
        if (r.start == 0) != (self._stat > 2): self._stat += 0
        else: self._stat += 0
        if r.start == 5: self._stat += 1
""",
    "range_stored": """
class Attack(PerVma):
    def __init__(self, folio):
        super().__init__(folio)
        self.r = range(0)
    def unmap_ptes(self, vma, first, last):
        super().unmap_ptes(vma, first, last)
        self.r = range(5, 5)
    def map_ptes(self, vma, first, last):
        super().map_ptes(vma, first, last)
        self._stat += self.r.start
""",
    "frozenset_stored": """
class Attack(PerVma):
    def __init__(self, folio):
        super().__init__(folio)
        self.r = frozenset({0})
    def unmap_ptes(self, vma, first, last):
        super().unmap_ptes(vma, first, last)
        self.r = frozenset({False})
    def map_ptes(self, vma, first, last):
        super().map_ptes(vma, first, last)
        if str(self.r) != "frozenset({0})": self._stat += 1
""",
    "enum_with_eq": """
class K(Enum):
    A = 1
    B = 2
    def __eq__(self, o): return isinstance(o, K)
    __hash__ = Enum.__hash__
class Attack(PerVma):
    def __init__(self, folio):
        super().__init__(folio)
        self.r = K.A
    def unmap_ptes(self, vma, first, last):
        super().unmap_ptes(vma, first, last)
        self.r = K.B
    def map_ptes(self, vma, first, last):
        super().map_ptes(vma, first, last)
        self._stat += self.r.value - 1
""",
    "is_import_alias": """
from operator import is_ as same
class Attack(PerVma):
    def map_pmd(self, vma):
        super().map_pmd(vma)
        if same(self._stat > 0, True): self._stat += 1
""",
    "type_alias": """
kind = type
class Attack(PerVma):
    def map_pmd(self, vma):
        super().map_pmd(vma)
        if kind(self._stat) == int: self._stat += 1
""",
    "type_mapped": """
class Attack(PerVma):
    def map_pmd(self, vma):
        super().map_pmd(vma)
        if list(map(type, [self._stat])) == [int]: self._stat += 1
""",
    "type_stored_on_class": """
class Attack(PerVma):
    kind = type
    def map_pmd(self, vma):
        super().map_pmd(vma)
        if self.kind(self._stat) == int: self._stat += 1
""",
    "operator_in_dict": """
OPS = {'is': operator.is_}
class Attack(PerVma):
    def map_pmd(self, vma):
        super().map_pmd(vma)
        if OPS['is'](self._stat > 0, True): self._stat += 1
""",
    "operator_in_partial": """
IS = functools.partial(operator.is_, True)
class Attack(PerVma):
    def map_pmd(self, vma):
        super().map_pmd(vma)
        if IS(self._stat > 0): self._stat += 1
""",
    "suppress_alias": """
from contextlib import suppress as quiet
class Attack(PerVma):
    def map_pmd(self, vma):
        super().map_pmd(vma)
        with quiet(TypeError):
            int.bit_length(self._stat)
            self._stat += 1
""",
    "exit_stack": """
class Attack(PerVma):
    def map_pmd(self, vma):
        super().map_pmd(vma)
        with contextlib.ExitStack() as s:
            s.push(lambda *a: True)
            int.bit_length(self._stat)
            self._stat += 1
""",
    "weakref_name": """
class Attack(PerVma):
    def __init__(self, folio):
        super().__init__(folio)
        self.__dict__["__weakref__"] = 0
    def unmap_ptes(self, vma, first, last):
        super().unmap_ptes(vma, first, last)
        self.__dict__["__weakref__"] = 1
    def map_ptes(self, vma, first, last):
        super().map_ptes(vma, first, last)
        self._stat += self.__dict__["__weakref__"]
""",
    "nested_by_global": """
class Base(PerVma):
    now = None
    def bump(self):
        if self._stat > 2: Base.now._stat += 1
        elif self._stat > 1: Base.now._stat += 2
        elif self._stat > 0: Base.now._stat -= 3
class Side(Base):
    def __init__(self): self._stat = 0
class Attack(Base):
    def __init__(self, folio):
        super().__init__(folio)
        self.side = Side()
    def map_ptes(self, vma, first, last):
        super().map_ptes(vma, first, last)
        self.side._stat = self._stat
        Base.now = self
        self.side.bump()
        Base.now = None
        self.side._stat = 0
""",
    "nested_same_base": """
class Base(PerVma):
    def bump(self):
        if self._stat > 2: self.owner._stat += 1
        self._stat += 0
class Side(Base):
    def __init__(self, owner):
        self.owner = owner
        self._stat = 3
class Attack(Base):
    def __init__(self, folio):
        super().__init__(folio)
        self.side = Side(self)
    def map_ptes(self, vma, first, last):
        super().map_ptes(vma, first, last)
        self.side.bump()
""",
}
