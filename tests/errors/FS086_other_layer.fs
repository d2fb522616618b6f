module other_layer over toy_world

state young: bool = false

on map(v, p)
	changes young, pte[v, *]  ### FS086 `pte` belongs to toy_world
	young := true
	pte[v, q] := true for q in Page  ### FS086 `pte` belongs to toy_world
