module endless over toy_world

invariant wrong
	(all n in nat: n >= 0)  ### FS067 one cannot go through all of `nat`
		and some i in NR .. NR + 1: i > 0  ### FS067 `..` runs over a range
