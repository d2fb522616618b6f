module no_changes over toy_world

state young: bool = false

on map(v, p)  ### FS084 an `on` block must say what it changes
	young := true

op look  ### FS084 an op must say what it changes
	requires young
