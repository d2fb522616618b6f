"""An object with random methods that call each other, run on numbers or on terms."""

from __future__ import annotations

from random import Random
from typing import Any

from refine.stored import Atomic, Word


class Odd(Exception):
    """Raised by some methods on some of their paths."""


class Machine:
    """Its methods are drawn from a seed: the same for the same seed, whatever they run on."""

    def __init__(self, seed: int, x: Any, y: Any, flag: Any) -> None:
        self.seed = seed
        self.word = Word(0)
        self.count = Atomic(-1)
        self.list = [x, 0, [y, 1]]
        self.flag = flag
        self.number = y
        self.grown: list[int] = []
        self.box: Any = None

    def run(self, x: Any, y: Any) -> Any:
        total: Any = 0
        alias = self.list[2]
        for i in range(2):
            got = self.a(x if i else y, i)
            total = total * 3 + (7 if got is None else got)
            try:
                total += self.b(total, i)
            except Odd:
                total += 100
            alias[1] = alias[1] + 1
        return total, self.c(1)

    def a(self, x: Any, salt: int) -> Any:
        for turn in range(2):
            self._statement(Random(f"{self.seed} a {salt} {turn}"), x)
        return self._value(Random(f"{self.seed} a {salt}"), x)

    def b(self, x: Any, salt: int) -> Any:
        random = Random(f"{self.seed} b {salt}")
        if random.randrange(3) == 0 and x > 2:
            raise Odd
        self._statement(random, x)
        return int(random.randrange(3)) + (1 if self.c(salt) else 0)

    def c(self, salt: int) -> Any:
        random = Random(f"{self.seed} c {salt}")
        self._statement(random, self.number)
        return self.number > random.randrange(-1, 3) and self.flag

    def _value(self, random: Random, x: Any) -> Any:
        match random.randrange(6):
            case 0:
                return None if x > 0 else 5
            case 1:
                return [4, 9, 2, 6, 1, 8][x + 2] if self.flag else -1
            case 2:
                return self.c(7)
            case 3:
                return self.word.value
            case 4:
                return x if x < self.number else 3
            case _:
                return 2 if self.flag == (x > 1) else self.count.value

    def _statement(self, random: Random, x: Any) -> None:
        k = random.randrange(-2, 4)
        match random.randrange(12):
            case 0 if x > k:
                self.word.value += x + 2
            case 1:
                if self.count.inc_and_test() and x < 1:
                    self.number = self.number - 1
            case 2:
                self.list[1] = self.list[1] + (1 if x == k else 2)
            case 3 if self.flag:
                self.flag = x > k
                self.list[2][0] = k
            case 4 if x == k and random.randrange(2):
                self.grown.append(k)
            case 5 if x < k:
                self.list[2] = [self.list[2][0], 50]
            case 6:
                self.box = None if x > k else k
            case 7:
                self.number = min(self.number, x, k)
            case 8 if x:
                self.count.sub(2)
            case 9 if not self.flag and self.number > k:
                self.flag = not self.flag
            case 10:
                self.box = (x > k, k) if self.flag else (False, 1)
            case _:
                self.word.value = -self.word.value

    def stored(self) -> list[Any]:
        return [self.word.value, self.count.value, self.list, self.flag, self.number, self.grown,
                self.box]
