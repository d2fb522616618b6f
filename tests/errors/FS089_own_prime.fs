scheme own_prime over toy_world

state mapcount: nat = 0
state shared: bool = false

define many = mapcount > 1

on map(v, p)
	changes mapcount, shared
	mapcount := mapcount + 1
	shared := mapcount' > 1  ### FS089 `mapcount'` looks at `mapcount` of this layer

on unmap(v, p)
	changes mapcount, shared
	mapcount := mapcount - 1
	shared := many'  ### FS089 `many'` looks at `mapcount` of this layer

answer is_mapped = mapcount > 0 or shared
	expect safe
