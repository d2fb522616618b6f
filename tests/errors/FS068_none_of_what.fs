module none_of_what over toy_world

invariant wrong
	none == none  ### FS068 nothing tells of which type this `none` is
