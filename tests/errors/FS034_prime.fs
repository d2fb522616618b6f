module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

op open_vma(v: Vma)
	changes live[v]
	live'[v] := true  ### FS034 no prime belongs to `live'` here

op close_vma(v: Vma)
	requires live[v]'  ### FS034 a prime follows a name directly
	changes live[v]
	live[v] := false
