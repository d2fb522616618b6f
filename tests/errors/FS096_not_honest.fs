scheme not_honest over toy_world

state mapcount: nat = 0

define all_is_well = mapped

on map, unmap
	changes mapcount
	mapcount := 1

answer is_mapped = mapcount > 0 and mapped  ### FS096 an answer cannot read `pte` (by `mapped`)
	expect safe

# The question sees `latest`.
answer page_count(p) = if anon or all_is_well then mapcount  ### FS096 cannot read `anon` ### FS096 (by `all_is_well`)
	else if latest == none then 0 else NR
	expect unsafe
