module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

op open_vma(v: Vma)
requires not live[v]  ### FS010 `requires` starts no block
changes live[v]
live[v] := true

claim some_live
	some v in Vma: live[v]
expect holds  ### FS010 this `expect` names no promise
