scheme gives_what over toy_refs

on map, unmap
	changes nothing

answer is_mapped = true
	expect safe

gives mapping_refs = 0
gives maping_ref = 0  ### FS057 no module needs `maping_ref`
