scheme confident over small_world

on open_vma, close_vma
	changes nothing

answer any_live = true
	expect correct  ### FS031 `correct` is no verdict

claim one_page
	true
	expect exact  ### FS031 `exact` is no verdict

expect always_live maybe  ### FS031 `maybe` is no verdict
