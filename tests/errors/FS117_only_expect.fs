scenarios only_expect over toy_world with toy_scheme

scenario one
	world NR = 2, anon, Vma a in A
	map(a, 0)
	if toy_scheme.mapcount == 1 then  ### FS117 only `expect` may speak of toy_scheme
		unmap(a, 0)
	end
