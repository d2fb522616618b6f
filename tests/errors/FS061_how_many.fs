module how_many over toy_world

invariant wrong
	all v in Vma, p in Page: pte[v] or  ### FS061 `pte` has 2 indices, here are 1
		maps(v, p) or  ### FS061 `maps` has 1 argument, here are 2
		maps or  ### FS061 `maps` has 1 argument, here are none
		min(1) == 1  ### FS061 `min` takes two values or more

op touch(v: Vma)
	performs unmap(v)  ### FS061 `unmap` has 2 arguments, here are 1
	changes nothing
