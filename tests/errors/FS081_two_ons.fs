scheme two_ons over toy_world

on map, unmap
	changes nothing

on unmap(v, p)  ### FS081 `unmap` has an `on` block already
	changes nothing
