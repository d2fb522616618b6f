module small

sort Mm
sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
const owner: [Vma] Mm
state live: [Vma] bool = false

op open_vma(v: Vma)
	requires not live[v]
	changes live[v]
	live[v] := true

scenario comma_behind_the_world
	world NR = 1,
	open_vma(a)  ### FS011 `open_vma(` is no part of a world

scenario sort_left_out
	world NR = 1, Vma a in A, b in A  ### FS011 `b in A` does not say what `b` is
	open_vma(a)
