scheme nobody_answers over toy_refs  ### FS098 `hold` asks `is_mapped`, and nobody_answers does not answer

on map, unmap
	changes nothing

claim few  ### FS098 nobody_answers does not answer `page_count`
	answer(page_count, 0) == 0
	expect holds
