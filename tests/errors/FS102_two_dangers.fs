module two_dangers over toy_world

question any_mapped
	truth mapped
	unsafe truth and not answer "a mapped folio is freed"
	unsafe answer and not truth "a folio is kept"  ### FS102 there are two `unsafe` lines
