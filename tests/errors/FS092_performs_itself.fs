module performs_itself over toy_world

op here(v: Vma)  ### FS092 the operation `here` performs itself
	performs there(v)
	changes nothing

op there(v: Vma)  ### FS092 the operation `there` performs itself
	performs here(v)
	changes nothing
