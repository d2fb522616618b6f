module world_twice over toy_world

scenario repeats
	world NR = 2, anon, Vma a in A, Vma a in A  ### FS112 `a` is named twice in this world ### FS112 `owner` is given twice
	world NR = 4  ### FS112 `NR` is given twice
	map(a, 0)
