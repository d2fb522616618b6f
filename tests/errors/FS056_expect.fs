scheme expect_what over toy_world

on map, unmap
	changes nothing

expect mapped_by_latest holds
expect mapped_by_lastest fails  ### FS056 `mapped_by_lastest` is neither
expect unmap holds  ### FS056 `unmap` cannot be expected to be `holds`
