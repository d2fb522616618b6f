module not_listed over toy_world

state young: [Vma] bool = false
state touched: bool = false

on map(v, p)
	changes young[v]
	young[v] := true
	touched := true  ### FS082 `touched` is written here, but not listed

op swap(v: Vma, w: Vma)
	changes young[v]
	young[v] := true
	young[w] := true  ### FS082 `young` is written here, but not listed

op clear
	changes nothing
	young[v] := false for v in Vma  ### FS082 `young` is written here, but not listed
