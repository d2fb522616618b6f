module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

define between = 1 < NR < 512  ### FS028 `<` and `<` do not chain
