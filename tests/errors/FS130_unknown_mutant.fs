scheme unknown_mutant over toy_world

state mapcount: nat = 0

on map(v, p)
	changes mapcount
	mapcount := mapcount + 1 when not maps(v)

on unmap
	changes nothing

answer is_mapped = mapcount > 0
	expect unsafe

mutant map.mapcount.drop_wen survives "near"  ### FS130 no mutant is called `map.mapcount.drop_wen`
mutant unmap.drop survives "it changes nothing as it is"  ### FS130 no mutant is called `unmap.drop`
mutant map.drop, elsewhere survives "one of two"  ### FS130 no mutant is called `elsewhere`
