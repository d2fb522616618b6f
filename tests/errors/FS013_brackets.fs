module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

define never_closed(v: Vma) = (live[v]  ### FS013 this `(` is never closed

define never_opened(v: Vma) = live[v])  ### FS013 no bracket is open for this `)`

define crossed(v: Vma) = (live[v) ]  ### FS013 `)` does not close the `[`
