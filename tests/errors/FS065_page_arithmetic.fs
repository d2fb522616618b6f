module page_arithmetic over toy_world

invariant wrong
	all v in Vma, p in Page: pte[v, p + 1]  ### FS065 there is no arithmetic on an element of Page
