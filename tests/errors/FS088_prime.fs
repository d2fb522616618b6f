module prime over toy_world

state young: [Vma] bool = false

op touch(v: Vma)
	requires maps'(v)  ### FS088 a prime cannot stand in a guard
	changes young[v]
	young[v] := maps'(v)  ### FS088 a prime cannot stand in an op

on map(v, p)
	let after = maps'(v)
	requires after  ### FS088 a prime cannot stand in a guard
	changes young[v]
	young[v] := after

invariant old_and_new
	all v in Vma: maps'(v) implies young[v]  ### FS088 a prime cannot stand in an invariant
