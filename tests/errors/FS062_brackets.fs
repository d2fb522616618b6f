module brackets over toy_world

invariant wrong
	all v in Vma, p in Page: pte(v, p) or  ### FS062 `pte` is a state: its index stands in brackets
		maps[v] or  ### FS062 `maps` is a define
		p(v)  ### FS062 `p` has neither index nor arguments
