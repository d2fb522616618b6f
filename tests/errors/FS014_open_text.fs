module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

op open_vma(v: Vma)
	overapproximates "no limit of the address space  ### FS014 the text is not closed on its line
	changes live[v]
	live[v] := true

op close_vma(v: Vma)
	overapproximates “no lock”  ### FS014 this is a typographic quote
	changes live[v]
	live[v] := false
