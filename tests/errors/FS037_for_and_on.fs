module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

op clear(v: Vma)
	changes pte[v, *]
	pte[v, p] := false when live[v] for p in Page  ### FS037 `for` stands before `when`, once

op fill(v: Vma)
	changes pte[v, *]
	pte[v, p] := true for p, q in Page  ### FS037 `for` and `pick` take one name

call clear_all(v: Vma)
	for p in Page do  ### FS037 `each` is missing after `for`
		clear(v)
	end
