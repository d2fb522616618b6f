module world_lacks over toy_world

scenario no_owner  ### FS111 the world of `no_owner` does not say `anon`, `owner[a]`
	world NR = 2, Vma a, Mm A, Mm B
	map(a, 0)

scenario no_size  ### FS111 the world of `no_size` does not say `NR`
	world anon, Vma a in A
	map(a, 0)
