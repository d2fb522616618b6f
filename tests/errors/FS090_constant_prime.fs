scheme constant_prime over toy_world

state mapcount: nat = 0

on map(v, p)
	changes mapcount
	mapcount := mapcount + 1 when anon'  ### FS090 `anon` does not change in a step

on unmap(v, p)
	changes mapcount
	mapcount := mapcount - 1 when pte[v', p]  ### FS090 `v` does not change in a step

answer is_mapped = mapcount > 0
	expect unsafe
