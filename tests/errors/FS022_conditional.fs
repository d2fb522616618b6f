module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

define size(v: Vma) = live[v] ? 1 : 0  ### FS022 there is no `?:`
