module which_range over toy_world

range Slot = 0 .. 7

invariant wrong
	all x in 0 .. 0: some v in Vma: maps(v)  ### FS075 nothing tells of which range these ends are

invariant right
	all x in 0 .. NR - 1, v in Vma: pte[v, x] implies maps(v)
