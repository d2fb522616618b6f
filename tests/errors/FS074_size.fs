module size over toy_world

range Huge = 0 .. 99999  ### FS074 `Huge` has 100000 elements

scenario too_big
	world NR = 9999, anon, Vma a in A  ### FS074 9999 elements are too many
	map(a, 0)
