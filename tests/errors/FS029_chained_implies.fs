module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

define law(v: Vma) = live[v] implies NR == 1 implies NR < 2  ### FS029 `implies` and `implies` do not chain
