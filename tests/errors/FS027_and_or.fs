module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

define mixed(v: Vma) = live[v] and NR == 1 or NR == 2  ### FS027 `and` and `or` are mixed
