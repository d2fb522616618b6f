module never_written over toy_world

state young: [Vma] bool = false
state touched: bool = false

on map(v, p)
	changes young[v], touched  ### FS083 `touched` is listed, but never written
	young[v] := true

op swap(v: Vma, w: Vma)
	changes young[v], young[w]  ### FS083 `young` is listed, but never written
	young[v] := true
