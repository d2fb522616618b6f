module number_for_page over toy_world

invariant wrong
	all v in Vma, p in Page: p == 5 or  ### FS064 an element of Page is not a number
		(count q in Page: pte[v, q]) < p or  ### FS064 an element of Page is not a number
		pte[v, 7] or  ### FS064 an element of Page is not a number
		pte[v, NR]  ### FS064 an element of Page is not a number

invariant right
	all v in Vma, p in Page: p == 0 or p == NR - 1 or pte[v, 0] or pte[v, NR - 1] or true
