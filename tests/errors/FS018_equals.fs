module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

state total: nat := 0  ### FS018 `:=` updates a place in a step

const order: nat = 4  ### FS018 a constant is fixed but arbitrary

define small = NR = 1  ### FS018 `=` gives a name to a value

op open_vma(v: Vma)
	requires NR := 1  ### FS018 `:=` does not compare
	changes live[v]
	live[v] := true

op close_vma(v: Vma)
	changes live[v]
	live[v] = false  ### FS018 an update is written with `:=`
