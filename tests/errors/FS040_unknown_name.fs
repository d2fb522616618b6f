scheme unknown_name over toy_world

state mapcount: nat = 0

# Said once, however often the name is used.
invariant counts
	mapcont == 0 implies mapcont == 0  ### FS040 nothing is called `mapcont`

on map(v, p)
	changes mapcount, mapcuont  ### FS040 no state is called `mapcuont`
	mapcount := mapcount + 1

on unmap(v, p)
	changes mapcount
	mapcount := mapcount - 1 when page_count[p] == 0  ### FS040 nothing is called `page_count`
