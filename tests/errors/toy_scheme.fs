scheme toy_scheme over toy_world

state mapcount: nat = 0

invariant counts
	mapcount == count v in Vma, p in Page: pte[v, p]

on map(v, p)
	changes mapcount
	mapcount := mapcount + 1

on unmap(v, p)
	changes mapcount
	mapcount := mapcount - 1

answer is_mapped = mapcount > 0
	expect exact
