module no_such_page over toy_world

scenario beyond
	world NR = 2, anon, Vma a in A
	map(a, 2)  ### FS121 Page has no element 2
	map(a, NR - 1)
