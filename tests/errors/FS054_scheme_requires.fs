scheme scheme_requires over toy_world

state mapcount: nat = 0

invariant counts
	mapcount == count v in Vma, p in Page: pte[v, p]

on map(v, p)
	requires mapcount < 100  ### FS054 a scheme cannot restrict the world
	changes mapcount
	mapcount := mapcount + 1

on unmap(v, p)
	changes mapcount
	mapcount := mapcount - 1
