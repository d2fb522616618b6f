scheme mutant_twice over toy_world

state mapcount: nat = 0

on map(v, p)
	changes mapcount
	mapcount := mapcount + 1 when not maps(v)

on unmap
	changes nothing

answer is_mapped = mapcount > 0
	expect unsafe

mutant map.drop survives "once"
mutant map.drop survives "again"  ### FS131 `map.drop` is named twice
mutant map.mapcount.drop_when, map.mapcount.drop_when survives "x"  ### FS131 named twice in one list
