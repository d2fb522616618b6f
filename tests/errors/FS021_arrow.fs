module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

define alive(v: Vma) = v->live  ### FS021 `->` is neither a member access nor an implication
