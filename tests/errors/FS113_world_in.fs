module world_in over toy_world

const birthplace: [Vma] Mm

scenario ambiguous
	world NR = 2, anon, Vma a in A  ### FS113 `in A` could mean `owner` and `birthplace`
	world Mm A, owner[a] = A, birthplace[a] = A
	map(a, 0)
