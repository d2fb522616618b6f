scheme toy_flag over toy_world

state seen: bool = false

on map(v, p)
	changes seen
	seen := true

on unmap
	changes nothing

answer is_mapped = seen
	expect safe
