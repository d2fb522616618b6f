scheme two_answers over toy_world

on map, unmap
	changes nothing

answer is_mapped = true
	expect safe

answer is_mapped = false  ### FS099 `is_mapped` is answered twice
	expect unsafe
