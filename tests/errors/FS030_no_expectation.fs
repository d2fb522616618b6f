scheme silent over small_world

on open_vma, close_vma
	changes nothing

answer any_live = true  ### FS030 the answer to `any_live` does not say what it expects

claim one_page  ### FS030 claim `one_page` does not say what it expects
	true
