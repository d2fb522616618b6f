scheme idle over toy_world

state mapcount: nat = 0
state step: nat = 0
# Read by nothing but its own update.
state spare: nat = 0  ### FS100 nothing depends on `spare`

on map(v, p)
	changes mapcount, spare, step
	mapcount := mapcount + step
	spare := spare + 1
	step := 1

on unmap
	changes nothing

answer is_mapped = mapcount > 0
	expect unsafe
