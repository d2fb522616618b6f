module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

define even = NR % 2 == 0  ### FS033 `%` is no operator

define bits = NR & 1  ### FS033 `&` is no operator

define arrow(v: Vma) = live[v] => NR == 1  ### FS033 `=>` is no operator here

define three_dots = all p in 0 ... NR - 1: true  ### FS033 `...` is no operator here

define sign = NR == +1  ### FS033 there is no leading `+`
