module clause over toy_world

state young: bool = false

on map(v, p)
	mirrors folio_add_file_rmap_ptes  ### FS053 an `on` block cannot have `mirrors`
	changes young
	young := true

update forget
	requires young  ### FS053 an update cannot have `requires`
	changes young
	young := false
