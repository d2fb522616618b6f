module clash over toy_world

state young: [Vma] bool = false
state number: nat = 0

on map(v, p)
	changes young[v], number
	number := 1
	number := 2  ### FS085 `number` is written twice in one step
	young[v] := true
	young[v] := false  ### FS085 `young` is written twice in one step

# Whether these two meet depends on the step; that is a duty of it.
op swap(v: Vma, w: Vma)
	changes young[v], young[w]
	young[v] := true
	young[w] := false
