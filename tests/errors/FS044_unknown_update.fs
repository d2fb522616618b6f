scheme unknown_update over toy_world

state mapcount: nat = 0

update add
	changes mapcount
	mapcount := mapcount + 1

on map(v, p)
	do ad  ### FS044 no update is called `ad`

on unmap
	changes nothing

answer is_mapped = mapcount > 0
	expect unsafe
