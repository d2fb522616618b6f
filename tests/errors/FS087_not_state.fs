module not_state over toy_world

op freeze(v: Vma)
	changes anon, v  ### FS087 `anon` is a constant, not state ### FS087 `v` is a parameter, not state
	mapped := true  ### FS087 `mapped` is a define, not state
