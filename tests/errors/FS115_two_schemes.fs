scenarios two_schemes over toy_world with toy_scheme, toy_flag

scenario both
	world NR = 2, anon, Vma a in A
	map(a, 0)
	expect toy_scheme.mapcount == 1, toy_flag.is_mapped
	expect toy_scheme.is_mapped iff toy_flag.is_mapped  ### FS115 one expectation speaks of two schemes
