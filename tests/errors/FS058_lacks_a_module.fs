scenarios lacks_a_module over toy_refs with toy_scheme  ### FS058 toy_scheme does not stand over toy_refs

scenario held
	world NR = 2, anon, Vma a in A
	hold()
