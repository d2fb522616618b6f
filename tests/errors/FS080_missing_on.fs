scheme missing_on over toy_world  ### FS080 missing_on does not say what `unmap` does to its counters

state mapcount: nat = 0

on map(v, p)
	changes mapcount
	mapcount := mapcount + 1

answer is_mapped = mapcount > 0
	expect safe
