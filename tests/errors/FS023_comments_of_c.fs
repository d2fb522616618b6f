module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

define alive(v: Vma) = live[v] // still there  ### FS023 `//` starts no comment

define dead(v: Vma) = /* not */ not live[v]  ### FS023 `/*` starts no comment
