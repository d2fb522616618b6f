module asks over toy_refs

state young: bool = false

invariant always
	answer(is_mapped) implies young  ### FS097 a question cannot be asked in an invariant

op touch
	requires some p in Page: answer(page_count, p) == 1  ### FS097 a question is asked once
	changes young
	young := answer(is_mapped)  ### FS097 a question cannot be asked in an update

op count_up(p: Page)
	requires answer(page_count, p) == 1  ### FS097 only a yes-or-no question
	changes young
	young := true
