module world_constant over toy_world

scenario small
	world NR = 2, annon, not anon, Vma a in A  ### FS110 no constant is called `annon`
	map(a, 0)
