scheme on_parameters over toy_world

on map(v)  ### FS093 `map` has 2 parameters, here are 1
	changes nothing

on unmap(v: Mm, p)  ### FS093 `v` of `unmap` has another type
	changes nothing
