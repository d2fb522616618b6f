scenarios scheme_twice over toy_world with toy_scheme, toy_scheme  ### FS045 `toy_scheme` is named twice

scenario one
	world NR = 2, anon, Vma a in A
	map(a, 0)
