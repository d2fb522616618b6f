scheme unknown_question over toy_world

on map, unmap
	changes nothing

answer is_maped = true  ### FS043 no question is called `is_maped`
	expect unsafe

claim answered
	answer(is_there) implies mapped  ### FS043 no question is called `is_there`
	expect holds
