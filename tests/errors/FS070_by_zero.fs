module by_zero over toy_world

invariant wrong
	NR / 0 == NR  ### FS070 division by zero
