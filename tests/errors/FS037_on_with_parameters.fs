scheme several over small_world

on open_vma, close_vma(v)  ### FS037 an `on` for several operations takes no parameters
	changes nothing
