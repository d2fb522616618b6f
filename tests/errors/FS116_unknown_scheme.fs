scenarios unknown_scheme over toy_world with toy_scheme

scenario one
	world NR = 2, anon, Vma a in A
	map(a, 0)
	expect toy_shceme.mapcount == 1  ### FS116 no scheme here is called `toy_shceme`
	expect toy_scheme.mapcount == 1
	expect toy_scheme.mapcuont == 1  ### FS040 nothing is called `toy_scheme.mapcuont`
	expect mapcount == 1  ### FS040 nothing is called `mapcount`
