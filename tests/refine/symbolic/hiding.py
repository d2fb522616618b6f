"""Implementations of `per_vma` that keep state where nobody would look for it."""

from __future__ import annotations

HIDDEN_TAIL = """
    def unmap_ptes(self, vma, first, last):
        self.put(1)
        super().unmap_ptes(vma, first, last)

    def map_ptes(self, vma, first, last):
        super().map_ptes(vma, first, last)
        self._stat += self.got()

class Attack(Hidden):
    def __init__(self, folio):
        super().__init__(folio)
        self.put(0)
"""
"""From the first unmap_ptes() on map_ptes() counts one too many."""

HIDDEN = {
    "property_over_dict": """
class Hidden(PerVma):
    def __init__(self, folio):
        super().__init__(folio)
        self.__dict__["odd"] = 0
    @property
    def odd(self): return 0
    def put(self, x): self.__dict__["odd"] = x
    def got(self): return self.__dict__["odd"]
""",
    "getattribute": """
class Hidden(PerVma):
    def __init__(self, folio):
        super().__init__(folio)
        self.odd = 0
    def __getattribute__(self, name):
        return 0 if name == "odd" else object.__getattribute__(self, name)
    def put(self, x): self.odd = x
    def got(self): return object.__getattribute__(self, "odd")
""",
    "slot_twice": """
class A:
    __slots__ = ("odd",)
class B(A):
    __slots__ = ("odd",)
class Hidden(PerVma):
    def __init__(self, folio):
        super().__init__(folio)
        self.box = B()
        self.box.odd = 0
        A.odd.__set__(self.box, 0)
    def put(self, x): A.odd.__set__(self.box, x)
    def got(self): return A.odd.__get__(self.box)
""",
    "local_class": """
class Hidden(PerVma):
    def __init__(self, folio):
        super().__init__(folio)
        class Box: odd = 0
        self.box = Box
    def put(self, x): self.box.odd = x
    def got(self): return self.box.odd
""",
    "class_of_local_object": """
class Hidden(PerVma):
    def __init__(self, folio):
        super().__init__(folio)
        class Box:
            odd = 0
            def put(self, x): Box.odd = x
        self.box = Box()
    def put(self, x): self.box.put(x)
    def got(self): return self.box.odd
""",
    "closure_of_base": """
def made():
    odd = 0
    class Base(PerVma):
        def put(self, x):
            nonlocal odd
            odd = x
        def got(self): return odd
    return Base
class Hidden(made()):
    pass
""",
    "bound_method": """
class Box:
    odd = 0
    def put(self, x): self.odd = x
    def got(self): return self.odd
_box = Box()
PUT, GOT = _box.put, _box.got
del _box
class Hidden(PerVma):
    def put(self, x): PUT(x)
    def got(self): return GOT()
""",
    "closure_of_property": """
def made():
    odd = 0
    def get(self): return odd
    def put(self, x):
        nonlocal odd
        odd = x
    return property(get, put)
class Hidden(PerVma):
    odd = made()
    def put(self, x): self.odd = x
    def got(self): return self.odd
""",
    "default_of_property": """
class Hidden(PerVma):
    @property
    def odd(self, at=[0]): return at
    def put(self, x): self.odd[0] = x
    def got(self): return self.odd[0]
""",
    "global_with_slots": """
@dataclass(slots=True)
class Box:
    odd: int = 0
BOX = Box()
class Hidden(PerVma):
    def put(self, x): BOX.odd = x
    def got(self): return BOX.odd
""",
    "namespace": """
BOX = SimpleNamespace(odd=0)
class Hidden(PerVma):
    def put(self, x): BOX.odd = x
    def got(self): return BOX.odd
""",
    "global_deque": """
BOX = deque()
class Hidden(PerVma):
    def put(self, x): (BOX.append(1) if x else BOX.clear())
    def got(self): return len(BOX)
""",
    "global_partial": """
def f(at): return at
BOX = functools.partial(f, [0])
class Hidden(PerVma):
    def put(self, x): BOX()[0] = x
    def got(self): return BOX()[0]
""",
    "cached_list": """
@functools.lru_cache
def box(): return [0]
class Hidden(PerVma):
    def put(self, x): box()[0] = x
    def got(self): return box()[0]
""",
    "cached_method": """
memo = functools.cache
class Hidden(PerVma):
    @staticmethod
    @memo
    def box(): return [0]
    def put(self, x): self.box()[0] = x
    def got(self): return self.box()[0]
""",
    "attribute_of_tuple": """
class Pair(namedtuple("Pair", "a b")): pass
class Hidden(PerVma):
    def __init__(self, folio):
        super().__init__(folio)
        self.pair = Pair(1, 2)
        self.pair.odd = 0
    def put(self, x): self.pair.odd = x
    def got(self): return self.pair.odd
""",
    "attribute_of_set": """
class Box(set): pass
class Hidden(PerVma):
    def __init__(self, folio):
        super().__init__(folio)
        self.box = Box()
        self.box.odd = 0
    def put(self, x): self.box.odd = x
    def got(self): return self.box.odd
""",
    "attribute_of_frozenset": """
class Box(frozenset): pass
class Hidden(PerVma):
    def __init__(self, folio):
        super().__init__(folio)
        self.box = Box()
        self.box.odd = 0
    def put(self, x): self.box.odd = x
    def got(self): return self.box.odd
""",
    "keys_that_look_alike": """
class Key(Enum):
    A = 1
    B = 2
    def __repr__(self): return "Key"
class Hidden(PerVma):
    def __init__(self, folio):
        super().__init__(folio)
        self.box = {Key.A: 0, Key.B: 0}
    def put(self, x): self.box[Key.A] = x
    def got(self): return self.box[Key.A]
""",
    "names_with_dots": """
class Box: pass
class Hidden(PerVma):
    def __init__(self, folio):
        super().__init__(folio)
        setattr(self, "box.odd", 0)
        self.box = Box()
        self.box.odd = 0
    def put(self, x): setattr(self, "box.odd", x)
    def got(self): return getattr(self, "box.odd")
""",
    "names_that_are_numbers": """
class Hidden(PerVma):
    def __init__(self, folio):
        super().__init__(folio)
        self.__dict__[1] = 0
    def put(self, x): self.__dict__[1] = x
    def got(self): return self.__dict__[1]
""",
    "folio_of_its_own": """
class Mine(Folio):
    __slots__ = ("odd",)
    def __init__(self): object.__setattr__(self, "odd", 0)
class Hidden(PerVma):
    def __init__(self, folio):
        super().__init__(folio)
        self.box = Mine()
    def put(self, x): object.__setattr__(self.box, "odd", x)
    def got(self): return object.__getattribute__(self.box, "odd")
""",
    "deep": """
BOX = [[[[[[[[[[0]]]]]]]]]]
class Hidden(PerVma):
    def put(self, x): BOX[0][0][0][0][0][0][0][0][0][0] = x
    def got(self): return BOX[0][0][0][0][0][0][0][0][0][0]
""",
    "private_global": """
__odd = 0
def _put(x):
    global __odd
    __odd = x
def _got(): return __odd
class Hidden(PerVma):
    def put(self, x): _put(x)
    def got(self): return _got()
""",
    "dunder_class_attribute": """
class Hidden(PerVma):
    __odd__ = [0]
    def put(self, x): self.__odd__[0] = x
    def got(self): return self.__odd__[0]
""",
    "local_import": """
class Hidden(PerVma):
    def put(self, x):
        import attack_aside
        attack_aside.odd = x
    def got(self):
        import attack_aside
        return attack_aside.odd
""",
}
"""State where nobody would look for it: `put` stores, `got` reads."""
