module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

define both(v: Vma, w: Vma) = live[v] && live[w]  ### FS017 `&&` is no operator here

define one(v: Vma, w: Vma) = live[v] || live[w]  ### FS017 `||` is no operator here

define neither(v: Vma) = !live[v]  ### FS017 `!` is no operator here
