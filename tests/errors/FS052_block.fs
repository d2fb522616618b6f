scheme block over toy_world

op fault(v: Vma)  ### FS052 a scheme cannot have `op`
	changes nothing

question is_young  ### FS052 a scheme cannot have `question`
	truth true

on map, unmap
	changes nothing
