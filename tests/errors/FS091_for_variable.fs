module for_variable over toy_world

state young: [Mm] bool = false

on map(v, p)
	changes young[*]
	young[owner[w]] := true for w in Vma  ### FS091 `w` is not an index of `young`

on unmap(v, p)
	changes young[*]
	young[m] := false for m in Mm when some w in Vma: owner[w] == m and not maps(w)
